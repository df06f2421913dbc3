"""From lines on pages to paragraphs: reading order, running heads, hyphens.

Reading order is that of recursive X-Y cuts (Nagy and Seth 1984): between columns
first, then above and below what spans them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from dwibahasa.document import Block, BlockKind
from dwibahasa.formats.text import clean, line_kind, marker

_EDGE = 0.12  # share of the page's height where running heads and feet stand
_FEWEST_LINES = 3  # of a column; fewer may be cells of a table
_NARROWEST_COLUMN = 9  # font sizes; narrower ones may be cells of a table
_GUTTER = 0.8  # font sizes between columns
_NEAR = 2.0  # font sizes between base lines within a column
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:halaman|hal\.?|page)?\s*(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|dari|of)\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)
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
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page, with its lines by direction of writing, that of most text first."""

    width: float
    height: float
    groups: list[list[Line]]


Column = list[Line]


def blocks(pages: Sequence[Page]) -> tuple[Block, ...]:
    """The paragraphs of all pages in reading order."""
    running = _running(pages)
    columns = [
        column
        for page in pages
        for group in page.groups
        for column in _columns([x for x in group if not _is_dropped(x, page, running)])
    ]
    paragraphs: list[list[Line]] = []
    is_open = False
    for column in columns:
        found = _paragraphs(column)
        if is_open and paragraphs and _continues(paragraphs[-1][-1], found[0][0]):
            paragraphs[-1] += found.pop(0)
        paragraphs += found
        is_open = True
    return _typed(paragraphs)


def title(found: Sequence[Block]) -> str:
    """The text of the title block."""
    return next((b.text for b in found if b.kind is BlockKind.TITLE), "")


def _running(pages: Sequence[Page]) -> set[tuple[str, bool]]:
    """Lines at the same edge of several pages that differ in numbers only."""
    counts = Counter(
        key
        for page in pages
        for key in {
            (_pattern(line), line.base > page.height / 2)
            for group in page.groups[:1]
            for line in group
            if _is_at_edge(line, page)
        }
    )
    least = max(2, min(3, len(pages)))
    return {key for key, count in counts.items() if count >= least}


def _is_dropped(line: Line, page: Page, running: set[tuple[str, bool]]) -> bool:
    if not _is_at_edge(line, page):
        return False
    key = (_pattern(line), line.base > page.height / 2)
    return key in running or _PAGE_NUMBER.fullmatch(line.text) is not None


def _is_at_edge(line: Line, page: Page) -> bool:
    edge = _EDGE * page.height
    return not edge < line.base < page.height - edge


def _pattern(line: Line) -> str:
    return re.sub(r"\d+|\s", lambda m: "" if m[0].isspace() else "#", line.text)


def _columns(lines: list[Line]) -> list[Column]:
    """Columns in reading order, each from top to bottom."""
    if not lines:
        return []
    rows = _rows(lines)
    found = _side_by_side(rows)
    if not found:
        return [[_joined_row(row) for row in rows]]
    start, end, edge = found
    inner = _flat(rows[start:end])
    parts = (
        _flat(rows[:start]),
        [line for line in inner if line.left < edge],
        [line for line in inner if line.left >= edge],
        _flat(rows[end:]),
    )
    return [column for part in parts for column in _columns(part)]


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
    return Line(text, first.left, right, first.base, first.size, first.is_bold)


def _paragraphs(column: Column) -> list[list[Line]]:
    """The lines of a column by paragraph."""
    gaps = [above.base - below.base for above, below in pairwise(column)]
    leading = median(gaps) if gaps else 0.0
    left = min(x.left for x in column)
    right = max(x.right for x in column)
    found = [[column[0]]]
    for line, gap in zip(column[1:], gaps, strict=True):
        above = found[-1][-1]
        words = line.text.split(maxsplit=1)
        first_width = (line.right - line.left) * len(words[0]) / len(line.text)
        has_room = above.right + first_width + 0.5 * line.size < right
        is_indented = line.left - max(left, above.left) > 0.8 * line.size
        if (
            gap > 1.25 * max(leading, line.size)
            or gap < 0
            or not 0.92 < above.size / line.size < 1.08
            or above.is_bold != line.is_bold
            or marker(line.text)
            or (has_room and not above.text.endswith("-"))
            or (is_indented and len(found[-1]) > 1)
            or (is_indented and _SENTENCE_END.search(above.text))
        ):
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _continues(last: Line, first: Line) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    return (
        0.92 < last.size / first.size < 1.08
        and not _SENTENCE_END.search(last.text)
        and (first.text[0].islower() or last.text.endswith(("-", ",")))
    )


def _typed(paragraphs: list[list[Line]]) -> tuple[Block, ...]:
    """Blocks of joined lines, with headings told by their size."""
    sizes = Counter[float]()
    words = Counter[str]()
    for lines in paragraphs:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
            words.update(re.findall(r"\w+(?:-\w+)*", line.text.lower()))
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    largest = max(sizes, default=0.0)
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
