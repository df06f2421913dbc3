"""Subwords of the pairs, in batches of about equal length and size."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sentencepiece import SentencePieceProcessor

from dwibahasa.training.corpus import Pair

PAD, EOS, BOS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Batch:
    """Prompts and targets, one pair a row, padded on the right.

    Attributes:
        subwords: Ids, (pairs, length).
        predicts: Whether the next id is one of the target's, (pairs, length).
    """

    subwords: torch.Tensor
    predicts: torch.Tensor


def encode_prompt(vocabulary: SentencePieceProcessor, source: str) -> list[int]:
    """What the model reads before it writes the target."""
    newline = vocabulary.piece_to_id("\n")
    return [BOS, *vocabulary.encode(source.strip()), newline]


def encode_target(vocabulary: SentencePieceProcessor, target: str) -> list[int]:
    """What the model has to write: the first subword begins a word, `</s>` ends it."""
    return [*vocabulary.encode(" " + target.strip()), EOS]


def make_batches(
    pairs: Sequence[Pair],
    vocabulary: SentencePieceProcessor,
    batch_subwords: int,
    max_pair_subwords: int,
) -> list[Batch]:
    """Batch pairs of similar length, shortest first; too long ones are left out."""
    encoded: list[tuple[list[int], list[int]]] = []
    for pair in pairs:
        prompt = encode_prompt(vocabulary, pair.source)
        target = encode_target(vocabulary, pair.target)
        if len(prompt) + len(target) <= max_pair_subwords:
            encoded.append((prompt, target))
    encoded.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
    batches: list[Batch] = []
    rows: list[tuple[list[int], list[int]]] = []
    for prompt, target in encoded:
        if rows and (len(rows) + 1) * (len(prompt) + len(target)) > batch_subwords:
            batches.append(_pad(rows))
            rows = []
        rows.append((prompt, target))
    if rows:
        batches.append(_pad(rows))
    return batches


def _pad(rows: Sequence[tuple[list[int], list[int]]]) -> Batch:
    # The last id is never read, only predicted: it needs no place in the input.
    length = max(len(prompt) + len(target) for prompt, target in rows)
    subwords = np.full((len(rows), length), PAD)
    predicts = np.zeros((len(rows), length), dtype=bool)
    for row, (prompt, target) in enumerate(rows):
        end = len(prompt) + len(target)
        subwords[row, :end] = prompt + target
        predicts[row, len(prompt) - 1 : end - 1] = True
    return Batch(torch.from_numpy(subwords), torch.from_numpy(predicts))


def batch_of_step(batches: Sequence[Batch], step: int, seed: int) -> Batch:
    """The batch of a step, counted from 0: each round has all of them, reordered."""
    round_, position = divmod(step, len(batches))
    order = list(range(len(batches)))
    random.Random(f"{seed} {round_}").shuffle(order)  # noqa: S311 - no secret
    return batches[order[position]]
