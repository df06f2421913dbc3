"""How fast the ONNX Runtime engine is beside transformers in float32.

    python benchmarks/engine_speed.py [ARTICLE] [--rounds N] [--threads N]

Both engines have the same weights and the same text, each in a process of its own, and
take turns, so that what else the machine does falls on both; the table gives medians.
A product of float32 matrices in numpy is timed in every round too: it stands for what
the machine can do. Tokens are target subwords, <eos> included.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader

from dwibahasa.engines import Decoding, Engine
from dwibahasa.model import EngineName, read_model
from dwibahasa.segment import sentences

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "id-en"
ARTICLE = ROOT / "tests" / "data" / "article.id.txt"
BEAM_SIZES = (1, 6)
_MATRIX_SIZE = 1536


@dataclass(frozen=True, slots=True)
class Run:
    """One translation of some segments.

    Attributes:
        time_s: Wall time.
        source_subwords: Of all segments, with the marks of the prompt.
        target_subwords: Of all targets, <eos> included.
    """

    time_s: float
    source_subwords: int
    target_subwords: int

    @property
    def tokens_per_s(self) -> float:
        """Target subwords in a second."""
        return self.target_subwords / self.time_s


class Worker:
    """An engine in a process of its own."""

    def __init__(self, engine: EngineName, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, pipe = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(pipe, engine, threads), daemon=True
        )
        self._process.start()
        self.load_time_s: float = self._pipe.recv()

    def translate(self, segments: list[str], beam_size: int) -> Run:
        """Translate and measure."""
        self._pipe.send((segments, beam_size))
        run: Run = self._pipe.recv()
        return run

    def close(self) -> float:
        """End the process; returns its peak memory in MB."""
        self._pipe.send(None)
        peak: float = self._pipe.recv()
        self._process.join()
        return peak


def _serve(pipe: Connection, name: EngineName, threads: int) -> None:
    """Load an engine and translate what comes until None does."""
    start = time.perf_counter()
    engine = _load(name, threads)
    pipe.send(time.perf_counter() - start)
    while (order := pipe.recv()) is not None:
        segments, beam_size = order
        pipe.send(_measure(engine, segments, beam_size))
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


def _load(name: EngineName, threads: int) -> Engine:
    # Importing is a part of loading.
    from dwibahasa.engines.loading import load_engine

    return load_engine(MODEL, read_model(MODEL), engine=name, threads=threads)


def _measure(engine: Engine, segments: list[str], beam_size: int) -> Run:
    start = time.perf_counter()
    found = dict(engine.translate(segments, Decoding(beam_size=beam_size)))
    time_s = time.perf_counter() - start
    targets = [hypotheses[0].target for hypotheses in found.values()]
    # A prompt has two marks, <bos> and the end of the source; a target has one.
    return Run(
        time_s,
        sum(map(engine.count_subwords, segments)),
        sum(engine.count_subwords(target) - 1 for target in targets),
    )


def _matrix_peak() -> float:
    """Operations in a second of a float32 matrix product in numpy."""
    matrix = np.ones((_MATRIX_SIZE, _MATRIX_SIZE), np.float32)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        matrix @ matrix
        times.append(time.perf_counter() - start)
    return float(2 * _MATRIX_SIZE**3 / min(times))


def _operations(run: Run) -> float:
    """Multiplications and additions with the weights that a run needs, beam size 1."""
    tensors = {
        t.name: int(t.n_elements) for t in GGUFReader(MODEL / "model.gguf").tensors
    }
    output = tensors.pop("token_embd.weight")
    layers = sum(tensors.values())
    return 2.0 * (
        layers * (run.source_subwords + run.target_subwords)
        + output * run.target_subwords
    )


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("article", nargs="?", type=Path, default=ARTICLE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> None:
    """Measure and print tables in Markdown."""
    arguments = _arguments()
    lines = arguments.article.read_text(encoding="utf-8").splitlines()
    document = [source for line in lines for _, source in sentences(line)]
    sentence = sorted(document, key=len)[len(document) // 2]
    workers = {
        name: Worker(name, arguments.threads)
        for name in (EngineName.ONNX, EngineName.TRANSFORMERS)
    }
    tasks = {
        (label, beam_size): segments
        for label, segments in (("sentence", [sentence]), ("document", document))
        for beam_size in BEAM_SIZES
    }
    runs: dict[Any, list[Run]] = {}
    peaks = [_matrix_peak()]
    for worker in workers.values():
        worker.translate([sentence], 1)  # what is slow only once
    for _ in range(arguments.rounds):
        for task, segments in tasks.items():
            for name, worker in workers.items():
                run = worker.translate(segments, task[1])
                runs.setdefault((name, *task), []).append(run)
        peaks.append(_matrix_peak())
    print(f"{len(document)} segments, {arguments.threads} threads,", end=" ")
    print(f"{arguments.rounds} rounds, load average {os.getloadavg()[0]:.1f}\n")
    _print_speed(runs, list(tasks), max(peaks))
    print("\n| engine | load, imports included (s) | peak memory (MB) |")
    print("|---|---|---|")
    for name, worker in workers.items():
        print(f"| {name} | {worker.load_time_s:.1f} | {worker.close():.0f} |")


def _print_speed(
    runs: dict[Any, list[Run]], tasks: list[tuple[str, int]], peak: float
) -> None:
    """Print tokens per second, their ratio and the share of the machine's peak."""
    print("| text | beam size | onnx (tokens/s) | transformers | ratio | of the peak |")
    print("|---|---|---|---|---|---|")
    for label, beam_size in tasks:
        ours = runs[EngineName.ONNX, label, beam_size]
        theirs = runs[EngineName.TRANSFORMERS, label, beam_size]
        ratio = _median(
            lambda pair: pair[0].tokens_per_s / pair[1].tokens_per_s,
            list(zip(ours, theirs, strict=True)),
        )
        share = "–"
        if beam_size == 1:
            rate = _median(lambda run: _operations(run) / run.time_s, ours)
            share = f"{rate / peak:.0%}"
        print(
            f"| {label} | {beam_size} | {_median(lambda r: r.tokens_per_s, ours):.0f}"
            f" | {_median(lambda r: r.tokens_per_s, theirs):.0f}"
            f" | {ratio:.1f} | {share} |"
        )
    print(f"\nPeak: {peak / 1e9:.0f} GFLOP/s, float32 matrix product in numpy.")


def _median(measure: Callable[[Any], float], items: list[Any]) -> float:
    return statistics.median(map(measure, items))


if __name__ == "__main__":
    main()
