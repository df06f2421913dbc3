"""Count what targets keep of their sources: numbers, names, words and sentences.

Corpus scores hardly see a lost clause or a changed number. These counts do, over the
same lines; the references' own counts show how much of each a human keeps.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex

from dwibahasa.segment import sentences

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_LONGEST_REPEATED = 4  # words that are looked for twice in a row


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """What the targets of a set keep.

    Attributes:
        numbers: Digit strings of the sources.
        numbers_kept: Those whose value the target has in digits, written the English
            way: 2.518 has to become 2,518 and not 2.518.
        names: Capitalised words of the sources that the references keep as they are.
        names_kept: Those that the targets keep too.
        length_ratio: Words of all targets over words of all references.
        repetitive: Targets with one to four words twice in a row, where neither
            source nor reference has any.
        source_sentences: Sentences of all sources.
        target_sentences: Sentences of all targets.
        empty: Targets without a letter or digit whose source has one.
    """

    numbers: int
    numbers_kept: int
    names: int
    names_kept: int
    length_ratio: float
    repetitive: int
    source_sentences: int
    target_sentences: int
    empty: int


def faithfulness(
    sources: Sequence[str], references: Sequence[str], targets: Sequence[str]
) -> Faithfulness:
    """Compare targets with their sources and references, line by line."""
    lines = list(zip(sources, references, targets, strict=True))
    numbers = [_kept_numbers(source, target) for source, _, target in lines]
    names = [_kept_names(*line) for line in lines]
    return Faithfulness(
        numbers=sum(count for count, _ in numbers),
        numbers_kept=sum(kept for _, kept in numbers),
        names=sum(count for count, _ in names),
        names_kept=sum(kept for _, kept in names),
        length_ratio=_count_words(targets) / max(1, _count_words(references)),
        repetitive=sum(
            _repeats(target) and not (_repeats(source) or _repeats(reference))
            for source, reference, target in lines
        ),
        source_sentences=sum(len(sentences(source)) for source in sources),
        target_sentences=sum(_count_sentences(target) for target in targets),
        empty=sum(
            _has_word(source) and not _has_word(target) for source, _, target in lines
        ),
    )


def _kept_numbers(source: str, target: str) -> tuple[int, int]:
    """Digit strings of the source, and how many of them the target keeps."""
    wanted = _NUMBER.findall(source)
    found = Counter(_value(number, ",", ".") for number in _NUMBER.findall(target))
    kept = 0
    for number in wanted:
        for value in _readings(number):
            if found[value]:
                found[value] -= 1
                kept += 1
                break
    return len(wanted), kept


def _readings(number: str) -> Iterator[str]:
    """The values that an Indonesian digit string may have, most likely first."""
    yield _value(number, ".", ",")
    # A comma before three digits may be a decimal one or English grouping.
    if re.search(r",\d{3}(?!\d)", number):
        yield _value(number, ",", ".")


def _value(number: str, group: str, point: str) -> str:
    """A digit string without grouping and idle zeros: "08.30" is "8:30", "8.3".

    Args:
        number: Digits with points, commas or colons between them.
        group: What stands between groups of three digits.
        point: The decimal point; that of a clock, or a colon, is read like it.
    """
    grouped = rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?"
    if re.fullmatch(grouped, number):
        number = number.replace(group, "")
    whole, *rest = number.replace(point, ".").replace(":", ".").split(".")
    if len(rest) == 1:
        rest = [digits for digits in [rest[0].rstrip("0")] if digits]
    return ".".join([whole.lstrip("0") or "0", *rest])


def _kept_names(source: str, reference: str, target: str) -> tuple[int, int]:
    """Names in source and reference, and how many of them are in the target."""
    names = _capitalised(source) & _capitalised(reference)
    return names.total(), (names & _capitalised(target)).total()


def _capitalised(text: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(text) if word[0].isupper())


def _repeats(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    return any(
        words[start : start + size] == words[start + size : start + 2 * size]
        for size in range(1, _LONGEST_REPEATED + 1)
        for start in range(len(words) - 2 * size + 1)
    )


def _count_words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _count_sentences(target: str) -> int:
    return sum(bool(piece.strip()) for piece in sentencex.segment("en", target))


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)
