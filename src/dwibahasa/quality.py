"""Checks of one translation without a reference: what a reader should doubt.

The checks look at what carries meaning and can be compared without a translation to
hold against: numbers, length, repeated words, words that were not translated or that
the lexicon finds no counterpart of.
"""

from __future__ import annotations

import re
from collections import Counter

from dwibahasa.document import Flag
from dwibahasa.lexicon import load_lexicon
from dwibahasa.numerals import spelt_out, values

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Numbers that English often writes as words; the empty one is zero.
_SPELT_OUT = {"", *(str(n) for n in range(1, 13))}
_MONTHS = dict(
    zip(
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November"
        " Desember".split(),
        "January February March April May June July August September October November"
        " December".split(),
        strict=True,
    )
)
# English in words over Indonesian in words is 1.09 in the training bitext, with 98 %
# of the sentences of ten words and more between these two.
_LEAST_RATIO, _MOST_RATIO = 0.5, 2.1
_FEWEST_WORDS = 6  # in shorter segments the ratio tells nothing
# Under it are 2 % of the pairs of the bitext that are clean, 50 % of those whose target
# is cut to 60 % of its words, and 99 % of targets of another sentence.
_LEAST_COVERAGE = -3.5
_MOST_IN_A_ROW = 3  # "ha ha ha" is speech; four of the same are a loop
# Frequent Indonesian words that are no English words.
_FUNCTION_WORDS = frozenset(
    """
    adalah agar akan anda antara atau bagi bahwa banyak belum berada bisa bukan
    dalam dan dapat dari dengan di harus hingga ia ini itu jika juga kami karena
    kata ke kepada kita lain lebih maka masih melalui mereka namun oleh pada para
    pernah saat sangat saya sebagai sebuah secara sehingga sejak selama seperti
    serta setelah sudah tahun tak tapi telah tentang terhadap tersebut tetapi tidak
    untuk yang
    """.split()
)


def check(source: str, target: str) -> tuple[Flag, ...]:
    """Tell why the target of a segment is doubtful.

    Args:
        source: An Indonesian segment.
        target: What the model made of it.

    Returns:
        The reasons, most serious first; nothing where no check distrusts it.
    """
    if not any(char.isalnum() for char in target):
        return (Flag.EMPTY,)
    checks = {
        Flag.REPETITION: _repeats(target) and not _repeats(source),
        Flag.UNTRANSLATED: _is_untranslated(source, target),
        Flag.LENGTH: _has_odd_length(source, target),
        Flag.NUMBERS: _loses_numbers(source, target),
        Flag.OMISSION: _leaves_out(source, target),
    }
    return tuple(flag for flag, is_doubtful in checks.items() if is_doubtful)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _numbers(text: str) -> Counter[str]:
    """Digit strings, so that 2.518 is 2,518 and 08.00 is 8:00."""
    return Counter(
        re.sub(r"\D", "", number).lstrip("0") for number in _NUMBER.findall(text)
    )


def _loses_numbers(source: str, target: str) -> bool:
    wanted, found = _numbers(source), _numbers(target)
    in_words = spelt_out(source)
    lost = [n for n in (wanted - found) if n not in _SPELT_OUT]
    # A number written in words at the source may become digits, never the reverse.
    invented = [
        n for n in (found - wanted) if n not in _SPELT_OUT and float(n) not in in_words
    ]
    return (
        bool(lost)
        or bool(invented and wanted)
        or not in_words <= values(target)
        or _changes_months(source, target)
    )


def _changes_months(source: str, target: str) -> bool:
    """Whether the target names another month; "May" may be a verb."""
    wanted = {english for name, english in _MONTHS.items() if _has(name, source)}
    found = {english for english in _MONTHS.values() if _has(english, target)}
    return bool(wanted - found) or bool(found - wanted - {"May", "March"})


def _has(word: str, text: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def _has_odd_length(source: str, target: str) -> bool:
    source_words, target_words = len(_words(source)), len(_words(target))
    if source_words < _FEWEST_WORDS:
        return target_words > 4 * source_words + 4
    return not _LEAST_RATIO <= target_words / source_words <= _MOST_RATIO


def _leaves_out(source: str, target: str) -> bool:
    """Whether the lexicon finds counterparts of too few words in the target."""
    if len(_words(source)) < _FEWEST_WORDS:
        return False
    return load_lexicon().coverage(source, target) < _LEAST_COVERAGE


def _repeats(text: str) -> bool:
    """Whether one to four words stand more than three times in a row."""
    words = _words(text)
    for size in range(1, 5):
        in_a_row = 1
        for end in range(2 * size, len(words) + 1, 1):
            same = words[end - size : end] == words[end - 2 * size : end - size]
            in_a_row = in_a_row + 1 if same else 1
            if in_a_row > _MOST_IN_A_ROW + (size - 1) * (_MOST_IN_A_ROW - 1):
                return True
    return False


def _is_untranslated(source: str, target: str) -> bool:
    """Whether the target keeps Indonesian words that are no names."""
    source_words, target_words = _words(source), _words(target)
    if not target_words:
        return False
    is_echo = source_words == target_words and any(
        word in _FUNCTION_WORDS for word in source_words
    )
    kept = sum(word in _FUNCTION_WORDS for word in target_words)
    return is_echo or kept >= max(2, len(target_words) / 8)
