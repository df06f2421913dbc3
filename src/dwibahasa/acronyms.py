"""Acronyms of a source that a model spells wrongly."""

from __future__ import annotations

import re

_ACRONYM = re.compile(r"[A-Z]{4,}")  # of three letters too many are near: USD, USA
_LIKE_ONE = re.compile(r"\b[A-Z]{2,}\w\b")  # "ISIs" too


def with_acronyms(source: str, target: str) -> str:
    """Spell acronyms as the source does where the target has nearly the same.

    A model writes a rare one in pieces and goes astray after the first: for ISIS it has
    ISI, ISL and ISKES. What begins alike and is not of the source is taken for one;
    others are left, for PBB is UN in English.
    """
    words = set(re.findall(r"\w+", source))
    acronyms = list(filter(_ACRONYM.fullmatch, words))

    def spelt(match: re.Match[str]) -> str:
        word = match[0]
        near = [acronym for acronym in acronyms if _is_near(word, acronym)]
        return near[0] if word not in words and len(near) == 1 else word

    return _LIKE_ONE.sub(spelt, target)


def _is_near(word: str, acronym: str) -> bool:
    is_like = word[:2] == acronym[:2] and abs(len(word) - len(acronym)) <= 1
    return is_like and word != f"{acronym}s"
