import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dwibahasa.cli import main
from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.memory import Memory, Place
from dwibahasa.settings import sample_path, settings
from engine_standin import StandInEngine, english, translator

COMMAND = [sys.executable, "-m", "dwibahasa"]


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def run(monkeypatch):
    """Run a command with a stand-in for the engine."""
    monkeypatch.setattr(
        "dwibahasa.translator.load_engine", lambda *args, **kwargs: StandInEngine()
    )

    def run(*arguments, text=None):
        return CliRunner().invoke(main, list(map(str, arguments)), input=text)

    return run


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "berita.txt"
    path.write_text("Judul\n\n\nIa tiba. Ia pulang.\n- beras\n", encoding="utf-8")
    return path


def test_file_is_translated_to_standard_output_with_its_blank_lines(run, article):
    result = run("translate", article)
    assert result.exit_code == 0
    assert result.stdout == (
        "Judul-en\n\n\nIa-en tiba-en. Ia-en pulang-en.\n- beras-en\n"
    )


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_is_translated(run, arguments):
    result = run("translate", *arguments, text="Ia tiba.\n")
    assert (result.exit_code, result.stdout) == (0, "Ia-en tiba-en.\n")


@pytest.fixture
def corrected():
    """What the user made of a sentence in the reader."""
    library = Library(settings().library_path)
    document = text.read("Ia pulang.")
    article_id = library.add(document)
    for block in translator(StandInEngine()).blocks(document):
        library.save_block(article_id, block)
    Memory(library.database).edit(
        Place(article_id, 0, 0), "She went home.", english("Ia pulang.")
    )
    return "She went home."


def test_corrections_made_in_the_reader_serve_the_command_line(run, article, corrected):
    result = run("translate", article)
    assert f"Ia-en tiba-en. {corrected}\n" in result.stdout
    assert "1 of 4 sentences are as you corrected them in the reader" in result.stderr
    told = json.loads(run("translate", article, "--format", "json").stdout)
    origins = [s["origin"] for block in told["blocks"] for s in block["segments"]]
    assert origins == ["model", "model", "memory", "model"]
    assert "corrected them" not in run("translate", article, "--quiet").stderr


def test_corrections_are_left_out_where_that_is_asked_for(run, article, corrected):
    result = run("translate", article, "--no-memory")
    assert "Ia-en tiba-en. Ia-en pulang-en.\n" in result.stdout
    assert "corrected" not in result.stderr


def test_job_takes_no_corrections(run, article, corrected, tmp_path):
    assert run("translate", article, "-d", tmp_path / "out").exit_code == 0
    assert corrected not in (tmp_path / "out" / "berita.en.txt").read_text()


def test_command_line_begins_no_library(run, article):
    run("translate", article)
    assert not settings().library_path.exists()


def test_several_files_go_to_standard_output_in_order(run, article):
    result = run("translate", article, article)
    assert result.stdout.count("Judul-en") == 2


def test_output_file_names_the_format(run, article, tmp_path):
    assert run("translate", article, "-o", tmp_path / "out.json").exit_code == 0
    record = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert record["model"] == "id-en"
    assert [block["kind"] for block in record["blocks"]] == [
        "title",
        "paragraph",
        "list-item",
    ]
    assert record["blocks"][1]["segments"] == [
        {
            "source": "Ia tiba.",
            "target": "Ia-en tiba-en.",
            "start": 0,
            "score": -0.25,
            "flags": [],
            "origin": "model",
        },
        {
            "source": "Ia pulang.",
            "target": "Ia-en pulang-en.",
            "start": 9,
            "score": -0.25,
            "flags": [],
            "origin": "model",
        },
    ]


def test_markdown_is_a_table(run, article):
    result = run("translate", article, "--format", "markdown")
    assert result.stdout.splitlines()[:3] == [
        "| Indonesian | English |",
        "|---|---|",
        "| Judul | Judul-en |",
    ]


