"""Put headlines into the case of running text, which is what models translate best.

A word in capitals at its beginning looks like a name, and names are kept as they are.
`data/common_words.txt` lists words that stand in lower case at least twice, and in at
least two of five places, inside the sentences of Indonesian bitext.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
# Verbs and nouns with these endings are too many to list, and names of eight letters
# and more do not have them.
_SUFFIXED = re.compile(r"\w{5,}(?:kan|nya)")
_FEWEST_WORDS = 4  # fewer are as often the name of an institution or a place
_LEAST_CAPITALISED = 0.7  # of the words, in headlines that capitalise words
_LONGEST_ACRONYM = 4


def is_in_capitals(source: str) -> bool:
    """Whether a segment is a headline in capitals, not an acronym alone."""
    return source.isupper() and len(_WORD.findall(source)) > 1


def true_cased(source: str) -> str:
    """A headline as it would be written inside a text; other segments unchanged."""
    is_upper = is_in_capitals(source)
    if not is_upper and not _is_capitalised(source):
        return source
    start = next(match.start() for match in _WORD.finditer(source))

    def cased(match: re.Match[str]) -> str:
        word = match[0]
        if _is_common(word.lower()):
            return word.capitalize() if match.start() == start else word.lower()
        if is_upper and len(word) > _LONGEST_ACRONYM:
            return "-".join(part.capitalize() for part in word.split("-"))
        return word

    return _WORD.sub(cased, source)


def _is_capitalised(source: str) -> bool:
    """Whether most words of a headline begin with a capital."""
    words: list[str] = _WORD.findall(source)
    if len(words) < _FEWEST_WORDS or source.endswith((".", "…")):
        return False
    capitalised = sum(word[0].isupper() for word in words)
    return capitalised >= _LEAST_CAPITALISED * len(words)


def _is_common(word: str) -> bool:
    return word in _common_words() or _SUFFIXED.fullmatch(word) is not None


@cache
def _common_words() -> frozenset[str]:
    listed = files("dwibahasa").joinpath("data/common_words.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())
