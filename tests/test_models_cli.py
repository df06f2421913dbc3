import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dwibahasa.cli import main
from hub import Fault


@pytest.fixture
def run(store):
    """Run a command on models, in an empty store."""

    def run(*arguments, **options):
        return CliRunner().invoke(main, ["models", *arguments], **options)

    return run


@pytest.fixture
def offered(hub, tiny):
    hub.add("someone/tiny-marian", tiny("marian"))
    return "someone/tiny-marian"


def rows(output):
    return {line.split()[0]: line.split()[1:] for line in output.splitlines()}


def test_list_shows_state_engine_size_licence_and_scores(run):
    result = run("list")
    assert result.exit_code == 0
    table = rows(result.stdout)
    assert table["NAME"] == "STATE ENGINE SIZE LICENCE BLEU / chrF".split()
    assert table["id-en"][:2] == ["embedded", "onnx"]
    assert table["nllb-200-distilled-600m"] == (
        "available - 637 MB CC-BY-NC-4.0 39.2 / 64.2".split()
    )
    assert table["m2m100-418m"] == "available - 492 MB MIT -".split()


def test_installed_model_is_listed_shown_verified_and_removed(run, offered, hub):
    result = run("install", offered)
    assert result.exit_code == 0
    assert result.stdout == (
        "tiny-marian is installed; use it with --model tiny-marian\n"
    )
    assert rows(run("list").stdout)["tiny-marian"][:2] == ["installed", "ctranslate2"]
    facts = rows(run("info", "tiny-marian").stdout)
    assert facts["origin"] == ["someone/tiny-marian"]
    assert facts["revision"] == [hub.commit(offered)]
    assert facts["architecture"] == ["marian"]
    assert run("verify", "tiny-marian").stdout == "tiny-marian is whole\n"
    assert run("remove", "tiny-marian", "--yes").stdout == "tiny-marian is removed\n"
    assert "tiny-marian" not in rows(run("list").stdout)


def test_model_is_kept_for_transformers_where_asked(run, offered):
    run("install", offered, "--engine", "transformers", "--revision", "main")
    assert rows(run("list").stdout)["tiny-marian"][1] == "transformers"


def test_remove_asks_first(run, store):
    folder = store / "mine"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(
        'engine = "transformers"\narchitecture = "causal"\n'
    )
    result = run("remove", "mine", input="n\n")
    assert result.exit_code == 1
    assert "Delete model 'mine' and its files? [y/N]" in result.stdout
    assert folder.is_dir()
    assert run("remove", "mine", input="y\n").exit_code == 0
    assert not folder.exists()


def test_info_says_what_one_should_know_before_installing(run):
    output = run("info", "nllb-200-distilled-600m").stdout
    assert "non-commercial use only" in output
    assert "39.2 / 64.2 (FLORES-200 dev)" in output
    assert "facebook/nllb-200-distilled-600M" in output


@pytest.mark.parametrize("arguments", [["list"], ["info", "id-en"]])
def test_json_is_for_programs(run, arguments):
    values = json.loads(run(*arguments, "--json").stdout)
    values = values if isinstance(values, list) else [values]
    assert values[0]["name"] == "id-en"
    assert values[0]["state"] == "embedded"
    assert values[0]["model"]["engine"] == "onnx"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["install", "nothing"], "is no model that can be installed"),
        (["install", "someone/nothing"], "could not be downloaded"),
        (["info", "nothing"], "no model 'nothing'"),
        (["verify", "nothing"], "no model 'nothing'"),
        (["remove", "nothing", "--yes"], "no model 'nothing'"),
        (["remove", "id-en", "--yes"], "comes with dwibahasa"),
    ],
)
def test_error_is_one_sentence_on_standard_error(run, hub, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("dwibahasa: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_damaged_model_is_told_with_what_to_do(run, offered, store):
    run("install", offered)
    (store / "tiny-marian" / "source.spm").unlink()
    result = run("verify", "tiny-marian")
    assert result.exit_code == 1
    assert "source.spm is missing" in result.stderr
    assert "models install tiny-marian --force" in result.stderr


def test_interrupted_download_says_to_run_it_again(run, offered, hub):
    hub.faults["pytorch_model.bin"] = Fault(cut_after=100)
    result = run("install", offered)
    assert result.exit_code == 1
    assert "run the same command again, it goes on where it stopped" in result.stderr
    hub.status = None
    hub.faults.clear()
    assert run("install", offered).exit_code == 0


def test_help_loads_no_engine():
    code = (
        "import sys\n"
        "from dwibahasa.models_cli import models\n"
        "models(['--help'], standalone_mode=False)\n"
        "heavy = {'torch', 'transformers', 'ctranslate2', 'huggingface_hub'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
