"""Gemma 3 as an ONNX graph that multiplies bytes.

Weights and activations are multiplied as 8-bit integers, which CPUs with VNNI do two to
four times as fast as MatMulNBits on the blocks of a GGUF file, from 8 rows on. A row of
a weight has one scale, and so has each subword's activations, so that no row of a batch
depends on another. Products that go into a norm, which takes all scales out, are left
without that of the activations. The graph is written by hand because exporters need
torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from dwibahasa.engines.gguf_file import GgufFile, transposed_bytes

# Gemma 3 technical report (2025), section 2: five layers that see a window for each
# that sees everything, and the base of the rotary embedding in the former.
_LAYERS_PER_GLOBAL = 6
_LOCAL_ROPE_BASE = 10_000.0

_CONTRIB = "com.microsoft"


@dataclass(frozen=True, slots=True)
class Gemma3:
    """The sizes of a Gemma 3 model.

    Attributes:
        layers: How many.
        width: Numbers for each subword between the layers.
        heads: Heads of the queries.
        key_heads: Heads of the keys and of the values.
        head_size: Numbers in a head.
        inner_width: Numbers for each subword inside a feed-forward block.
        window: Subwords that a local layer sees, the last one included.
        epsilon: Added to the variance in each norm.
        global_rope_base: Base of the rotary embedding in the global layers.
    """

    layers: int
    width: int
    heads: int
    key_heads: int
    head_size: int
    inner_width: int
    window: int
    epsilon: float
    global_rope_base: float


def read_sizes(gguf: GgufFile) -> Gemma3:
    """The sizes of the model in a file.

    Raises:
        ValueError: It is of another architecture.
    """
    values = gguf.values
    if values.get("general.architecture") != "gemma3":
        message = f"it is of type {values.get('general.architecture')!r}, not gemma3"
        raise ValueError(message)
    return Gemma3(
        layers=values["gemma3.block_count"],
        width=values["gemma3.embedding_length"],
        heads=values["gemma3.attention.head_count"],
        key_heads=values["gemma3.attention.head_count_kv"],
        head_size=values["gemma3.attention.key_length"],
        inner_width=values["gemma3.feed_forward_length"],
        window=values["gemma3.attention.sliding_window"],
        epsilon=values["gemma3.attention.layer_norm_rms_epsilon"],
        global_rope_base=values["gemma3.rope.freq_base"],
    )


class GraphBuilder:
    """Writes the graph of one model.

    The graph reads `embedded` (rows, length, width), the scaled embeddings of the next
    subwords in each row; `last` (rows), the position of each row's last one; `total`,
    the greatest `last` plus one; `candidates` (1); and for every layer the buffers
    `past_key_N` and `past_value_N` (rows, key_heads, capacity, head_size). It writes
    the log-probabilities `scores` and the ids `subwords` (rows, candidates) of the most
    probable subwords to follow, best first, and `present_key_N` and `present_value_N`,
    which are to be bound to the same buffers.

    Attributes:
        weights: Every weight, by its name in the graph.
    """

    def __init__(self, gguf: GgufFile, sizes: Gemma3, max_length: int) -> None:
        """Prepare for rows of at most `max_length` subwords, target included."""
        self.weights: dict[str, NDArray[Any]] = {}
        self._gguf = gguf
        self._sizes = sizes
        self._max_length = max_length
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build(self) -> bytes:
        """The serialised model; `weights` are not in it.

        Raises:
            ValueError: A tensor is missing or of a type that is not supported.
        """
        sizes = self._sizes
        self._rope("global", sizes.global_rope_base)
        self._rope("local", _LOCAL_ROPE_BASE)
        queries, keys = sizes.heads * sizes.head_size, sizes.key_heads * sizes.head_size
        self._integers("split_heads", [queries, keys, keys])
        self._integers("heads", [0, 0, -1, sizes.head_size])
        self._integers("flat", [0, 0, -1])
        self._integers("end", -1)
        self._integers("axes", [-1])
        self._constant("zero", np.uint8(128))
        self._constant("step", np.float32(1 / 127))
        hidden = "embedded"
        normed = self._norm(hidden, "blk.0.attn_norm", "blk.0.normed")
        for layer in range(sizes.layers):
            hidden, normed = self._layer(layer, hidden, normed)
        normed, scale = self._to_bytes(normed)
        product = self._product(normed, ["token_embd"], "product")
        self._node("Mul", [product, scale], "logits")
        self._node("LogSoftmax", ["logits"], "log_probabilities", axis=-1)
        outputs = ["scores", "subwords"]
        self._node("TopK", ["log_probabilities", "candidates"], outputs, axis=-1)
        return self._serialized()

    def _layer(self, layer: int, hidden: str, normed: str) -> tuple[str, str]:
        """Add a layer; returns its sum and that sum under the next layer's norm."""
        name = f"blk.{layer}"
        is_last = layer == self._sizes.layers - 1
        attended = self._attention(layer, normed)
        if is_last:
            # Nothing but the next subword is asked for, also after a prompt.
            for old, new in ((attended, f"{name}.last"), (hidden, f"{name}.rest")):
                self._node("Gather", [old, "end"], new, axis=1)
            attended, hidden = f"{name}.last", f"{name}.rest"
        attended, _ = self._to_bytes(attended)
        mixed = self._product(attended, [f"{name}.attn_output"], f"{name}.mixed")
        mixed = self._norm(mixed, f"{name}.post_attention_norm", f"{name}.mixed_normed")
        hidden, normed = self._add_norm(mixed, hidden, f"{name}.ffn_norm", name)
        normed, scale = self._to_bytes(normed)
        gate = self._product(normed, [f"{name}.ffn_gate"], f"{name}.gate")
        up = self._product(normed, [f"{name}.ffn_up"], f"{name}.up")
        # What comes of `up` goes into a norm, and through nothing that bends.
        gate = self._node("Mul", [gate, scale], f"{name}.gate_scaled")
        gate = self._node("FastGelu", [gate], f"{name}.gelu", _CONTRIB)
        gated, _ = self._to_bytes(self._node("Mul", [gate, up], f"{name}.gated"))
        outer = self._product(gated, [f"{name}.ffn_down"], f"{name}.outer")
        outer = self._norm(outer, f"{name}.post_ffw_norm", f"{name}.outer_normed")
        following = "output_norm" if is_last else f"blk.{layer + 1}.attn_norm"
        return self._add_norm(outer, hidden, following, f"{name}.end")

    def _attention(self, layer: int, normed: str) -> str:
        """Add attention; returns (rows, length, heads * head_size)."""
        sizes, name = self._sizes, f"blk.{layer}"
        parts = [f"{name}.attn_{part}" for part in "qkv"]
        normed, scale = self._to_bytes(normed)
        joined = self._product(normed, parts, f"{name}.qkv")
        query, key, value = (f"{name}.{part}" for part in "qkv")
        self._node("Split", [joined, "split_heads"], [query, key, value], axis=-1)
        value = self._node("Mul", [value, scale], f"{value}.scaled")
        for part in (query, key):
            self._node("Reshape", [part, "heads"], f"{part}.heads")
            weight = part.replace(f"{name}.", f"{name}.attn_") + "_norm"
            self._norm(f"{part}.heads", weight, f"{part}.heads_normed")
            self._node("Reshape", [f"{part}.heads_normed", "flat"], f"{part}.normed")
        is_global = (layer + 1) % _LAYERS_PER_GLOBAL == 0
        kind = "global" if is_global else "local"
        window = {} if is_global else {"local_window_size": sizes.window}
        self._node(
            "GroupQueryAttention",
            [
                *(f"{query}.normed", f"{key}.normed", value),
                *(f"past_key_{layer}", f"past_value_{layer}", "last", "total"),
                *(f"{kind}_cosine", f"{kind}_sine"),
            ],
            [f"{name}.attended", f"present_key_{layer}", f"present_value_{layer}"],
            _CONTRIB,
            num_heads=sizes.heads,
            kv_num_heads=sizes.key_heads,
            scale=sizes.head_size**-0.5,
            do_rotary=1,
            **window,
        )
        return f"{name}.attended"

    def _to_bytes(self, hidden: str) -> tuple[str, str]:
        """Round to bytes; returns those and the scale of each subword."""
        self._node("Abs", [hidden], f"{hidden}.sizes")
        inputs = [f"{hidden}.sizes", "axes"]
        largest = self._node("ReduceMax", inputs, f"{hidden}.largest", keepdims=1)
        share = self._node("Div", [hidden, largest], f"{hidden}.share")
        # Kernels want bytes unsigned: 128 stands for zero.
        inputs = [share, "step", "zero"]
        return self._node("QuantizeLinear", inputs, f"{hidden}.bytes"), largest

    def _product(self, left: str, tensors: list[str], output: str) -> str:
        """Multiply bytes by the transposes of Q8_0 tensors, side by side.

        What comes out is still to be multiplied by the scales of the bytes.
        """
        blocks = [self._gguf.tensor(f"{t}.weight") for t in tensors]
        weight = tensors[0]
        self.weights[weight], self.weights[f"{weight}.scale"] = transposed_bytes(blocks)
        inputs = [left, weight, "step", f"{weight}.scale", "zero"]
        return self._node("MatMulIntegerToFloat", inputs, output, _CONTRIB)

    def _norm(self, hidden: str, weight: str, output: str) -> str:
        """RMS norm; a GGUF file has 1 added to Gemma's norm weights already."""
        self.weights[weight] = self._gguf.tensor(f"{weight}.weight")
        return self._node(
            "SimplifiedLayerNormalization",
            [hidden, weight],
            output,
            axis=-1,
            epsilon=self._sizes.epsilon,
        )

    def _add_norm(self, left: str, right: str, norm: str, name: str) -> tuple[str, str]:
        """A sum, and that sum under a norm."""
        self.weights[norm] = self._gguf.tensor(f"{norm}.weight")
        self._node(
            "SkipSimplifiedLayerNormalization",
            [left, right, norm],
            [f"{name}.normed_sum", "", "", f"{name}.sum"],
            _CONTRIB,
            epsilon=self._sizes.epsilon,
        )
        return f"{name}.sum", f"{name}.normed_sum"

    def _rope(self, kind: str, base: float) -> None:
        """Tables of the rotary embedding, (max_length, head_size / 2) each."""
        size = self._sizes.head_size
        exponents = np.arange(0, size, 2, dtype=np.float32) / np.float32(size)
        frequencies = np.float32(1) / np.float32(base) ** exponents
        positions = np.arange(self._max_length, dtype=np.float32)
        angles = np.outer(positions, frequencies)
        self.weights[f"{kind}_cosine"] = np.cos(angles)
        self.weights[f"{kind}_sine"] = np.sin(angles)

    def _integers(self, name: str, values: int | list[int]) -> None:
        self._constant(name, np.array(values, np.int64))

    def _constant(self, name: str, values: NDArray[Any] | np.generic) -> None:
        array = np.asarray(values)
        self._constants.append(onnx.numpy_helper.from_array(array, name))

    def _node(
        self,
        operator: str,
        inputs: list[str],
        output: str | list[str],
        domain: str = "",
        **attributes: object,
    ) -> str:
        """Add an operator; returns its first output."""
        outputs = [output] if isinstance(output, str) else output
        node = helper.make_node(operator, inputs, outputs, domain=domain, **attributes)
        self._nodes.append(node)
        return outputs[0]

    def _serialized(self) -> bytes:
        sizes, info = self._sizes, helper.make_tensor_value_info
        caches = list(cache_names(sizes))
        buffer = ["rows", sizes.key_heads, "capacity", sizes.head_size]
        inputs = [
            info("embedded", TensorProto.FLOAT, ["rows", "length", sizes.width]),
            info("last", TensorProto.INT32, ["rows"]),
            info("total", TensorProto.INT32, []),
            info("candidates", TensorProto.INT64, [1]),
            *(info(f"past_{n}", TensorProto.FLOAT, buffer) for n in caches),
        ]
        outputs = [
            info("scores", TensorProto.FLOAT, None),
            info("subwords", TensorProto.INT64, None),
            *(info(f"present_{n}", TensorProto.FLOAT, None) for n in caches),
        ]
        weights = [_external(name, array) for name, array in self.weights.items()]
        graph = helper.make_graph(
            self._nodes, "gemma3", inputs, outputs, [*self._constants, *weights]
        )
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=10)
        serialized: bytes = model.SerializeToString()
        return serialized


def cache_names(sizes: Gemma3) -> Iterator[str]:
    """Names of the buffers, without "past_" or "present_", in the order they lie in."""
    for layer in range(sizes.layers):
        yield f"key_{layer}"
        yield f"value_{layer}"


def _external(name: str, array: NDArray[Any]) -> TensorProto:
    """A weight whose numbers the session is given apart."""
    tensor = TensorProto(
        name=name,
        data_type=helper.np_dtype_to_tensor_dtype(array.dtype),
        dims=array.shape,
        data_location=TensorProto.EXTERNAL,
    )
    entries = {"location": "weights", "offset": "0", "length": str(array.nbytes)}
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    return tensor
