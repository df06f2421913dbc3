"""The words of a sentence pair as the scripts of pages read them: rows of numbers."""

from __future__ import annotations

from bisect import bisect_left

from dwibahasa.document import Translation
from dwibahasa.lexicon import load_lexicon, word_ranges


def word_rows(translation: Translation) -> list[list[int]]:
    """Where the words of a pair are, and which of them belong together.

    Returns:
        The start and end of each source word, one after the other; the same of each
        target word, both in UTF-16 units, as browsers count; and for each link the
        number of its source word and of its target word, from 0.
    """
    source, target = translation.segment.source, translation.target
    sources, targets = word_ranges(source), word_ranges(target)
    links = load_lexicon().align(source, target)
    return [
        _utf16(source, sources),
        _utf16(target, targets),
        [
            number
            for link in links
            for number in (sources.index(link.source), targets.index(link.target))
        ],
    ]


def _utf16(text: str, ranges: list[tuple[int, int]]) -> list[int]:
    offsets = [offset for one in ranges for offset in one]
    # Characters beyond the first plane are two units each.
    pairs = [at for at, char in enumerate(text) if char > "\uffff"]
    return [offset + bisect_left(pairs, offset) for offset in offsets]
