"""A Marian model that is trained from nothing: vocabulary, loss, greedy search."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from torch.nn import functional
from transformers import GenerationConfig, MarianConfig, MarianMTModel, PreTrainedModel

from dwibahasa.engines.transformers import quiet
from dwibahasa.errors import CannotWrite, DiskFull, storage_error
from dwibahasa.installation import write_checksums
from dwibahasa.model import Architecture, EngineName, Model, write_model
from dwibahasa.training.batches import Batch, Subwords
from dwibahasa.training.corpus import Pair
from dwibahasa.training.errors import BitextError, ExportError
from dwibahasa.training.recipe import Recipe
from dwibahasa.training.start import VOCABULARY_FILE, load_vocabulary

EOS = 0  # `</s>`; `<unk>` is 1, and `<pad>` comes after the last subword
_ROWS = 64  # segments translated at a time
_IGNORED = -100  # what torch's cross-entropy leaves out
_POSITIONS = 512
_HEAD = 32  # width of an attention head: eight of them in 256


def train_vocabulary(pairs: Sequence[Pair], recipe: Recipe, folder: Path) -> None:
    """Train one SentencePiece vocabulary for both languages.

    Args:
        pairs: The bitext.
        recipe: Says how many subwords there are to be.
        folder: Receives `source.spm`; written as a whole or not.

    Raises:
        BitextError: The bitext is too small for so many subwords.
        StorageError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{VOCABULARY_FILE}.part"
        with partial.open("wb") as stream:
            SentencePieceTrainer.train(
                sentence_iterator=(
                    side for pair in pairs for side in (pair.source, pair.target)
                ),
                model_writer=stream,
                vocab_size=recipe.vocabulary_size,
                character_coverage=1.0,
                byte_fallback=True,
                normalization_rule_name="identity",
                eos_id=EOS,
                unk_id=1,
                bos_id=-1,
                pad_id=-1,
                num_threads=1,
                minloglevel=2,
            )
        partial.rename(folder / VOCABULARY_FILE)
    except OSError as error:
        raise storage_error(folder, error) from error
    except RuntimeError as error:
        reason = (
            f"no vocabulary of {recipe.vocabulary_size} can be made of it ({error});"
            " correct vocabulary_size in the recipe"
        )
        raise BitextError(recipe.bitext, reason) from error


