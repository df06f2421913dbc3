"""From lines on pages to paragraphs: reading order, hyphens, kinds.

Reading order is that of recursive X-Y cuts (Nagy and Seth 1984): between columns
first, then above and below what spans them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from dwibahasa.document import Block, BlockKind
from dwibahasa.formats.running_heads import body_size, running_lines, without_running
from dwibahasa.formats.text import clean, line_kind, marker

_FEWEST_GAPS = 8  # between lines, to tell their usual distance
_FEWEST_LINES = 3  # of a column; fewer may be cells of a table
_NARROWEST_COLUMN = 9  # font sizes; narrower ones may be cells of a table
_GUTTER = 0.8  # font sizes between columns
_NEAR = 1.8  # font sizes between base lines within a column
_NARROW = re.compile(r"[ijltfrI.,:;'!|()\s-]")
_BROAD = re.compile(r"[mwMW%@—]")
_SENTENCE_END = re.compile(r"[.!?…:;][\"”’')\]]*$")
_HYPHENATED = re.compile(r"(\w+)-$")
_FIRST_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of characters on one line; lengths in points, the page's foot is 0.

    Attributes:
        text: With single spaces between words.
        left: Where it begins.
        right: Where it ends.
        base: Height of its base line.
        size: Of its font.
        is_bold: Whether its first character is.
        cells: How many runs it was joined of.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page, with its lines by direction of writing, that of most text first."""

    width: float
    height: float
    groups: list[list[Line]]


@dataclass(frozen=True, slots=True)
class Column:
    """Lines from top to bottom, and where the text of their part of the page ends."""

    lines: list[Line]
    right: float

    @property
    def gaps(self) -> list[float]:
        """The distances between the base lines."""
        return [above.base - below.base for above, below in pairwise(self.lines)]


def blocks(pages: Sequence[Page]) -> tuple[Block, ...]:
    """The paragraphs of all pages in reading order."""
    running = running_lines(pages)
    body = body_size([x for page in pages for group in page.groups for x in group])
    columns = [
        column
        for page in pages
        for group in page.groups
        for column in _columns(without_running(group, page, running, body))
    ]
    gaps = [gap for column in columns for gap in column.gaps]
    leading = median(gaps) if gaps else 0.0
    paragraphs: list[list[Line]] = []
    is_open = False
    for column in columns:
        found = _paragraphs(column, leading)
        if is_open and paragraphs and _continues(paragraphs[-1][-1], found[0][0]):
            paragraphs[-1] += found.pop(0)
        paragraphs += found
        is_open = True
    return _typed(paragraphs)


def title(found: Sequence[Block]) -> str:
    """The text of the title block."""
    return next((b.text for b in found if b.kind is BlockKind.TITLE), "")


def _columns(lines: list[Line], right: float | None = None) -> list[Column]:
    """Columns in reading order.

    Args:
        lines: Of a part of a page.
        right: Where the text of that part ends; None to go by the lines.
    """
    if not lines:
        return []
    if right is None:
        right = max(line.right for line in lines)
    rows = _rows(lines)
    found = _side_by_side(rows)
    if not found:
        return [Column([_joined_row(row) for row in rows], right)]
    start, end, edge = found
    inner = _flat(rows[start:end])
    return [
        *_columns(_flat(rows[:start]), right),
        *_columns([line for line in inner if line.left < edge]),
        *_columns([line for line in inner if line.left >= edge]),
        *_columns(_flat(rows[end:]), right),
    ]


def _side_by_side(rows: list[list[Line]]) -> tuple[int, int, float] | None:
    """The most rows that two columns make up, and where the second of them begins."""
    lines = _flat(rows)
    size = median(line.size for line in lines)
    best: tuple[int, int, float] | None = None
    for edge in sorted({round(line.left) - 1.0 for line in lines}):
        free = [
            all(line.left >= edge or line.right < edge - _GUTTER * size for line in row)
            for row in rows
        ]
        at = 0
        for is_free, run in groupby(free):
            start, at = at, at + len(list(run))
            if not is_free:
                continue
            start, end = _reach(rows, start, at, edge, size)
            is_longer = best is None or end - start > best[1] - best[0]
            if is_longer and _are_columns(rows[start:end], edge, size):
                best = start, end, edge
    return best


def _reach(
    rows: list[list[Line]], start: int, end: int, edge: float, size: float
) -> tuple[int, int]:
    """The rows of two columns: those of the second, and of the first beside them.

    The first column goes on above or below the second as far as rows are close to
    each other or fill its width; what is neither is a table, a list or a heading.
    """
    second = [i for i in range(start, end) if rows[i][-1].left >= edge]
    if not second:
        return start, start
    first, last = second[0], second[-1]
    left = min(line.left for row in rows[start:end] for line in row)
    full = 0.7 * (edge - left)

    def fills(i: int) -> bool:
        return max(line.right for line in rows[i]) - left > full

    first = min([first, *(i for i in range(start, first) if fills(i))])
    last = max([last, *(i for i in range(last, end) if fills(i))])
    while first > start and _is_near(rows, first - 1, size):
        first -= 1
    while last + 1 < end and _is_near(rows, last, size):
        last += 1
    return first, last + 1


