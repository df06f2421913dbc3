"""Estimate the bilingual lexicon from bitext.

Own code: eflomal and fast_align are programs in C++ that must be built and whose
output holds no expected counts, and no kept Python library estimates word alignment.
The model is IBM model 1 (Brown et al. 1993), then with the diagonal prior of Dyer et
al. 2013, both directions trained to agree (Liang et al. 2006): a link counts as the
product of its posteriors in both directions. One count table then serves both.

    python -m dwibahasa.training.alignment BITEXT FOLDER
"""

from __future__ import annotations

import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from dwibahasa.engines.glossary import GLOSSES
from dwibahasa.lexicon import (
    NULL,
    NUMBER,
    diagonal,
    source_key,
    target_key,
    word_ranges,
)
from dwibahasa.training.corpus import Pair, clean_pair, read_bitext
from dwibahasa.training.glosses import Aligned, choose_glosses, summed, write_glosses

# Both sides of these were made by a machine, or they are no sentences.
_SKIPPED = ("tut-", "aspose-", "ai-terms", "ui-short", "talentys", "game-")
_MOST_PER_SOURCE = 9_000  # so that software does not outvote the rest
_MOST_WORDS = 40  # of a side; longer pairs teach little and cost much
_CELLS_PER_CHUNK = 4_000_000
_IBM1_ITERATIONS = 3  # Liang et al. 2006 and fast_align both take five in all
_DIAGONAL_ITERATIONS = 4
_LEAST_COUNT = 0.3  # expected links of a pair that is kept
_LEAST_SHARE = 0.003  # of the links of both its words
_LEAST_SENSE = 0.03  # share of a word's links for a sense
_LEAST_LINKS = 2  # of a word and a sense of it
_SURE = 0.25  # agreed posterior, over which both directions say yes
_MOSTLY = 6  # times as often with a capital: a name
_MOST_SENSES = 8

_Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Side:
    """One language of the bitext.

    Attributes:
        keys: What is counted, in the order of its numbers.
        sentences: The numbers of the keys of each sentence.
        words: The words of each sentence.
    """

    keys: list[str]
    sentences: list[_Array]
    words: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Every pair of words that stand in one pair of sentences, sentence by sentence.

    Attributes:
        pair: Number of the pair of keys, of each cell.
        source: Number of the source word in the whole bitext, of each cell.
        target: The same of the target word.
        near: Diagonal prior of each cell, not normalised.
        ends: Number of cells up to the end of each sentence.
        keys: The pairs of keys as source * targets + target, ascending.
    """

    pair: _Array
    source: _Array
    target: _Array
    near: _Array
    ends: _Array
    keys: _Array


@click.command()
@click.argument("bitext", type=click.Path(path_type=Path, exists=True))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(bitext: Path, folder: Path) -> None:
    """Estimate lexicon.npz, senses.tsv.gz and glosses.tsv in FOLDER from BITEXT."""
    pairs = _sample(bitext)
    click.echo(f"{len(pairs):,} pairs")
    source = _side((pair.source for pair in pairs), source_key)
    target = _side((pair.target for pair in pairs), target_key)
    cells = _cells(source, target)
    click.echo(f"{len(cells.pair):,} cells, {len(cells.keys):,} pairs of keys")
    agreed, nulls = _estimate(cells, source, target)
    folder.mkdir(parents=True, exist_ok=True)
    _write_lexicon(folder / "lexicon.npz", cells, agreed, nulls, source, target)
    aligned = _aligned(cells, agreed, source, target, pairs)
    _write_senses(folder / "senses.tsv.gz", _linked_words(aligned))
    glosses = choose_glosses(aligned, read_bitext(bitext))
    write_glosses(folder / GLOSSES, glosses)
    click.echo(f"{folder / GLOSSES}: {len(glosses):,} words and phrases")


def _sample(bitext: Path) -> list[Pair]:
    """Up to so many clean pairs of each source, always the same."""
    by_name: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in read_bitext(bitext):
        if not pair.name.startswith(_SKIPPED):
            by_name[pair.name].append(pair)
    generator = random.Random(1)  # noqa: S311 - a sample
    sample = []
    for name in sorted(by_name):
        pairs = by_name[name]
        for pair in generator.sample(pairs, min(len(pairs), _MOST_PER_SOURCE)):
            clean = pair if name.startswith("dict-") else clean_pair(pair)
            if clean and _is_short(clean.source) and _is_short(clean.target):
                sample.append(clean)
    return sample


def _is_short(text: str) -> bool:
    return 0 < len(word_ranges(text)) <= _MOST_WORDS


def _side(texts: Iterable[str], key_of: Any) -> _Side:
    numbers: dict[str, int] = {}
    sentences, words = [], []
    for text in texts:
        found = [text[slice(*r)] for r in word_ranges(text)]
        keys = [numbers.setdefault(key_of(word), len(numbers)) for word in found]
        sentences.append(np.array(keys, np.int64))
        words.append(found)
    return _Side(list(numbers), sentences, words)


def _cells(source: _Side, target: _Side) -> _Cells:
    keys, sources, targets, near = [], [], [], []
    first_source = first_target = 0
    for f, e in zip(source.sentences, target.sentences, strict=True):
        keys.append((f[:, None] * len(target.keys) + e[None, :]).ravel())
        numbers = np.arange(first_source, first_source + len(f), dtype=np.int32)
        sources.append(np.repeat(numbers, len(e)))
        numbers = np.arange(first_target, first_target + len(e), dtype=np.int32)
        targets.append(np.tile(numbers, len(f)))
        near.append(diagonal(len(f), len(e)).ravel())
        first_source += len(f)
        first_target += len(e)
    unique, pair = np.unique(np.concatenate(keys), return_inverse=True)
    return _Cells(
        pair.astype(np.int32),
        np.concatenate(sources),
        np.concatenate(targets),
        np.concatenate(near),
        np.cumsum([len(part) for part in near]),
        unique,
    )


def _estimate(
    cells: _Cells, source: _Side, target: _Side
) -> tuple[_Array, tuple[_Array, _Array]]:
    """Run EM; return each cell's agreed posterior and t(f | null), t(e | null)."""
    key_f, key_e = np.divmod(cells.keys, len(target.keys))
    words_f = np.concatenate(source.sentences)  # (source words,)
    words_e = np.concatenate(target.sentences)
    null_f: _Array = np.bincount(words_f) / len(words_f)
    null_e: _Array = np.bincount(words_e) / len(words_e)
    counts = np.ones(len(cells.keys), np.float64)
    agreed = np.zeros(len(cells.pair), np.float32)
    for iteration in range(_IBM1_ITERATIONS + _DIAGONAL_ITERATIONS):
        uses_near = iteration >= _IBM1_ITERATIONS
        forward = counts / np.bincount(key_f, counts, len(source.keys))[key_f]
        backward = counts / np.bincount(key_e, counts, len(target.keys))[key_e]
        counts = np.zeros(len(cells.keys))
        for chunk in _chunks(cells):
            pair = cells.pair[chunk]
            near = cells.near[chunk] if uses_near else np.ones(len(pair))
            agreed[chunk] = _posterior(
                cells.target[chunk], near, forward[pair], null_e[words_e]
            ) * _posterior(cells.source[chunk], near, backward[pair], null_f[words_f])
            counts += np.bincount(pair, agreed[chunk], len(counts))
        counts += 1e-12  # a pair that no sentence links any more divides nothing
        linked_f = np.bincount(cells.source, agreed, len(words_f))
        linked_e = np.bincount(cells.target, agreed, len(words_e))
        null_f = np.bincount(words_f, 1 - np.minimum(linked_f, 1))
        null_e = np.bincount(words_e, 1 - np.minimum(linked_e, 1))
        null_f, null_e = null_f / null_f.sum(), null_e / null_e.sum()
        click.echo(f"iteration {iteration + 1}: {counts.sum():,.0f} links")
    return agreed, (null_f, null_e)


def _posterior(group: _Array, near: _Array, t: _Array, nulls: _Array) -> _Array:
    """The share of each cell in its group, the empty word among its rivals."""
    first = group.min()
    group = group - first
    size = int(group.max()) + 1
    expected = near * t / np.bincount(group, near, size)[group]
    total = np.bincount(group, expected, size) + NULL * nulls[first : first + size]
    posterior: _Array = expected / total[group]
    return posterior


def _chunks(cells: _Cells) -> Iterator[slice]:
    """Cut the cells between sentences into parts that fit in memory."""
    begin = 0
    for end, following in pairwise([*cells.ends.tolist(), np.inf]):
        if following - begin > _CELLS_PER_CHUNK:
            yield slice(begin, end)
            begin = end


