import json
import shutil

import pytest
import torch
from safetensors import SafetensorError
from sentencepiece import SentencePieceProcessor
from transformers import MarianMTModel

from dwibahasa.document import Block, BlockKind, Document
from dwibahasa.errors import DiskFull
from dwibahasa.installation import build, resolve
from dwibahasa.model import EngineName
from dwibahasa.training.batches import make_batches
from dwibahasa.training.corpus import Pair
from dwibahasa.training.errors import BitextError, RecipeError
from dwibahasa.training.loop import Training
from dwibahasa.training.marian import MarianModel
from dwibahasa.training.recipe import read_recipe
from dwibahasa.training.train import train
from dwibahasa.translator import load_translator

MARIAN = """
architecture = "marian"
bitext = "bitext.tsv"
dev_sets = "dev"
output = "run"
steps = 300
learning_rate = 5e-3
warmup_steps = 10
batch_subwords = 256
encoder_layers = 2
decoder_layers = 1
width = 32
vocabulary_size = 285
threads = 1
[sources]
loop = 18
[dev_lines]
loop = 1
"""


@pytest.fixture
def marian(recipe):
    """The recipe of a Marian model that is trained from nothing."""
    recipe.write_text(MARIAN, "utf-8")
    return recipe


def losses(report):
    entries = map(json.loads, report.folder.log.read_text("utf-8").splitlines())
    return {e["step"]: e["loss"] for e in entries if e["event"] == "step"}


def targets(folder, sources, engine=None):
    translator = load_translator(str(folder), engine=engine, beam_size=1)
    blocks = tuple(Block(BlockKind.PARAGRAPH, source) for source in sources)
    return [block.target for block in translator.translate(Document(blocks)).blocks]


def test_trained_model_translates_by_transformers_and_ctranslate2(
    marian, sentences, store, tmp_path
):
    text = MARIAN.replace("threads", "dropout = 0\nlabel_smoothing = 0\nthreads")
    marian.write_text(text.replace("steps = 300", "steps = 120"), "utf-8")
    folder = train(marian).folder.model
    sources, references = zip(*sentences, strict=True)
    assert targets(folder, sources) == list(references)
    converted = tmp_path / "converted"
    build(
        resolve(str(folder), None),
        EngineName.CTRANSLATE2,
        converted,
        shows_progress=False,
    )
    assert targets(converted, sources) == list(references)


def test_killed_run_goes_on_with_the_same_losses_despite_dropout(
    marian, tmp_path, monkeypatch
):
    text = MARIAN.replace("steps = 300", "steps = 8").replace(
        "threads", "checkpoint_s = 0\nthreads"
    )
    marian.write_text(text, "utf-8")
    expected = losses(train(marian))
    shutil.move(tmp_path / "run", tmp_path / "whole")
    whole = Training._step

    def mortal(self, batch):
        if self.progress.step == 5:
            raise EOFError
        return whole(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_step", mortal)
        with pytest.raises(EOFError):
            train(marian)
    assert losses(train(marian)) == expected


def test_loss_is_that_of_transformers_and_padding_learns_nothing(
    marian, sentences, tmp_path
):
    marian.write_text(MARIAN.replace("steps = 300", "steps = 2"), "utf-8")
    report = train(marian)
    model = MarianModel(read_recipe(marian), report.folder.start)
    weights = torch.load(report.folder.checkpoint, weights_only=True)["weights"]
    assert not weights["model.shared.weight"][-1].any()
    model.network.load_state_dict(weights, strict=False)
    model.network.train(False)
    pairs = [Pair("loop", *sentences[0])]
    (batch,) = make_batches(pairs, model.encode_source, model.encode_target, 99, 99)
    ((source, target),) = batch.pairs
    output = model.network(
        input_ids=torch.from_numpy(source)[None].long(),
        labels=torch.from_numpy(target)[None].long(),
    )
    # transformers counts <pad> among the subwords that might come next.
    wanted = torch.from_numpy(target).long()
    logits = output.logits[0, :, :-1]
    expected = torch.nn.functional.cross_entropy(logits, wanted)
    torch.testing.assert_close(model.loss(batch), expected)


def test_vocabulary_is_one_of_both_languages(marian, sentences, tmp_path):
    marian.write_text(MARIAN.replace("steps = 300", "steps = 1"), "utf-8")
    folder = train(marian).folder.model
    vocabulary = SentencePieceProcessor(str(folder / "source.spm"))
    assert (folder / "target.spm").read_bytes() == (folder / "source.spm").read_bytes()
    for text in (*sentences[0], "Łódź, 北京 & 3 €"):
        assert vocabulary.decode(vocabulary.encode(text)) == text
    words = json.loads((folder / "vocab.json").read_text("utf-8"))
    assert [words[mark] for mark in ("</s>", "<unk>", "<pad>")] == [
        0,
        1,
        len(words) - 1,
    ]


def test_too_many_subwords_for_the_bitext_are_told(marian):
    marian.write_text(MARIAN.replace("= 285", "= 30000"), "utf-8")
    with pytest.raises(BitextError, match="no vocabulary of 30000 can be made"):
        train(marian)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("width = 32", "width = 40", "width is 40; it must be a multiple of 32"),
        ("width = 32", 'method = "lora"', 'method must be "full"'),
        ("width = 32", 'glosses = "a.tsv"', "glosses are read by causal models"),
        ('"marian"', '"causal"', "it lacks start"),
        ('"marian"', '"nllb"', 'it must be "causal" or "marian"'),
    ],
)
def test_recipe_that_contradicts_itself_is_told(marian, old, new, message):
    marian.write_text(MARIAN.replace(old, new), "utf-8")
    with pytest.raises(RecipeError, match=message):
        read_recipe(marian)


def test_full_disk_at_export_is_told(marian, monkeypatch):
    marian.write_text(MARIAN.replace("steps = 300", "steps = 1"), "utf-8")

    def full(self, folder):
        # What safetensors says on a file system that is full.
        message = "Error while serializing: I/O error: No space left on device"
        raise SafetensorError(f"{message} (os error 28)")

    monkeypatch.setattr(MarianMTModel, "save_pretrained", full)
    with pytest.raises(DiskFull):
        train(marian)
