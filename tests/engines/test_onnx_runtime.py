"""The ONNX Runtime engine against transformers on a tiny model, and on the real one."""

import errno
import threading
from collections import deque
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
import pytest
import sentencepiece

from dwibahasa.engines import Decoding, beam, onnx_runtime
from dwibahasa.engines.batching import max_target_subwords
from dwibahasa.engines.onnx_runtime import OnnxEngine
from dwibahasa.errors import EngineFailed, ModelDamaged
from dwibahasa.formats import text
from dwibahasa.model import Architecture, EngineName, Model, read_model
from dwibahasa.translator import Translator

TINY = Model("tiny", EngineName.ONNX, Architecture.CAUSAL, max_source_subwords=512)
REAL = Path(__file__).parents[2] / "models" / "id-en"
SOURCES = [
    "Presiden tiba di Jakarta pada Senin pagi.",
    "Harga beras naik.",
    "Mereka pulang ke rumah setelah hujan reda, dan anak-anak belajar membaca.",
    "Polisi",
    "Anak-anak itu belajar di sekolah desa",
    "Banjir besar menutup jalan utama karena hujan sejak bulan lalu.",
]
BEAM = Decoding(beam_size=4, hypotheses=4)
WINDOW = 8
LAYERS, WIDTH, HEADS, HEAD_SIZE, INNER = 7, 64, 2, 256, 96


def write_vocabulary(path):
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SOURCES * 20),
            model_writer=file,
            model_type="bpe",
            vocab_size=400,
            byte_fallback=True,
            add_dummy_prefix=False,
            pad_id=0,
            eos_id=1,
            bos_id=2,
            unk_id=3,
            user_defined_symbols=["\n"],
            minloglevel=2,
        )


def write_gemma3(path, vocabulary, heads=HEADS):
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(heads)
    writer.add_head_count_kv(1)
    writer.add_key_length(HEAD_SIZE)
    writer.add_value_length(HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(WINDOW)
    writer.add_vocab_size(vocabulary)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([f"<{i}>" for i in range(vocabulary)])
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)

    def weight(name, rows, columns):
        # Every block has the same scale, so that bytes for whole rows lose nothing.
        steps = random.integers(-127, 128, (rows, columns))
        steps[:, ::32] = 127
        numbers = steps * np.float32(np.float16(columns**-0.5 / 73))
        kind = gguf.GGMLQuantizationType.Q8_0
        blocks = gguf.quants.quantize(numbers, kind)
        writer.add_tensor(f"{name}.weight", blocks, raw_dtype=kind)

    def norm(name, size):
        numbers = random.normal(1, 0.2, size).astype(np.float32)
        writer.add_tensor(f"{name}.weight", numbers)

    weight("token_embd", vocabulary, WIDTH)
    norm("output_norm", WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        weight(f"{block}.attn_q", HEADS * HEAD_SIZE, WIDTH)
        weight(f"{block}.attn_k", HEAD_SIZE, WIDTH)
        weight(f"{block}.attn_v", HEAD_SIZE, WIDTH)
        weight(f"{block}.attn_output", WIDTH, HEADS * HEAD_SIZE)
        weight(f"{block}.ffn_gate", INNER, WIDTH)
        weight(f"{block}.ffn_up", INNER, WIDTH)
        weight(f"{block}.ffn_down", WIDTH, INNER)
        for name in ("attn_q_norm", "attn_k_norm"):
            norm(f"{block}.{name}", HEAD_SIZE)
        for name in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            norm(f"{block}.{name}", WIDTH)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "tiny-gemma3"
    folder.mkdir()
    write_vocabulary(folder / "source.spm")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    write_gemma3(folder / "model.gguf", pieces.get_piece_size())
    return folder


@pytest.fixture(scope="module")
def engine(folder):
    return OnnxEngine(folder, TINY, threads=2)  # so that two searches share sources


@pytest.fixture(scope="module")
def real_engine():
    return OnnxEngine(REAL, read_model(REAL))


@pytest.fixture(scope="module")
def reference(folder):
    """The same weights in float32 in transformers."""
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    return AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file="model.gguf",
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    ).eval()


def ids(engine, source):
    return engine._tokenizer.encode(source)


def texts(translated):
    return {index: found[0].target for index, found in translated}