class MarianModel:
    """An encoder and a decoder that share one embedding (Vaswani et al. 2017).

    Attributes:
        network: The model of transformers, with random weights at first.
    """

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        """Make the model.

        Args:
            recipe: Says how large it is.
            folder: Holds the `source.spm` of `train_vocabulary`.

        Raises:
            StartError: The vocabulary cannot be read.
        """
        self._folder = folder
        self._vocabulary = load_vocabulary(folder)
        self._pad = self._vocabulary.get_piece_size()
        self._label_smoothing = recipe.label_smoothing
        self._config = _config(recipe, self._pad)
        self.network: PreTrainedModel = MarianMTModel(self._config)

    def encode_source(self, source: str) -> list[int]:
        """The subwords of a source segment, `</s>` last."""
        return [*self._vocabulary.encode(source.strip()), EOS]

    def encode_target(self, target: str) -> list[int]:
        """The subwords of a target segment, `</s>` last."""
        return [*self._vocabulary.encode(target.strip()), EOS]

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy of the targets' subwords, with label smoothing."""
        sources = _pad([source for source, _ in batch.pairs], self._pad)
        wanted = _pad([target for _, target in batch.pairs], _IGNORED)
        read = wanted.roll(1, dims=1)  # the decoder reads what came before
        read[:, 0] = self._pad
        states = self.network.model(
            input_ids=sources,
            attention_mask=sources != self._pad,
            decoder_input_ids=read.masked_fill(read == _IGNORED, self._pad),
            use_cache=False,
        ).last_hidden_state  # (pairs, target_length, width)
        # Without <pad>, the last: it is never written, its row has to stay zero.
        output: Any = self.network.get_input_embeddings().weight
        logits = functional.linear(states[wanted != _IGNORED], output[:-1]).float()
        return functional.cross_entropy(
            logits,
            wanted[wanted != _IGNORED],
            label_smoothing=self._label_smoothing if self.network.training else 0.0,
        )

    @torch.inference_mode()
    def translate(self, sources: Sequence[str]) -> list[str]:
        """Translate source segments, in their order, without beam search."""
        encoded = [np.array(self.encode_source(s), dtype=np.int32) for s in sources]
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        targets = [""] * len(encoded)
        for start in range(0, len(order), _ROWS):
            rows = order[start : start + _ROWS]
            subwords = _pad([encoded[row] for row in rows], self._pad)
            generated = self.network.generate(  # type: ignore[operator]
                input_ids=subwords,
                attention_mask=subwords != self._pad,
                generation_config=_generation(
                    self._pad, min(_POSITIONS, subwords.shape[1] * 3 // 2 + 16)
                ),
            )
            for row, (_, *ids) in zip(rows, generated.tolist(), strict=True):
                end = ids.index(EOS) if EOS in ids else len(ids)
                targets[row] = self._vocabulary.decode(ids[:end])
        return targets

    def export(self, weights: Path, folder: Path, _batches: Sequence[Batch], /) -> None:
        """Write the model in Hugging Face form, as `models install` reads it.

        Raises:
            ExportError: The weights belong to another model.
            StorageError: The folder cannot be written.
        """
        state: dict[str, Any] = torch.load(weights, weights_only=True)
        network = MarianMTModel(self._config)
        try:
            network.load_state_dict(state.get("weights", state), strict=False)
        except RuntimeError as error:
            raise ExportError(
                f"{weights} is of a model of another size; give the recipe that it"
                " was trained by"
            ) from error
        network.generation_config = _generation(self._pad)
        try:
            with quiet():
                network.save_pretrained(folder)
            for side in ("source", "target"):
                shutil.copyfile(self._folder / VOCABULARY_FILE, folder / f"{side}.spm")
            _write_tokenizer(self._vocabulary, folder)
            write_model(
                Model(folder.name, EngineName.TRANSFORMERS, Architecture.MARIAN), folder
            )
            write_checksums(folder)
        except OSError as error:
            raise storage_error(folder, error) from error
        except SafetensorError as error:
            # It tells of a full disk in words alone.
            if "No space left" in str(error):
                raise DiskFull(folder) from error
            raise CannotWrite(folder, OSError(str(error))) from error


def _config(recipe: Recipe, pad: int) -> MarianConfig:
    width, heads = recipe.width, max(1, recipe.width // _HEAD)
    return MarianConfig(
        vocab_size=pad + 1,
        d_model=width,
        encoder_layers=recipe.encoder_layers,
        decoder_layers=recipe.decoder_layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        dropout=recipe.dropout,
        activation_function="relu",
        static_position_embeddings=True,  # type: ignore[call-arg]  # CTranslate2's
        scale_embedding=True,
        # Embeddings are scaled by the root of the width and have to begin near 1.
        init_std=width**-0.5,
        max_position_embeddings=_POSITIONS,
        pad_token_id=pad,
        bos_token_id=EOS,
        eos_token_id=EOS,
        decoder_start_token_id=pad,
        forced_eos_token_id=None,
    )


def _generation(pad: int, max_length: int = _POSITIONS) -> GenerationConfig:
    return GenerationConfig(  # type: ignore[no-untyped-call]
        max_length=max_length,
        bad_words_ids=[[pad]],
        pad_token_id=pad,
        bos_token_id=EOS,
        eos_token_id=EOS,
        decoder_start_token_id=pad,
    )


def _pad(rows: Sequence[Subwords], filler: int) -> torch.Tensor:
    """Rows of ids, padded on the right: (rows, length)."""
    padded = np.full((len(rows), max(map(len, rows))), filler, dtype=np.int64)
    for row, ids in enumerate(rows):
        padded[row, : len(ids)] = ids
    return torch.from_numpy(padded)


def _write_tokenizer(vocabulary: SentencePieceProcessor, folder: Path) -> None:
    """Write what MarianTokenizer reads beside the two SentencePiece models."""
    size = vocabulary.get_piece_size()
    pieces = [*(vocabulary.id_to_piece(i) for i in range(size)), "<pad>"]
    described = {
        "vocab.json": {piece: i for i, piece in enumerate(pieces)},
        "tokenizer_config.json": {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": "id",
            "target_lang": "en",
        },
    }
    for name, content in described.items():
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / name).write_text(text + "\n", "utf-8")
