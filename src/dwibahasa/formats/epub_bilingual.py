"""EPUB 3 with both languages: English under each block, or beside it in a table."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

from dwibahasa.document import BilingualBlock, BilingualDocument, BlockKind
from dwibahasa.formats.colophon import REASONS, colophon, origin
from dwibahasa.formats.package import packed
from dwibahasa.formats.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_XHTML = "http://www.w3.org/1999/xhtml"
_OPS = "http://www.idpf.org/2007/ops"
_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Reading systems load a chapter whole, and slow ones halt on long ones.
_MOST_BLOCKS = 300
_ELEMENTS = {
    BlockKind.TITLE: "h1",
    BlockKind.HEADING: "h2",
    BlockKind.QUOTE: "blockquote",
}
_STYLE = """\
body { line-height: 1.5; }
h1, h2 { line-height: 1.25; margin: 0; text-align: left; hyphens: none; }
h1 { font-size: 1.5em; }
h2 { font-size: 1.15em; margin-top: 1em; }
p, blockquote { margin: 0; }
blockquote { padding-left: 1em; font-style: italic; }
[lang="id"] { opacity: 0.7; }
.about { font-size: 0.8em; opacity: 0.7; margin: 1.5em 0; }
.block { margin: 0 0 1.2em; }
.block [lang="en"] { margin-top: 0.3em; }
.item { padding-left: 1em; }
.caption, .notice { font-size: 0.85em; }
.doubtful { text-decoration: underline dotted; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
td { width: 50%; vertical-align: top; padding: 0 0.6em 0.9em 0; text-align: left; }
td + td { padding: 0 0 0.9em 0.6em; }
"""
_CONTAINER = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
_html = ElementMaker(namespace=_XHTML, nsmap={None: _XHTML, "epub": _OPS})
_opf = ElementMaker(namespace=_OPF, nsmap={None: _OPF, "dc": _DC})
_dc = ElementMaker(namespace=_DC, nsmap={"dc": _DC})


@dataclass(frozen=True, slots=True)
class _Chapter:
    """Some blocks in a file of their own.

    Attributes:
        number: From 1.
        title: Its English heading; empty if it goes on with the one before.
        blocks: In reading order.
    """

    number: int
    title: str
    blocks: Sequence[BilingualBlock]

    @property
    def file(self) -> str:
        return f"chapter-{self.number}.xhtml"


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write each block with its translation under it."""
    return write(bilingual, is_facing=False)


def write(bilingual: BilingualDocument, *, is_facing: bool) -> bytes:
    """Write a book, with a chapter for each heading.

    Args:
        bilingual: Both languages.
        is_facing: Whether they stand beside each other, as on a wide screen.
    """
    title = clean(bilingual.title or origin(bilingual) or "Bilingual text")
    chapters = list(_chapters(bilingual.blocks, title))
    pages = {
        chapter.file: _page(
            bilingual, chapter, is_last=chapter is chapters[-1], is_facing=is_facing
        )
        for chapter in chapters
    }
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, repr((pages, is_facing)))
    return packed(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "EPUB/package.opf": _package(bilingual, title, chapters, identifier),
            "EPUB/nav.xhtml": _navigation(title, chapters),
            "EPUB/style.css": _STYLE.encode(),
            **{f"EPUB/{name}": page for name, page in pages.items()},
        }
    )


def _chapters(blocks: Sequence[BilingualBlock], title: str) -> Iterator[_Chapter]:
    starts = [0]
    for place, block in enumerate(blocks):
        is_heading = block.block.kind in (BlockKind.TITLE, BlockKind.HEADING)
        # The line before a heading may be its title, or a heading above it.
        follows = starts[-1] == place - 1 and _is_heading(blocks[place - 1])
        if place and (
            (is_heading and not follows) or place - starts[-1] >= _MOST_BLOCKS
        ):
            starts.append(place)
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(blocks)], strict=True), 1
    ):
        own = blocks[start:end]
        heading = own[0].target if own and _is_heading(own[0]) else ""
        yield _Chapter(number, clean(heading or (title if number == 1 else "")), own)


def _is_heading(block: BilingualBlock) -> bool:
    return block.block.kind in (BlockKind.TITLE, BlockKind.HEADING)


