"""What numbers a text names, in digits, in words or in both ("2,5 juta")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
_ENGLISH_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen"
    " fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


@dataclass(frozen=True, slots=True)
class _Numerals:
    """How a language writes numbers.

    Attributes:
        units: Words that are added: "dua", "twelve", "forty".
        factors: Words that multiply what stands right before: "puluh", "hundred".
        scales: Words that multiply all since the last scale: "ribu", "thousand".
        fused: Words that are one of something: "seratus".
        decimal: The decimal sign; the other of point and comma groups digits.
        joiners: Words inside a number that say nothing: "and".
    """

    units: dict[str, int]
    factors: dict[str, int]
    scales: dict[str, int]
    fused: dict[str, int]
    decimal: str
    joiners: frozenset[str] = frozenset()


_INDONESIAN = _Numerals(
    units={word: value for value, word in enumerate(_ONES)},
    factors={"puluh": 10, "ratus": 100},
    scales={
        "ribu": 10**3,
        "juta": 10**6,
        "miliar": 10**9,
        "milyar": 10**9,
        "triliun": 10**12,
        "trilyun": 10**12,
    },
    fused={"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000},
    decimal=",",
)
_ENGLISH = _Numerals(
    units={word: value for value, word in enumerate(_ENGLISH_ONES)}
    | {word: 10 * tens for tens, word in enumerate(_ENGLISH_TENS, start=2)}
    | {"a": 1, "an": 1},
    factors={"hundred": 100},
    scales={
        "thousand": 10**3,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
    },
    fused={},
    decimal=".",
    joiners=frozenset({"and"}),
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s-]")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a text.

    Attributes:
        value: What it is.
        tokens: Its digits and words.
        place: Half-open range of characters.
    """

    value: float
    tokens: tuple[str, ...]
    place: tuple[int, int]


def spelt_out(source: str) -> set[float]:
    """The numbers that an Indonesian text writes with words, from 13 on.

    Smaller ones are idioms as often as numbers, and English has words for them that
    are none ("both", "once", "a dozen").
    """
    return {
        number.value
        for number in _numbers(source, _INDONESIAN)
        if not all(token[0].isdecimal() for token in number.tokens)
    } - {*map(float, range(13))}


def in_digits(source: str) -> str:
    """An Indonesian text with its numbers from 13 on in digits: "empat puluh" is 40."""
    for number in reversed(list(_numbers(source, _INDONESIAN))):
        in_words = all(token.isalpha() for token in number.tokens)
        if in_words and number.value >= 13:
            start, end = number.place
            digits = f"{number.value:,.0f}".replace(",", ".")
            source = source[:start] + digits + source[end:]
    return source


def values(target: str) -> set[float]:
    """All the numbers that an English text names."""
    return {number.value for number in _numbers(target, _ENGLISH)}


def _numbers(text: str, numerals: _Numerals) -> Iterator[_Number]:
    """Each number of a text, in order."""
    run: list[re.Match[str]] = []
    lowered = text.lower()
    for match in _TOKEN.finditer(lowered):
        token = match[0]
        goes_on = _is_numeral(token, numerals) or (run and token in numerals.joiners)
        if run and (not goes_on or _begins_another(token, run[-1][0], numerals)):
            yield _number(run, numerals)
            run = []
        if goes_on:
            run.append(match)
    if run:
        yield _number(run, numerals)


def _number(run: list[re.Match[str]], numerals: _Numerals) -> _Number:
    while run[-1][0] in numerals.joiners:
        run.pop()
    tokens = [match[0] for match in run]
    place = run[0].start(), run[-1].end()
    return _Number(_value(tokens, numerals), tuple(tokens), place)


def _begins_another(token: str, before: str, numerals: _Numerals) -> bool:
    """Whether two numbers meet: "pada 2015 dua ratus orang"."""
    return token[0].isdecimal() or (
        before[0].isdecimal() and (token in numerals.units or token in numerals.fused)
    )


def _is_numeral(token: str, numerals: _Numerals) -> bool:
    return (
        token[0].isdecimal()
        or token == "belas"  # noqa: S105 - a numeral: "dua belas" is twelve
        or token in numerals.units
        or token in numerals.factors
        or token in numerals.scales
        or token in numerals.fused
    )


def _value(run: list[str], numerals: _Numerals) -> float:
    total = group = last = 0.0
    for token in run:
        if token[0].isdecimal():
            last = _of_digits(token, numerals.decimal)
            group += last
        elif token in numerals.units or token in numerals.fused:
            last = float(numerals.units.get(token, numerals.fused.get(token, 0)))
            group += last
        elif token == "belas":  # noqa: S105
            group += 10
        elif token in numerals.factors:
            group += last * (numerals.factors[token] - 1)
        elif token in numerals.scales:
            total += group * numerals.scales[token]
            group = last = 0.0
    return round(total + group, 6)


def _of_digits(token: str, decimal: str) -> float:
    grouping = "," if decimal == "." else "."
    whole, _, fraction = token.replace(grouping, "").partition(decimal)
    return float(f"{whole}.{fraction.replace(decimal, '') or 0}")
