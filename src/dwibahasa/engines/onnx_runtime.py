"""The ONNX Runtime engine: Gemma 3 translation models in Q8_0 on any CPU.

Every source is read by itself and the steps of many targets are computed together;
a row has the same result whatever the others are, so neither batch nor order shows.
Two such searches share a document: with one thread each, they never wait for each
other at the six hundred operators of a step. One begins with the longest prompts and
one with the shortest, which need fewer steps: each reads all weights, however few the
rows.
"""

from __future__ import annotations

import mmap
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as states

from dwibahasa.document import Hypothesis
from dwibahasa.engines import Decoding
from dwibahasa.engines.batching import max_target_subwords
from dwibahasa.engines.beam import Beam, Target
from dwibahasa.engines.gemma3_onnx import GraphBuilder, cache_names, read_sizes
from dwibahasa.engines.gguf_file import GgufFile, dequantized
from dwibahasa.engines.tokenizer import PromptTokenizer
from dwibahasa.errors import ModelDamaged
from dwibahasa.model import Model

WEIGHTS = "model.gguf"
_STATES = (states.Fail, states.InvalidArgument, states.InvalidGraph)
_LOAD_ERRORS = (OSError, ValueError, KeyError, *_STATES)
_RUN_ERRORS = (states.RuntimeException, OSError, *_STATES)

_MAX_SOURCE_SUBWORDS = 512
_MAX_LENGTH = _MAX_SOURCE_SUBWORDS + max_target_subwords(_MAX_SOURCE_SUBWORDS)
_SEARCHES = 2  # at once, of the sources of one call; more would each read all weights
# Targets that a search writes together; with more, a step takes longer in proportion.
_MAX_ROWS = 32
# Prompts read between two steps, so that the first targets do not wait for all.
_PROMPTS_PER_STEP = 8
# Address space of a search's keys and values. What is never written takes no memory,
# and few targets are half as long as they may be.
_MAX_CACHE_BYTES = 200 * 2**20
# What a prompt costs besides its subwords, in these; and what each subword of the
# longest one does, whose target decides how many steps there are. On two machines.
_FIXED_COST = 4


