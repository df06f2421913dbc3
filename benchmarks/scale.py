"""What translating much text costs: all figures of docs/scale.md, in some minutes.

`python benchmarks/scale.py` prints, in the order of the page,

- words per core-second of the embedded model, from the sample article on one thread and
  in processor time, so that what else runs on the machine changes little, and the cost
  of corpora by it;
- what a job takes beside the model: one of JSON Lines with an engine that is a table of
  words, alone and by `--cluster auto`;
- what Ray adds: its start, its first task, and the time from task to task, with workers
  that do nothing.

`model`, `job [LINES]` (20,000) and `ray [TASKS]` (60) measure one of these.
"""

import dataclasses
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from job_memory import WordEngine, write_corpus

from dwibahasa import cli, cluster, files, translator
from dwibahasa.document import Document
from dwibahasa.sources import Request

_CORPORA = (1e6, 1e8, 1e10)  # words
_MACHINES = {"laptop": 4, "one server": 32, "a hundred machines": 1600}  # cores


class WordWorker(cluster.Worker):
    """A worker with an engine that takes next to no time."""

    def __init__(self, *_: object) -> None:
        self._translator = translator.Translator(WordEngine(), "words")


class IdleWorker:
    """A worker that gives back what it gets."""

    def __init__(self, *_: object) -> None:
        pass

    def __call__(self, batch: object) -> object:
        """Do nothing."""
        return batch


def measure_model(beam_sizes: tuple[int, ...] = (6, 1)) -> None:
    """Print words per core-second of the embedded model, and costs by it."""
    any_beam = translator.load_translator(threads=1)
    for beam_size in beam_sizes:
        loaded = dataclasses.replace(any_beam, beam_size=beam_size)
        blocks = files.sample().blocks[1:10]
        loaded.translate(Document(blocks[:1]))
        began = time.process_time()
        loaded.translate(Document(blocks[1:]))
        seconds = time.process_time() - began
        words = sum(len(block.text.split()) for block in blocks[1:])
        speed = words / seconds
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"beam {beam_size}: {words} words, {seconds:.1f} core-seconds,"
            f" {speed:.1f} words per core-second, {peak:.0f} MB"
        )
        core_hours = [corpus / speed / 3600 for corpus in _CORPORA]
        print("  core-hours:", *(f"{hours:,.1f}" for hours in core_hours))
        for machine, cores in _MACHINES.items():
            hours = (f"{hours / cores:,.2f}" for hours in core_hours)
            print(f"  hours on {machine}, {cores} cores:", *hours)


def measure_job(lines: int = 20_000) -> None:
    """Print what a job takes with an engine that takes nothing, alone and on Ray."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus.jsonl")
        write_corpus(corpus, lines)
        for name, options in (("alone", []), ("on Ray", ["--cluster", "auto"])):
            out = Path(folder, name)
            command = [sys.executable, __file__, "--translate", corpus, "-d", out]
            began, before = time.monotonic(), _core_seconds()
            done = subprocess.run(
                [*command, "--progress", "json", *options],
                env={**os.environ, "DWIBAHASA_DATA": f"{out}-data"},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            wall, cores = time.monotonic() - began, _core_seconds() - before
            report = json.loads(done.stdout.splitlines()[-1])
            records = Path(f"{out}-data", "jobs.sqlite3").stat().st_size
            print(
                f"{name}: {lines} lines, {report['words']} words in {wall:.0f} s;"
                # Ray's workers are no children of the job.
                f" {cores:.0f} core-seconds of the job itself,"
                f" {lines / cores:.0f} lines and {report['words'] / cores:.0f} words"
                f" in each, {records / lines:.0f} bytes of records a line"
            )


def measure_ray(tasks: int = 60) -> None:
    """Print how long Ray takes to start, and from task to task."""
    began = time.monotonic()
    cluster._set_environment("auto")
    with cluster._joined("auto"):
        print(f"Ray: there after {time.monotonic() - began:.1f} s")
        threads, workers = cluster._workers()
        plan = cluster._Pipeline(IdleWorker, (Request(()), b"", threads), threads, 1)
        sources = [f"Kalimat {n}." for n in range(tasks * cluster._LARGEST_TASK)]
        began = time.monotonic()
        times = [time.monotonic() for _ in plan.tables(sources)]
    print(f"  first of {len(times)} tasks after {times[0] - began:.1f} s")
    print(f"  from task to task {(times[-1] - times[0]) / (len(times) - 1):.3f} s")
    print(f"  this machine has room for {workers} engines of {threads} cores")


def _core_seconds() -> float:
    """Of the processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> None:
    """Measure what is asked for, or all."""
    match arguments:
        case ["--translate", *rest]:
            cluster.Worker = WordWorker
            translator.load_engine = lambda *_, **__: WordEngine()
            cli.main(["translate", *rest])
        case ["model"]:
            measure_model()
        case ["job", *rest]:
            measure_job(*map(int, rest))
        case ["ray", *rest]:
            measure_ray(*map(int, rest))
        case _:
            load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
            print(f"{os.cpu_count()} cores, {platform.machine()}, load {load}")
            measure_model()
            measure_job()
            measure_ray()


if __name__ == "__main__":
    main(sys.argv[1:])
