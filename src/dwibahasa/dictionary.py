"""What an Indonesian word means: senses in the bitext, open dictionaries, acronyms."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from dwibahasa.morphology import Analysis, analyse, root

# The dictionaries in the order in which they are shown, and their titles.
DICTIONARIES = {
    "freedict-eng-ind": "FreeDict",
    "hafiz-10000": "Hafiz 10,000",
    "kamus-kilat": "Kamus Kilat",
    "nusax-lexicon": "NusaX",
    "cldr-names": "Unicode CLDR",
    "wordnet-bahasa": "Wordnet Bahasa",
}
_LONGEST_PHRASE = 4  # words


@dataclass(frozen=True, slots=True)
class Sense:
    """An English word that a word was translated by.

    Attributes:
        target: The English word.
        share: How much of the word's translations in the bitext it is, from 0 to 1.
    """

    target: str
    share: float


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """What one dictionary says of one word.

    Attributes:
        headword: The word as the dictionary has it.
        dictionary: Title of the dictionary.
        senses: English words or short phrases.
    """

    headword: str
    dictionary: str
    senses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym or clipping, such as KPK.

    Attributes:
        expansion: What it stands for, in Indonesian.
        target: The same in English.
    """

    expansion: str
    target: str


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of a word.

    Attributes:
        word: As it was asked for.
        analysis: Its root and affixes, if the root is known.
        senses: Of the word itself, likeliest first.
        root_senses: Of its root, where that is another word.
        entries: Of the word, then of its root.
        acronyms: Readings of the word as an acronym.
    """

    word: str
    analysis: Analysis | None
    senses: tuple[Sense, ...]
    root_senses: tuple[Sense, ...]
    entries: tuple[DictionaryEntry, ...]
    acronyms: tuple[Acronym, ...]


def look_up(word: str) -> Entry:
    """Look a word up, as it stands in a text."""
    plain = word.lower().replace("’", "'")
    analysis = analyse(plain)
    forms = _forms(plain)
    acronyms = _acronyms_of(word)
    senses = next(filter(None, map(_senses, forms)), ())
    if acronyms:
        senses = _telling(senses, plain)
    base = analysis.root if analysis else plain
    return Entry(
        word,
        analysis,
        senses=senses,
        root_senses=() if base in forms else _senses(base),
        entries=tuple(
            entry
            for headword in dict.fromkeys([*forms, base])
            for entry in _entries(headword)
        ),
        acronyms=acronyms,
    )


def phrases_at(words: Sequence[str], number: int) -> tuple[DictionaryEntry, ...]:
    """What the dictionaries say of phrases that hold a word of a sentence.

    Returns:
        The longest phrases first, such as kereta api for either of its words, also
        where something clings to the last one: kereta apinya.
    """
    lower = [word.lower() for word in words]
    return tuple(
        entry
        for length in range(_LONGEST_PHRASE, 1, -1)
        for first in range(max(0, number - length + 1), number + 1)
        if first + length <= len(lower)
        for last in _forms(lower[first + length - 1])
        for entry in _entries(" ".join([*lower[first : first + length - 1], last]))
    )


@lru_cache(maxsize=1_000)
def forms_of(base: str) -> tuple[str, ...]:
    """The words of the lexicon that have a root, such as for a search."""
    # A prefix may have swallowed the first consonant, but nothing else.
    kept = base[1:]
    return tuple(word for word in _sense_lines() if kept in word and root(word) == base)


def _forms(word: str) -> list[str]:
    """The word, and the word without what clings to it: bukunya, buku."""
    forms = [word]
    analysis = analyse(word)
    if analysis and analysis.clitics:
        stem = word
        for clitic in reversed(analysis.clitics):
            stem = stem.removesuffix(clitic)
        forms.append(stem)
    if analysis and analysis.is_reduplicated and not analysis.affixes:
        forms.append(analysis.root)
    return forms


def _acronyms_of(word: str) -> tuple[Acronym, ...]:
    """Capitals are asked for where the acronym is all capitals: AS is not as."""
    known = _acronyms()
    for written in (word, word.removesuffix("-nya"), word.removesuffix("nya")):
        if written in known:
            return known[written]
    mixed = {name.lower(): name for name in known if name != name.upper()}
    name = mixed.get(word.lower())
    return known[name] if name else ()


def _telling(senses: tuple[Sense, ...], acronym: str) -> tuple[Sense, ...]:
    """None where English mostly writes the acronym itself, such as KPK."""
    others = tuple(sense for sense in senses if sense.target.lower() != acronym)
    return others if sum(sense.share for sense in others) > 1 / 2 else ()


def _senses(word: str) -> tuple[Sense, ...]:
    line = _sense_lines().get(word, "")
    pairs = (field.split(" ", 1) for field in line.split("\t") if field)
    return tuple(Sense(target, float(share)) for share, target in pairs)


def _entries(headword: str) -> list[DictionaryEntry]:
    lines = _dictionary_lines().get(headword, [])
    fields = [line.split("\t") for line in lines]
    order = list(DICTIONARIES)
    return [
        DictionaryEntry(headword, DICTIONARIES[name], tuple(senses))
        for name, *senses in sorted(fields, key=lambda f: order.index(f[0]))
    ]


@cache
def _sense_lines() -> dict[str, str]:
    """The senses of each word, not yet taken apart: that would take longer."""
    return dict(line.split("\t", 1) for line in _lines("senses.tsv.gz"))


@cache
def _dictionary_lines() -> dict[str, list[str]]:
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in _lines("dictionary.tsv.gz"):
        headword, rest = line.split("\t", 1)
        lines[headword].append(rest)
    return dict(lines)


@cache
def _acronyms() -> dict[str, tuple[Acronym, ...]]:
    text = (files("dwibahasa") / "data" / "acronyms.tsv").read_text(encoding="utf-8")
    acronyms = {}
    for line in text.splitlines():
        name, expansions, targets = line.split("\t")
        pairs = zip(expansions.split("; "), targets.split("; "), strict=True)
        acronyms[name] = tuple(Acronym(*pair) for pair in pairs)
    return acronyms


def _lines(name: str) -> list[str]:
    content = (files("dwibahasa") / "data" / name).read_bytes()
    return gzip.decompress(content).decode().splitlines()
