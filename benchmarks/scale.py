"""What translating much text costs: words per core-second, and the overhead of a job.

`python benchmarks/scale.py model` translates the sample article on one thread, and
counts processor time, so that what else runs on the machine changes little.
`python benchmarks/scale.py job [LINES]` does a job of so many lines (10,000) with an
engine that is a table of words, alone and by `--cluster auto`, and tells what is added
to the engine's own time.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from job_memory import WordEngine, write_corpus

from dwibahasa import cli, cluster, files, translator
from dwibahasa.document import Document


class WordWorker(cluster.Worker):
    """A worker with an engine that takes next to no time."""

    def __init__(self, *_: object) -> None:
        self._translator = translator.Translator(WordEngine(), "words")


def measure_model(beam_sizes: tuple[int, ...] = (1, 4)) -> None:
    """Print words per core-second of the embedded model."""
    for beam_size in beam_sizes:
        loaded = translator.load_translator(beam_size=beam_size, threads=1)
        blocks = files.sample().blocks[1:10]
        loaded.translate(Document(blocks[:1]))
        began = time.process_time()
        loaded.translate(Document(blocks[1:]))
        seconds = time.process_time() - began
        words = sum(len(block.text.split()) for block in blocks[1:])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"beam {beam_size}: {words} words, {seconds:.1f} core-seconds,"
            f" {words / seconds:.1f} words per core-second, {peak:.0f} MB"
        )


def measure_job(lines: int) -> None:
    """Print the time of a job with an engine that takes none, alone and on Ray."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus.jsonl")
        write_corpus(corpus, lines)
        for name, options in (("alone", []), ("on Ray", ["--cluster", "auto"])):
            out = Path(folder, name)
            command = [sys.executable, __file__, "--translate", corpus, "-d", out]
            began = time.monotonic()
            done = subprocess.run(
                [*command, "--progress", "json", *options],
                env={**os.environ, "DWIBAHASA_DATA": f"{out}-data"},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            wall = time.monotonic() - began
            report = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{name}: {lines} lines in {wall:.0f} s,"
                f" {report['seconds']:.0f} of them for the engine"
            )


def main(arguments: list[str]) -> None:
    """Measure what is asked for."""
    match arguments:
        case ["--translate", *rest]:
            cluster.Worker = WordWorker
            translator.load_engine = lambda *_, **__: WordEngine()
            cli.main(["translate", *rest])
        case ["job", *rest]:
            measure_job(int(rest[0]) if rest else 10_000)
        case _:
            measure_model()


if __name__ == "__main__":
    main(sys.argv[1:])
