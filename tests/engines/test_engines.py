"""Both engines on one model of each architecture, with the same weights."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSeq2SeqLM

from dwibahasa.conversion import convert, recognise
from dwibahasa.engines import Decoding
from dwibahasa.engines.batching import max_target_subwords
from dwibahasa.engines.ctranslate2 import CTranslate2Engine
from dwibahasa.engines.tokenizer import load_tokenizer
from dwibahasa.engines.transformers import TransformersEngine, quiet
from dwibahasa.errors import ModelDamaged
from dwibahasa.model import Architecture, EngineName, Model
from tiny_models import MAKERS

SOURCES = [
    "Presiden tiba di Jakarta pada Senin pagi.",
    "Harga beras naik.",
    "Mereka pulang ke rumah setelah hujan reda, dan anak-anak belajar membaca.",
    "Banjir 漢 besar.",
    "Polisi",
    "Anak-anak itu belajar di sekolah desa",
    "naik dua persen",
    "jalan utama",
]
GREEDY, BEAM = Decoding(), Decoding(beam_size=4, hypotheses=4)
CTRANSLATE2, TRANSFORMERS = 0, 1


@pytest.fixture(scope="module")
def engines(tiny, tmp_path_factory):
    """CTranslate2 and transformers with one model's weights, both in float32."""
    loaded = {}

    def load(architecture):
        if architecture not in loaded:
            folder = tiny(architecture)
            model = recognise(folder, architecture)
            target = tmp_path_factory.mktemp("converted") / architecture
            convert(folder, target, architecture, quantization="float32")
            loaded[architecture] = (
                CTranslate2Engine(target, model, threads=1),
                TransformersEngine(folder, model, threads=1),
            )
        return loaded[architecture]

    return load


@pytest.fixture(scope="module")
def translated(engines):
    """The hypotheses of SOURCES in order, by architecture, runtime and decoding."""
    kept = {}

    def translate(architecture, runtime, decoding):
        key = architecture, runtime, decoding
        if key not in kept:
            found = dict(engines(architecture)[runtime].translate(SOURCES, decoding))
            assert sorted(found) == list(range(len(SOURCES)))
            kept[key] = [found[index] for index in range(len(SOURCES))]
        return kept[key]

    return translate


def targets(found):
    return [[hypothesis.target for hypothesis in each] for each in found]


def scores(found):
    return [hypothesis.score for each in found for hypothesis in each]


by_architecture = pytest.mark.parametrize("architecture", MAKERS)
by_runtime = pytest.mark.parametrize(
    "runtime", [CTRANSLATE2, TRANSFORMERS], ids=["ctranslate2", "transformers"]
)


@by_architecture
@pytest.mark.parametrize("decoding", [GREEDY, BEAM], ids=["greedy", "beam"])
def test_both_engines_give_the_same_targets_and_scores(
    translated, architecture, decoding
):
    expected = translated(architecture, TRANSFORMERS, decoding)
    found = translated(architecture, CTRANSLATE2, decoding)
    assert targets(found) == targets(expected)
    assert scores(found) == pytest.approx(scores(expected), abs=1e-3)
    # The comparison means something only if the targets differ.
    assert len({each[0].target for each in expected}) > len(SOURCES) // 2


@by_architecture
@by_runtime
def test_segment_is_translated_in_a_batch_as_it_is_alone(
    engines, translated, architecture, runtime
):
    batched = targets(translated(architecture, runtime, BEAM))
    for source, expected in zip(SOURCES[:4], batched, strict=False):
        [(_, alone)] = engines(architecture)[runtime].translate([source], BEAM)
        assert [hypothesis.target for hypothesis in alone] == expected


@by_architecture
@by_runtime
def test_hypotheses_come_best_first_and_as_many_as_asked(
    translated, architecture, runtime
):
    for each in translated(architecture, runtime, BEAM):
        assert len(each) == 4
        assert scores([each]) == sorted(scores([each]), reverse=True)
        assert all(score <= 0 for score in scores([each]))


@by_architecture
@by_runtime
def test_target_is_no_longer_than_its_source_allows(
    engines, translated, architecture, runtime
):
    longest_subword = len("▁Jakarta")
    engine = engines(architecture)[runtime]
    found = translated(architecture, runtime, GREEDY)
    for source, (hypothesis,) in zip(SOURCES, found, strict=True):
        bound = max_target_subwords(engine.count_subwords(source))
        assert len(hypothesis.target) <= bound * longest_subword


