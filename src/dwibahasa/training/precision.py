"""The numbers that a processor multiplies fastest in training."""

from __future__ import annotations

from timeit import repeat

import torch

_ROWS, _WIDTH, _INNER_WIDTH = 2048, 640, 2048  # of a batch in Gemma 3 270M


def fastest_precision() -> torch.dtype:
    """bfloat16 where a matrix product in it takes less time than in float32.

    It is measured: with AVX512-BF16 alone, one machine takes half the time and
    another twice as much.
    """
    return min((torch.bfloat16, torch.float32), key=_product_s)


def _product_s(precision: torch.dtype) -> float:
    """Seconds for the product of a batch's states and a matrix, at best."""
    states = torch.ones(_ROWS, _WIDTH, dtype=precision)
    weights = torch.ones(_INNER_WIDTH, _WIDTH, dtype=precision)
    return min(repeat(lambda: states @ weights.T, number=1, repeat=8))