class OnnxEngine:
    """A Gemma 3 model in GGUF form; see `Engine` for the contract."""

    def __init__(self, folder: Path, model: Model, *, threads: int = 0) -> None:
        """Load the model in a folder.

        Args:
            folder: Holds model.gguf and source.spm.
            model: What the folder says of itself.
            threads: Processor threads; 0 for one on each core, but 8 at most.

        Raises:
            ModelDamaged: A file is missing or cannot be read.
        """
        self.max_source_subwords = min(model.max_source_subwords, _MAX_SOURCE_SUBWORDS)
        self._tokenizer = PromptTokenizer(folder)
        try:
            self._network = Network(folder / WEIGHTS, threads or _default_threads())
        except _LOAD_ERRORS as error:
            reason = f"cannot be loaded ({error})"
            raise ModelDamaged(model.name, WEIGHTS, reason) from error

    def count_subwords(self, source: str) -> int:
        """See `Engine`."""
        return len(self._tokenizer.encode(source))

    def translate(
        self, sources: Sequence[str], decoding: Decoding
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """See `Engine`."""
        prompts = [self._tokenizer.encode(source) for source in sources]
        try:
            for index, ended in search(self._network, prompts, decoding.beam_size):
                hypotheses = [
                    Hypothesis(self._tokenizer.decode(target.subwords), target.score)
                    for target in ended[: decoding.hypotheses]
                ]
                yield index, hypotheses
        except _RUN_ERRORS as error:  # which derive from Exception alone
            raise RuntimeError(str(error)) from error


class Network:
    """The model's weights in a session of ONNX Runtime.

    Attributes:
        sizes: Of the model.
        end: Id of `<eos>`.
        searches: How many may use it at once, by its threads.
    """

    def __init__(self, path: Path, threads: int) -> None:
        """Load a GGUF file.

        Raises:
            One of _LOAD_ERRORS: It cannot be used.
        """
        gguf = GgufFile(path)
        self.sizes = read_sizes(gguf)
        self.end: int = gguf.values["tokenizer.ggml.eos_token_id"]
        self._embeddings = gguf.tensor("token_embd.weight")
        self._scale = np.float32(self.sizes.width**0.5)
        graph = GraphBuilder(gguf, self.sizes, _MAX_LENGTH)
        model = graph.build()
        options = onnxruntime.SessionOptions()
        self.searches = min(threads, _SEARCHES)
        options.intra_op_num_threads = threads // self.searches
        options.log_severity_level = 3
        # Waiting threads spin so long, in microseconds: without, a sentence takes a
        # fifth longer; as long as by default, twice as long where others need cores.
        options.add_session_config_entry("session.intra_op.spin_duration_us", "20")
        wrap = onnxruntime.OrtValue.ortvalue_from_numpy
        weights = [wrap(array) for array in graph.weights.values()]
        options.add_external_initializers(list(graph.weights), weights)
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(model, options, providers)

    def embedded(self, subwords: NDArray[np.int64]) -> NDArray[np.float32]:
        """Scaled embeddings: (rows, length) to (rows, length, width)."""
        return dequantized(self._embeddings[subwords]) * self._scale


class Cache:
    """Keys and values of the subwords in each of some rows."""

    def __init__(self, network: Network, rows: int, capacity: int) -> None:
        """Make room for rows of at most `capacity` subwords."""
        self._network = network
        sizes = network.sizes
        self._names = list(cache_names(sizes))
        shape = (len(self._names), rows, sizes.key_heads, capacity, sizes.head_size)
        # numpy would ask for huge pages, which take memory for what is never written.
        memory = mmap.mmap(-1, rows * row_bytes(network, capacity))
        self._buffers = np.frombuffer(memory, np.float32).reshape(shape)

    def read(
        self,
        first_row: int,
        subwords: NDArray[np.int64],
        positions: NDArray[np.int32],
        candidates: int,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Read the next subwords of some rows that lie together.

        Args:
            first_row: Where they begin.
            subwords: Ids, (rows, length); more than one in a row only from its start.
            positions: Of each row's last subword, (rows).
            candidates: How many to find.

        Returns:
            Log-probabilities and ids of the most probable subwords to follow, best
            first, (rows, candidates) each.
        """
        rows = len(subwords)
        scores = np.empty((rows, candidates), np.float32)
        found = np.empty((rows, candidates), np.int64)
        binding = self._network.session.io_binding()
        inputs = {
            "embedded": self._network.embedded(subwords),
            "last": positions,
            "total": np.array(positions.max() + 1, np.int32),
            "candidates": np.array([candidates], np.int64),
        }
        for name, array in inputs.items():
            binding.bind_cpu_input(name, array)
        for name, out in (("scores", scores), ("subwords", found)):
            memory = out.dtype, out.shape, out.ctypes.data
            binding.bind_output(name, "cpu", 0, *memory)
        shape = (rows, *self._buffers.shape[2:])
        start = self._buffers.ctypes.data + first_row * self._buffers.strides[1]
        for i, name in enumerate(self._names):
            place = "cpu", 0, np.float32, shape, start + i * self._buffers.strides[0]
            binding.bind_input(f"past_{name}", *place)
            binding.bind_output(f"present_{name}", *place)
        self._network.session.run_with_iobinding(binding)
        return scores, found

    def copy(self, row: int, to: int, positions: slice, rows: int = 1) -> None:
        """Copy what some rows have at some positions to others."""
        self._buffers[:, to : to + rows, :, positions] = self._buffers[
            :, row : row + rows, :, positions
        ]


def row_bytes(network: Network, capacity: int) -> int:
    """Address space of a row in the cache."""
    sizes = network.sizes
    return 2 * sizes.layers * sizes.key_heads * capacity * sizes.head_size * 4


def search(
    network: Network, prompts: Sequence[list[int]], beam_size: int
) -> Iterator[tuple[int, list[Target]]]:
    """Search for the most probable targets; greedily if `beam_size` is 1.

    Yields:
        An index into `prompts` and at most `beam_size` targets, best first, as soon as
        they are found.
    """
    searches = min(network.searches, len(prompts))
    if not searches:
        return
    capacity = max(len(p) + max_target_subwords(len(p)) for p in prompts)
    rows = min(_MAX_ROWS, _MAX_CACHE_BYTES // row_bytes(network, capacity))
    most = max(1, min(rows // beam_size, len(prompts)))
    first = range(min(len(prompts), searches * most))
    ahead = deque(sorted(first, key=lambda i: len(prompts[i]), reverse=True))
    rest = deque(range(len(first), len(prompts)))
    at_once = [most] * searches
    if searches == 2 and not rest:
        # One may have more than `most`, but both together no more than twice as many.
        longest = _fair_share([len(prompts[i]) for i in ahead])
        at_once = [longest, len(first) - longest]
    found: SimpleQueue[tuple[int, list[Target]] | None] = SimpleQueue()
    is_over = Event()

    def work(number: int) -> None:
        waiting = chain(_take(ahead, is_last=number > 0), _take(rest))
        numbered = ((index, prompts[index]) for index in waiting)
        try:
            cache = Cache(network, at_once[number] * beam_size, capacity)
            for ended in _search(
                cache, network.end, numbered, at_once[number], beam_size
            ):
                if is_over.is_set():
                    break
                for one in ended:
                    found.put(one)
        except BaseException:
            is_over.set()
            raise
        finally:
            found.put(None)

    with ThreadPoolExecutor(searches) as pool:
        working = [pool.submit(work, number) for number in range(searches)]
        try:
            while searches:
                if (ended := found.get()) is None:
                    searches -= 1
                else:
                    yield ended
        finally:
            is_over.set()  # nobody may have asked for all
    for future in working:
        future.result()


def _fair_share(lengths: Sequence[int]) -> int:
    """How many of the longest prompts are about as much work as all the others.

    Args:
        lengths: Subwords of each prompt, in descending order.
    """

    def work(part: Sequence[int]) -> int:
        return sum(part) + _FIXED_COST * (part[0] + len(part))

    return min(
        range(1, len(lengths)), key=lambda n: max(work(lengths[:n]), work(lengths[n:]))
    )


def _take(waiting: deque[int], *, is_last: bool = False) -> Iterator[int]:
    """Take from one end until nothing is left; others may take meanwhile."""
    with suppress(IndexError):
        while True:
            yield waiting.pop() if is_last else waiting.popleft()


def _search(
    cache: Cache,
    end: int,
    waiting: Iterator[tuple[int, list[int]]],
    at_once: int,
    beam_size: int,
) -> Iterator[list[tuple[int, list[Target]]]]:
    """Take prompts while there are any; yields what ends, after each step."""
    beams: list[Beam] = []
    while True:
        free = min(at_once - len(beams), _PROMPTS_PER_STEP)
        for index, prompt in islice(waiting, free):
            beams.append(Beam(index, beam_size, len(prompt), end))
            _read_prompt(cache, beams, prompt)
        if not beams:
            break
        yield list(_take_done(cache, beams))
        if beams:
            _step(cache, beams)


def _read_prompt(cache: Cache, beams: list[Beam], prompt: list[int]) -> None:
    """Begin the last beam."""
    beam = beams[-1]
    first_row = (len(beams) - 1) * beam.size
    last = np.array([len(prompt) - 1], np.int32)
    found = cache.read(first_row, np.array([prompt], np.int64), last, beam.candidates)
    for row, to in beam.grow(*found):
        cache.copy(first_row + row, first_row + to, slice(0, len(prompt)))


def _step(cache: Cache, beams: list[Beam]) -> None:
    """Go on by one subword in all beams."""
    size = beams[0].size
    subwords = [[target.subwords[-1]] for beam in beams for target in beam.live]
    last = [beam.length - 1 for beam in beams for _ in beam.live]
    scores, found = cache.read(
        0, np.array(subwords, np.int64), np.array(last, np.int32), beams[0].candidates
    )
    for i, beam in enumerate(beams):
        rows = slice(i * size, (i + 1) * size)
        # Rows of a beam differ only in what they have of the target.
        of_target = slice(beam.prompt_length, beam.length)
        for row, to in beam.grow(scores[rows], found[rows]):
            cache.copy(rows.start + row, rows.start + to, of_target)


def _take_done(cache: Cache, beams: list[Beam]) -> Iterator[tuple[int, list[Target]]]:
    """Remove the beams that are done; the rows of the last take their place."""
    for i in reversed(range(len(beams))):
        beam = beams[i]
        if not beam.is_done:
            continue
        last = beams.pop()
        if last is not beam:
            beams[i] = last
            start, end = len(beams) * last.size, i * last.size
            cache.copy(start, end, slice(0, last.length), last.size)
        yield beam.index, beam.best()


def _default_threads() -> int:
    # More wait for each other and for the memory; what ONNX Runtime would choose
    # itself it also pins to cores, which containers may forbid.
    return min(os.cpu_count() or 1, 8)
