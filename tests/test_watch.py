import shutil
import threading
import time
from contextlib import contextmanager

import pytest

from dwibahasa.batch import Batch
from dwibahasa.errors import UnreadableFile
from dwibahasa.jobs import JobStore
from dwibahasa.progress import Log
from dwibahasa.settings import settings
from dwibahasa.sources import Request
from dwibahasa.watch import watch
from engine_standin import StandInEngine
from waiting import until


@pytest.fixture
def engine(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    engine = StandInEngine()
    monkeypatch.setattr("dwibahasa.translator.load_engine", lambda *a, **k: engine)
    yield engine
    settings.cache_clear()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@contextmanager
def watched(folder, out, settle_s=0.3):
    """Watch a folder in a thread."""
    batch = Batch(JobStore(settings().jobs_path), Request((str(folder),)), out)
    stop = threading.Event()
    thread = threading.Thread(
        target=watch,
        args=(batch, folder, Log()),
        kwargs={"settle_s": settle_s, "stop": stop},
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=20)


def test_files_that_are_there_and_that_come_are_translated_once(
    engine, folder, tmp_path, capsys
):
    out = tmp_path / "out"
    (folder / "a.txt").write_text("Ia tiba.")
    with watched(folder, out):
        until(lambda: (out / "a.en.txt").exists())
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("Ia pulang.")
        until(lambda: (out / "sub" / "b.en.txt").exists())
        (folder / "bad.txt").write_bytes(b"\x00\x01\x02")
        (folder / "c.txt").write_text("Ia makan.")
        until(lambda: (out / "c.en.txt").exists())
    assert sorted(engine.sources) == ["Ia makan.", "Ia pulang.", "Ia tiba."]
    told = capsys.readouterr().err
    assert told.count("a.txt: 1 paragraphs, 1 sentences, written to") == 1
    assert "bad.txt is a binary file" in told


def test_folder_that_goes_away_ends_it_and_is_told(engine, folder, tmp_path):
    batch = Batch(
        JobStore(settings().jobs_path), Request((str(folder),)), tmp_path / "out"
    )
    told = []

    def watch_until_gone():
        try:
            watch(batch, folder, Log(), settle_s=0.1)
        except UnreadableFile as error:
            told.append(str(error))

    thread = threading.Thread(target=watch_until_gone, daemon=True)
    thread.start()
    (folder / "a.txt").write_text("Ia tiba.")
    until(lambda: (tmp_path / "out" / "a.en.txt").exists())
    shutil.rmtree(folder)
    thread.join(timeout=20)
    assert told == [
        f"cannot read {folder}: No such file or directory; check the name and that you"
        " may read it"
    ]


def test_job_that_another_process_runs_is_told_once_and_waited_for(
    engine, folder, tmp_path, capsys
):
    out = tmp_path / "out"
    (folder / "a.txt").write_text("Ia tiba.")
    store = JobStore(settings().jobs_path)
    with store.lock(store.job_id(out)), watched(folder, out, settle_s=0.1):
        time.sleep(1.0)
    assert capsys.readouterr().err.count("is run by another process") == 1
    with watched(folder, out, settle_s=0.1):
        until(lambda: (out / "a.en.txt").exists())


def test_restart_goes_on_with_what_is_new(engine, folder, tmp_path, capsys):
    out = tmp_path / "out"
    (folder / "a.txt").write_text("Ia tiba.")
    with watched(folder, out):
        until(lambda: (out / "a.en.txt").exists())
    (folder / "b.txt").write_text("Ia pulang.")
    capsys.readouterr()
    with watched(folder, out):
        until(lambda: (out / "b.en.txt").exists())
    assert engine.sources == ["Ia tiba.", "Ia pulang."]
    told = capsys.readouterr().err
    assert "b.txt" in told
    assert "a.txt" not in told


def test_file_is_translated_when_it_is_no_longer_written(engine, folder, tmp_path):
    out = tmp_path / "out"
    with watched(folder, out, settle_s=1.0), (folder / "a.txt").open("w") as file:
        for n in range(8):
            file.write(f"Kalimat {n} tiba.\n")
            file.flush()
            assert not threading.Event().wait(0.3)
            assert not (out / "a.en.txt").exists()
        until(lambda: (out / "a.en.txt").exists())
    assert len((out / "a.en.txt").read_text().splitlines()) == 8
    assert len(engine.sources) == 8