@by_architecture
@by_runtime
def test_target_holds_no_mark_of_the_model(translated, architecture, runtime):
    for found in targets(translated(architecture, runtime, BEAM)):
        for mark in ("</s>", "<pad>", "<unk>", "__en__", "eng_Latn", "▁", "\n"):
            assert all(mark not in target for target in found)


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        ("marian", ["</s>"]),
        ("m2m100", ["__id__", "</s>"]),
        ("nllb", ["ind_Latn", "</s>"]),
        ("t5", ["<2en>", "</s>"]),
        ("causal", []),
    ],
)
def test_source_has_the_marks_that_its_architecture_expects(
    tiny, architecture, expected
):
    folder = tiny(architecture)
    tokenizer = load_tokenizer(folder, recognise(folder, architecture))
    subwords = tokenizer.tokens(tokenizer.encode("Hujan"))
    assert [s for s in subwords if s.startswith(("<", "__", "ind_"))] == expected


def test_madlad_keeps_its_embeddings_and_its_output_apart(tiny):
    # Its file has no shared.weight; transformers 5.15 took the output for it.
    weights = load_file(tiny("t5") / "model.safetensors")
    with quiet():
        model = AutoModelForSeq2SeqLM.from_pretrained(tiny("t5"))
    embeddings = weights["decoder.embed_tokens.weight"]
    assert torch.equal(model.encoder.embed_tokens.weight, embeddings)
    assert torch.equal(model.decoder.embed_tokens.weight, embeddings)
    assert torch.equal(model.lm_head.weight, weights["lm_head.weight"])


def test_character_outside_the_vocabulary_does_not_end_the_source(tiny):
    folder = tiny("t5")
    tokenizer = load_tokenizer(folder, recognise(folder, "t5"))
    subwords = tokenizer.tokens(tokenizer.encode("Banjir 漢 besar."))
    assert subwords.count("</s>") == 1
    assert subwords[-1] == "</s>"
    assert "<unk>" in subwords


def test_languages_are_no_part_of_the_target_where_the_tokenizer_knows_no_marks(
    tiny, tmp_path
):
    folder = tmp_path / "m2m100"
    shutil.copytree(tiny("m2m100"), folder)
    (folder / "special_tokens_map.json").unlink()
    tokenizer = load_tokenizer(folder, recognise(folder, "m2m100"))
    ids = tokenizer.ids(["__en__", "▁p", "ada", "</s>"])
    assert tokenizer.decode(ids) == "pada"


def test_braces_in_prompt_and_source_stay_as_they_are(tiny):
    model = Model(
        "tiny",
        EngineName.TRANSFORMERS,
        Architecture.CAUSAL,
        prompt='{"id": "{source}", "en": "',
    )
    tokenizer = load_tokenizer(tiny("causal"), model)
    text = "".join(tokenizer.tokens(tokenizer.encode("Pasal {1}"))).replace("Ġ", " ")
    assert text == '{"id": "Pasal {1}", "en": "'


def test_decoder_only_model_is_asked_in_its_own_chat_template(tiny, tmp_path):
    folder = tmp_path / "chat"
    shutil.copytree(tiny("causal"), folder)
    (folder / "chat_template.jinja").write_text(
        "{% for m in messages %}<s>{{ m.role }}: {{ m.content }}{% endfor %}"
        "{% if add_generation_prompt %} answer:{% endif %}"
    )
    tokenizer = load_tokenizer(folder, recognise(folder, "chat"))
    subwords = tokenizer.tokens(tokenizer.encode("Hujan"))
    text = "".join(subwords).replace("Ġ", " ").replace("Ċ", "\n")
    assert subwords[0] == "<s>"
    assert text.startswith("<s>user: Translate this Indonesian")
    assert text.endswith("\n\nHujan answer:")


def test_every_end_that_the_model_names_ends_a_target(tiny, tmp_path):
    folder = tmp_path / "chat"
    shutil.copytree(tiny("causal"), folder)
    settings = {"eos_token_id": [1, 5]}
    (folder / "generation_config.json").write_text(json.dumps(settings))
    tokenizer = load_tokenizer(folder, recognise(folder, "chat"))
    assert tokenizer.end_of_target == [1, 5]


def test_decoder_only_model_without_a_template_says_one_line(tiny):
    folder = tiny("causal")
    tokenizer = load_tokenizer(folder, recognise(folder, "tiny"))
    tokens = ["Ġ", "T", "h", "e", "Ċ", "I", "n"]
    assert tokenizer.decode(tokenizer.ids(tokens)) == "The"


@pytest.mark.parametrize("engine", [CTranslate2Engine, TransformersEngine])
def test_folder_without_weights_is_a_damaged_model(engine, tiny, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(
        tiny("nllb"), folder, ignore=shutil.ignore_patterns("*.safetensors")
    )
    with pytest.raises(ModelDamaged, match="cannot be loaded"):
        engine(folder, recognise(tiny("nllb"), "model"))


@pytest.mark.parametrize("engine", [CTranslate2Engine, TransformersEngine])
def test_folder_without_a_tokenizer_is_a_damaged_model(engine, tiny, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(tiny("marian"), folder, ignore=shutil.ignore_patterns("*.spm"))
    with pytest.raises(ModelDamaged, match="its tokenizer cannot be read"):
        engine(folder, recognise(folder, "model"))
