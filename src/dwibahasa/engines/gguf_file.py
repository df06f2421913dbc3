"""The parts of a GGUF file that the ONNX Runtime engine needs.

It is read here because the reader of the gguf package takes over a second for the
vocabulary, which the engine does not need.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

# The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
_SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_F32, _Q8_0 = 0, 8
_BLOCK_SIZE = 32
_Q8_0_BLOCK = np.dtype([("scale", "<f2"), ("weights", "i1", _BLOCK_SIZE)])
_ROWS_AT_ONCE = 2048
_TINY = np.finfo(np.float32).tiny


class GgufFile:
    """An open GGUF file.

    Attributes:
        values: What it says of the model; arrays are left out.
    """

    def __init__(self, path: Path) -> None:
        """Read the head of a file.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is no GGUF file or ends too early.
        """
        self._path = path
        self._tensors: dict[str, tuple[list[int], int, int]] = {}
        with path.open("rb") as file:
            try:
                self.values = self._read_head(file)
            except struct.error as error:
                message = "it ends in its head"
                raise ValueError(message) from error

    def tensor(self, name: str) -> NDArray[Any]:
        """A float32 tensor, or a Q8_0 one as records of a scale and 32 weights.

        Raises:
            ValueError: There is none of that name, it is cut or of another type.
        """
        if name not in self._tensors:
            message = f"it has no tensor {name}"
            raise ValueError(message)
        shape, kind, offset = self._tensors[name]
        if kind not in (_F32, _Q8_0):
            message = f"{name} is of GGUF type {kind}, not F32 or Q8_0"
            raise ValueError(message)
        dtype = np.dtype("<f4") if kind == _F32 else _Q8_0_BLOCK
        if kind == _Q8_0:
            shape = [*shape[:-1], shape[-1] // _BLOCK_SIZE]
        count = math.prod(shape)
        return np.fromfile(self._path, dtype, count, offset=offset).reshape(shape)

    def _read_head(self, file: BinaryIO) -> dict[str, Any]:
        magic, version, tensors, values = struct.unpack("<4sIQQ", file.read(24))
        if magic != b"GGUF" or version != 3:
            message = "it is no GGUF file of version 3"
            raise ValueError(message)
        found = {_string(file): _value(file) for _ in range(values)}
        for _ in range(tensors):
            name = _string(file)
            rank = _scalar(file, "I")
            # GGUF counts dimensions from the innermost one.
            shape = [_scalar(file, "Q") for _ in range(rank)][::-1]
            self._tensors[name] = shape, _scalar(file, "I"), _scalar(file, "Q")
        alignment = found.get("general.alignment", 32)
        start = -(-file.tell() // alignment) * alignment
        for name, (shape, kind, offset) in self._tensors.items():
            self._tensors[name] = shape, kind, start + offset
        return found


def _scalar(file: BinaryIO, code: str) -> Any:
    return struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))[0]


def _string(file: BinaryIO) -> str:
    return file.read(_scalar(file, "Q")).decode("utf-8")


def _value(file: BinaryIO) -> Any:
    """The value that comes next; None for an array, which is skipped."""
    kind = _scalar(file, "I")
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        return _scalar(file, _SCALARS[kind])
    item, count = _scalar(file, "I"), _scalar(file, "Q")
    if item == _STRING:
        for _ in range(count):
            file.seek(_scalar(file, "Q"), 1)
    else:
        file.seek(count * struct.calcsize(f"<{_SCALARS[item]}"), 1)
    return None


def dequantized(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers that Q8_0 records stand for: (..., blocks) to (..., blocks * 32)."""
    scales = blocks["scale"].astype(np.float32)[..., None]
    numbers = blocks["weights"] * scales
    return numbers.reshape(*blocks.shape[:-1], -1)


def transposed_bytes(
    tensors: list[NDArray[Any]],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The transposes of Q8_0 tensors side by side, with one scale for each row of them.

    Args:
        tensors: Records of a scale and 32 weights, (rows, blocks) each.

    Returns:
        Weights, (blocks * 32, all rows), and scales, (all rows): their products are
        the numbers of the tensors within half a scale.
    """
    rows = sum(map(len, tensors))
    weights = np.empty((tensors[0].shape[1] * _BLOCK_SIZE, rows), np.int8)
    scales = np.empty(rows, np.float32)
    row = 0
    for tensor in tensors:
        for start in range(0, len(tensor), _ROWS_AT_ONCE):  # bounds the memory
            blocks = tensor[start : start + _ROWS_AT_ONCE]
            own = slice(row, row + len(blocks))
            of_blocks = blocks["scale"].astype(np.float32)
            largest = np.abs(blocks["weights"].astype(np.int16)).max(axis=-1)
            scales[own] = np.maximum((of_blocks * largest).max(axis=1) / 127, _TINY)
            of_blocks /= scales[own, None]
            numbers = blocks["weights"] * of_blocks[..., None]
            weights[:, own] = np.rint(numbers, out=numbers).reshape(len(blocks), -1).T
            row += len(blocks)
    return weights, scales
