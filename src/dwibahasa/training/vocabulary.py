"""Prune a vocabulary to the subwords of the bitext, and the weights with it.

Most of a large model is its embedding: of Gemma's 262,144 subwords an
Indonesian-English bitext uses a fifth. Pruned, the model learns what it will be
shipped with, for a vocabulary that is cut after training costs quality.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as protobuf

from dwibahasa.errors import storage_error
from dwibahasa.model import MODEL_FILE
from dwibahasa.training.corpus import Pair
from dwibahasa.training.errors import StartError
from dwibahasa.training.export import copy_metadata
from dwibahasa.training.hugging_face import CONFIG_FILE, write_hugging_face
from dwibahasa.training.start import VOCABULARY_FILE, WEIGHTS_FILE, copy_licences

_MARKS = ["<pad>", "<eos>", "<bos>", "<unk>"]  # ids 0 to 3
_NORMAL, _BYTE = 1, 6  # types of pieces, the same in GGUF and SentencePiece
_EMBEDDING = "token_embd.weight"
_WHOLE = "whole.gguf"  # what is made of a model in Hugging Face form, to be pruned
# What gguf can write; weights in another form are read and written as Q8_0.
_KEPT_TYPES = {
    gguf.GGMLQuantizationType.F32,
    gguf.GGMLQuantizationType.F16,
    gguf.GGMLQuantizationType.BF16,
    gguf.GGMLQuantizationType.Q8_0,
}


def prune(start: Path, pairs: Iterable[Pair], folder: Path) -> None:
    """Write a model whose vocabulary is what the pairs need.

    Kept are the marks, the bytes, the line feed, the ASCII characters, every subword
    that the pairs use, and those that it is merged from: each pair has the same
    subwords as before.

    Args:
        start: Folder with the `model.gguf` of a Gemma 3, or with one in Hugging Face
            form.
        pairs: The bitext.
        folder: Receives `model.gguf` and `source.spm`; written as a whole or not.

    Raises:
        StartError: The model cannot be read or has a vocabulary of another kind.
        StorageError: The folder cannot be written.
    """
    partial = folder.with_suffix(".part")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        reader = _read_weights(start, partial)
        pieces = _read_pieces(reader)
        if [piece.piece for piece in pieces[:4]] != _MARKS:
            raise StartError(start, "its vocabulary is not that of Gemma")
        kept = _needed(pieces, pairs)
        vocabulary = sentencepiece_model([pieces[i] for i in kept])
        (partial / VOCABULARY_FILE).write_bytes(vocabulary.SerializeToString())
        _write_weights(reader, kept, pieces, partial / WEIGHTS_FILE)
        (partial / _WHOLE).unlink(missing_ok=True)
        copy_licences(start, partial)
        if (start / MODEL_FILE).is_file():
            shutil.copyfile(start / MODEL_FILE, partial / MODEL_FILE)
        partial.rename(folder)
    except OSError as error:
        raise storage_error(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _read_weights(start: Path, partial: Path) -> gguf.GGUFReader:
    path = start / WEIGHTS_FILE
    if not path.exists() and (start / CONFIG_FILE).is_file():
        path = partial / _WHOLE
        write_hugging_face(start, path)
    try:
        return gguf.GGUFReader(path)
    except (OSError, ValueError) as error:
        raise StartError(start, f"{WEIGHTS_FILE} is wrong ({error})") from error


def sentencepiece_model(pieces: Sequence[Any]) -> Any:
    """A SentencePiece model of Gemma's kind: BPE, byte fallback, text as it is."""
    model = protobuf.ModelProto()
    model.pieces.extend(pieces)
    spec = model.trainer_spec
    spec.model_type = protobuf.TrainerSpec.BPE
    spec.vocab_size = len(pieces)
    spec.byte_fallback = True
    for name, mark in zip(("pad", "eos", "bos", "unk"), _MARKS, strict=True):
        setattr(spec, f"{name}_piece", mark)
        setattr(spec, f"{name}_id", _MARKS.index(mark))
    normalizer = model.normalizer_spec
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = False
    normalizer.remove_extra_whitespaces = False
    return model


def _read_pieces(reader: gguf.GGUFReader) -> list[Any]:
    names, scores, types = (
        reader.fields[f"tokenizer.ggml.{name}"].contents()
        for name in ("tokens", "scores", "token_type")
    )
    return [
        protobuf.ModelProto.SentencePiece(piece=name, score=score, type=type_)
        for name, score, type_ in zip(names, scores, types, strict=True)
    ]


def _needed(pieces: Sequence[Any], pairs: Iterable[Pair]) -> list[int]:
    """Ids of the pieces that are kept, in their order."""
    whole = SentencePieceProcessor(
        model_proto=sentencepiece_model(pieces).SerializeToString()
    )
    used = {whole.piece_to_id("\n")}
    for pair in pairs:
        used.update(whole.encode(pair.source.strip()))
        used.update(whole.encode(" " + pair.target.strip()))
    scores = {p.piece: p.score for p in pieces if p.type == _NORMAL}
    names = {pieces[i].piece for i in used}
    for i in used:
        if pieces[i].type == _NORMAL:
            names |= _parts(pieces[i].piece, scores)
    return [
        i
        for i, piece in enumerate(pieces)
        if i < len(_MARKS)
        or piece.type == _BYTE
        or piece.piece in names
        or (len(piece.piece) == 1 and piece.piece.isascii() and piece.type == _NORMAL)
    ]


def _parts(piece: str, scores: Mapping[str, float]) -> set[str]:
    """Everything that a piece is merged from: the best pair first, then the next."""
    symbols = list(piece)
    parts = set(symbols)
    while len(symbols) > 1:
        merged = [a + b for a, b in pairwise(symbols)]
        best = max(
            range(len(merged)), key=lambda i: scores.get(merged[i], float("-inf"))
        )
        if merged[best] not in scores:
            break
        symbols[best : best + 2] = [merged[best]]
        parts.add(merged[best])
    return parts


def _write_weights(
    reader: gguf.GGUFReader, kept: Sequence[int], pieces: Sequence[Any], path: Path
) -> None:
    """Write the GGUF file with the rows of the embedding that are kept."""
    writer = gguf.GGUFWriter(path, reader.fields["general.architecture"].contents())
    copy_metadata(reader, writer, leave_out=_is_of_vocabulary)
    writer.add_vocab_size(len(kept))
    writer.add_token_list([pieces[i].piece for i in kept])
    writer.add_token_scores([pieces[i].score for i in kept])
    writer.add_token_types([pieces[i].type for i in kept])
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_unk_token_id(3)
    rows = np.array(kept)
    for tensor in reader.tensors:
        data, kind = tensor.data, tensor.tensor_type
        if tensor.name == _EMBEDDING:
            data = data[rows]
        if kind not in _KEPT_TYPES:
            values = gguf.dequantize(data, kind)
            kind = gguf.GGMLQuantizationType.Q8_0
            data = gguf.quantize(values, kind)
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _is_of_vocabulary(key: str) -> bool:
    """Whether a key tells of subwords, whose ids are others now."""
    return key.endswith((".vocab_size", "_token_id", "_token_ids")) or key in {
        *(f"tokenizer.ggml.{n}" for n in ("tokens", "scores", "token_type", "merges")),
        *(f"tokenizer.{n}" for n in ("chat_template", "chat_templates")),
    }
