"""Write a Gemma 3 in Hugging Face form as a GGUF file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import torch
from sentencepiece import sentencepiece_model_pb2 as protobuf
from transformers import AutoModelForCausalLM, PreTrainedModel

from dwibahasa.engines.transformers import quiet
from dwibahasa.training.errors import StartError
from dwibahasa.training.export import name_as_gguf

CONFIG_FILE = "config.json"
_PIECES_FILE = "tokenizer.model"


def write_hugging_face(start: Path, path: Path) -> None:
    """Write the weights and the vocabulary of a model in Hugging Face form.

    Args:
        start: Folder with `config.json`, the weights and `tokenizer.model`.
        path: The GGUF file; its matrices are in 8 bits, like those that are shipped.

    Raises:
        StartError: It is no Gemma 3 of text, or cannot be read.
        OSError: The file cannot be written.
    """
    pieces = _read_pieces(start)
    try:
        with quiet():
            network: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                start, dtype=torch.float32, local_files_only=True
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise StartError(start, f"its weights cannot be read ({error})") from error
    config: Any = network.config
    if config.model_type != "gemma3_text":
        reason = f"it is a {config.model_type} model, and only Gemma 3 of text is read"
        raise StartError(start, reason)
    writer = gguf.GGUFWriter(path, "gemma3")
    _add_metadata(writer, config, start.name)
    # The embedding may have more rows than there are subwords, or fewer.
    pieces = pieces[: config.vocab_size]
    writer.add_vocab_size(len(pieces))
    writer.add_token_list([piece.piece for piece in pieces])
    writer.add_token_scores([piece.score for piece in pieces])
    writer.add_token_types([piece.type for piece in pieces])
    weights = dict(network.named_parameters())
    named = name_as_gguf(weights, config.num_hidden_layers)
    for name, weight in named.items():
        values = weight.detach()[: len(pieces)] if "embd" in name else weight.detach()
        kind = gguf.GGMLQuantizationType.F32
        if weight.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quantize(values.numpy(), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _read_pieces(start: Path) -> list[Any]:
    model = protobuf.ModelProto()
    try:
        model.ParseFromString((start / _PIECES_FILE).read_bytes())
    except (OSError, ValueError) as error:
        reason = f"{_PIECES_FILE}, its vocabulary, cannot be read ({error})"
        raise StartError(start, reason) from error
    return list(model.pieces)


def _add_metadata(writer: gguf.GGUFWriter, config: Any, name: str) -> None:
    writer.add_name(name)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"])
    writer.add_sliding_window(config.sliding_window)
    writer.add_tokenizer_model("llama")
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
