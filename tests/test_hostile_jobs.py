"""Jobs over what should not be there, and by users who do what they should not."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from dwibahasa.cli import main
from dwibahasa.settings import settings
from engine_standin import StandInEngine

STANDIN = [sys.executable, str(Path(__file__).with_name("jobs_standin.py")), "0"]


@pytest.fixture
def engine(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    engine = StandInEngine()
    monkeypatch.setattr("dwibahasa.translator.load_engine", lambda *a, **k: engine)
    yield engine
    settings.cache_clear()


@pytest.fixture
def run(engine):
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Warga {name} tiba. Ia pulang.")
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def report(result):
    return json.loads(result.stdout.splitlines()[-1])


def test_listener_that_goes_away_ends_the_job_and_fails_no_source(
    engine, run, folder, tmp_path
):
    command = [*STANDIN, "translate", folder, "-d", tmp_path / "out"]
    process = subprocess.Popen(
        [*command, "--progress", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == ""
    assert process.wait(timeout=60) == 1
    (job,) = json.loads(run("jobs", "list", "--json").stdout)
    assert job["failed"] == 0
    assert run("translate", folder, "-d", tmp_path / "out").exit_code == 0
    assert names(tmp_path / "out") == ["a.en.txt", "b.en.txt", "c.en.txt"]


def test_other_ways_to_one_folder_of_outputs_are_one_job(run, folder, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    for out in (tmp_path / "out", folder / ".." / "out", tmp_path / "link" / "out"):
        assert run("translate", folder, "-d", out).exit_code == 0
    (job,) = json.loads(run("jobs", "list", "--json").stdout)
    assert job["folder"] == str(tmp_path / "out")


@pytest.mark.parametrize("command", ["translate", "export"])
def test_folder_of_sources_as_that_of_outputs_is_wrong_usage(
    run, folder, tmp_path, command
):
    run("translate", folder, "-d", tmp_path / "out")
    result = (
        run("translate", folder, "-d", folder)
        if command == "translate"
        else run("jobs", "export", 1, "--format", "html", "-d", folder)
    )
    assert result.exit_code == 2
    assert "what is in the folder of the outputs is no source" in result.stderr
    assert names(folder) == ["a.txt", "b.txt", "c.txt"]


def test_folder_without_sources_leaves_an_empty_job(run, tmp_path):
    (tmp_path / "in").mkdir()
    result = run("translate", tmp_path / "in", "-d", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "files done" not in result.stderr
    assert run("jobs", "list").stdout.splitlines()[1].split()[1] == "empty"
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_written_is_told_before_the_work(
    engine, run, folder, tmp_path
):
    (tmp_path / "file").touch()
    result = run("translate", folder, "-d", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.stderr == (
        f"dwibahasa: cannot write {tmp_path}/file/out: Not a directory; choose another"
        " place or change its permissions\n"
    )
    assert engine.sources == []


@pytest.mark.parametrize("options", [["{folder}"], ["a.txt", "--progress", "json"]])
def test_what_only_a_job_does_asks_for_a_folder_of_outputs(run, folder, options):
    result = run("translate", *(option.format(folder=folder) for option in options))
    assert result.exit_code == 2
    assert "are for a job: give --output-dir" in result.stderr


def test_device_without_end_is_refused_by_its_size(run, tmp_path):
    result = run("translate", "/dev/zero", "-d", tmp_path / "out")
    assert result.exit_code == 1
    assert "/dev/zero" in result.stderr


def test_pipe_is_read_once_and_translated_again_each_time(run, tmp_path):
    pipe = tmp_path / "berita.txt"
    os.mkfifo(pipe)
    for text in ("Ia tiba.", "Ia pulang."):
        writer = threading.Thread(target=pipe.write_text, args=(text,))
        writer.start()
        assert run("translate", pipe, "-d", tmp_path / "out").exit_code == 0
        writer.join()
    assert (tmp_path / "out" / "berita.en.txt").read_text() == "Ia-en pulang-en.\n"


def test_name_that_is_no_utf_8_fails_alone(run, folder, tmp_path):
    (folder / os.fsdecode(b"b\xe9.txt")).write_text("Ia tiba.")
    arguments = ("translate", folder, "-d", tmp_path / "out", "--progress", "json")
    result = run(*arguments)
    assert result.exit_code == 1, result.exception
    assert report(result)["done"] == 3
    (name,) = report(result)["failed"]
    assert name == str(folder / "b\\udce9.txt")


@pytest.mark.parametrize("list_", ["\ufeff{0}\r\n{1}\r\n", "{0}\n{1}\n\n"])
def test_list_of_sources_may_come_from_windows(run, folder, tmp_path, list_):
    lines = list_.format(folder / "a.txt", folder / "b.txt")
    (tmp_path / "list").write_bytes(lines.encode())
    arguments = ("--from-file", tmp_path / "list", "-d", tmp_path / "out")
    assert run("translate", *arguments).exit_code == 0
    assert names(tmp_path / "out") == ["a.en.txt", "b.en.txt"]


def test_list_of_sources_that_is_no_text_fails_by_its_names(run, tmp_path):
    (tmp_path / "list").write_bytes(b"caf\xe9.txt\n")
    arguments = ("--from-file", tmp_path / "list", "-d", tmp_path / "out")
    result = run("translate", *arguments)
    assert result.exit_code == 1
    assert "0 of 1 files done" in result.stderr


def test_files_of_folders_that_are_left_out_are_told(run, folder, tmp_path):
    (folder / "surat.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "foto.png").touch()
    arguments = ("translate", folder, "-d", tmp_path / "out")
    result = run(*arguments)
    assert result.exit_code == 0
    assert "files of other kinds, left out: .png 1, .doc 1\n" in result.stderr
    told = report(run(*arguments, "--progress", "json"))
    assert told["left_out"] == {".doc": 1, ".png": 1}


def test_job_shows_what_is_to_be_doubted_of_its_sources(run, folder, tmp_path):
    (folder / "d.txt").write_text("Ada 20 orang RAGU.")
    (folder / "e.txt").write_text(
        "The president arrived in the capital this morning, he said."
    )
    run("translate", folder, "-d", tmp_path / "out")
    lines = run("jobs", "show", 1).stdout.splitlines()
    of_d = lines.index(f"done  {folder}/d.txt -> {tmp_path}/out/d.en.txt")
    assert lines[of_d + 1] == "  sentences to doubt, by reason: numbers 1"
    assert "looks like English" in lines[of_d + 3]
