import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from dwibahasa.cli import main
from dwibahasa.errors import DiskFull, JobsDamaged, LibraryDamaged
from dwibahasa.jobs import JobStore
from dwibahasa.library import Library
from dwibahasa.settings import sample_path, settings
from engine_standin import StandInEngine, english
from waiting import until

COMMAND = [sys.executable, "-m", "dwibahasa"]
STANDIN = [sys.executable, str(Path(__file__).with_name("jobs_standin.py"))]


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def engine(monkeypatch):
    engine = StandInEngine()
    monkeypatch.setattr("dwibahasa.translator.load_engine", lambda *a, **k: engine)
    return engine


@pytest.fixture
def run(engine):
    def run(*arguments):
        return CliRunner().invoke(main, list(map(str, arguments)))

    return run


@pytest.fixture
def folder(tmp_path):
    """Five articles of eight sentences each."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abcde":
        paragraphs = [f"Judul {name}"] + [
            f"Warga {name} tiba pagi {i}. Mereka pulang {name} sore {i}."
            for i in range(4)
        ]
        (folder / f"{name}.txt").write_text("\n\n".join(paragraphs) + "\n")
    return folder


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def report(result):
    return json.loads(result.stdout.splitlines()[-1])


def test_folder_is_translated_file_by_file(run, folder, tmp_path):
    result = run("translate", folder, "-d", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert sorted(contents(tmp_path / "out")) == [f"{n}.en.txt" for n in "abcde"]
    first = (tmp_path / "out" / "a.en.txt").read_text()
    assert first.startswith("Judul-en a-en\n\nWarga-en a-en tiba-en pagi-en 0.")
    assert "5 of 5 files done" in result.stderr
    assert "25 paragraphs in, 25 out; 45 sentences" in result.stderr


def test_same_command_again_translates_nothing(run, engine, folder, tmp_path):
    run("translate", folder, "-d", tmp_path / "out")
    before, engine.sources = contents(tmp_path / "out"), []
    result = run("translate", folder, "-d", tmp_path / "out")
    assert result.exit_code == 0
    assert "all of it was translated before" in result.stderr
    assert engine.sources == []
    assert contents(tmp_path / "out") == before


def test_changed_source_has_only_its_changed_segments_translated(
    run, engine, folder, tmp_path
):
    run("translate", folder, "-d", tmp_path / "out")
    text = (folder / "b.txt").read_text().replace("tiba pagi 2", "datang pagi 2")
    (folder / "b.txt").write_text(text)
    engine.sources = []
    run("translate", folder, "-d", tmp_path / "out")
    assert engine.sources == ["Warga b datang pagi 2."]
    assert (
        english("Warga b datang pagi 2.") in (tmp_path / "out" / "b.en.txt").read_text()
    )


def test_other_decoding_translates_all_again(run, engine, folder, tmp_path):
    run("translate", folder, "-d", tmp_path / "out", "--beam-size", 1)
    before, engine.sources = sorted(engine.sources), []
    run("translate", folder, "-d", tmp_path / "out", "--beam-size", 2)
    assert sorted(engine.sources) == before


def test_output_that_was_deleted_is_written_from_the_records(
    run, engine, folder, tmp_path
):
    run("translate", folder, "-d", tmp_path / "out")
    before, engine.sources = contents(tmp_path / "out"), []
    (tmp_path / "out" / "c.en.txt").unlink()
    run("translate", folder, "-d", tmp_path / "out")
    assert engine.sources == []
    assert contents(tmp_path / "out") == before


def test_broken_files_are_told_and_the_others_are_done(run, folder, tmp_path):
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02")
    (folder / "stuck.txt").write_text("Mesin MACET di sini.")
    (folder / "broken.jsonl").write_text("{\n")
    result = run(
        *("translate", folder, folder / "missing.txt"),
        *("-d", tmp_path / "out", "--progress", "json"),
    )
    assert result.exit_code == 1
    told = report(result)
    assert (told["done"], len(told["failed"])) == (5, 5)
    reasons = {Path(name).name: why for name, why in told["failed"].items()}
    assert "no text to translate" in reasons["empty.txt"]
    assert "is a binary file" in reasons["binary.txt"]
    assert "out of memory" in reasons["stuck.txt"]
    assert "line 1" in reasons["broken.jsonl"]
    assert "No such file" in reasons["missing.txt"]
    assert sorted(contents(tmp_path / "out")) == [f"{n}.en.txt" for n in "abcde"]


def test_reader_that_breaks_does_not_stop_the_others(
    run, folder, tmp_path, monkeypatch
):
    def broken(content, name, options):
        raise KeyError("word/document.xml")

    monkeypatch.setattr("dwibahasa.formats.jsonl.read_bytes", broken)
    (folder / "x.jsonl").write_text('{"text": "Ia tiba."}\n')
    result = run("translate", folder, "-d", tmp_path / "out")
    assert result.exit_code == 1
    assert "unexpected error (KeyError" in result.stderr
    assert "5 of 6 files done, 1 failed" in result.stderr


def test_list_of_sources_is_read_from_a_file(run, folder, tmp_path):
    (tmp_path / "list").write_text(f"{folder}/a.txt\n\n{folder}/d.txt\n")
    arguments = ("--from-file", tmp_path / "list", "-d", tmp_path / "out")
    assert run("translate", *arguments).exit_code == 0
    assert sorted(contents(tmp_path / "out")) == ["a.en.txt", "d.en.txt"]


def test_fields_of_json_lines_are_kept_with_english_added(run, tmp_path):
    source = tmp_path / "corpus.jsonl"
    source.write_text('{"key": 1.0, "isi": "Ia tiba."}\n{"key": 2, "isi": ""}\n')
    run("translate", source, "-d", tmp_path / "out", "--field", "isi")
    assert (tmp_path / "out" / "corpus.en.jsonl").read_text().splitlines() == [
        '{"key": 1.0, "isi": "Ia tiba.", "en": "Ia-en tiba-en."}',
        '{"key": 2, "isi": "", "en": ""}',
    ]


@pytest.mark.parametrize(
    "arguments",
    [("-d", "out"), ("-d", "out", "-"), ("-d", "out", "-o", "x.txt", "a.txt")],
)
def test_job_without_named_sources_is_wrong_usage(run, arguments):
    assert run("translate", *arguments).exit_code == 2


def test_programs_are_told_of_each_file_and_of_the_whole(run, folder, tmp_path):
    (folder / "ragu.txt").write_text("Ada 20 orang RAGU.")
    result = run("translate", folder, "-d", tmp_path / "out", "--progress", "json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    files = [event for event in events if event["event"] == "file"]
    assert {e["state"] for e in files} == {"done"}
    assert files[0]["target"] == str(tmp_path / "out" / "a.en.txt")
    end = events[-1]
    assert end["event"] == "report"
    assert (end["done"], end["failed"]) == (6, {})
    assert (end["blocks"], end["blocks_written"], end["segments"]) == (26, 26, 46)
    assert end["flags"] == {"numbers": 1}
    assert end["words_per_second"] > 0
    assert result.stderr == ""


def test_source_in_another_language_is_told_once(run, folder, tmp_path):
    (folder / "en.txt").write_text(
        "The president arrived in the capital this morning, he said."
    )
    result = run("translate", folder, "-d", tmp_path / "out")
    assert result.exit_code == 0
    assert f"{folder}/en.txt: " in result.stderr
    assert "looks like English" in result.stderr
    again = run("translate", folder, "-d", tmp_path / "out")
    assert "looks like" not in again.stderr
    shown = json.loads(run("jobs", "show", 1, "--json").stdout)["files"]
    assert sum("looks like English" in str(f["warnings"]) for f in shown) == 1


def test_folder_without_a_file_that_is_read_is_wrong_usage(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo.png").touch()
    result = run("translate", tmp_path / "in", "-d", tmp_path / "out")
    assert result.exit_code == 2
    assert "no file that can be read" in result.stderr


def test_quiet_job_says_nothing_but_has_its_exit_code(run, folder, tmp_path):
    (folder / "empty.txt").write_bytes(b"")
    result = run("translate", folder, "-d", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.output) == (1, "")


def test_jobs_are_listed_shown_and_removed(run, folder, tmp_path, data):
    (folder / "empty.txt").write_bytes(b"")
    run("translate", folder, "-d", tmp_path / "out")
    listed = run("jobs", "list").stdout.splitlines()[1].split()
    day = listed.pop(5)
    assert abs(date.fromisoformat(day) - date.today()).days <= 1
    assert datetime.strptime(listed.pop(5), "%H:%M")
    assert listed == ["1", "failed", "5/6", "45", "id-en", str(tmp_path / "out")]
    (job,) = json.loads(run("jobs", "list", "--json").stdout)
    assert (job["done"], job["failed"], job["is_running"]) == (5, 1, False)
    shown = run("jobs", "show", 1).stdout
    assert f"failed  {folder}/empty.txt" in shown
    assert "no text to translate" in shown
    assert len(json.loads(run("jobs", "show", 1, "--json").stdout)["files"]) == 6
    assert run("jobs", "remove", 1).exit_code == 0
    assert len(run("jobs", "list").stdout.splitlines()) == 1
    assert b"Warga-en" not in (data / "jobs.sqlite3").read_bytes()
    assert sorted(contents(tmp_path / "out")) == [f"{n}.en.txt" for n in "abcde"]
    for command in ("show", "retry", "remove"):
        result = run("jobs", command, 1)
        assert result.exit_code == 1
        assert "there is no job 1" in result.stderr


def test_retry_does_what_failed(run, engine, folder, tmp_path):
    (folder / "late.txt").write_bytes(b"")
    run("translate", folder, "-d", tmp_path / "out")
    (folder / "late.txt").write_text("Ia tiba.")
    engine.sources = []
    assert run("jobs", "retry", 1).exit_code == 0
    assert engine.sources == ["Ia tiba."]
    assert (tmp_path / "out" / "late.en.txt").read_text() == "Ia-en tiba-en.\n"


def test_export_writes_another_format_without_the_engine(run, engine, folder, tmp_path):
    run("translate", folder, "-d", tmp_path / "out")
    engine.sources = []
    web = tmp_path / "web"
    assert run("jobs", "export", 1, "--format", "html", "-d", web).exit_code == 0
    assert sorted(contents(web)) == [f"{n}.en.html" for n in "abcde"]
    assert "Warga-en a-en" in (web / "a.en.html").read_text()
    (folder / "a.txt").write_text("Kalimat baru.")
    result = run("jobs", "export", 1, "--format", "html", "-d", web)
    assert result.exit_code == 1
    assert "'dwibahasa jobs retry 1' first" in result.stderr
    assert engine.sources == []


def test_second_run_of_the_same_job_says_so_and_stops(run, folder, tmp_path):
    store = JobStore(settings().jobs_path)
    with store.lock(store.job_id(tmp_path / "out")):
        result = run("translate", folder, "-d", tmp_path / "out")
        (job,) = json.loads(run("jobs", "list", "--json").stdout)
        assert run("jobs", "remove", 1).exit_code == 1
    assert result.exit_code == 1
    assert "is run by another process" in result.stderr
    assert job["is_running"]
    assert not (tmp_path / "out").exists()
    assert run("translate", folder, "-d", tmp_path / "out").exit_code == 0


def test_model_that_is_not_there_begins_no_job(run, folder, tmp_path):
    result = run("translate", folder, "-d", tmp_path / "out", "--model", "nope")
    assert result.exit_code == 1
    assert "models install nope" in result.stderr
    assert len(run("jobs", "list").stdout.splitlines()) == 1


def test_jobs_and_library_do_not_take_each_other_s_file(data):
    JobStore(settings().jobs_path)
    Library(settings().library_path)
    with pytest.raises(LibraryDamaged, match="of another program"):
        Library(settings().jobs_path)
    with pytest.raises(JobsDamaged, match="move it away"):
        JobStore(settings().library_path)


def started(folder, out, *arguments, delay_s=0.01, **environment):
    return subprocess.Popen(
        [*STANDIN, str(delay_s), "translate", str(folder), "-d", str(out), *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Who starts the tests may have it ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def segments_kept(data):
    path = data / "jobs.sqlite3"
    if not path.exists():
        return 0
    connection = sqlite3.connect(path, timeout=20)
    try:
        return connection.execute("SELECT count(*) FROM segment").fetchone()[0]
    except sqlite3.OperationalError:  # the schema is being made
        return 0
    finally:
        connection.close()


def test_twenty_kills_change_no_byte(run, folder, tmp_path, data):
    """Killed within milliseconds of random steps, from the first to the last output."""
    (folder / "ragu.txt").write_text(
        "\n".join(f"Ada {n} orang RAGU di kota. Ia tiba {n} kali." for n in range(30))
    )
    (folder / "corpus.jsonl").write_text(
        "".join(f'{{"n": {n}, "text": "Baris {n} tiba."}}\n' for n in range(60))
    )
    assert run("translate", folder, "-d", tmp_path / "whole").exit_code == 0
    whole, steps = contents(tmp_path / "whole"), tmp_path / "steps"
    process = started(folder, tmp_path / "counted", STEPS=str(steps))
    process.communicate(timeout=120)
    assert contents(tmp_path / "counted") == whole
    most = int(steps.read_text()) // 5
    out = tmp_path / "out"
    choose = random.Random(5)
    kept, written, half_written = [], [], 0
    moments = [str(choose.randint(1, most)) for _ in range(18)] + ["rename"] * 2
    choose.shuffle(moments)
    while moments:
        process = started(folder, out, STEPS=str(steps), KILL_AT=moments[-1])
        process.communicate(timeout=120)
        if process.returncode == 0:  # it was done before: its outputs once more
            assert contents(out) == whole
            shutil.rmtree(out)
            continue
        assert process.returncode == -signal.SIGKILL
        moments.pop()
        kept.append(segments_kept(data))
        there = contents(out)
        done = {name: there[name] for name in there if not name.endswith(".part")}
        assert done.items() <= whole.items(), "what is there is whole"
        written.append(len(done))
        half_written += len(done) < len(there)
    assert kept == sorted(kept)
    assert len(set(kept)) >= 8, "kills are spread over the segments"
    assert len(set(written)) >= 4, "and over the outputs"
    assert half_written >= 2, "some in the middle of an output"
    process = started(folder, out, delay_s=0.0)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert contents(out) == whole


def test_interrupted_job_keeps_what_is_done_and_has_exit_code_130(
    folder, tmp_path, data
):
    process = started(folder, tmp_path / "out", "--progress", "json", delay_s=0.2)
    events = map(json.loads, process.stdout)
    next(event for event in events if event["event"] == "file")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    assert segments_kept(data) >= 9


def test_full_disk_stops_the_job_which_then_goes_on(folder, tmp_path):
    small = tmp_path / "disk"
    small.mkdir()
    command = [*STANDIN, "0", "translate", str(folder), "-d", f"{small}/out"]
    script = (
        f"mount -t tmpfs -o size=200k tmpfs {small}\n"
        f"head -c 150000 /dev/zero > {small}/ballast\n"
        f"export DWIBAHASA_DATA={small}/data\n"
        'if "$@"; then exit 9; fi\n'
        f"rm {small}/ballast\n"
        '"$@" --quiet || exit 8\n'
        f"cp -r {small}/out {tmp_path}/copy\n"
    )
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("no small disk can be mounted here")
    assert done.returncode == 0, done.stderr
    assert str(DiskFull(small / "x")).partition("disk of")[0] in done.stderr
    assert sorted(contents(tmp_path / "copy")) == [f"{n}.en.txt" for n in "abcde"]


def test_dry_run_counts_words_and_tells_the_time(run, engine, folder, tmp_path):
    (folder / "empty.txt").write_bytes(b"")
    arguments = ("translate", folder, "-d", tmp_path / "out", "--dry-run")
    result = run(*arguments)
    assert result.exit_code == 1
    assert "empty.txt has no text" in result.stderr
    # In each of five files a title of 2 words and four paragraphs of 10 words.
    assert "5 files, 210 words, 210 of them to translate: about 0:00:0" in result.stdout
    assert "(measured now)" in result.stdout
    anywhere = run("translate", folder, "--dry-run")
    assert "5 files, 210 words, 210 of them to translate" in anywhere.stdout
    assert not (tmp_path / "out").exists()
    assert len(run("jobs", "list").stdout.splitlines()) == 1


def test_dry_run_takes_the_speed_and_the_records_of_former_jobs(
    run, engine, folder, tmp_path
):
    run("translate", folder, "-d", tmp_path / "out")
    (folder / "f.txt").write_text("Tiga kata lagi.")
    arguments = ("translate", folder, "-d", tmp_path / "out", "--dry-run")
    engine.sources = []
    told = json.loads(run(*arguments, "--progress", "json").stdout)
    assert (told["words"], told["words_left"]) == (213, 3)
    assert told["words_per_second"] > 0
    assert not told["is_measured_now"]
    assert engine.sources == []


# Its numbers run into each other: never free of doubt, it is tried again in clauses.
DOUBTFUL = (
    "Seribu sembilan ratus empat puluh lima setengah lusin dua puluh tiga belas ratus"
    " tujuh puluh sembilan orang tiba."
)


def test_killed_job_of_the_embedded_model_goes_on_to_the_same_bytes(tmp_path, data):
    source = tmp_path / "berita.txt"
    article = sample_path().read_text(encoding="utf-8").split("\n\n")
    source.write_text("\n\n".join([*article[:4], DOUBTFUL]), encoding="utf-8")
    command = [*COMMAND, "translate", str(source), "--quiet", "--format", "json"]

    def run(out):
        subprocess.run([*command, "-d", str(tmp_path / out)], check=True, timeout=300)
        return (tmp_path / out / "berita.en.json").read_bytes()

    killed = subprocess.Popen([*command, "-d", str(tmp_path / "killed")])
    until(lambda: segments_kept(data), timeout_s=120)
    killed.kill()
    killed.wait()
    assert not (tmp_path / "killed" / "berita.en.json").exists()
    whole = run("whole")
    assert run("killed") == whole
    segments = [s for b in json.loads(whole)["blocks"] for s in b["segments"]]
    assert [s["flags"] for s in segments if s["source"] == DOUBTFUL] == [["numbers"]]


SUBTITLES = "1\n00:00:01,000 --> 00:00:03,000\nIa tiba {n}.\n\n"
SMALL_FILES = {
    "txt": "Judul {n}\n\nIa tiba {n}. Ia pulang.\n",
    "html": "<html><body><h1>Judul {n}</h1><p>Ia <b>tiba</b> {n}.</p></body></html>",
    "jsonl": '{{"n": {n}, "text": "Ia tiba {n}."}}\n',
    "csv": "n,text\n{n},Ia tiba {n}.\n",
    "srt": SUBTITLES,
    "vtt": "WEBVTT\n\n" + SUBTITLES.replace(",", "."),
}


def test_of_a_hundred_mixed_files_the_five_broken_ones_are_told(run, tmp_path):
    folder, real = tmp_path / "in", Path(__file__).parent / "data" / "formats"
    folder.mkdir()
    documents = [p for p in real.iterdir() if p.suffix != ".pdf"]
    documents.append(real / "berita-libreoffice.pdf")
    for document in documents:
        shutil.copy(document, folder)
    for n in range(95 - len(documents)):
        suffix = list(SMALL_FILES)[n % len(SMALL_FILES)]
        (folder / f"{n}.{suffix}").write_text(SMALL_FILES[suffix].format(n=n))
    archive = (real / "berita-pandoc.docx").read_bytes()
    (folder / "x1.docx").write_bytes(archive[: len(archive) // 2])
    (folder / "x2.epub").write_bytes(b"PK\x03\x04nothing")
    (folder / "x3.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    (folder / "x4.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    (folder / "x5.csv").write_bytes(b"")
    result = run("translate", folder, "-d", tmp_path / "out", "--progress", "json")
    assert result.exit_code == 1
    told = report(result)
    assert (told["done"], len(told["failed"])) == (95, 5)
    assert {Path(name).name[:1] for name in told["failed"]} == {"x"}
    assert "unexpected" not in str(told["failed"])
    assert told["blocks"] == told["blocks_written"] > 190
    assert len(contents(tmp_path / "out")) == 95
