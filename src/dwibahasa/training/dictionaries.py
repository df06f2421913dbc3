"""Gather the open dictionaries that are part of the bitext into one file.

python -m dwibahasa.training.dictionaries BITEXT FOLDER
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path

import click

from dwibahasa.dictionary import DICTIONARIES
from dwibahasa.training.corpus import read_bitext

_LONGEST = 60  # characters of a headword or of a sense; what is longer is a definition


@click.command()
@click.argument("bitext", type=click.Path(path_type=Path, exists=True))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(bitext: Path, folder: Path) -> None:
    """Write dictionary.tsv.gz in FOLDER from the dictionaries of BITEXT."""
    entries: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in read_bitext(bitext):
        name = pair.name.removeprefix("dict-")
        headword, sense = pair.source.strip().lower(), pair.target.strip()
        is_short = max(len(headword), len(sense)) <= _LONGEST
        if name in DICTIONARIES and is_short and headword != sense.lower():
            senses = entries[headword, name]
            if sense not in senses:
                senses.append(sense)
    path = folder / "dictionary.tsv.gz"
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        for (headword, name), senses in sorted(entries.items()):
            file.write("\t".join([headword, name, *senses]).encode() + b"\n")
    click.echo(f"{path}: {len(entries):,} entries, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
