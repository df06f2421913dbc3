"""Memory and speed of a job over JSON Lines or a table, without a model.

`python benchmarks/job_memory.py [--csv] [LINES]...` translates so many lines each
(10,000 and 1,000,000 if none are given) word for word by a table, in a process of its
own, and prints the peak of its memory and the time.
"""

import csv
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

# Word for word, so that the checks have nothing to doubt.
WORDS = dict(
    pair.split("=")
    for pair in (
        "harga=price beras=rice naik=rises turun=falls di=in pasar=market kota=city"
        " desa=village pagi=morning ini=this warga=residents polisi=police"
        " menteri=minister presiden=president mengatakan=said bahwa=that jalan=road"
        " sekolah=school rumah=house dibuka=opened kembali=again setelah=after"
        " banjir=flood besar=big melanda=hit daerah=area pantai=coast utara=north"
        " kemarin=yesterday malam=night hari=day itu=that"
    ).split()
)


class WordEngine:
    """Says "price rice 5." for "harga beras 5."."""

    max_source_subwords = 256

    def count_subwords(self, source: str) -> int:
        """Words."""
        return len(source.split())

    def translate(
        self,
        sources: Sequence[str],
        decoding: Decoding,  # noqa: ARG002
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Translate each source in turn."""
        for index, source in enumerate(sources):
            words = (WORDS.get(word, word) for word in source.lower().split(" "))
            yield index, [Hypothesis(" ".join(words).capitalize(), -0.5)]


def write_corpus(path: Path, lines: int) -> None:
    """Write so many lines or rows of 8 to 20 words, each another one."""
    choose, words = random.Random(0), list(WORDS)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        if path.suffix == ".csv":
            table.writerow(["n", "text"])
        for n in range(lines):
            text = " ".join(choose.choices(words, k=choose.randint(8, 20)))
            record = {"n": n, "text": f"{text.capitalize()} {n}."}
            if path.suffix == ".csv":
                table.writerow(record.values())
            else:
                file.write(json.dumps(record) + "\n")


def translate(corpus: str, out: str) -> None:
    """Run a job in this process, and print its peak of memory in MB."""
    translator.load_engine = lambda *_, **__: WordEngine()
    cli.main(["translate", corpus, "-d", out, "--quiet"], standalone_mode=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_maxrss / 1024:.0f} MB, {used.ru_utime + used.ru_stime:.0f} core-s")


def main(counts: list[int], suffix: str) -> None:
    """Measure each count."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            corpus, out = Path(folder, f"corpus{suffix}"), Path(folder, "out")
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
            with Path(out, f"corpus.en{suffix}").open("rb") as file:
                written = sum(1 for _ in file)
            records = Path(folder, "data", "jobs.sqlite3").stat().st_size / 1e6
            print(
                f"{count} lines in, {written} out: {done.stdout.strip()},"
                f" {seconds:.0f} s, records {records:.0f} MB"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--translate"]:
        translate(*sys.argv[2:4])
    else:
        is_table = sys.argv[1:2] == ["--csv"]
        counts = [int(n) for n in sys.argv[1 + is_table :]]
        main(counts or [10_000, 1_000_000], ".csv" if is_table else ".jsonl")
