"""A bilingual lexicon: which words of a segment pair translate each other.

The lexicon holds expected link counts c(f, e) between Indonesian roots and English
stems that `dwibahasa.training.alignment` estimated. As with Liang et al. 2006,
Alignment by Agreement, a link counts as far as the models of both directions expect
it; word order enters by the diagonal prior of Dyer et al. 2013 (fast_align).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from dwibahasa import morphology

Matrix = NDArray[np.float32]  # (source words, target words)

NUMBER = "#"  # the key of every number
LONGEST_ALIGNED = 5000  # characters; each pair of words needs memory
DIAGONAL_TENSION = 4.0  # Dyer et al. 2013, section 2
NULL = 0.08  # prior of a word without a counterpart: the same, section 3
_LEAST_POSTERIOR = 0.12  # of a link, as geometric mean of both directions
_LEAST_GROWN = 0.03  # of a link beside another one, for a word that has none yet
_LEAST_COVERAGE = -6.9  # log 0.001: a word without a counterpart
_UNSEEN = 1e-6  # t of a pair that never was linked
_IDENTICAL = 0.5  # t of two words spelt alike, of two equal numbers
_COGNATE = 0.1  # t of two rare words spelt nearly alike
_OTHER_NUMBER = 0.02  # weight of two numbers that differ: only their place counts
_RARE = 30.0  # expected links under which the spelling of a word counts
_POSSESSIVES = {
    **dict.fromkeys(("his", "her", "its", "their"), "nya"),
    "my": "ku",
    "your": "mu",
}
_STEMMING = threading.Lock()
_MOST_COMPARED = 200  # words of a segment that are all compared for its coverage
_WINDOW = 50  # words of a longer one that are compared at a time
_REACH = 3  # words: his two old books

_WORD = re.compile(r"\w+(?:(?:[-'’]|(?<=\d)[.,:](?=\d))\w+)*")
_NUMBER = re.compile(r"(?:ke-?)?(\d[\d.,:]*)(?:-?an|th|st|nd|rd|s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """Two words that translate each other.

    Attributes:
        source: Half-open range of characters in the source segment.
        target: Half-open range of characters in the target segment.
    """

    source: tuple[int, int]
    target: tuple[int, int]


def word_ranges(text: str) -> list[tuple[int, int]]:
    """The words of a text as half-open ranges of characters.

    A word is a run of letters and digits with the hyphens and apostrophes inside it;
    points, commas and colons between digits belong to a number. Punctuation is none.
    """
    return [match.span() for match in _WORD.finditer(text)]


def _words(text: str) -> list[str]:
    return [text[slice(*place)] for place in word_ranges(text)]


@lru_cache(maxsize=50_000)
def source_key(word: str) -> str:
    """What an Indonesian word is counted under: its root, or NUMBER."""
    return NUMBER if _NUMBER.fullmatch(word) else morphology.root(word)


@lru_cache(maxsize=50_000)
def target_key(word: str) -> str:
    """What an English word is counted under: its stem, or NUMBER."""
    if _NUMBER.fullmatch(word):
        return NUMBER
    with _STEMMING:  # a stemmer keeps the word in itself, and threads share it
        stem: str = _stemmer().stemWord(word.lower().replace("’", "'"))
    return stem


def diagonal(sources: int, targets: int) -> Matrix:
    """The prior of each link: the nearer to the diagonal, the more."""
    # Places are counted from the middle of each word, so both ends meet.
    i = (np.arange(sources, dtype=np.float32)[:, None] + 0.5) / sources
    j = (np.arange(targets, dtype=np.float32)[None, :] + 0.5) / targets
    prior: Matrix = np.exp(-DIAGONAL_TENSION * np.abs(i - j))
    return prior


class Lexicon:
    """Expected link counts of roots and stems, and what follows from them."""

    def __init__(self, table: dict[str, NDArray[Any]]) -> None:
        """Take the arrays that `training.alignment` writes."""
        self._sources = _numbered(table["sources"])
        self._targets = _numbered(table["targets"])
        self._starts = table["starts"]  # (sources + 1,): where a source's links begin
        self._links = table["links"]  # (links,): target of each, ascending per source
        self._log_counts = table["log_counts"]  # (links,)
        self._source_totals = table["source_totals"]  # expected links of each key
        self._target_totals = table["target_totals"]
        self._source_nulls = table["source_nulls"]  # t(f | null)
        self._target_nulls = table["target_nulls"]

    def align(self, source: str, target: str) -> tuple[Link, ...]:
        """Link the words of a segment to those of its translation.

        Returns:
            Links in the order of the source; a word may have several or none. Nothing
            is linked where one of the two has more than LONGEST_ALIGNED characters.
        """
        if max(len(source), len(target)) > LONGEST_ALIGNED:
            return ()
        source_ranges, target_ranges = word_ranges(source), word_ranges(target)
        if not source_ranges or not target_ranges:
            return ()
        sources, targets = _words(source), _words(target)
        linked = _symmetrized(self._posteriors(sources, targets))
        _link_possessives(linked, sources, targets)
        return tuple(
            Link(source_ranges[i], target_ranges[j])
            for i, j in zip(*np.nonzero(linked), strict=True)
        )

    def coverage(self, source: str, target: str) -> float:
        """How well the words of a target account for those of its source.

        Returns:
            Mean log-probability of the source's words, each by the target word that
            makes it likeliest; at most 0. A source word that has no counterpart
            counts log 0.001.
        """
        sources, targets = _words(source), _words(target)
        if not sources or not targets:
            return 0.0 if not sources else _LEAST_COVERAGE
        of_words = [
            self._best(sources[own], targets[nearby])
            for own, nearby in _windows(len(sources), len(targets))
        ]
        return float(np.maximum(np.concatenate(of_words), _LEAST_COVERAGE).mean())

    def _best(self, sources: Sequence[str], targets: Sequence[str]) -> Matrix:
        """The log-probability of each source word by its likeliest target word."""
        _, backward, _, _ = self._probabilities(sources, targets)
        for i, word in enumerate(sources):
            if word.isupper() and len(word) > 1:  # an acronym: "ISIs" is not "ISIS"
                for j, other in enumerate(targets):
                    if other.lower() == word.lower() and other != word:
                        backward[i, j] = _UNSEEN
        best: Matrix = np.log(backward.max(axis=1))  # (source words,)
        return best

    def looseness(self, source: str, target: str) -> float:
        """How far two segments are from translating each other word for word.

        Returns:
            Mean negative log-probability of the words of both, each by the word of
            the other side that makes it likeliest; at least 0. A word without a
            counterpart counts -log 0.001.
        """
        sources, targets = _words(source), _words(target)
        if not sources or not targets:
            return 0.0 if sources == targets else -_LEAST_COVERAGE
        forward, backward, _, _ = self._probabilities(sources, targets)
        of_words = np.log(np.concatenate([forward.max(axis=0), backward.max(axis=1)]))
        return -float(np.maximum(of_words, _LEAST_COVERAGE).mean())

    def _posteriors(self, sources: Sequence[str], targets: Sequence[str]) -> Matrix:
        """How far both directions expect each link, as their geometric mean."""
        forward, backward, null_f, null_e = self._probabilities(sources, targets)
        prior = diagonal(len(sources), len(targets))
        posterior = _agreed(forward, backward, prior, null_f, null_e)
        # Words move in phrases: a link is likelier beside likely ones.
        prior = prior * (0.1 + _neighbours(posterior))
        return _agreed(forward, backward, prior, null_f, null_e)

    def _probabilities(
        self, sources: Sequence[str], targets: Sequence[str]
    ) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        """t(e | f) and t(f | e) of each link, and both of the empty word."""
        f = [self._sources.get(source_key(word), -1) for word in sources]
        e = [self._targets.get(target_key(word), -1) for word in targets]
        counts = self._counts(f, e)
        totals_f = _at(self._source_totals, f, 1.0)
        totals_e = _at(self._target_totals, e, 1.0)
        spelt = _spelling(sources, targets, totals_f < _RARE, totals_e < _RARE)
        forward = np.maximum(counts / totals_f[:, None] + _UNSEEN, spelt)
        backward = np.maximum(counts / totals_e[None, :] + _UNSEEN, spelt)
        _tell_numbers_apart(sources, targets, forward, backward)
        null_e = NULL * _at(self._target_nulls, e, _UNSEEN)
        null_f = NULL * _at(self._source_nulls, f, _UNSEEN)
        return forward, backward, null_f, null_e

    def _counts(self, f: Sequence[int], e: Sequence[int]) -> Matrix:
        wanted = np.array(e)
        counts = np.zeros((len(f), len(e)), np.float32)
        for i, key in enumerate(f):
            if key < 0:
                continue
            begin, end = self._starts[key], self._starts[key + 1]
            links = self._links[begin:end]
            at = np.searchsorted(links, wanted)
            at[at == len(links)] = 0
            found = links[at] == wanted
            counts[i, found] = np.exp(
                self._log_counts[begin:end][at[found]].astype(np.float32)
            )
        return counts


def _windows(sources: int, targets: int) -> Iterator[tuple[slice, slice]]:
    """Pairs of words that are compared, as ranges: all of them in a usual segment.

    In a longer one the counterparts of a word are looked for near its own place, so
    that the time grows as the segment does.
    """
    if max(sources, targets) <= _MOST_COMPARED:
        yield slice(0, sources), slice(0, targets)
        return
    for start in range(0, sources, _WINDOW):
        end = min(start + _WINDOW, sources)
        first = start * targets // sources - _WINDOW
        last = end * targets // sources + _WINDOW
        yield slice(start, end), slice(max(0, first), last)


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    with (
        (files("dwibahasa") / "data" / "lexicon.npz").open("rb") as file,
        np.load(file) as arrays,
    ):
        return Lexicon(dict(arrays))


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("english")


def _numbered(keys: NDArray[Any]) -> dict[str, int]:
    """Keys, which are kept as the bytes of one text with a key a line."""
    return {key: i for i, key in enumerate(keys.tobytes().decode().split("\n"))}


def _at(values: NDArray[Any], indices: Sequence[int], default: float) -> Matrix:
    array = np.array(indices)
    found: Matrix = np.where(array < 0, default, values[array]).astype(np.float32)
    return found


def _agreed(
    forward: Matrix, backward: Matrix, prior: Matrix, null_f: Matrix, null_e: Matrix
) -> Matrix:
    forward = forward * prior / prior.sum(axis=0, keepdims=True)
    backward = backward * prior / prior.sum(axis=1, keepdims=True)
    forward = forward / (forward.sum(axis=0, keepdims=True) + null_e[None, :])
    backward = backward / (backward.sum(axis=1, keepdims=True) + null_f[:, None])
    agreed: Matrix = np.sqrt(forward * backward)
    return agreed


def _neighbours(posterior: Matrix) -> Matrix:
    """For each pair of words the likeliest link of their neighbours."""
    padded = np.pad(posterior, 1)
    rows, columns = posterior.shape
    around = [
        padded[1 + a : 1 + a + rows, 1 + b : 1 + b + columns]
        for a in (-1, 0, 1)
        for b in (-1, 0, 1)
        if (a, b) != (0, 0)
    ]
    best: Matrix = np.maximum.reduce(around)
    return best


def _symmetrized(posterior: Matrix) -> NDArray[np.bool_]:
    """Keep sure links, then grow them to neighbours as Koehn et al. 2003 do."""
    linked = posterior >= _LEAST_POSTERIOR
    candidates = np.argwhere((posterior >= _LEAST_GROWN) & ~linked)
    order = np.argsort([-posterior[i, j] for i, j in candidates])
    for i, j in candidates[order]:
        beside = linked[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2].any()
        if beside and not (linked[i].any() and linked[:, j].any()):
            linked[i, j] = True
    return linked


def _link_possessives(
    linked: NDArray[np.bool_], sources: Sequence[str], targets: Sequence[str]
) -> None:
    """Link bukunya, which is linked to "book", to the free "his" before it too."""
    for j, target in enumerate(targets):
        clitic = _POSSESSIVES.get(target.lower())
        if not clitic or linked[:, j].any():
            continue
        for i in np.flatnonzero(linked[:, j + 1 : j + 1 + _REACH].any(axis=1)):
            analysis = morphology.analyse(sources[int(i)])
            if analysis and clitic in analysis.clitics:
                linked[i, j] = True


def _spelling(
    sources: Sequence[str],
    targets: Sequence[str],
    rare_f: NDArray[np.bool_],
    rare_e: NDArray[np.bool_],
) -> Matrix:
    """The t that the spelling of two words alone gives them."""
    spelt = np.zeros((len(sources), len(targets)), np.float32)
    lower_f = [word.lower() for word in sources]
    lower_e = [word.lower().removesuffix("'s").removesuffix("’s") for word in targets]
    for i, one in enumerate(lower_f):
        for j, other in enumerate(lower_e):
            if one == other and (rare_f[i] or rare_e[j] or len(one) > 3):
                spelt[i, j] = _IDENTICAL
            elif rare_f[i] and rare_e[j] and _are_cognate(one, other):
                spelt[i, j] = _COGNATE
    return spelt


@lru_cache(maxsize=10_000)
def _are_cognate(one: str, other: str) -> bool:
    """Whether two words share most of their pairs of letters (Dice over 0.6)."""
    if min(len(one), len(other)) < 4:
        return False
    pairs = {one[k : k + 2] for k in range(len(one) - 1)}
    others = {other[k : k + 2] for k in range(len(other) - 1)}
    return 2 * len(pairs & others) > 0.6 * (len(pairs) + len(others))


def _tell_numbers_apart(
    sources: Sequence[str], targets: Sequence[str], forward: Matrix, backward: Matrix
) -> None:
    """Equal numbers belong together: 1.234,5 and 1,234.5, ke-20 and 20th."""
    digits_f = [_digits(word) for word in sources]
    digits_e = [_digits(word) for word in targets]
    for i, one in enumerate(digits_f):
        for j, other in enumerate(digits_e):
            if one and other:
                for table in (forward, backward):
                    if one == other:
                        table[i, j] = _IDENTICAL
                    else:
                        table[i, j] *= _OTHER_NUMBER


def _digits(word: str) -> str:
    match = _NUMBER.fullmatch(word)
    return re.sub(r"\D", "", match[1]) if match else ""
