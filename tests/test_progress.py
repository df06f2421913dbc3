import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from dwibahasa.jobs import JobStore, SourceRecord, SourceState
from dwibahasa.progress import Progress

STANDIN = [sys.executable, str(Path(__file__).with_name("jobs_standin.py"))]


@pytest.fixture
def progress(monkeypatch):
    """A quarter of two files, at 10 words a second."""
    times = iter([100.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times, 104.0))
    progress = Progress()
    progress.begin(2, 400)
    progress.unit(200, 80)
    for _ in range(8):
        progress.segment("satu dua tiga empat lima", True)
    return progress


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (67, "0/2 files, 8 segments, 10 words/s, 00:12 left"),
        (44, "0/2 files, 10 words/s, 00:12 left"),
        (27, "0/2 files, 00:12 left"),
        (5, "0/2 files, 00:12 left"),
    ],
)
def test_narrow_terminal_still_shows_files_and_the_time_left(progress, room, expected):
    assert progress.sentence(room) == expected


def test_failed_files_are_shown(progress):
    failed = SourceRecord("a.txt", Path("a.en.txt"), SourceState.FAILED)
    progress.source_done(failed, is_new=True)
    assert progress.sentence(80).startswith("0/2 files, 1 failed, 8 segments")


def test_nothing_is_said_of_time_before_anything_is_translated():
    progress = Progress()
    progress.begin(3, 1000)
    assert progress.sentence(80) == "0/3 files, 0 segments"


def in_terminal(tmp_path, columns):
    """What a job writes to a terminal of so many columns, and its exit code."""
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    (tmp_path / "a.txt").write_text("Ia tiba. " * 30)
    done = subprocess.run(
        [*STANDIN, "0.02", "translate", tmp_path / "a.txt", "-d", tmp_path / "out"],
        env={**os.environ, "DWIBAHASA_DATA": str(tmp_path / "data")},
        stderr=end,
        timeout=120,
    )
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    return shown, done.returncode


@pytest.mark.parametrize("columns", [80, 40])
def test_bar_fits_the_terminal_from_its_begin(tmp_path, columns):
    shown, code = in_terminal(tmp_path, columns)
    assert code == 0
    bars = re.findall(r"\r *(\d+%\|[^\r\n]*)", shown)
    assert "0/1 files, 0 segments" in bars[1]
    assert all(len(bar) <= columns for bar in bars)
    assert "\rdwibahasa: 1 of 1 files done\r\n" in shown


def test_error_does_not_stand_behind_the_bar(tmp_path):
    store = JobStore(tmp_path / "data" / "jobs.sqlite3")
    with store.lock(store.job_id(tmp_path / "out")):
        shown, code = in_terminal(tmp_path, 80)
    assert code == 1
    assert "\rdwibahasa: job 1, which writes to" in shown
