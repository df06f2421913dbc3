"""Subwords of the pairs, in batches of about equal length and size."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dwibahasa.training.corpus import Pair

PAD = 0
Subwords = NDArray[np.int32]
Encode = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of similar length.

    Attributes:
        pairs: Ids of a source and of its target, with the marks that the model needs.
    """

    pairs: tuple[tuple[Subwords, Subwords], ...]

    @property
    def size_subwords(self) -> int:
        """Subwords of both sides, padding included."""
        return len(self.pairs) * max(len(s) + len(t) for s, t in self.pairs)

    @property
    def target_subwords(self) -> int:
        """Subwords that the model has to predict."""
        return sum(len(target) for _, target in self.pairs)


def make_batches(
    pairs: Sequence[Pair],
    encode_source: Encode,
    encode_target: Encode,
    batch_subwords: int,
    max_pair_subwords: int,
) -> list[Batch]:
    """Batch pairs of similar length, shortest first; too long ones are left out."""
    encoded: list[tuple[Subwords, Subwords]] = []
    for pair in pairs:
        source = np.array(encode_source(pair.source), dtype=np.int32)
        target = np.array(encode_target(pair.target), dtype=np.int32)
        if len(source) + len(target) <= max_pair_subwords:
            encoded.append((source, target))
    encoded.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
    batches: list[Batch] = []
    rows: list[tuple[Subwords, Subwords]] = []
    for source, target in encoded:
        if rows and (len(rows) + 1) * (len(source) + len(target)) > batch_subwords:
            batches.append(Batch(tuple(rows)))
            rows = []
        rows.append((source, target))
    if rows:
        batches.append(Batch(tuple(rows)))
    return batches


def batch_of_step(batches: Sequence[Batch], step: int, seed: int) -> Batch:
    """The batch of a step, counted from 0: each round has all of them, reordered."""
    round_, position = divmod(step, len(batches))
    order = list(range(len(batches)))
    random.Random(f"{seed} {round_}").shuffle(order)  # noqa: S311 - no secret
    return batches[order[position]]


def pad(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts and targets, one pair a row, padded on the right.

    Returns:
        Ids, and whether the next id is one of the target's; both (pairs, length).
    """
    # The last id is never read, only predicted: it needs no place in the input.
    length = max(len(source) + len(target) for source, target in batch.pairs)
    subwords = np.full((len(batch.pairs), length), PAD)
    predicts = np.zeros((len(batch.pairs), length), dtype=bool)
    for row, (source, target) in enumerate(batch.pairs):
        end = len(source) + len(target)
        subwords[row, :end] = np.concatenate([source, target])
        predicts[row, len(source) - 1 : end - 1] = True
    return torch.from_numpy(subwords), torch.from_numpy(predicts)