def _write_lexicon(
    path: Path,
    cells: _Cells,
    agreed: _Array,
    nulls: tuple[_Array, _Array],
    source: _Side,
    target: _Side,
) -> None:
    """Keep the pairs of keys that are linked often enough, as Lexicon reads them."""
    counts = np.bincount(cells.pair, agreed, len(cells.keys))
    key_f, key_e = np.divmod(cells.keys, len(target.keys))
    totals_f = np.bincount(key_f, counts, len(source.keys))
    totals_e = np.bincount(key_e, counts, len(target.keys))
    shares = np.maximum(counts / totals_f[key_f], counts / totals_e[key_e])
    kept = (counts >= _LEAST_COUNT) & (shares >= _LEAST_SHARE)
    used_f, used_e = np.unique(key_f[kept]), np.unique(key_e[kept])
    number_f = np.searchsorted(used_f, key_f[kept])
    np.savez_compressed(
        path,
        sources=_lines([source.keys[k] for k in used_f]),
        targets=_lines([target.keys[k] for k in used_e]),
        starts=np.searchsorted(number_f, np.arange(len(used_f) + 1)).astype(np.int32),
        links=np.searchsorted(used_e, key_e[kept]).astype(np.int32),
        log_counts=np.log(counts[kept]).astype(np.float16),
        source_totals=totals_f[used_f].astype(np.float32),
        target_totals=totals_e[used_e].astype(np.float32),
        source_nulls=nulls[0][used_f].astype(np.float32),
        target_nulls=nulls[1][used_e].astype(np.float32),
    )
    click.echo(f"{path}: {kept.sum():,} links, {path.stat().st_size:,} bytes")


def _lines(keys: list[str]) -> _Array:
    return np.frombuffer("\n".join(keys).encode(), np.uint8)


def _linked_words(aligned: list[Aligned]) -> dict[str, Counter[str]]:
    """How often each English form is surely linked to each Indonesian word."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair in aligned:
        for i, j in pair.links:
            counts[pair.source[i]][pair.target[j]] += 1
    return counts


def _write_senses(path: Path, linked: dict[str, Counter[str]]) -> None:
    """Write `Indonesian word TAB share English word TAB ...` lines, likeliest first.

    English words of one stem are one sense, shown in the form that is most frequent.
    """
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        for word in sorted(linked):
            total = linked[word].total()
            stems = summed(linked[word], target_key)
            senses = [
                f"{count / total:.2f} {_shown(stem, linked[word])}"
                for stem, count in stems.most_common(_MOST_SENSES)
                if count >= _LEAST_LINKS and count >= _LEAST_SENSE * total
            ]
            if senses and source_key(word) != NUMBER:
                file.write("\t".join([word, *senses]).encode() + b"\n")
    click.echo(f"{path}: {path.stat().st_size:,} bytes")


def _shown(stem: str, linked: Counter[str]) -> str:
    """The most frequent form of a stem, in small letters unless it hardly ever is."""
    form = next(form for form, _ in linked.most_common() if target_key(form) == stem)
    small = form.lower()
    return small if _MOSTLY * linked[small] > linked[form] else form


def _aligned(
    cells: _Cells, agreed: _Array, source: _Side, target: _Side, pairs: list[Pair]
) -> list[Aligned]:
    """The pairs with the links of which both directions are sure."""
    ends_f = np.cumsum([len(words) for words in source.words])
    ends_e = np.cumsum([len(words) for words in target.words])
    sure = np.flatnonzero(agreed > _SURE)
    sentence = np.searchsorted(ends_f, cells.source[sure], side="right")
    links: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, f, e in zip(
        sentence.tolist(),
        cells.source[sure].tolist(),
        cells.target[sure].tolist(),
        strict=True,
    ):
        first_f = int(ends_f[number]) - len(source.words[number])
        first_e = int(ends_e[number]) - len(target.words[number])
        links[number].append((f - first_f, e - first_e))
    return [
        Aligned(pair.name, [w.lower() for w in f], e, links[number])
        for number, (pair, f, e) in enumerate(
            zip(pairs, source.words, target.words, strict=True)
        )
    ]


if __name__ == "__main__":
    main()
