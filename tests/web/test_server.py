import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dwibahasa.article import ArticleState
from dwibahasa.errors import CannotServe
from dwibahasa.formats import text
from dwibahasa.web import create_app, serve
from engine_standin import english
from waiting import until

_SCRIPT = Path(__file__).with_name("serve_standin.py")


@pytest.fixture
def started(library):
    """Starts servers of the library in processes of their own, and ends them."""
    processes = []

    def start(delay_s=0.0):
        process = subprocess.Popen(
            [sys.executable, _SCRIPT, library.path, "0", str(delay_s)],
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def get(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def test_server_tells_its_address_and_serves(started):
    _, address = started()
    assert address.startswith("http://127.0.0.1:")
    assert "Your library is empty" in get(address)
    assert '"status":"ok"' in get(address + "health")


def test_port_in_use_is_told(library):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=rf"port {port}: another program uses"):
            serve(create_app(library, lambda: None), "127.0.0.1", port)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_host_that_is_not_of_this_computer_is_told(library, host):
    with pytest.raises(CannotServe, match=f"cannot serve on {host}, port 0"):
        serve(create_app(library, lambda: None, host=host), host, 0)


def test_killed_server_goes_on_after_a_restart(library, started):
    document = text.read("\n\n".join(f"Alinea {n} cerita ini." for n in range(60)))
    article = library.add(document)
    for done_before_the_kill in (5, 20, 35):
        process, _ = started(delay_s=0.02)
        until(
            lambda at=done_before_the_kill: library.summary(article).blocks_done >= at
        )
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert library.summary(article).state is ArticleState.TRANSLATING
    _, address = started()
    until(lambda: library.summary(article).state is ArticleState.DONE)
    found = library.article(article)
    assert [found.blocks[n].target for n in range(60)] == [
        english(block.text) for block in document.blocks
    ]
    page = get(f"{address}articles/{article}")
    assert [page.count(f'id="block-{n}"') for n in range(60)] == [1] * 60
    exported = get(f"{address}articles/{article}/export/text")
    assert exported.split("\n\n") == [
        english(block.text) + ("\n" if n == 59 else "")
        for n, block in enumerate(document.blocks)
    ]


def test_second_server_shows_what_the_first_translates_and_takes_over(library, started):
    document = text.read("\n\n".join(f"Alinea {n} cerita ini." for n in range(40)))
    article = library.add(document)
    first, _ = started(delay_s=0.05)
    until(lambda: library.summary(article).blocks_done >= 1)
    _, address = started(delay_s=0.05)
    with urllib.request.urlopen(f"{address}articles/{article}/events") as stream:
        seen = b""
        while seen.count(b"event: block") < 5:
            seen += stream.readline()
        os.kill(first.pid, signal.SIGKILL)
        seen += stream.read()
    assert seen.count(b"event: block") == 40
    assert b'"state": "done"' in seen
    assert len(library.article(article).blocks) == 40


def test_clients_that_go_away_free_their_threads(library, started):
    article = library.add(text.read("Alinea satu.\n\nAlinea dua."))
    _, address = started(delay_s=60)
    for _ in range(40):  # more than the server has threads
        urllib.request.urlopen(
            f"{address}articles/{article}/events", timeout=20
        ).close()
    assert '"status":"ok"' in get(address + "health")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_server_ends_soon_also_with_readers(
    library, started, signal_number
):
    article = library.add(text.read("Alinea satu.\n\nAlinea dua."))
    process, address = started(delay_s=0.7)
    with urllib.request.urlopen(f"{address}articles/{article}/events") as stream:
        stream.readline()
        process.send_signal(signal_number)
        assert process.wait(timeout=8) == 0
        stream.read()
