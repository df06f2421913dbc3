import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from dwibahasa import cluster
from dwibahasa.cli import main
from dwibahasa.errors import EngineFailed
from dwibahasa.settings import settings
from engine_standin import StandInEngine, translator
from waiting import until

TESTS = Path(__file__).parent


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def run(monkeypatch):
    """Run a command without a cluster."""
    monkeypatch.setattr(
        "dwibahasa.translator.load_engine", lambda *a, **k: StandInEngine()
    )
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def folder(tmp_path):
    """Six articles, of which one makes the engine fail."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abcde":
        paragraphs = [
            f"Warga {name} tiba {i}. Ada {i} orang RAGU di kota {name}."
            for i in range(40)
        ]
        (folder / f"{name}.txt").write_text("\n\n".join(paragraphs) + "\n")
    (folder / "stuck.txt").write_text("Ia tiba lagi. Mesin MACET di sini. Ia pulang.")
    return folder


@pytest.fixture
def pids(tmp_path):
    """Where workers leave their process ids."""
    (tmp_path / "pids").mkdir()
    return tmp_path / "pids"


@pytest.fixture
def environment(pids):
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(TESTS)]),
        "STANDIN_WORKERS": str(pids),
        "DWIBAHASA_THREADS": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_TOKEN": "a-token-of-these-tests",
        # Ray's workers give way to all else, so that on a busy machine tests wait long.
        "RAY_worker_niceness": "0",
    }


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def address(request, environment):
    """One of a cluster: auto, or that of a head with two cores for Ray clients."""
    if request.param == "auto":
        yield "auto"
        return
    port = free_port()
    # Not in the folder of the test: names of sockets must be short. Nor where Ray
    # would look for the cluster of this machine.
    folder = tempfile.mkdtemp(prefix="ray-")
    command = [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        *("--num-cpus", "2", "--include-dashboard", "false", "--port", "0"),
        *("--ray-client-server-port", str(port), "--temp-dir", folder),
        *("--object-store-memory", "100000000"),
    ]
    head = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(lambda: answers(port), timeout_s=240)
        yield f"ray://127.0.0.1:{port}"
    finally:
        os.killpg(head.pid, signal.SIGKILL)  # asked to end, it waits for half a minute
        head.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)  # workers end a little later


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def workers(folder):
    return {int(path.name) for path in folder.iterdir()}


def first_workers(process, pids):
    """The process ids of workers, once there are some."""
    until(lambda: workers(pids) or process.poll() is not None, timeout_s=240)
    assert process.poll() is None, process.stderr.read()
    return workers(pids)


def started(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, TESTS / "cluster_standin.py", "translate", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("address", ["auto", "ray://"], indirect=True)
def test_lost_worker_of_a_cluster_changes_no_byte(
    run, folder, tmp_path, environment, pids, address
):
    assert run("translate", folder, "-d", tmp_path / "whole").exit_code == 1
    out = tmp_path / "out"
    # What was done without the cluster is not done again.
    assert run("translate", folder / "a.txt", "-d", out).exit_code == 0
    command = [folder, "-d", out, "--progress", "json", "--cluster", address]
    process = started(environment, *command)
    lost = first_workers(process, pids).pop()
    time.sleep(0.5)  # in the middle of its work
    os.kill(lost, signal.SIGKILL)
    told, errors = process.communicate(timeout=240)
    assert process.returncode == 1, errors
    report = json.loads(told.splitlines()[-1])
    assert report["done"] == 5
    assert "out of memory" in report["failed"][str(folder / "stuck.txt")]
    # In each of four files 40 times 4 + 7 words, and once 3 + 2 beside the failure.
    assert report["words"] == 4 * 40 * 11 + 5
    assert contents(out) == contents(tmp_path / "whole")
    assert workers(pids) - {lost}, "another worker went on"


@pytest.mark.parametrize("address", ["ray://"], indirect=True)
def test_killed_client_of_a_cluster_goes_on_to_the_same_bytes(
    run, folder, tmp_path, environment, pids, address
):
    (folder / "stuck.txt").unlink()
    assert run("translate", folder, "-d", tmp_path / "whole").exit_code == 0
    command = [folder, "-d", tmp_path / "out", "--progress", "json"]
    command += ["--cluster", address]
    killed = started(environment, *command)
    next(event for event in map(json.loads, killed.stdout) if event["segments"])
    killed.kill()
    killed.communicate()
    # The head, which waits some time for the client that it lost, takes the next one.
    again = started(environment, *command)
    told, errors = again.communicate(timeout=240)
    assert again.returncode == 0, errors
    report = json.loads(told.splitlines()[-1])
    assert report["done"] == 5
    assert 0 < report["words"] < 5 * 40 * 11
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_address_where_no_head_answers_is_told(run, folder, tmp_path, environment):
    address = f"ray://127.0.0.1:{free_port()}"
    environment |= {
        "RAY_CLIENT_INITIAL_CONNECTION_TIMEOUT_S": "1",
        "RAY_CLIENT_MAX_CONNECTION_TIMEOUT_S": "1",
    }
    process = started(environment, folder, "-d", tmp_path / "out", "--cluster", address)
    told, errors = process.communicate(timeout=240)
    assert (process.returncode, told) == (1, "")
    assert f"no Ray cluster answers at {address!r}; start its head" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(("refusals", "asked"), [(3, 4), (9, 5)])
def test_head_that_fails_to_serve_a_client_is_asked_again(monkeypatch, refusals, asked):
    import ray

    addresses = []

    def init(address, **options):
        addresses.append(address)
        if len(addresses) <= refusals:
            raise ConnectionAbortedError("Starting Ray client server failed.")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(cluster, "_PAUSE_S", 0)
    if asked > refusals:
        cluster._connect("ray://head:10001")
    else:
        with pytest.raises(ConnectionAbortedError):
            cluster._connect("ray://head:10001")
    assert addresses == ["ray://head:10001"] * asked


def test_segments_with_which_the_engine_fails_are_left_out():
    sources = ["Ia tiba.", "Mesin MACET.", "Ia pulang."]
    done = cluster._checked(translator(StandInEngine()), sources)
    assert [source for source, _, _ in done] == ["Ia tiba.", "Ia pulang."]
    with pytest.raises(EngineFailed):
        list(translator(StandInEngine()).checked(sources))


def test_waves_have_each_segment_once_and_end_after_a_window(monkeypatch):
    monkeypatch.setattr(cluster, "_SEGMENTS_AT_ONCE", 3)
    windows = [["a", "b"], ["b", "c", "d"], [], ["e"]]
    assert list(cluster._waves(windows)) == [["a", "b", "c", "d"], ["e"]]


@pytest.mark.parametrize(
    ("segments", "workers", "tasks"),
    [(1, 4, 1), (3, 4, 3), (320, 2, 16), (100_000, 2, 196), (100_000, 100, 800)],
)
def test_tasks_keep_all_workers_busy_and_stay_small(segments, workers, tasks):
    assert cluster._tasks(segments, workers) == tasks


def test_worker_with_another_model_than_the_job_is_refused():
    from dwibahasa.sources import Request

    with pytest.raises(ValueError, match="differ from those of the job"):
        cluster.load_worker(Request(()), b"another", threads=1)


def test_cluster_without_a_job_is_wrong_usage(run, folder):
    assert run("translate", folder / "a.txt", "--cluster", "auto").exit_code == 2
