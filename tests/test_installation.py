import builtins
import os
import shutil
import socket
from pathlib import Path

import pytest

from dwibahasa.errors import (
    ConversionFailed,
    DiskFull,
    ModelIncomplete,
    ModelUnsupported,
    UnknownModel,
)
from dwibahasa.model import Architecture, EngineName
from dwibahasa.model_store import find, install, verify
from stored import contents, translate, visible
from tiny_models import MAKERS


@pytest.mark.parametrize("architecture", MAKERS)
def test_model_of_the_hub_is_installed_in_int8_and_translates(
    store, hub, offered, architecture
):
    hub_id = offered(architecture)
    model = install(hub_id)
    assert model.name == f"tiny-{architecture}"
    assert model.engine is EngineName.CTRANSLATE2
    assert model.architecture is Architecture(architecture)
    assert (model.origin, model.revision) == (hub_id, hub.commit(hub_id))
    assert model.licence == "apache-2.0"
    assert find(model.name) == (store / model.name, model)
    verify(model.name)
    translate(model.name)
    weights = sum(f.stat().st_size for f in (store / model.name).glob("model.bin"))
    assert weights < max(hub.served.values())  # int8, not the float32 that was served


@pytest.mark.parametrize(
    ("architecture", "codes"),
    [
        ("marian", ("", "")),
        ("m2m100", ("id", "en")),
        ("nllb", ("ind_Latn", "eng_Latn")),
        ("t5", ("", "en")),
        ("causal", ("", "")),
    ],
)
def test_languages_are_called_as_the_architecture_calls_them(
    store, tiny, architecture, codes
):
    model = install(str(tiny(architecture)))
    assert (model.source_code, model.target_code) == codes


@pytest.mark.parametrize("architecture", ["marian", "nllb"])
def test_model_is_kept_as_it_is_for_transformers(store, hub, offered, architecture):
    model = install(offered(architecture), engine=EngineName.TRANSFORMERS)
    assert model.engine is EngineName.TRANSFORMERS
    assert not (store / model.name / "model.bin").exists()
    verify(model.name)
    translate(model.name)


def test_id_of_a_catalogue_model_is_the_catalogue_model(store, hub, tiny):
    hub.add("Helsinki-NLP/opus-mt-id-en", tiny("marian"))
    assert install("Helsinki-NLP/opus-mt-id-en").name == "opus-mt-id-en"


def test_installed_model_never_touches_the_network(store, hub, offered, monkeypatch):
    for architecture, engine in [
        ("m2m100", None),
        ("marian", None),
        ("nllb", EngineName.TRANSFORMERS),
        ("t5", EngineName.TRANSFORMERS),
    ]:
        install(offered(architecture), engine=engine)

    def refuse(*arguments):
        raise AssertionError(f"a connection was tried: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for architecture in ("m2m100", "marian", "nllb", "t5"):
        translate(f"tiny-{architecture}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_disk_that_fills_in_the_conversion_leaves_what_was_there(
    store, installed, tiny, monkeypatch
):
    before = contents(installed)
    real = builtins.open

    def full(file, mode="r", *arguments, **options):
        is_written = str(file).endswith("model.bin") and "w" in mode
        return real("/dev/full" if is_written else file, mode, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", full)
        with pytest.raises(DiskFull):
            install(str(tiny("causal")), force=True)
    assert contents(installed) == before
    assert not (store / ".partial" / "tiny-causal" / "built").exists()


def test_model_that_cannot_be_converted_can_be_had_as_it_is(store, tiny, tmp_path):
    folder = tmp_path / "unconvertible"
    shutil.copytree(tiny("causal"), folder)
    # A decoder-only architecture that CTranslate2 has no conversion for.
    from transformers import GPTNeoConfig, GPTNeoForCausalLM

    for file in ("model.safetensors", "config.json", "generation_config.json"):
        (folder / file).unlink()
    config = GPTNeoConfig(
        vocab_size=320,
        hidden_size=16,
        num_layers=1,
        num_heads=2,
        attention_types=[[["global"], 1]],
        max_position_embeddings=256,
        bos_token_id=0,
        eos_token_id=1,
        architectures=["GPTNeoForCausalLM"],
    )
    GPTNeoForCausalLM(config).save_pretrained(folder)
    with pytest.raises(ConversionFailed, match=r"GPTNeoConfig; try it as it is with"):
        install(str(folder))
    assert visible(store) == []
    install(str(folder), engine=EngineName.TRANSFORMERS)
    translate("unconvertible")


def test_model_of_another_kind_is_unsupported(store, tmp_path):
    folder = tmp_path / "bert"
    folder.mkdir()
    (folder / "config.json").write_text(
        '{"model_type": "bert", "architectures": ["BertForMaskedLM"]}'
    )
    (folder / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelUnsupported, match="of type 'bert'"):
        install(str(folder))


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("config.json", "it has no config.json"),
        ("model.safetensors", r"it has no weights as \.safetensors or \.bin"),
    ],
)
def test_folder_without_what_every_model_has_is_incomplete(
    store, tiny, tmp_path, missing, message
):
    folder = tmp_path / "model"
    shutil.copytree(tiny("nllb"), folder)
    (folder / missing).unlink()
    with pytest.raises(ModelIncomplete, match=message):
        install(str(folder))


