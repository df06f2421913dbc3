import json
import os
import signal
import subprocess
import sys
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


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def workers(folder):
    return {int(path.name) for path in folder.iterdir()}


def test_lost_worker_of_a_cluster_changes_no_byte(run, folder, tmp_path):
    assert run("translate", folder, "-d", tmp_path / "whole").exit_code == 1
    out, pids = tmp_path / "out", tmp_path / "pids"
    pids.mkdir()
    # What was done without the cluster is not done again.
    assert run("translate", folder / "a.txt", "-d", out).exit_code == 0
    command = ["translate", folder, "-d", out, "--progress", "json"]
    process = subprocess.Popen(
        [sys.executable, TESTS / "cluster_standin.py", *command, "--cluster", "auto"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(TESTS)]),
            "STANDIN_WORKERS": str(pids),
            "DWIBAHASA_THREADS": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first = until(lambda: workers(pids), timeout_s=240)
    time.sleep(0.5)  # in the middle of its work
    lost = first.pop()
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
