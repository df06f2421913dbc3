"""Alignment error rate: word links against links made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dwibahasa.errors import AlignmentUnreadable
from dwibahasa.lexicon import Lexicon, word_ranges

_LINK = re.compile(r"(\d+)([-~])(\d+)")

Links = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """A segment pair linked by hand.

    Attributes:
        source: Indonesian.
        target: English.
        sure: Links that must be found, as numbers of words from 0.
        possible: Links that may be found; the sure ones are among them.
    """

    source: str
    target: str
    sure: Links
    possible: Links


@dataclass(frozen=True, slots=True)
class AlignmentScore:
    """How links agree with those made by hand: Och and Ney 2003, section 5.2.

    Attributes:
        error_rate: From 0, all sure links and no impossible one, to 1.
        precision: Share of the links that are possible.
        recall: Share of the sure links that were found.
        pairs: Number of segment pairs.
    """

    error_rate: float
    precision: float
    recall: float
    pairs: int


def read_aligned_pairs(path: Path) -> list[AlignedPair]:
    """Read `line TAB Indonesian TAB English TAB links` lines; 3-4 is sure, 3~4 not.

    Raises:
        AlignmentUnreadable: The file is missing, or a line is not like that.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AlignmentUnreadable(path, str(error)) from error
    pairs = []
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        links = [_LINK.fullmatch(link) for link in columns[-1].split()]
        if len(columns) != 4 or None in links:
            raise AlignmentUnreadable(path, f"line {number} has not four right columns")
        found = [(int(m[1]), int(m[3]), m[2] == "-") for m in links if m]
        sure = frozenset((i, j) for i, j, is_sure in found if is_sure)
        possible = frozenset((i, j) for i, j, _ in found)
        pairs.append(AlignedPair(columns[1], columns[2], sure, possible))
    return pairs


def word_links(lexicon: Lexicon, source: str, target: str) -> Links:
    """The links that a lexicon finds, as numbers of words from 0."""
    sources = {span: i for i, span in enumerate(word_ranges(source))}
    targets = {span: j for j, span in enumerate(word_ranges(target))}
    links = lexicon.align(source, target)
    return frozenset((sources[link.source], targets[link.target]) for link in links)


def score_lexicon(lexicon: Lexicon, pairs: Iterable[AlignedPair]) -> AlignmentScore:
    """Score the links that a lexicon finds."""
    return alignment_score(
        (pair, word_links(lexicon, pair.source, pair.target)) for pair in pairs
    )


def alignment_score(pairs: Iterable[tuple[AlignedPair, Links]]) -> AlignmentScore:
    """Score the links found in each pair against those made by hand."""
    links = possible = sure_found = sure = count = 0
    for pair, found in pairs:
        links += len(found)
        possible += len(found & pair.possible)
        sure_found += len(found & pair.sure)
        sure += len(pair.sure)
        count += 1
    return AlignmentScore(
        error_rate=1 - (sure_found + possible) / ((links + sure) or 1),
        precision=possible / (links or 1),
        recall=sure_found / (sure or 1),
        pairs=count,
    )