def test_weights_that_are_cut_are_not_installed(store, tiny, tmp_path):
    folder = tmp_path / "cut"
    shutil.copytree(tiny("nllb"), folder)
    os.truncate(folder / "model.safetensors", 5000)
    with pytest.raises(ConversionFailed):
        install(str(folder))
    assert visible(store) == []


def test_converted_folder_is_installed_as_it_is(store, tiny, tmp_path):
    install(str(tiny("nllb")))
    folder = tmp_path / "converted"
    shutil.copytree(store / "tiny-nllb", folder)
    (folder / "model.toml").unlink()  # what ct2-transformers-converter leaves
    model = install(str(folder))
    assert model.engine is EngineName.CTRANSLATE2
    assert model.architecture is Architecture.NLLB
    assert translate("converted") == translate("tiny-nllb")


def test_folder_that_describes_itself_is_installed_as_it_says(store, tiny, tmp_path):
    folder = tmp_path / "My Model"
    shutil.copytree(tiny("causal"), folder)
    (folder / "model.toml").write_text(
        'engine = "transformers"\narchitecture = "causal"\n'
        'prompt = "{source} ="\nlicence = "CC0-1.0"\n'
    )
    model = install(str(folder))
    assert model.name == "my-model"
    assert model.prompt == "{source} ="
    assert model.licence == "CC0-1.0"
    assert model.engine is EngineName.TRANSFORMERS
    converted = install(str(folder), engine=EngineName.CTRANSLATE2, force=True)
    assert converted.engine is EngineName.CTRANSLATE2
    assert converted.prompt == "{source} ="
    translate("my-model")


def test_form_that_nothing_makes_is_refused(store, tiny):
    with pytest.raises(ConversionFailed, match="cannot be made onnx form"):
        install(str(tiny("causal")), engine=EngineName.ONNX)


def test_plain_t5_is_asked_as_t5_was_trained_to_be(store, tiny, tmp_path):
    folder = tmp_path / "t5"
    shutil.copytree(tiny("t5"), folder)
    (folder / "spiece.model").unlink()
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace("<2en>", "<2xx>"))
    model = install(str(folder))
    assert model.prompt == "translate Indonesian to English: {source}"


@pytest.mark.parametrize("source", ["nothing", "../../nothing", "a/b/c", "a/.."])
def test_what_is_neither_name_nor_id_nor_folder_is_unknown(store, source):
    with pytest.raises(UnknownModel, match="opus-mt-id-en, m2m100-418m"):
        install(source)