@pytest.fixture
def reference_in_bytes(reference):
    """The same, with each subword's activations rounded to bytes as here."""
    import torch

    def rounded(_module, inputs):
        largest = inputs[0].abs().amax(-1, keepdim=True)
        return ((inputs[0] / largest * 127).round() / 127 * largest,)

    matrices = [m for m in reference.modules() if isinstance(m, torch.nn.Linear)]
    handles = [m.register_forward_pre_hook(rounded) for m in matrices]
    yield reference
    for handle in handles:
        handle.remove()


@pytest.mark.parametrize("threads", [1, 2])
def test_greedy_subwords_are_those_of_transformers(
    folder, reference_in_bytes, monkeypatch, threads
):
    import torch

    # Without the guard against loops.
    monkeypatch.setattr(beam, "_FEWEST_LOOP_SUBWORDS", 10_000)
    engine = OnnxEngine(folder, TINY, threads=threads)
    prompts = [ids(engine, source) for source in SOURCES]
    assert max(map(len, prompts)) > 2 * WINDOW
    found = dict(onnx_runtime.search(engine._network, prompts, 1))
    for index, prompt in enumerate(prompts):
        bound = max_target_subwords(len(prompt))
        with torch.inference_mode():
            generated = reference_in_bytes.generate(
                torch.tensor([prompt]),
                attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                do_sample=False,
                max_new_tokens=bound,
                eos_token_id=1,
                pad_token_id=0,
            )
        assert list(found[index][0].subwords) == generated[0, len(prompt) :].tolist()


def test_score_is_the_mean_log_probability_in_transformers(engine, reference):
    import torch

    prompts = [ids(engine, source) for source in SOURCES]
    for beam_size in (1, 4):
        for index, found in onnx_runtime.search(engine._network, prompts, beam_size):
            for target in found:
                with torch.inference_mode():
                    read = torch.tensor([prompts[index] + list(target.subwords)])
                    following = reference(read).logits[0, len(prompts[index]) - 1 : -1]
                steps = following.log_softmax(-1)[
                    range(len(target.subwords)), target.subwords
                ]
                # Activations are rounded to 8 bits.
                assert target.score == pytest.approx(float(steps.mean()), abs=0.05)


@pytest.mark.parametrize("decoding", [Decoding(), BEAM])
def test_segment_is_translated_alike_alone_in_a_batch_and_in_any_order(
    engine, decoding
):
    together = dict(engine.translate(SOURCES, decoding))
    reverse = dict(engine.translate(SOURCES[::-1], decoding))
    for index, source in enumerate(SOURCES):
        alone = dict(engine.translate([source], decoding))[0]
        assert alone == together[index] == reverse[len(SOURCES) - 1 - index]


@pytest.mark.parametrize("decoding", [Decoding(), BEAM])
def test_every_index_comes_once_when_there_are_more_than_rows(engine, decoding):
    sources = SOURCES * 12
    found = [index for index, _ in engine.translate(sources, decoding)]
    assert sorted(found) == list(range(len(sources)))


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([40] * 8, 4), ([90, 9, 9, 9, 9], 1), ([30, 20, *[10] * 5], 1), ([50, 40], 1)],
)
def test_one_search_has_the_longest_prompts_for_half_of_the_work(lengths, expected):
    assert onnx_runtime._fair_share(lengths) == expected


def test_searches_take_from_both_ends_until_nothing_is_left():
    waiting = deque(range(5))
    first, last = onnx_runtime._take(waiting), onnx_runtime._take(waiting, is_last=True)
    assert [next(first), next(last), next(first)] == [0, 4, 1]
    assert [*last, *first] == [3, 2]


def test_nothing_to_translate_gives_nothing(engine):
    assert list(engine.translate([], Decoding())) == []


def test_hypotheses_are_best_first_with_scores_at_most_zero(engine):
    for _, hypotheses in engine.translate(SOURCES, BEAM):
        scores = [hypothesis.score for hypothesis in hypotheses]
        assert len(scores) == 4
        assert scores[0] <= 0
        assert all(better >= worse for better, worse in pairwise(scores))


def test_beam_search_finds_no_worse_a_target_than_greedy_on_the_whole(engine):
    prompts = [ids(engine, source) for source in SOURCES]
    greedy = dict(onnx_runtime.search(engine._network, prompts, 1))
    widely = dict(onnx_runtime.search(engine._network, prompts, 4))
    assert sum(f[0].score for f in widely.values()) >= sum(
        f[0].score for f in greedy.values()
    )


