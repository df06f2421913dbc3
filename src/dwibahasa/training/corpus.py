"""Read bitext, clean it, and sample what a run learns from."""

from __future__ import annotations

import lzma
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dwibahasa.lexicon import load_lexicon
from dwibahasa.training.errors import BitextError

_SPACES = re.compile(r"\s+")
_MARKUP = re.compile(
    r"[<>{}|\\\x00-\x1f\x7f-\x9f�_^~=]|\]\(|https?:|www\.|%[sd1-9(]|\$\w|&\w+;|--\w"
    r"|\w\(\)|[À-ÿ]{3}|Ã"
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)]*$")
# Indonesian groups digits by points and has a decimal comma; some English sides
# kept them. Section numbers (2.1.3) do not have groups of three.
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])")
_DECIMAL = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?![\d,])")
_CLOCK = re.compile(r"(?<![\d.,])([01]\d|2[0-3])\.([0-5]\d)(?![\d.])")


@dataclass(frozen=True, slots=True)
class Pair:
    """A source segment and its human or genuine English target.

    Attributes:
        name: The source of the bitext it comes from.
        source: Indonesian.
        target: English.
    """

    name: str
    source: str
    target: str


def read_bitext(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a `name TAB Indonesian TAB English` file, in its order.

    Raises:
        BitextError: The file is missing or a line has not three columns.
    """
    opened = lzma.open if path.suffix == ".xz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                columns = line.rstrip("\n").split("\t")
                if len(columns) != 3:
                    raise BitextError(
                        path, f"line {number} has not three columns; correct it"
                    )
                yield Pair(*columns)
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise BitextError(path, f"{error}; check the file") from error


def clean_pair(pair: Pair) -> Pair | None:
    """Repair spaces, final stops and numbers; None when the pair teaches harm.

    Dropped are pairs with markup or placeholders, without letters, of uneven length,
    untranslated, or whose sides have different numbers.
    """
    source = _SPACES.sub(" ", unicodedata.normalize("NFC", pair.source)).strip()
    target = _SPACES.sub(" ", unicodedata.normalize("NFC", pair.target)).strip()
    if _MARKUP.search(source) or _MARKUP.search(target):
        return None
    if not (re.search(r"[^\W\d]{2}", source) and re.search(r"[^\W\d]{2}", target)):
        return None
    # The constant keeps short pairs, where one word more doubles the length.
    ratio = (len(source) + 15) / (len(target) + 15)
    if not 0.65 < ratio < 1.55:
        return None
    if source.casefold() == target.casefold() and len(source.split()) > 3:
        return None
    target = _english_numbers(source, target)
    if _digits(source) != _digits(target):
        return None
    source, target = _same_end(source, target)
    return Pair(pair.name, source, target)


def _english_numbers(source: str, target: str) -> str:
    """Write a number that was copied from the source the English way."""
    for number in _GROUPED.findall(source):
        target = re.sub(
            rf"(?<!\d){re.escape(number)}(?!\d)", number.replace(".", ","), target
        )
    for number in _DECIMAL.findall(source):
        target = re.sub(
            rf"(?<!\d){re.escape(number)}(?!\d)", number.replace(",", "."), target
        )
    for hours, minutes in _CLOCK.findall(source):
        target = re.sub(
            rf"(?<!\d){hours}{minutes}(?= ?(?:GMT|UTC|WIB|local))",
            f"{hours}:{minutes}",
            target,
        )
    return target


def _digits(segment: str) -> list[str]:
    """The numbers of a segment without their punctuation, sorted."""
    return sorted(re.sub(r"[.,:]", "", n).lstrip("0") for n in _NUMBER.findall(segment))


def _same_end(source: str, target: str) -> tuple[str, str]:
    """Let both sides of a sentence end alike, in a full stop if neither has an end."""
    source_ends = _SENTENCE_END.search(source) is not None
    target_ends = _SENTENCE_END.search(target) is not None
    is_sentence = (
        len(source.split()) >= 6 and source[:1].isupper() and target[:1].isupper()
    )
    if not source_ends and (target.endswith(".") or (is_sentence and not target_ends)):
        source += "."
    if not target_ends and source.endswith("."):
        target += "."
    return source, target


def sample_pairs(
    path: Path,
    quotas: Mapping[str, int],
    generator: random.Random,
    max_looseness: float,
) -> list[Pair]:
    """Take up to so many clean pairs of each source of the bitext, in no order.

    Args:
        path: The bitext.
        quotas: Pairs to take, by source.
        generator: Decides which.
        max_looseness: Of a pair, as the lexicon finds it; looser ones are left out.

    Raises:
        BitextError: The bitext cannot be read or has nothing of a source.
    """
    by_name: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in read_bitext(path):
        if pair.name in quotas:
            by_name[pair.name].append(pair)
    looseness = load_lexicon().looseness
    sampled: list[Pair] = []
    for name, quota in quotas.items():
        if name not in by_name:
            raise BitextError(path, f"it has no source {name!r}; correct the recipe")
        candidates = by_name[name]
        generator.shuffle(candidates)
        taken: set[str] = set()
        for candidate in candidates:
            cleaned = clean_pair(candidate)
            if cleaned is None or cleaned.source in taken:
                continue
            if looseness(cleaned.source, cleaned.target) <= max_looseness:
                taken.add(cleaned.source)
                sampled.append(cleaned)
                if len(taken) == quota:
                    break
    generator.shuffle(sampled)
    return sampled


def repeat_pairs(
    pairs: list[Pair], weights: Mapping[str, float], generator: random.Random
) -> list[Pair]:
    """Let a round have each pair of a source as often as its weight says.

    A weight of 1.5 doubles half of the pairs, one of 0.5 leaves half of them out.
    """
    return [
        pair
        for pair in pairs
        for _ in range(int(weights.get(pair.name, 1) + generator.random()))
    ]


def vary_numbers(pair: Pair, generator: random.Random) -> Pair:
    """Replace each number of three or more digits by another, the same on both sides.

    A number that is not exactly once on each side stays, and so does a year: what
    is said of a year seldom holds of another.
    """
    source, target = pair.source, pair.target
    for number in _NUMBER.findall(source):
        digits = re.sub(r"[.,:]", "", number)
        if len(digits) < 3 or re.fullmatch(r"(?:1[5-9]|20)\d\d", digits):
            continue
        english = [
            n for n in _NUMBER.findall(target) if re.sub(r"[.,:]", "", n) == digits
        ]
        if len(english) != 1 or _digits(source).count(digits) != 1:
            continue
        other = str(generator.randint(1, 9)) + "".join(
            str(generator.randint(0, 9)) for _ in digits[1:]
        )
        source = source.replace(number, _put_digits(number, other), 1)
        target = target.replace(english[0], _put_digits(english[0], other), 1)
    return Pair(pair.name, source, target)


def _put_digits(pattern: str, digits: str) -> str:
    """`pattern` with its digits replaced one by one: ("1.500", "2734") -> "2.734"."""
    remaining = iter(digits)
    return "".join(next(remaining) if c.isdigit() else c for c in pattern)


def capitalize_source(pair: Pair) -> Pair:
    """Put the source in capitals, as in a headline; the target stays."""
    return Pair(pair.name, pair.source.upper(), pair.target)


def augment(
    pairs: list[Pair], vary: float, capitals: float, generator: random.Random
) -> list[Pair]:
    """Vary numbers in a share of the pairs, put the source of a share in capitals."""
    augmented = []
    for pair in pairs:
        if generator.random() < vary:
            augmented.append(vary_numbers(pair, generator))
        elif generator.random() < capitals and len(pair.source) < 100:
            augmented.append(capitalize_source(pair))
        else:
            augmented.append(pair)
    return augmented
