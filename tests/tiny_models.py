"""Tiny models with random weights, one for each architecture, in Hugging Face form.

The files and the settings in them are those of the public models that they stand for:
opus-mt-id-en, m2m100_418M, nllb-200-distilled-600M, madlad400-3b-mt and a
decoder-only one. Weights are drawn wide, so that what they say varies.
"""

import json
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram

INDONESIAN = [
    "Presiden tiba di Jakarta pada Senin pagi.",
    "Harga beras naik dua persen sejak bulan lalu.",
    "Mereka pulang ke rumah setelah hujan reda.",
    "Anak-anak itu belajar membaca di sekolah desa.",
    "Polisi menutup jalan utama karena banjir.",
]
ENGLISH = [
    "The president arrived in Jakarta on Monday morning.",
    "The price of rice has risen by two per cent since last month.",
    "They went home after the rain had stopped.",
    "The children are learning to read at the village school.",
    "The police closed the main road because of the flood.",
]
M2M100_PADDING = 8  # unused ids at the end
NLLB_PADDING = 2


def make_marian(folder: Path) -> None:
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    source = _pieces(folder / "source.spm", INDONESIAN, 80)
    target = _pieces(folder / "target.spm", ENGLISH, 80)
    words = list(dict.fromkeys(["</s>", "<unk>", *source[3:], *target[3:], "<pad>"]))
    _json(folder / "vocab.json", {word: i for i, word in enumerate(words)})
    _json(
        folder / "tokenizer_config.json",
        {
            "target_lang": "en",
            "source_lang": "id",
            "tokenizer_class": "MarianTokenizer",
        },
    )
    pad = len(words) - 1
    config = MarianConfig(
        **_SIZES,
        vocab_size=len(words),
        activation_function="swish",
        static_position_embeddings=True,
        scale_embedding=True,
        max_position_embeddings=512,
        pad_token_id=pad,
        bos_token_id=0,
        eos_token_id=0,
        forced_eos_token_id=None,
        decoder_start_token_id=pad,
        architectures=["MarianMTModel"],
    )
    model = _drawn(MarianMTModel(config), end=0)
    with torch.no_grad():
        # Every opus-mt model has a bias of the output and a pad of zeros.
        model.final_logits_bias.normal_(std=0.3)
        model.model.shared.weight[pad] = 0
    model.generation_config = GenerationConfig(
        num_beams=6,
        max_length=512,
        bad_words_ids=[[pad]],
        forced_eos_token_id=0,
        pad_token_id=pad,
        bos_token_id=0,
        eos_token_id=0,
        decoder_start_token_id=pad,
    )
    model.generation_config.save_pretrained(folder)
    config.save_pretrained(folder)
    # opus-mt-id-en has no .safetensors.
    torch.save(_untied(model), folder / "pytorch_model.bin")


def make_m2m100(folder: Path) -> None:
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    pieces = _pieces(folder / "sentencepiece.bpe.model", INDONESIAN + ENGLISH, 150)
    words = ["<s>", "<pad>", "</s>", "<unk>", *pieces[3:]]
    _json(folder / "vocab.json", {word: i for i, word in enumerate(words)})
    _json(
        folder / "tokenizer_config.json",
        {
            "src_lang": None,
            "tgt_lang": None,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "model_max_length": 1024,
            "special_tokens_map_file": "m2m_100_1.2B_v2/special_tokens_map.json",
            "tokenizer_file": None,
            "tokenizer_class": "M2M100Tokenizer",
        },
    )
    languages = FAIRSEQ_LANGUAGE_CODES["m2m100"]
    _json(
        folder / "special_tokens_map.json",
        {
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "additional_special_tokens": [f"__{code}__" for code in languages],
        },
    )
    _m2m100(folder, len(words) + len(languages) + M2M100_PADDING)


def make_nllb(folder: Path) -> None:
    from transformers import NllbTokenizer
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    pieces = _pieces(folder / "sentencepiece.bpe.model", INDONESIAN + ENGLISH, 150)
    NllbTokenizer.from_pretrained(folder).save_pretrained(folder)
    _json(
        folder / "tokenizer_config.json",
        {
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "mask_token": {
                "__type": "AddedToken",
                "content": "<mask>",
                "lstrip": True,
                "normalized": True,
                "rstrip": False,
                "single_word": False,
            },
            "model_max_length": 1024,
            "pad_token": "<pad>",
            "sep_token": "</s>",
            "src_lang": None,
            "tgt_lang": None,
            "tokenizer_class": "NllbTokenizer",
            "unk_token": "<unk>",
        },
    )
    _json(
        folder / "special_tokens_map.json",
        {"additional_special_tokens": FAIRSEQ_LANGUAGE_CODES, "unk_token": "<unk>"},
    )
    # One more than the pieces for <pad>, then the languages, then <mask>.
    used = len(pieces) + 1 + len(FAIRSEQ_LANGUAGE_CODES) + 1
    _m2m100(folder, used + NLLB_PADDING)


