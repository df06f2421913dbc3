"""Running heads and feet and page numbers, told from the text of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dwibahasa.formats.page_layout import Line, Page

_EDGE = 0.12  # share of the page's height where running heads and feet stand
_LEADING = 1.5  # font sizes; lines of a paragraph are nearer to each other
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:halaman|hal\.?|page)?\s*(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|dari|of)\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)


def running_lines(pages: Sequence[Page]) -> set[tuple[str, bool]]:
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


def without_running(
    lines: list[Line], page: Page, running: set[tuple[str, bool]], body: float
) -> list[Line]:
    """The lines that are no running heads and feet and no page numbers."""
    edges = {
        i
        for i, line in enumerate(lines)
        if _is_at_edge(line, page)
        and (
            (_pattern(line), line.base > page.height / 2) in running
            or _PAGE_NUMBER.fullmatch(line.text)
        )
    }
    others = [line for i, line in enumerate(lines) if i not in edges]
    return [
        line
        for i, line in enumerate(lines)
        if i not in edges or _is_in_flow(line, others, body)
    ]


def _is_in_flow(line: Line, others: Sequence[Line], body: float) -> bool:
    """Whether a line that comes again on other pages is of the running text.

    It then has the size of the body and ends a sentence, or stands as near to another
    line as those of a paragraph or a table do.
    """
    if not 0.98 < line.size / body < 1.02:
        return False
    ends_sentence = " " in line.text and line.text.endswith((".", "!", "?", "…", "”"))
    return ends_sentence or any(
        abs(other.base - line.base) < _LEADING * line.size for other in others
    )


def body_size(lines: Sequence[Line]) -> float:
    """The size of most characters, in points."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_at_edge(line: Line, page: Page) -> bool:
    edge = _EDGE * page.height
    return not edge < line.base < page.height - edge


def _pattern(line: Line) -> str:
    return re.sub(r"\d+|\s", lambda m: "" if m[0].isspace() else "#", line.text)
