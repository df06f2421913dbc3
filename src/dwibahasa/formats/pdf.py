"""PDF: the text layer read by pdfium, in lines; `page_layout` makes paragraphs."""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from dwibahasa.document import Document
from dwibahasa.errors import DamagedFile, NoTextLayer, PasswordProtected
from dwibahasa.formats import page_layout
from dwibahasa.formats.page_layout import Line, Page

_QUARTERS = 4
# A gap that is wider, in font sizes, parts columns or cells, not words.
_WIDEST_SPACE = 1.5
_NARROWEST_SPACE = 0.12
_SMALLEST_SIGN = 0.8  # of the line's size; digits that are smaller are signs of notes
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "-"}  # as pdfium tells one at a line's end
# Symbol fonts of Office programs have their signs in the private area.
_PRIVATE = range(0xE000, 0xF900)
_BULLET = "•"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_pdfium_is_free = threading.Lock()  # it is not safe for threads


def read_bytes(content: bytes, name: str) -> Document:
    """Read the text of a PDF, without running heads and feet and page numbers.

    Raises:
        NoTextLayer: It has only pictures.
        PasswordProtected: It cannot be opened without a password.
        DamagedFile: It is no PDF, or is cut off.
    """
    with _pdfium_is_free:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                raise PasswordProtected(name) from error
            raise DamagedFile(name, "PDF", "pdfium cannot open it") from error
        try:
            pages = [_page(document[i]) for i in range(len(document))]
        except pypdfium2.PdfiumError as error:
            raise DamagedFile(name, "PDF", "a page cannot be opened") from error
        finally:
            document.close()
    blocks = page_layout.blocks(pages)
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise NoTextLayer(name)
    return Document(blocks, title=page_layout.title(blocks), source=name)


def _page(page: pypdfium2.PdfPage) -> Page:
    """The lines of a page, turned so that those of each direction run to the right."""
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        by_quarter: dict[int, list[Line]] = {}
        for quarter, line in _lines(text_page.raw):
            by_quarter.setdefault(quarter, []).append(line)
    finally:
        text_page.close()
        page.close()
    groups = sorted(by_quarter.values(), key=lambda lines: -sum(map(_length, lines)))
    if len(groups) and groups[0] is by_quarter.get(1, by_quarter.get(3)):
        width, height = height, width
    return Page(width, height, groups)


def _length(line: Line) -> int:
    return len(line.text)


def _lines(text_page: pdfium.FPDF_TEXTPAGE) -> Iterator[tuple[int, Line]]:
    """Runs of characters on one line, with the quarter turns of their direction."""
    line: Line | None = None
    quarter = 0
    has_space = False
    for i in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, i)
        char = _BULLET if code in _PRIVATE else _HYPHENS.get(code) or chr(code)
        if not code or char.isspace():
            has_space = True
            continue
        turn = pdfium.FPDFText_GetCharAngle(text_page, i)
        own = round(turn / (math.pi / 2)) % _QUARTERS
        found = _character(text_page, i, char, own)
        if line and own == quarter and _goes_on(line, found):
            is_raised = _is_raised_digit(line, found)
            if not is_raised or line.text[-1].isdigit():
                char = char.translate(_RAISED) if is_raised else char
                gap = found.left - line.right
                space = " " if has_space or gap > _NARROWEST_SPACE * line.size else ""
                line = replace(
                    line,
                    text=f"{line.text}{space}{char}",
                    right=max(line.right, found.right),
                )
        else:
            if line:
                yield quarter, line
            line, quarter = found, own
        has_space = False
    if line:
        yield quarter, line


def _character(
    text_page: pdfium.FPDF_TEXTPAGE, index: int, char: str, quarter: int
) -> Line:
    """A character as a line of its own."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    # Many makers set a font of one size and scale it to what is shown.
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    scale = math.hypot(matrix.c, matrix.d)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * scale
    height = (
        abs(box.top - box.bottom) if quarter % 2 == 0 else abs(box.right - box.left)
    )
    left, right, base = {
        0: (box.left, box.right, y.value),
        3: (box.bottom, box.top, -x.value),
        2: (-box.right, -box.left, -y.value),
        1: (-box.top, -box.bottom, x.value),
    }[quarter]
    weight = pdfium.FPDFText_GetFontWeight(text_page, index)
    return Line(char, left, right, base, size or height, weight >= 600)


def _goes_on(line: Line, char: Line) -> bool:
    """Whether a character stands on a line, behind its end or a little before it."""
    rise = char.base - line.base
    gap = char.left - line.right
    size = max(line.size, char.size)
    return -0.4 * size < rise < 0.6 * size and -0.6 * size < gap < _WIDEST_SPACE * size


def _is_raised_digit(line: Line, char: Line) -> bool:
    """Whether it is an exponent behind a digit, or the sign of a note."""
    return (
        char.text.isdigit()
        and char.size < _SMALLEST_SIGN * line.size
        and char.base > line.base + 0.15 * line.size
    )