def _is_near(rows: list[list[Line]], i: int, size: float) -> bool:
    return rows[i][0].base - rows[i + 1][0].base < _NEAR * size


def _are_columns(rows: list[list[Line]], edge: float, size: float) -> bool:
    """Whether both sides of an edge have text, and not the cells of a table."""
    if not rows:
        return False
    lines = _flat(rows)
    halves = (
        [line for line in lines if line.left < edge],
        [line for line in lines if line.left >= edge],
    )
    return all(
        len(half) >= _FEWEST_LINES
        and median(line.right - line.left for line in half) > _NARROWEST_COLUMN * size
        for half in halves
    )


def _flat(rows: Sequence[list[Line]]) -> list[Line]:
    return [line for row in rows for line in row]


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Lines that stand side by side, from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: -x.base):
        if rows and rows[-1][0].base - line.base < 0.4 * min(
            rows[-1][0].size, line.size
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda x: x.left) for row in rows]


def _joined_row(row: list[Line]) -> Line:
    """Cells or parts of one line as one."""
    first = row[0]
    text = " ".join(x.text for x in row)
    right = max(x.right for x in row)
    return replace(first, text=text, right=right, cells=len(row))


def _paragraphs(column: Column, leading: float) -> list[list[Line]]:
    """The lines of a column by paragraph.

    Args:
        column: What is to be parted.
        leading: The usual distance of lines, for a column that has too few to tell.
    """
    gaps, right = column.gaps, column.right
    if gaps:
        own = median(gaps)
        leading = own if len(gaps) >= _FEWEST_GAPS else min(own, leading)
    left = min(x.left for x in column.lines)
    found = [[column.lines[0]]]
    for line, gap in zip(column.lines[1:], gaps, strict=True):
        above = found[-1][-1]
        first_width = _first_word_width(line)
        has_room = above.right + first_width + 0.5 * line.size < right
        is_indented = line.left - max(left, above.left) > 0.8 * line.size
        if (
            gap > 1.25 * max(leading, line.size)
            or gap < 0
            or not 0.92 < above.size / line.size < 1.08
            or above.is_bold != line.is_bold
            or marker(line.text)
            or above.cells == line.cells > 1
            or (has_room and not above.text.endswith("-"))
            or (is_indented and len(found[-1]) > 1)
            or (is_indented and _SENTENCE_END.search(above.text))
        ):
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _first_word_width(line: Line) -> float:
    """How wide the first word of a line is, as far as its letters tell."""
    first = line.text.split(maxsplit=1)[0]
    return (line.right - line.left) * _breadth(first) / _breadth(line.text)


def _breadth(text: str) -> float:
    """The width of a text in letters of usual width."""
    breadth = float(len(text))
    breadth -= 0.5 * len(_NARROW.findall(text))
    return breadth + 0.5 * len(_BROAD.findall(text))


def _continues(last: Line, first: Line) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    return (
        0.92 < last.size / first.size < 1.08
        and not _SENTENCE_END.search(last.text)
        and (first.text[0].islower() or last.text.endswith(("-", ",")))
    )


def _typed(paragraphs: list[list[Line]]) -> tuple[Block, ...]:
    """Blocks of joined lines, with headings told by their size."""
    all_lines = _flat(paragraphs)
    words = Counter[str]()
    for line in all_lines:
        words.update(re.findall(r"\w+(?:-\w+)*", line.text.lower()))
    body = body_size(all_lines)
    largest = max((line.size for line in all_lines), default=0.0)
    found: list[Block] = []
    for lines in paragraphs:
        text = clean(_joined([line.text for line in lines], words))
        start = marker(text)
        kind = line_kind(text)
        size = lines[0].size
        has_title = any(block.kind is BlockKind.TITLE for block in found)
        if start:
            kind = BlockKind.LIST_ITEM
        elif not has_title and size >= 1.3 * body and size >= 0.95 * largest:
            kind = BlockKind.TITLE
        elif size >= 1.12 * body or (
            lines[0].is_bold and len(lines) < 3 and not _SENTENCE_END.search(text)
        ):
            kind = BlockKind.HEADING
        found.append(Block(kind, text[len(start) :], marker=start))
    return tuple(found)


def _joined(lines: Sequence[str], words: Counter[str]) -> str:
    """The lines of a paragraph as one, with words that were hyphenated made whole."""
    text = ""
    for line in lines:
        hyphenated = _HYPHENATED.search(text)
        following = _FIRST_WORD.match(line)
        if hyphenated and following:
            keeps = _keeps_hyphen(hyphenated[1], following[0], words)
            text = (text if keeps else text[:-1]) + line
        else:
            text = f"{text} {line}" if text else line
    return " ".join(text.split())


def _keeps_hyphen(before: str, after: str, words: Counter[str]) -> bool:
    """Whether the hyphen is of the word, as in "anak-anak", and not of the line."""
    first, second = before.lower(), after.lower()
    whole, hyphenated = words[first + second], words[f"{first}-{second}"]
    if whole != hyphenated:
        return hyphenated > whole
    is_doubled = (
        second.startswith(first)
        or first.endswith(second)
        or (len(first) > 3 and first[-3:] == second[-3:])
        or (len(first) > 3 and first[:4] == second[:4])
    )
    return is_doubled or not after[0].islower() or before[-1].isdigit()
