"""DOCX with both languages: a table with a row for each block."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_UNDERLINE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dwibahasa.document import BilingualBlock, BilingualDocument, BlockKind
from dwibahasa.formats.colophon import REASONS, colophon, origin
from dwibahasa.formats.package import undated
from dwibahasa.formats.text import clean

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.styles.style import ParagraphStyle
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run
    from lxml.etree import _Element as Element

_FONT = "Georgia"
_INK, _SOFT = RGBColor(0x25, 0x21, 0x1B), RGBColor(0x6A, 0x62, 0x57)
_LINE = "D8D0C2"  # between rows
_PAGE = (Cm(21), Cm(29.7))  # A4, upright: a column holds about 45 characters a line
_MARGIN = Cm(2)
_SIZES = {"Normal": 10.5, "Heading 1": 15, "Heading 2": 11.5, "Quote": 10.5}
_SIZES |= {"Caption": 9, "List Paragraph": 10.5}
_STYLES = {
    BlockKind.TITLE: "Heading 1",
    BlockKind.HEADING: "Heading 2",
    BlockKind.QUOTE: "Quote",
    BlockKind.LIST_ITEM: "List Paragraph",
    BlockKind.CAPTION: "Caption",
    BlockKind.NOTICE: "Caption",
}


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write Indonesian on the left and English on the right.

    Each text tells its language, so that spelling is checked in it. A doubtful
    sentence is underlined with dots and has a comment that says why.
    """
    document = docx.Document()
    _set_up(document, clean(bilingual.title or bilingual.document.origin))
    if about := clean(origin(bilingual)):
        _add(document.add_paragraph(style="Caption"), about, "en-US")
    table = document.add_table(rows=1, cols=2)
    _set_up_table(table)
    for cell, heading in zip(
        table.rows[0].cells, ("Indonesian", "English"), strict=True
    ):
        cell.paragraphs[0].style = "Caption"
        _add(cell.paragraphs[0], heading, "en-US")
    for block in bilingual.blocks:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        source, target = row.cells
        _add_source(source.paragraphs[0], block)
        _add_target(document, target.paragraphs[0], block)
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.space_before = Pt(18)
    _add(paragraph, clean(colophon(bilingual)), "en-US")
    written = BytesIO()
    document.save(written)
    return undated(written.getvalue())


def _set_up(document: Docx, title: str) -> None:
    document.core_properties.title = title[:255]
    document.core_properties.author = "dwibahasa"
    document.core_properties.comments = ""
    document.core_properties.language = "en"
    section = document.sections[0]
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    for name, size in _SIZES.items():
        style: ParagraphStyle = document.styles[name]
        style.font.name = _FONT
        # The theme's fonts come before the style's own where they are not set, too.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
        fonts.set(qn("w:hAnsi"), _FONT)
        style.font.size = Pt(size)
        style.font.color.rgb = _SOFT if name == "Caption" else _INK
        style.font.bold = name.startswith("Heading")
        style.font.italic = name == "Quote"
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.25
    document.styles["List Paragraph"].paragraph_format.left_indent = Cm(0.4)


def _set_up_table(table: Table) -> None:
    """Columns of one width, lines between rows, and a header on each page."""
    table.autofit = False
    for column in table.columns:
        column.width = (_PAGE[0] - 2 * _MARGIN) // 2
    properties = table._tbl.tblPr
    borders = _element("w:tblBorders")
    borders.append(_element("w:insideH", val="single", sz="4", space="0", color=_LINE))
    borders.append(_element("w:bottom", val="single", sz="4", space="0", color=_LINE))
    properties.append(borders)
    margins = _element("w:tblCellMar")
    for side, width in (
        ("top", "90"),
        ("left", "0"),
        ("bottom", "90"),
        ("right", "280"),
    ):
        margins.append(_element(f"w:{side}", w=width, type="dxa"))
    properties.append(margins)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def _add_source(paragraph: Paragraph, block: BilingualBlock) -> None:
    _style(paragraph, block)
    _add(paragraph, clean(block.block.marker + block.block.text), "id-ID")


def _add_target(document: Docx, paragraph: Paragraph, block: BilingualBlock) -> None:
    _style(paragraph, block)
    if block.block.marker:
        _add(paragraph, clean(block.block.marker), "en-US")
    for place, translation in enumerate(block.translations):
        if place:
            _add(paragraph, " ", "en-US")
        run = _add(paragraph, clean(translation.target or "—"), "en-US")
        if translation.flags:
            run.font.underline = WD_UNDERLINE.DOTTED
            reasons = " ".join(REASONS[flag] for flag in translation.flags)
            comment = document.add_comment(run, reasons, "dwibahasa", "d")
            del comment._comment_elm.attrib[qn("w:date")]  # the same file every time


def _style(paragraph: Paragraph, block: BilingualBlock) -> None:
    if name := _STYLES.get(block.block.kind):
        # By its id: python-docx looks through all styles for a name, 8 ms each time.
        paragraph._p.style = name.replace(" ", "")


def _add(paragraph: Paragraph, text: str, language: str) -> Run:
    run = paragraph.add_run(text)
    run._r.get_or_add_rPr().append(_element("w:lang", val=language))
    return run


def _element(name: str, **attributes: str) -> Element:
    element: Element = OxmlElement(name)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element