def test_html_is_one_page_that_needs_no_other_file(run, article):
    page = run("translate", article, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "Ia-en tiba-en." in page
    assert "src=" not in page
    assert "<link" not in page


def test_mark_up_in_the_source_is_escaped(run, tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("Ia <script>alert(1)</script> tiba | di *kota*.")
    page = run("translate", source, "--format", "html").stdout
    assert "<script>alert" not in page
    table = run("translate", source, "--format", "markdown").stdout
    assert r"Ia \<script\>alert(1)\</script\> tiba \| di \*kota\*." in table


def test_one_bad_file_of_many_is_told_and_the_others_are_done(run, article, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"%PDF-1.7")
    out = tmp_path / "out"
    result = run("translate", article, bad, tmp_path / "missing.txt", "-o", out)
    assert result.exit_code == 1
    assert [path.name for path in out.iterdir()] == ["berita.en.txt"]
    assert f"{bad} cannot be read as PDF" in result.stderr
    assert "missing.txt" in result.stderr
    assert "2 of 3 sources failed" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "pptx", "a.txt"], "'pptx' is not one of"),
        (["--beam-size", "0", "a.txt"], "0 is not in the range"),
        (["--engine", "marian", "a.txt"], "'marian' is not one of"),
        (["--format", "html", "a.txt", "b.txt"], "-o FOLDER"),
        (["--article", "--format", "same", "a.html"], "leave out one of them"),
        (["--nope"], "No such option"),
    ],
)
def test_wrong_usage_has_exit_code_2(run, arguments, message):
    result = run("translate", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no text to translate"),
        (b"\x00\x01\x02", "a binary file"),
        ("Президент приехал в столицу".encode("cp1251"), "save it as UTF-8"),
    ],
)
def test_bad_file_has_exit_code_1_and_a_sentence(run, tmp_path, content, message):
    source = tmp_path / "a.txt"
    source.write_bytes(content)
    result = run("translate", source)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_text_in_english_is_translated_with_a_note(run):
    result = run(
        "translate", text="The president arrived in the capital this morning, he said."
    )
    assert result.exit_code == 0
    assert "looks like English" in result.stderr


def test_doubtful_sentences_are_counted_on_standard_error(run):
    result = run("translate", text="Ada 20 orang RAGU. Ia tiba.")
    assert "1 of 2 sentences are doubtful (numbers 1)" in result.stderr
    assert run("translate", "--quiet", text="Ada 20 orang RAGU.").stderr == ""


def test_unknown_model_is_told_with_how_to_install_it():
    result = CliRunner().invoke(main, ["translate", "--model", "nope"], input="Ia.")
    assert result.exit_code == 1
    assert "install one with 'dwibahasa models install nope'" in result.stderr


def test_engine_that_the_model_is_not_there_for_is_told():
    arguments = ["translate", "--engine", "ctranslate2"]
    result = CliRunner().invoke(main, arguments, input="Ia tiba.")
    assert result.exit_code == 1
    assert "for the onnx engine and not for ctranslate2" in result.stderr


def test_wrong_setting_has_exit_code_2(monkeypatch):
    monkeypatch.setenv("DWIBAHASA_BEAM_SIZE", "many")
    settings.cache_clear()
    result = CliRunner().invoke(main, ["translate"], input="Ia tiba.")
    assert result.exit_code == 2
    assert "must be a whole number" in result.stderr


def test_help_is_quick_and_loads_no_engine():
    script = (
        "import sys\n"
        "from dwibahasa.cli import main\n"
        "main(['translate', '--help'], standalone_mode=False)\n"
        "heavy = {'torch', 'ctranslate2', 'onnxruntime', 'numpy', 'flask'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_sample_article_is_translated_by_the_embedded_model(tmp_path):
    started = subprocess.run(
        [*COMMAND, "translate", sample_path(), "-o", tmp_path / "a.json"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    record = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    blocks = record["blocks"]
    assert len(blocks) == 18
    assert all(s["target"] for block in blocks for s in block["segments"])
    assert blocks[1]["target"] == blocks[2]["target"]
    assert blocks[3]["target"] == "Zuma/Global Look Press"
    english = " ".join(block["target"] for block in blocks)
    for kept in ("Rudskoy", "Deir ez-Zor", "Raqqa", "2,518", "316", "819", "293"):
        assert kept in english
