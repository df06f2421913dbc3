"""Find the root and the affixes of an Indonesian word.

Own code, because the kept stemmers do not fit: PySastrawi carries the word list of
Kateglo, which may not be used commercially, Snowball's Indonesian stemmer knows no
roots and restores no consonant that a nasal swallowed (menulis, tulis), and neither
names the affixes. The rules are those of Sneddon et al., Indonesian: A Comprehensive
Grammar, chapter 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_VOWELS = "aeiou"
_PARTICLES = ("lah", "kah", "pun", "tah")
_POSSESSIVES = ("nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")
_SHORTEST_ROOT = 3
_MOST_PREFIXES = 3

# What may stand before a prefix that is stripped already: the order of Sneddon's
# tables. The empty string is the beginning of the word.
_BEFORE = {
    "meN": ("", "ku", "kau", "se"),
    "di": ("",),
    "ku": ("",),
    "kau": ("",),
    "ter": ("", "ketidak", "ke", "se", "ber"),
    "ber": ("", "ketidak", "ke", "se", "peN", "meN", "di"),
    "peN": ("", "ke", "se", "ber", "meN", "di", "ter"),
    "per": ("", "meN", "di", "ter", "ketidak", "ke", "se", "peN", "ber", "ku", "kau"),
    "ketidak": ("",),
    "ke": ("", "ber", "meN", "di", "se", "ter", "peN"),
    "se": ("", "ber", "ketidak", "ke", "meN", "peN", "di", "ter"),
}
# What the outermost prefix goes with at the other end of the word.
_SUFFIXES_OF = {
    "meN": ("", "kan", "i"),
    "di": ("", "kan", "i"),
    "ku": ("", "kan", "i"),
    "kau": ("", "kan", "i"),
    "ter": ("", "kan", "i"),
    "ber": ("", "kan", "an"),
    "peN": ("", "an"),
    "per": ("", "kan", "i", "an"),
    "ketidak": ("an",),
    "ke": ("an", "i"),
    "se": ("",),
}


_NUMERALS = (
    *("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan"),
    *("sembilan", "sepuluh", "sebelas"),
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """How a word is built.

    Attributes:
        root: The word without affixes, lower-case.
        prefixes: As they are written in the word, such as ("mem", "per").
        suffixes: Such as ("kan",).
        clitics: Pronouns and particles at the end, such as ("nya", "lah").
        is_reduplicated: Whether the root stands twice, as in anak-anak.
    """

    root: str
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    clitics: tuple[str, ...] = ()
    is_reduplicated: bool = False

    @property
    def affixes(self) -> str:
        """Prefix and suffix as dictionaries write them, such as memper-…-kan."""
        before = f"{''.join(self.prefixes)}-" if self.prefixes else ""
        after = f"-{''.join(self.suffixes)}" if self.suffixes else ""
        return f"{before}…{after}" if before and after else before or after


@lru_cache(maxsize=50_000)
def analyse(word: str) -> Analysis | None:
    """The most plausible analysis of a word, or None if its root is not known.

    A word that is a root has an analysis without affixes.
    """
    word = word.lower().replace("’", "'")
    if "-" in word:
        return _analyse_reduplication(word)
    return min(_analyses(word), key=_cost, default=None)


def root(word: str) -> str:
    """The root of a word; the word itself, lower-case, if its root is not known."""
    analysis = analyse(word)
    return analysis.root if analysis else word.lower()


@cache
def roots() -> dict[str, int]:
    """Known roots with their rank by frequency, from 0."""
    text = (files("dwibahasa") / "data" / "roots.txt").read_text(encoding="utf-8")
    return {line: rank for rank, line in enumerate(text.split())}


def _analyse_reduplication(word: str) -> Analysis | None:
    """Both halves have one root (bermain-main), or the first one counts."""
    first, _, second = word.partition("-")
    second_analyses = list(_analyses(second))
    pairs = [
        (one, other)
        for one in _analyses(first)
        for other in second_analyses
        if one.root == other.root
    ]
    if pairs:
        one, other = min(pairs, key=lambda pair: _cost(pair[0]) + _cost(pair[1]))
        return Analysis(
            one.root,
            one.prefixes or other.prefixes,
            other.suffixes or one.suffixes,
            other.clitics,
            is_reduplicated=True,
        )
    halves = [half for half in (first, second) if half in roots()]
    return Analysis(halves[0]) if halves else None


def _cost(analysis: Analysis) -> float:
    """Fewer affixes and a frequent root are more plausible."""
    affixes = len(analysis.prefixes) + len(analysis.suffixes)
    rank = roots()[analysis.root] / len(roots())
    rare = {"ku", "kau"} & set(analysis.prefixes)
    # berikan is beri with a suffix, not ikan with a prefix.
    prefixed = 0.3 if analysis.prefixes else 0.0
    return affixes + len(analysis.clitics) + 0.9 * rank + 1.5 * len(rare) + prefixed


def _analyses(word: str) -> Iterator[Analysis]:
    for stem, clitics in _without_clitics(word):
        for base, suffixes in _without_suffix(stem):
            for prefixes, kinds, core in _without_prefixes(base, (), (), suffixes):
                if core in roots() and _fits(core, kinds, suffixes):
                    yield Analysis(core, prefixes, suffixes, clitics)


def _fits(core: str, kinds: tuple[str, ...], suffixes: tuple[str, ...]) -> bool:
    if not kinds:
        return True
    if "ber" in kinds[1:] and not suffixes:
        return False
    if kinds == ("ke",) and core in _NUMERALS:
        return True
    return (suffixes[0] if suffixes else "") in _SUFFIXES_OF[kinds[0]]


def _without_clitics(word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield word, ()
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) >= len(particle) + _SHORTEST_ROOT:
            stem = word.removesuffix(particle)
            yield stem, (particle,)
            for possessive in _POSSESSIVES:
                if stem.endswith(possessive):
                    yield stem.removesuffix(possessive), (possessive, particle)
    for possessive in _POSSESSIVES:
        if word.endswith(possessive) and len(word) >= len(possessive) + _SHORTEST_ROOT:
            yield word.removesuffix(possessive), (possessive,)


def _without_suffix(stem: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield stem, ()
    for suffix in _SUFFIXES:
        if stem.endswith(suffix) and len(stem) >= len(suffix) + _SHORTEST_ROOT:
            yield stem.removesuffix(suffix), (suffix,)


def _without_prefixes(
    word: str,
    prefixes: tuple[str, ...],
    kinds: tuple[str, ...],
    suffixes: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Yield (prefixes as written, their kinds, what remains), fewest first."""
    yield prefixes, kinds, word
    if len(prefixes) == _MOST_PREFIXES:
        return
    outer = kinds[-1] if kinds else ""
    for kind, written, rest in _strip_prefix(word):
        if len(rest) >= _SHORTEST_ROOT - 1 and outer in _BEFORE[kind]:
            yield from _without_prefixes(
                rest, (*prefixes, written), (*kinds, kind), suffixes
            )