@pytest.mark.parametrize("beam_size", [1, 4])
def test_target_is_bounded(engine, beam_size):
    prompts = [ids(engine, source) for source in SOURCES]
    for index, found in onnx_runtime.search(engine._network, prompts, beam_size):
        bound = max_target_subwords(len(prompts[index]))
        assert all(0 < len(target.subwords) <= bound for target in found)


@pytest.mark.parametrize(
    ("target", "following", "expected"),
    [
        ([5] * 23, 5, True),
        ([5] * 22, 5, False),  # 23 zeros may be a number
        ([9, *[5, 6, 7] * 7, 5, 6], 7, True),
        ([9, *[5, 6, 7] * 7, 5, 6], 8, False),
        (list(range(16)) * 3 + list(range(15)), 15, True),
        (list(range(17)) * 3 + list(range(16)), 16, False),
    ],
)
def test_loop_is_an_ngram_for_the_fourth_time(target, following, expected):
    assert beam._closes_loop(tuple(target), following) is expected


@pytest.mark.parametrize("file", ["model.gguf", "source.spm"])
@pytest.mark.parametrize("content", [None, b"", b"not a model", b"GGUF\3\0\0\0\1"])
def test_damaged_file_is_named(folder, tmp_path, file, content):
    for name in ("model.gguf", "source.spm"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(ModelDamaged, match=file):
        OnnxEngine(tmp_path, TINY)


def test_damaged_glossary_is_named(folder, tmp_path):
    for name in ("model.gguf", "source.spm"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "glosses.tsv").write_text("kata\tword\tmany\n", encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"glosses\.tsv"):
        OnnxEngine(tmp_path, TINY)


def test_cut_weights_are_damaged(folder, tmp_path):
    (tmp_path / "source.spm").write_bytes((folder / "source.spm").read_bytes())
    whole = (folder / "model.gguf").read_bytes()
    (tmp_path / "model.gguf").write_bytes(whole[:-1000])
    with pytest.raises(ModelDamaged, match=r"model\.gguf"):
        OnnxEngine(tmp_path, TINY)


def test_weights_that_do_not_fit_together_are_damaged(folder, tmp_path):
    (tmp_path / "source.spm").write_bytes((folder / "source.spm").read_bytes())
    write_gemma3(tmp_path / "model.gguf", 300, heads=HEADS + 1)
    with pytest.raises(ModelDamaged, match=r"model\.gguf"):
        OnnxEngine(tmp_path, TINY)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Presiden tiba di Jakarta pada Senin pagi.",
            {"President", "Jakarta", "Monday"},
        ),
        ("Harga beras naik dua persen sejak bulan lalu.", {"rice", "month"}),
    ],
)
def test_real_model_translates_alike_alone_and_in_a_batch(
    real_engine, source, expected
):
    alone = texts(real_engine.translate([source], Decoding()))[0]
    assert all(word.lower() in alone.lower() for word in expected)
    batch = [*SOURCES, source, *SOURCES]
    for _ in range(2):
        assert texts(real_engine.translate(batch, Decoding()))[len(SOURCES)] == alone


def test_real_model_reads_past_the_window(real_engine):
    long = " ".join(["Harga beras naik dua persen sejak bulan lalu di pasar."] * 20)
    assert real_engine.count_subwords(long) > 200
    ((index, (hypothesis,)),) = real_engine.translate([long], Decoding())
    assert index == 0
    assert "rice" in hypothesis.target


def test_searches_end_where_nobody_asks_on(engine):
    before = threading.active_count()
    translated = engine.translate(SOURCES * 20, Decoding())
    assert next(translated)
    translated.close()
    assert threading.active_count() == before


def test_want_of_address_space_is_told_as_failure_of_the_engine(engine, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(onnx_runtime.mmap, "mmap", refuse)
    with pytest.raises(EngineFailed, match="Cannot allocate memory"):
        Translator(engine, "tiny").translate(text.read("Harga naik. Harga turun."))


@pytest.mark.parametrize("threads", [1, 2])
def test_failure_of_the_runtime_is_told_as_that_of_the_engine(
    folder, monkeypatch, threads
):
    engine = OnnxEngine(folder, TINY, threads=threads)
    # The session refuses prompts whose embeddings have another width.
    monkeypatch.setattr(
        engine._network, "embedded", lambda ids: np.zeros((*ids.shape, 3), np.float32)
    )
    with pytest.raises(EngineFailed, match="tiny"):
        Translator(engine, "tiny").translate(text.read("Harga naik. Harga turun."))
