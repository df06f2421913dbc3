"""Inline mark-up of a block on the words of its target."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import sub

from dwibahasa.document import BilingualBlock, Mark
from dwibahasa.lexicon import LONGEST_ALIGNED, load_lexicon

_WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
_PUNCTUATION = re.compile(r"[^\w\s]+")
# What a word that is linked elsewhere counts against a run of words: less than a
# linked one counts for it, so that of two runs as good the longer is taken.
_LINKED_ELSEWHERE = -0.9
Range = tuple[int, int]


def project(block: BilingualBlock) -> list[Mark]:
    """Put the marks of a block on the words of its target.

    A mark of the whole block, or of all that the mark around it has, is one of the
    whole again. Another goes to the same words where the target has them, else to the
    words that the word alignment links, else to the same part of the sentence. What
    marks a place goes between the words that stand before and after it in the source.

    Returns:
        Each mark of the source once, with ranges of the target, outer before inner.
        Two either lie one within the other or apart.
    """
    if not block.block.marks:
        return []
    source = block.block.text
    root = _Node(Mark(0, len(source) + 1, ""))
    opened = [root]
    for mark in block.block.marks:
        while not holds(opened[-1].mark, mark):
            opened.pop()
        node = _Node(mark)
        opened[-1].children.append(node)
        opened.append(node)
    projection = _Projection(source, block.target, _sentences(block))
    return list(projection.within(root, (0, len(block.target))))


def holds(outer: Mark, inner: Mark) -> bool:
    """Whether the later of two marks is within; a place at the end is not."""
    return outer.start <= inner.start and (
        inner.end <= outer.end if inner.start < inner.end else inner.end < outer.end
    )


@dataclass(slots=True)
class _Node:
    mark: Mark
    children: list[_Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One segment: where it stands in source and target, and the target's words.

    Attributes:
        source: Range of the block's text.
        target: Range of the block's target.
        words: For each word of the target its range, and those of its counterparts.
        starts: Where the words of the source begin.
    """

    source: Range
    target: Range
    words: tuple[tuple[Range, tuple[Range, ...]], ...]
    starts: tuple[int, ...]

    @property
    def is_aligned(self) -> bool:
        """Whether it is of a length that its words were compared at all."""
        return self.source[1] - self.source[0] <= LONGEST_ALIGNED


class _Free:
    """The parts of a window of the target that no mark has taken."""

    def __init__(self, window: Range) -> None:
        self._gaps = [window]

    def has(self, range_: Range) -> bool:
        gap = self._gaps[self._index(range_[0])]
        return gap[0] <= range_[0] and range_[1] <= gap[1]

    def take(self, range_: Range) -> None:
        i = self._index(range_[0])
        start, end = self._gaps[i]
        self._gaps[i : i + 1] = [(start, range_[0]), (range_[1], end)]

    def common(self, range_: Range) -> Iterator[Range]:
        for gap in self._gaps:
            if shared := _common(gap, range_):
                yield shared

    def nearest(self, at: int) -> int:
        """The place itself, or the end of the mark that it is in."""
        i = self._index(at)
        if at <= self._gaps[i][1] or i + 1 == len(self._gaps):
            return max(self._gaps[i][0], min(at, self._gaps[i][1]))
        return self._gaps[i + 1][0]

    def _index(self, at: int) -> int:
        return max(0, bisect_right(self._gaps, at, key=lambda gap: gap[0]) - 1)