def make_madlad(folder: Path) -> None:
    from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

    words = _pieces(folder / "spiece.model", INDONESIAN + ENGLISH, 160, ["<2en>"])
    config = T5Config(
        vocab_size=len(words),
        d_model=32,
        d_kv=16,
        d_ff=48,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        architectures=["T5ForConditionalGeneration"],
    )
    torch.manual_seed(7)
    weights = _untied(_drawn(T5ForConditionalGeneration(config), 0.4, "shared"))
    # As in madlad400-3b-mt: no shared.weight, and an output of its own.
    embeddings = weights.pop("shared.weight")
    weights.pop("encoder.embed_tokens.weight", None)
    weights["decoder.embed_tokens.weight"] = embeddings
    weights["lm_head.weight"] = torch.randn_like(embeddings)
    weights["lm_head.weight"][2] *= 2.5
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    written = config.to_dict() | {"tie_word_embeddings": False}
    written.pop("scale_decoder_outputs")
    _json(folder / "config.json", written)
    GenerationConfig(
        decoder_start_token_id=0, eos_token_id=2, pad_token_id=1
    ).save_pretrained(folder)
    special = {
        str(i): {
            "content": word,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for i, word in enumerate(["<unk>", "<s>", "</s>"])
    }
    _json(
        folder / "tokenizer_config.json",
        {
            "added_tokens_decoder": special,
            "additional_special_tokens": [],
            "clean_up_tokenization_spaces": True,
            "eos_token": "</s>",
            "extra_ids": 0,
            "legacy": False,
            "pad_token": "<s>",
            "tokenizer_class": "T5Tokenizer",
            "unk_token": "<unk>",
        },
    )
    _sentencepiece_tokenizer(folder / "spiece.model").save(
        str(folder / "tokenizer.json")
    )


def make_causal(folder: Path) -> None:
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    tokenizer = Tokenizer(BPE(unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        INDONESIAN + ENGLISH,
        trainers.BpeTrainer(
            vocab_size=320,
            special_tokens=["<s>", "</s>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    _json(
        folder / "tokenizer_config.json",
        {
            "bos_token": "<s>",
            "eos_token": "</s>",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=1024,
        bos_token_id=0,
        eos_token_id=1,
        tie_word_embeddings=False,
        architectures=["LlamaForCausalLM"],
    )
    model = _drawn(LlamaForCausalLM(config), 0.5, "lm_head", end=1)
    # Chat models come with sampling turned on.
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=0.7, top_p=0.8, bos_token_id=0, eos_token_id=[1]
    )
    model.save_pretrained(folder)


MAKERS = {
    "marian": make_marian,
    "m2m100": make_m2m100,
    "nllb": make_nllb,
    "t5": make_madlad,
    "causal": make_causal,
}

_SIZES = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "dropout": 0.0,
}


def _m2m100(folder: Path, vocabulary_size: int) -> None:
    from transformers import (
        GenerationConfig,
        M2M100Config,
        M2M100ForConditionalGeneration,
    )

    config = M2M100Config(
        **_SIZES,
        vocab_size=vocabulary_size,
        activation_function="relu",
        scale_embedding=True,
        max_position_embeddings=1024,
        architectures=["M2M100ForConditionalGeneration"],
    )
    model = _drawn(M2M100ForConditionalGeneration(config))
    model.generation_config = GenerationConfig(
        num_beams=5,
        max_length=200,
        early_stopping=True,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    model.save_pretrained(folder)


def _pieces(path: Path, corpus: list[str], size: int, symbols=()) -> list[str]:
    """Train a SentencePiece model and return its pieces."""
    with path.open("wb") as writer:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(corpus),
            model_writer=writer,
            vocab_size=size,
            model_type="bpe" if ".bpe." in path.name else "unigram",
            character_coverage=1.0,
            hard_vocab_limit=False,
            user_defined_symbols=list(symbols),
            minloglevel=2,
        )
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]


def _sentencepiece_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer.json that transformers 4 made of a T5 SentencePiece model."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
    count = pieces.get_piece_size()
    tokenizer = Tokenizer(
        Unigram(
            [(pieces.id_to_piece(i), pieces.get_score(i)) for i in range(count)],
            unk_id=pieces.unk_id(),
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=["$A", "</s>"], special_tokens=[("</s>", pieces.eos_id())]
    )
    return tokenizer


def _drawn(model, std: float = 0.3, output: str = "model.shared", end: int = 2):
    """The model with every matrix drawn anew, the same at each run.

    The row of </s> in the output is drawn wider, so that some targets come to an end.
    """
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=std)
        model.get_submodule(output).weight[end] *= 2.5
    return model


def _untied(model) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def _json(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