def _strip_prefix(word: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, prefix as written, what follows it with its consonant restored)."""
    for kind in ("di", "ku", "kau", "ketidak", "ke", "se"):
        if word.startswith(kind):
            yield kind, kind, word.removeprefix(kind)
    for kind in ("ber", "ter", "per"):
        short = kind[:2]
        rest = word.removeprefix(short)
        if word.startswith(kind):
            yield kind, kind, word.removeprefix(kind)
        # One r is lost before r and before a syllable that ends in er: bekerja.
        if word.startswith(short) and (rest[:1] == "r" or rest[1:3] == "er"):
            yield kind, short, rest
    for kind, written in (("ber", "bel"), ("peN", "pel")):
        if word.startswith(f"{written}ajar"):
            yield kind, written, word.removeprefix(written)
    for kind, short in (("meN", "me"), ("peN", "pe")):
        if word.startswith(short):
            yield from _strip_nasal(kind, short, word.removeprefix(short))


def _strip_nasal(kind: str, short: str, rest: str) -> Iterator[tuple[str, str, str]]:
    if rest.startswith("nge"):
        yield kind, f"{short}nge", rest[3:]
    if rest.startswith("ng"):
        core = rest[2:]
        if core[:1] in (*_VOWELS, "g", "h", "k"):
            yield kind, f"{short}ng", core
        if core[:1] in _VOWELS:
            yield kind, f"{short}ng", f"k{core}"
    if rest.startswith("ny") and rest[2:3] in _VOWELS:
        yield kind, f"{short}ny", f"s{rest[2:]}"
    if rest.startswith("m"):
        core = rest[1:]
        if core[:1] in ("b", "f", "p", "v"):
            yield kind, f"{short}m", core
        if core[:1] in _VOWELS:
            yield kind, f"{short}m", f"p{core}"
    if rest.startswith("n"):
        core = rest[1:]
        if core[:1] in ("c", "d", "j", "s", "t", "z"):
            yield kind, f"{short}n", core
        if core[:1] in _VOWELS:
            yield kind, f"{short}n", f"t{core}"
    if rest[:1] in ("l", "m", "n", "r", "w", "y") or kind == "peN":
        yield kind, short, rest
