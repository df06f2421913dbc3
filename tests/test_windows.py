import json
from itertools import islice

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dwibahasa import windows
from dwibahasa.cli import main
from dwibahasa.document import Document
from dwibahasa.formats import jsonl, lines
from dwibahasa.formats.options import Options
from dwibahasa.settings import settings
from engine_standin import StandInEngine, translator


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Translate a source as a job, in windows of three lines where it is large."""
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(
        "dwibahasa.translator.load_engine", lambda *a, **k: StandInEngine()
    )
    monkeypatch.setattr(windows, "_LINES", 3)
    settings.cache_clear()

    def run(source, out, *arguments):
        command = ["translate", source, "-d", tmp_path / out, *arguments]
        return CliRunner().invoke(main, list(map(str, command)))

    yield run
    settings.cache_clear()


@pytest.fixture
def corpus(tmp_path):
    """Eight lines of JSON Lines, one of them blank, some of them alike."""
    source = tmp_path / "corpus.jsonl"
    lines = [
        f'{{"n": {n}, "text": "Baris {n % 4} tiba.\\n\\nLagi."}}' for n in range(7)
    ]
    source.write_text("\n".join([*lines[:4], "", *lines[4:]]) + "\n")
    return source


def test_large_json_lines_give_the_bytes_of_small_ones(
    run, corpus, tmp_path, monkeypatch
):
    assert run(corpus, "whole").exit_code == 0
    monkeypatch.setattr(windows, "_LARGEST_WHOLE_BYTES", 0)
    result = run(corpus, "windows", "--progress", "json")
    assert result.exit_code == 0
    whole = (tmp_path / "whole" / "corpus.en.jsonl").read_bytes()
    assert (tmp_path / "windows" / "corpus.en.jsonl").read_bytes() == whole
    assert [json.loads(line)["n"] for line in whole.splitlines()] == list(range(7))
    report = json.loads(result.stdout.splitlines()[-1])
    assert (report["blocks"], report["blocks_written"]) == (14, 14)


def test_broken_line_far_down_leaves_no_output(run, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(windows, "_LARGEST_WHOLE_BYTES", 0)
    corpus.write_text(corpus.read_text() + "{broken\n")
    result = run(corpus, "out")
    assert result.exit_code == 1
    assert "line 9" in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


TABLE = 'no;text\r\n1;Ia tiba.\r\n\r\n2;"Satu.\nDua; tiga."\r\n3;—\r\n4;Ia pulang.\r\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tabel.csv", TABLE.encode()),
        ("tabel.csv", TABLE.encode("utf-8-sig")),
        ("tabel.csv", TABLE.replace("\r\n", "\r").encode()),
        ("tabel.csv", TABLE.replace("—", "\x93ya\x94").encode("latin-1")),
        ("tabel.csv", TABLE.encode("utf-16")),
        ("tabel.tsv", TABLE.replace(";", "\t").encode()),
        ("tabel.tsv", b'text\tn\n"Ya," kata Budi.\t1\n' + b"Ia tiba.\t2\n" * 5),
    ],
)
def test_large_table_gives_the_bytes_of_a_small_one(
    run, tmp_path, monkeypatch, name, content
):
    source = tmp_path / name
    source.write_bytes(content)
    assert run(source, "whole").exit_code == 0
    monkeypatch.setattr(windows, "_LARGEST_WHOLE_BYTES", 0)
    assert run(source, "windows").exit_code == 0
    [whole] = (tmp_path / "whole").iterdir()
    assert (tmp_path / "windows" / whole.name).read_bytes() == whole.read_bytes()


def test_table_over_the_limit_is_read_in_windows(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DWIBAHASA_MAX_TEXT_BYTES", "50")
    monkeypatch.setattr(windows, "_LARGEST_WHOLE_BYTES", 0)
    settings.cache_clear()
    source = tmp_path / "tabel.csv"
    source.write_text("n,text\n" + "".join(f"{n},Ia tiba.\n" for n in range(10)))
    assert run(source, "out").exit_code == 0
    written = (tmp_path / "out" / "tabel.en.csv").read_text().splitlines()
    assert written == [
        "n,text,en",
        *(f"{n},Ia tiba.,Ia-en tiba-en." for n in range(10)),
    ]
    source.write_bytes(source.read_bytes() + b"11,Ia \x93tiba\x94.\n")
    result = run(source, "out")
    assert result.exit_code == 1
    assert f"line 12 of {source}" in result.stderr


def test_broken_row_far_down_leaves_no_output(run, tmp_path, monkeypatch):
    monkeypatch.setattr(windows, "_LARGEST_WHOLE_BYTES", 0)
    source = tmp_path / "tabel.csv"
    source.write_text("n,text\n" + "1,Ia tiba.\n" * 200 + "1,Ia, tiba.\n")
    result = run(source, "out")
    assert result.exit_code == 1
    assert "line 202: it has 3 cells" in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_text_over_the_limit_is_translated_line_by_line(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DWIBAHASA_MAX_TEXT_BYTES", "50")
    settings.cache_clear()
    source = tmp_path / "besar.txt"
    lines = ["Ia tiba.", "", "- Satu dua.", "12", *["Ia pulang sore."] * 4]
    source.write_text("\n".join(lines) + "\n")
    assert run(source, "out").exit_code == 0
    assert (tmp_path / "out" / "besar.en.txt").read_text().splitlines() == [
        "Ia-en tiba-en.",
        "",
        "- Satu-en dua-en.",
        "12",
        *["Ia-en pulang-en sore-en."] * 4,
    ]


def test_large_text_that_is_not_in_utf_8_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DWIBAHASA_MAX_TEXT_BYTES", "5")
    settings.cache_clear()
    source = tmp_path / "lama.txt"
    source.write_bytes("Ia tiba.\nIa pulang \x93sore\x94.\n".encode("latin-1"))
    result = run(source, "out")
    assert result.exit_code == 1
    assert f"line 2 of {source}" in result.stderr
    assert "save it as UTF-8" in result.stderr


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))
    ),
    st.integers(1, 5),
)
def test_every_line_has_its_line_in_order(texts, size):
    sources = [json.dumps({"n": n, "text": t}).encode() for n, t in enumerate(texts)]
    plain = [f"{text}\n".encode() for text in texts]
    standin = translator(StandInEngine())
    for module, read in ((jsonl, sources), (lines, plain)):
        written = b""
        records = module.records(read, "corpus", Options(("text",)))
        while window := list(islice(records, size)):
            blocks = tuple(block for record in window for block in record.blocks)
            bilingual = standin.translate(Document(blocks))
            assert [b.block for b in bilingual.blocks] == list(blocks)
            own = iter(bilingual.blocks)
            for record in window:
                written += module.rewritten(record, own, Options(("text",)))
            assert next(own, None) is None
        out = written.split(b"\n")[:-1]
        assert len(out) == len(texts)
        if module is jsonl:
            assert [json.loads(line)["n"] for line in out] == list(range(len(texts)))
