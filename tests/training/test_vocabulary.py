import shutil

import gguf
import numpy as np
import pytest
import torch
from sentencepiece import SentencePieceProcessor
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

from dwibahasa.training.batches import make_batches, pad
from dwibahasa.training.causal import CausalModel
from dwibahasa.training.corpus import Pair
from dwibahasa.training.errors import StartError
from dwibahasa.training.rounding import round_activations
from dwibahasa.training.vocabulary import prune


@pytest.fixture(scope="module")
def pairs(sentences):
    """Some of the pairs that the vocabulary was made for."""
    return [Pair("loop", source, target) for source, target in sentences[:4]]


@pytest.fixture(scope="module")
def pruned(start, pairs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pruned") / "start"
    prune(start, pairs, folder)
    return folder


def pieces(folder, text):
    return SentencePieceProcessor(str(folder / "source.spm")).encode(text, out_type=str)


def test_pairs_keep_their_subwords_and_others_are_left_out(start, pruned, pairs):
    sizes = [
        SentencePieceProcessor(str(folder / "source.spm")).get_piece_size()
        for folder in (start, pruned)
    ]
    assert sizes[1] < sizes[0]
    for pair in pairs:
        for text in (pair.source, " " + pair.target):
            assert pieces(pruned, text) == pieces(start, text)


def test_text_that_was_not_in_the_bitext_can_still_be_written(pruned):
    vocabulary = SentencePieceProcessor(str(pruned / "source.spm"))
    for text in ("Kamu lihat rumah.", "Łódź, 北京 & 3 €\n"):
        assert vocabulary.decode(vocabulary.encode(text)) == text
        assert vocabulary.unk_id() not in vocabulary.encode(text)


def test_marks_keep_their_ids_and_rows_go_with_their_subwords(start, pruned):
    old, new = (
        {t.name: t for t in gguf.GGUFReader(folder / "model.gguf").tensors}
        for folder in (start, pruned)
    )
    vocabularies = [
        SentencePieceProcessor(str(folder / "source.spm")) for folder in (start, pruned)
    ]
    for i in range(vocabularies[1].get_piece_size()):
        piece = vocabularies[1].id_to_piece(i)
        before = vocabularies[0].piece_to_id(piece)
        assert i > 3 or before == i
        rows = [t["token_embd.weight"].data for t in (old, new)]
        assert np.array_equal(rows[0][before], rows[1][i])
    assert np.array_equal(
        old["blk.0.attn_q.weight"].data, new["blk.0.attn_q.weight"].data
    )


def test_pruned_model_reads_the_pairs_alike(start, pruned, pairs):
    states = []
    for folder in (start, pruned):
        model = CausalModel(folder)
        batch = make_batches(pairs, model.encode_source, model.encode_target, 999, 99)
        subwords, predicts = pad(batch[0])
        states.append(model.network.base_model(input_ids=subwords)[0][predicts])
    torch.testing.assert_close(*states)


@pytest.fixture(scope="module")
def hugging_face(start, tmp_path_factory):
    """A random Gemma 3 as the Hub has it: with rows that no subword has."""
    folder = tmp_path_factory.mktemp("hub")
    shutil.copy(start / "source.spm", folder / "tokenizer.model")
    size = SentencePieceProcessor(str(start / "source.spm")).get_piece_size()
    torch.manual_seed(5)
    config = Gemma3TextConfig(
        vocab_size=size + 7,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=6,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        sliding_window=16,
        rope_theta=5e5,
    )
    Gemma3ForCausalLM(config).save_pretrained(folder)
    return folder


@torch.no_grad()
def in_eight_bits(network):
    kind = gguf.GGMLQuantizationType.Q8_0
    for weight in network.parameters():
        if weight.ndim == 2:
            bits = gguf.quantize(weight.numpy(), kind)
            weight.copy_(torch.from_numpy(gguf.dequantize(bits, kind)))
    return network


def test_model_of_the_hub_is_the_same_pruned(hugging_face, pairs, tmp_path):
    prune(hugging_face, pairs, tmp_path / "start")
    model = CausalModel(tmp_path / "start")
    before = in_eight_bits(Gemma3ForCausalLM.from_pretrained(hugging_face))
    round_activations(before)
    whole = SentencePieceProcessor(str(hugging_face / "tokenizer.model"))
    source, target = pairs[0].source, " " + pairs[0].target
    ids = [2, *whole.encode(source), whole.piece_to_id("\n"), *whole.encode(target), 1]
    expected = before.model(torch.tensor([ids])).last_hidden_state
    batch = make_batches(pairs[:1], model.encode_source, model.encode_target, 999, 99)
    states = model.network.base_model(input_ids=pad(batch[0])[0])[0]
    torch.testing.assert_close(states, expected, atol=1e-4, rtol=0)
    assert sorted(path.name for path in (tmp_path / "start").iterdir()) == [
        "model.gguf",
        "source.spm",
    ]


@pytest.mark.parametrize("missing", ["tokenizer.model", "model.safetensors"])
def test_part_of_a_model_of_the_hub_is_refused(hugging_face, tmp_path, missing):
    shutil.copytree(hugging_face, tmp_path / "hub")
    (tmp_path / "hub" / missing).unlink()
    with pytest.raises(StartError, match="cannot be read"):
        prune(tmp_path / "hub", [], tmp_path / "start")


def test_weights_that_are_no_gguf_are_refused(tmp_path):
    with pytest.raises(StartError, match=r"model\.gguf is wrong"):
        prune(tmp_path, [], tmp_path / "start")
    (tmp_path / "model.gguf").write_bytes(b"no weights")
    with pytest.raises(StartError, match=r"model\.gguf is wrong"):
        prune(tmp_path, [], tmp_path / "start")
    assert not (tmp_path / "start").exists()