def _page(
    bilingual: BilingualDocument, chapter: _Chapter, *, is_last: bool, is_facing: bool
) -> bytes:
    body = _html.body()
    if chapter.number == 1 and (about := clean(origin(bilingual))):
        body.append(_html.p(about, {"class": "about"}))
    if is_facing:
        rows = (
            _html.tr(*(_html.td(side) for side in _sides(block)))
            for block in chapter.blocks
        )
        body.append(_html.table(_html.tbody(*rows)))
    else:
        for block in chapter.blocks:
            body.append(_html.div(*_sides(block), {"class": "block"}))
    if is_last:
        body.append(_html.p(clean(colophon(bilingual)), {"class": "about"}))
    return _document(chapter.title or f"{chapter.number}", body)


def _sides(block: BilingualBlock) -> tuple[Element, Element]:
    """The elements of a block in both languages."""
    source = _element(block, "id", [block.block.marker + block.block.text])
    sentences: list[str | Element] = [block.block.marker]
    for place, translation in enumerate(block.translations):
        space = " " if place else ""
        if translation.flags:
            reasons = " ".join(REASONS[flag] for flag in translation.flags)
            attributes = {"class": "doubtful", "title": reasons}
            sentences += [
                space,
                _html.span(clean(translation.target or "—"), attributes),
            ]
        else:
            sentences.append(space + translation.target)
    return source, _element(block, "en", sentences)


def _element(
    block: BilingualBlock, language: str, content: Sequence[str | Element]
) -> Element:
    kind = block.block.kind
    texts = [clean(part) if isinstance(part, str) else part for part in content]
    classes = {BlockKind.LIST_ITEM: "item"}.get(kind, kind.value)
    attributes = {"lang": language, _XML_LANG: language, "class": classes}
    if kind is BlockKind.QUOTE:
        texts = [_html.p(*texts)]
    element: Element = getattr(_html, _ELEMENTS.get(kind, "p"))(*texts, attributes)
    return element


def _document(title: str, body: Element) -> bytes:
    page = _html.html(
        _html.head(
            _html.title(title),
            _html.link(rel="stylesheet", type="text/css", href="style.css"),
        ),
        body,
        {"lang": "en", _XML_LANG: "en"},
    )
    return etree.tostring(
        page, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>"
    )


def _navigation(title: str, chapters: Sequence[_Chapter]) -> bytes:
    links = (
        _html.li(_html.a(chapter.title, href=chapter.file))
        for chapter in chapters
        if chapter.title
    )
    contents = _html.nav(
        _html.h1("Contents"), _html.ol(*links), {f"{{{_OPS}}}type": "toc"}
    )
    return _document(title, _html.body(contents))


def _package(
    bilingual: BilingualDocument,
    title: str,
    chapters: Sequence[_Chapter],
    identifier: uuid.UUID,
) -> bytes:
    is_dated = re.match(r"\d{4}-\d\d-\d\d", bilingual.document.date)
    # No clock: the same translation is the same file.
    modified = f"{is_dated[0] if is_dated else '2000-01-01'}T00:00:00Z"
    metadata = _opf.metadata(
        _dc.identifier(f"urn:uuid:{identifier}", id="id"),
        _dc.title(title),
        _dc.language("en"),
        _dc.language("id"),
        _opf.meta(modified, property="dcterms:modified"),
    )
    if source := clean(bilingual.document.origin):
        metadata.append(_dc.source(source))
    if is_dated:
        metadata.append(_dc.date(is_dated[0]))
    xhtml = "application/xhtml+xml"
    items = [
        {"id": "nav", "href": "nav.xhtml", "media-type": xhtml, "properties": "nav"},
        {"id": "style", "href": "style.css", "media-type": "text/css"},
        *(
            {"id": f"chapter-{c.number}", "href": c.file, "media-type": xhtml}
            for c in chapters
        ),
    ]
    package = _opf.package(
        metadata,
        _opf.manifest(*(_opf.item(**item) for item in items)),
        _opf.spine(*(_opf.itemref(idref=f"chapter-{c.number}") for c in chapters)),
        {"version": "3.0", "unique-identifier": "id", _XML_LANG: "en"},
    )
    return etree.tostring(package, xml_declaration=True, encoding="UTF-8")
