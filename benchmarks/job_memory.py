"""Memory and speed of a job over JSON Lines, without a model.

`python benchmarks/job_memory.py [LINES]...` translates so many lines each (10,000 and
1,000,000 if none are given) by an engine that only marks the words, in a process of its
own, and prints the peak of its memory and the time.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from dwibahasa import cli, translator
from dwibahasa.document import Hypothesis
from dwibahasa.engines import Decoding

WORDS = (
    "harga beras naik turun di pasar kota desa pagi ini warga polisi menteri presiden"
    " mengatakan bahwa jalan sekolah rumah sakit dibuka kembali setelah banjir besar"
    " melanda daerah pantai utara jawa sumatra bali papua kemarin malam hari itu"
).split()


class MarkingEngine:
    """Says "harga-en beras." for "harga beras."."""

    max_source_subwords = 256

    def count_subwords(self, source: str) -> int:
        """Words."""
        return len(source.split())

    def translate(
        self,
        sources: Sequence[str],
        decoding: Decoding,  # noqa: ARG002
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Mark the words of each source in turn."""
        for index, source in enumerate(sources):
            # Nothing for the checks to doubt.
            yield index, [Hypothesis(source.replace(" ", "-en "), -0.5)]


def write_corpus(path: Path, lines: int) -> None:
    """Write so many lines of 8 to 20 words, each another one."""
    choose = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for n in range(lines):
            text = " ".join(choose.choices(WORDS, k=choose.randint(8, 20)))
            record = {"n": n, "text": f"{text.capitalize()} {n}."}
            file.write(json.dumps(record) + "\n")


def translate(corpus: str, out: str) -> None:
    """Run a job in this process, and print its peak of memory in MB."""
    translator.load_engine = lambda *_, **__: MarkingEngine()
    cli.main(["translate", corpus, "-d", out, "--quiet"], standalone_mode=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:.0f}")


def main(counts: list[int]) -> None:
    """Measure each count."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            corpus, out = Path(folder, "corpus.jsonl"), Path(folder, "out")
            write_corpus(corpus, count)
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, __file__, "--translate", corpus, out],
                env={**os.environ, "DWIBAHASA_DATA": str(Path(folder, "data"))},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            seconds = time.monotonic() - began
            with Path(out, "corpus.en.jsonl").open("rb") as file:
                written = sum(1 for _ in file)
            records = Path(folder, "data", "jobs.sqlite3").stat().st_size / 1e6
            print(
                f"{count} lines in, {written} out: peak {done.stdout.strip()} MB,"
                f" {seconds:.0f} s, {count / seconds:.0f} lines/s,"
                f" records {records:.0f} MB"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--translate"]:
        translate(*sys.argv[2:4])
    else:
        main([int(n) for n in sys.argv[1:]] or [10_000, 1_000_000])
