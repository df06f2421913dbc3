"""Weights of a GGUF file as bytes that are multiplied."""

import gguf
import numpy as np

from dwibahasa.engines.gguf_file import _Q8_0_BLOCK, dequantized, transposed_bytes


def records(numbers):
    blocks = gguf.quants.quantize(numbers, gguf.GGMLQuantizationType.Q8_0)
    return blocks.view(_Q8_0_BLOCK)


def test_rows_keep_their_numbers_within_half_a_step():
    random = np.random.default_rng(1)
    one = random.normal(0, 1, (3000, 64)).astype(np.float32)
    other = random.normal(0, 9, (5, 64)).astype(np.float32)
    blocks = [records(one), records(other)]
    weights, scales = transposed_bytes(blocks)
    assert weights.shape == (64, 3005)
    read = np.concatenate([dequantized(b) for b in blocks])
    error = np.abs(weights.T * scales[:, None] - read)
    assert (error <= scales[:, None] * 0.501).all()
    assert np.abs(weights).max(axis=0).min() == 127


def test_row_of_zeros_stays_zero():
    weights, scales = transposed_bytes([records(np.zeros((1, 32), np.float32))])
    assert not weights.any()
    assert np.isfinite(scales).all()