@dataclass(frozen=True, slots=True)
class _Projection:
    source: str
    target: str
    sentences: Sequence[_Sentence]

    def within(self, node: _Node, window: Range) -> Iterator[Mark]:
        """The marks inside one, in the part of the target that is its own."""
        free = _Free(window)
        taken = self._whole(node, window)
        for find in (self._same, self._linked, self._proportional):
            for i, child in enumerate(node.children):
                if i in taken or child.mark.start == child.mark.end:
                    continue
                if found := find((child.mark.start, child.mark.end), free):
                    taken[i] = found
                    free.take(found)
        for i, child in enumerate(node.children):
            if i not in taken:
                at = free.nearest(self._place(child.mark.start))
                taken[i] = (at, at)
        for i in sorted(taken, key=lambda i: (taken[i], i)):
            child = node.children[i]
            yield Mark(*taken[i], child.mark.name)
            yield from self.within(child, taken[i])

    def _whole(self, node: _Node, window: Range) -> dict[int, Range]:
        """Where all text of a mark is in one other: that, and the places beside it."""
        text = self.source
        outer = node.mark
        for whole, child in enumerate(node.children):
            start, end = child.mark.start, child.mark.end
            beside = text[outer.start : start] + text[end : outer.end]
            if start < end and not beside.strip():
                edges = [(edge, edge) for edge in window]
                before = dict.fromkeys(range(whole), edges[0])
                after = dict.fromkeys(range(whole + 1, len(node.children)), edges[1])
                return before | {whole: window} | after
        return {}

    def _same(self, source: Range, free: _Free) -> Range | None:
        """Where the target has the marked text as it is, if as often as the source."""
        text = self.source[slice(*source)]
        sentence = self._sentence(source[0] + 1)
        if source[1] > sentence.source[1] or not sentence.is_aligned:
            return None
        starts = (
            r"(?<!\w)"
            if not self.source[max(0, source[0] - 1) : source[0]].isalnum()
            else ""
        )
        ends = r"(?!\w)" if not self.source[source[1] : source[1] + 1].isalnum() else ""
        pattern = re.compile(f"{starts}{re.escape(text)}{ends}", re.IGNORECASE)
        found = [m.span() for m in pattern.finditer(self.target, *sentence.target)]
        sources = [m.span() for m in pattern.finditer(self.source, *sentence.source)]
        if len(found) != len(sources) or source not in sources:
            return None
        same = found[sources.index(source)]
        return same if free.has(same) else None

    def _linked(self, source: Range, free: _Free) -> Range | None:
        """Whole sentences, and of others the words that the alignment links."""
        found = []
        first = bisect_right(self.sentences, source[0], key=_source_end)
        for sentence in self.sentences[first:]:
            if sentence.source[0] >= source[1]:
                break
            shared = _common(source, sentence.source)
            if shared == sentence.source and sentence.target[0] < sentence.target[1]:
                found.append(sentence.target)
                continue
            if not shared or not sentence.words:
                continue
            start, end = sentence.source
            is_whole = not _WORD.search(self.source, start, shared[0]) and (
                not _WORD.search(self.source, shared[1], end)
            )
            if is_whole:
                words = (sentence.words[0][0][0], sentence.words[-1][0][1])
                found.append(self._widened(shared, words, sentence))
            elif sentence.is_aligned and (best := self._best(shared, sentence, free)):
                found.append(self._widened(shared, best, sentence))
        if not found:
            return None
        whole = (found[0][0], found[-1][1])
        if free.has(whole):
            return whole
        parts = [part for own in found for part in free.common(own)]
        parts = [part for part in parts if _WORD.search(self.target, *part)]
        return max(parts, key=lambda part: part[1] - part[0], default=None)

    def _best(self, source: Range, sentence: _Sentence, free: _Free) -> Range | None:
        """The run of free words with the most links to a range of the source.

        A word that is linked only elsewhere counts against it (the maximum subarray,
        Bentley 1984), so that a stray link far away does not stretch the run.
        """
        best, most = None, 0.0
        start, total = -1, 0.0
        for word, linked in sentence.words:
            if not free.has(word if start < 0 else (start, word[1])):
                start, total = -1, 0.0
                if not free.has(word):
                    continue
            is_hit = any(_common(counterpart, source) for counterpart in linked)
            if start < 0:
                start = word[0] if is_hit else -1
            if start >= 0:
                total += 1 if is_hit else _LINKED_ELSEWHERE if linked else 0
                if total <= 0:
                    start, total = -1, 0.0
                elif is_hit and total > most:
                    best, most = (start, word[1]), total
        return best

    def _proportional(self, source: Range, free: _Free) -> Range | None:
        """As many words at the same part of the sentence, where nothing links."""
        sentence = self._sentence(source[0] + 1)
        words = sentence.words
        before = self._share(source[0], sentence) * len(words)
        count = self._share(source[1], sentence) * len(words) - before
        spots = (
            i
            for distance in range(len(words) + 1)
            for i in (round(before) + distance, round(before) - distance)
            if 0 <= i < len(words) and free.has(words[i][0])
        )
        first = next(spots, None)
        if first is None:
            return None
        start, end = words[first][0]
        for (_, following), _ in words[first + 1 : first + round(count)]:
            if not free.has((start, following)):
                break
            end = following
        return start, end

    def _place(self, at: int) -> int:
        """Where the words before and after a place of the source part best."""
        sentence = self._sentence(at)
        if at >= sentence.source[1]:
            return sentence.target[1]
        if at <= sentence.source[0]:
            return sentence.target[0]
        words = sentence.words
        share = self._share(at, sentence) * len(words)
        if not sentence.is_aligned:
            return (
                words[min(int(share), len(words) - 1)][0][0]
                if words
                else (sentence.target[1])
            )
        sides = [
            any(s[1] <= at for s in linked) - any(s[0] >= at for s in linked)
            for _, linked in words
        ]
        # A word on the wrong side costs 1: those of before that come after it, and
        # those of after that come before it.
        costs = [float(side) for side in accumulate(sides, sub, initial=0)]
        if not any(sides):
            costs = [abs(i - share) for i in range(len(words) + 1)]
        least = min(costs)
        best = [i for i, cost in enumerate(costs) if cost == least]
        if self.source[at - 1].isspace():  # it belongs to the word after it
            if best[-1] == len(words):
                return sentence.target[1]
            return self._widened((at, at + 1), words[best[-1]][0], sentence)[0]
        end = words[best[0] - 1][0][1] if best[0] else sentence.target[0]
        if self.source[at - 1].isalnum():
            return end
        stop = _PUNCTUATION.match(self.target, end, sentence.target[1])
        return stop.end() if stop else end

    def _sentence(self, at: int) -> _Sentence:
        """The segment of a place: the one before, where it is at the very end."""
        i = bisect_right(self.sentences, at - 1, key=_source_end)
        return self.sentences[min(i, len(self.sentences) - 1)]

    def _share(self, at: int, sentence: _Sentence) -> float:
        """What share of the words of a source segment stands before a place."""
        return bisect_right(sentence.starts, at - 1) / max(1, len(sentence.starts))

    def _widened(self, source: Range, found: Range, sentence: _Sentence) -> Range:
        """Words with the punctuation beside them that the source has too."""
        start, end = found
        if not self.source[source[0]].isalnum():
            while start > sentence.target[0] and _PUNCTUATION.match(
                self.target, start - 1, start
            ):
                start -= 1
        if not self.source[source[1] - 1].isalnum():
            after = _PUNCTUATION.match(self.target, end, sentence.target[1])
            end = after.end() if after else end
        return start, end


def _sentences(block: BilingualBlock) -> list[_Sentence]:
    found, at = [], 0
    for translation in block.translations:
        segment, target = translation.segment, translation.target
        source = (segment.start, segment.start + len(segment.source))
        links = load_lexicon().align(segment.source, target)
        words = tuple(
            (
                _moved(word.span(), at),
                tuple(
                    _moved(link.source, segment.start)
                    for link in links
                    if _common(link.target, word.span())
                ),
            )
            for word in _WORD.finditer(target)
        )
        starts = tuple(
            segment.start + word.start() for word in _WORD.finditer(segment.source)
        )
        found.append(_Sentence(source, (at, at + len(target)), words, starts))
        at += len(target) + 1 if target else 0
    return found


def _source_end(sentence: _Sentence) -> int:
    return sentence.source[1]


def _moved(range_: Range, by: int) -> Range:
    return range_[0] + by, range_[1] + by


def _common(one: Range, other: Range) -> Range | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
