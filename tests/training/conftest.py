from pathlib import Path

import gguf
import numpy as np
import pytest
import sentencepiece

HIDDEN, HEADS, HEAD, FEED, BLOCKS = 32, 2, 32, 64, 6
WORDS = {
    "saya": "I",
    "kamu": "you",
    "makan": "eat",
    "minum": "drink",
    "lihat": "see",
    "nasi": "rice",
    "air": "water",
    "rumah": "houses",
}


@pytest.fixture(scope="session")
def sentences():
    """Pairs of three words, in the order of a loop: none twice."""
    subjects, verbs, objects = (
        list(WORDS)[:2],
        list(WORDS)[2:5],
        list(WORDS)[5:],
    )
    return [
        (
            f"{s} {v} {o}".capitalize() + ".",
            f"{WORDS[s]} {WORDS[v]} {WORDS[o]}.".capitalize(),
        )
        for s in subjects
        for v in verbs
        for o in objects
    ]


@pytest.fixture(scope="session")
def start(tmp_path_factory, sentences):
    """A random Gemma 3 of 50,000 weights with its vocabulary."""
    folder = tmp_path_factory.mktemp("start")
    with (folder / "source.spm").open("wb") as model:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([" ".join(pair) for pair in sentences] * 20),
            model_writer=model,
            vocab_size=320,
            model_type="bpe",
            byte_fallback=True,
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            normalization_rule_name="identity",
            hard_vocab_limit=False,
            pad_id=0,
            eos_id=1,
            bos_id=2,
            unk_id=3,
            eos_piece="<eos>",
            bos_piece="<bos>",
            user_defined_symbols=["\n"],
            minloglevel=2,
        )
    vocabulary = sentencepiece.SentencePieceProcessor(str(folder / "source.spm"))
    write_random_gguf(folder / "model.gguf", vocabulary)
    return folder


def write_random_gguf(path: Path, vocabulary) -> None:
    size = vocabulary.get_piece_size()
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_name("tiny")
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_sliding_window(128)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([vocabulary.id_to_piece(i) for i in range(size)])
    writer.add_token_scores([vocabulary.get_score(i) for i in range(size)])
    kinds = {"<0": 6, "<u": 2, "<p": 3, "<e": 3, "<b": 3, "\n": 4}
    pieces = [vocabulary.id_to_piece(i) for i in range(size)]
    writer.add_token_types([kinds.get(piece[:2], 1) for piece in pieces])
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_unk_token_id(3)
    random = np.random.default_rng(0)
    shapes = {"token_embd": (size, HIDDEN), "output_norm": (HIDDEN,)}
    for block in range(BLOCKS):
        shapes |= {
            f"blk.{block}.{name}": shape
            for name, shape in {
                "attn_q": (HEADS * HEAD, HIDDEN),
                "attn_k": (HEAD, HIDDEN),
                "attn_v": (HEAD, HIDDEN),
                "attn_output": (HIDDEN, HEADS * HEAD),
                "attn_q_norm": (HEAD,),
                "attn_k_norm": (HEAD,),
                "attn_norm": (HIDDEN,),
                "post_attention_norm": (HIDDEN,),
                "ffn_gate": (FEED, HIDDEN),
                "ffn_up": (FEED, HIDDEN),
                "ffn_down": (HIDDEN, FEED),
                "ffn_norm": (HIDDEN,),
                "post_ffw_norm": (HIDDEN,),
            }.items()
        }
    for name, shape in shapes.items():
        is_norm = len(shape) == 1
        values = np.ones(shape) if is_norm else random.normal(0, 0.1, shape)
        kind = (
            gguf.GGMLQuantizationType.F32
            if is_norm
            else (gguf.GGMLQuantizationType.Q8_0)
        )
        data = gguf.quantize(values.astype(np.float32), kind)
        writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture
def recipe(tmp_path, start, sentences):
    """The path of a recipe that a second or two are enough for."""
    bitext = tmp_path / "bitext.tsv"
    bitext.write_text(
        "".join(f"loop\t{source}\t{target}\n" for source, target in sentences), "utf-8"
    )
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/loop.id").write_text(sentences[0][0] + "\n", "utf-8")
    (tmp_path / "dev/loop.en").write_text(sentences[0][1] + "\n", "utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(
        f"""
start = "{start}"
bitext = "bitext.tsv"
dev_sets = "dev"
output = "run"
steps = 40
learning_rate = 1e-2
warmup_steps = 2
batch_subwords = 128
threads = 1
[sources]
loop = 18
[dev_lines]
loop = 1
""",
        "utf-8",
    )
    return path
