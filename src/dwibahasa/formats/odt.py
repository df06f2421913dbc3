"""ODT: all text of a document read, and rewritten with its formatting.

OpenDocument 1.3, part 3: a text:p or text:h is a block, what stands in it are its
marks. The XML is read by lxml, as odfpy resolves entities and has no text in place.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from dwibahasa.document import BilingualDocument, BlockKind, Document
from dwibahasa.errors import DamagedFile, EmptyInput, PasswordProtected
from dwibahasa.formats import archive, xml
from dwibahasa.formats.hypertext import Run
from dwibahasa.formats.inline import MarkedText

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_OASIS}text:1.0}}"
_STYLE = f"{{{_OASIS}style:1.0}}"
_OFFICE = f"{{{_OASIS}office:1.0}}"
_FO = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
_PARTS = ("content.xml", "styles.xml")
_SPACES = frozenset(_TEXT + name for name in ("s", "tab", "line-break"))
# Not of the text that is read: comments, and what tracked changes took out.
_HIDDEN = (_OFFICE + "annotation", _TEXT + "tracked-changes")
_KINDS = (
    ("Title", BlockKind.TITLE),
    ("Subtitle", BlockKind.HEADING),
    ("Heading", BlockKind.HEADING),
    ("Quot", BlockKind.QUOTE),
    ("Caption", BlockKind.CAPTION),
)
_CODE_STYLES = ("Preformatted", "Source")


def read_bytes(content: bytes, name: str) -> Document:
    """Read a document: body, notes, headers and footers, without comments.

    Raises:
        InputError: It is damaged, protected, too large when unpacked, or has no text.
    """
    blocks = tuple(run.block for run in _runs(_trees(content, name)))
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the document with its formatting, links, notes and pictures."""
    trees = _trees(original, bilingual.document.source)
    for run, block in zip(list(_runs(trees)), bilingual.blocks, strict=True):
        run.rewrite(block)
    for tree in trees.values():
        for properties in tree.iter(_STYLE + "text-properties"):
            if properties.get(_FO + "language") == "id":
                properties.set(_FO + "language", "en")
                properties.set(_FO + "country", "US")
    return archive.repacked(
        original, {part: xml.serialised(tree) for part, tree in trees.items()}
    )


def _trees(content: bytes, name: str) -> dict[str, _Element]:
    parts = archive.members(content, name, "ODT")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise PasswordProtected(name)
    if "content.xml" not in parts:
        raise DamagedFile(name, "ODT", "it has no content.xml")
    return {part: xml.parse(parts[part], name) for part in _PARTS if part in parts}


def _runs(trees: dict[str, _Element]) -> Iterator[Run]:
    """All paragraphs and headings that have text, in order."""
    parents = {
        style.get(_STYLE + "name", ""): style.get(_STYLE + "parent-style-name", "")
        for tree in trees.values()
        for style in tree.iter(_STYLE + "style")
    }
    for tree in trees.values():
        for element in tree.iter(_TEXT + "p", _TEXT + "h"):
            if next(element.iterancestors(*_HIDDEN), None) is not None:
                continue
            styles = _styles(element, parents)
            if any(style.startswith(_CODE_STYLES) for style in styles):
                continue
            text = MarkedText()
            elements: list[_Element] = []
            _read_content(element, text, elements)
            if text.text:
                kind = _kind(element, styles)
                marker = "- " if kind is BlockKind.LIST_ITEM else ""
                block = text.block(kind, marker)
                yield Run(block, element, None, list(element), elements)


def _read_content(parent: _Element, text: MarkedText, elements: list[_Element]) -> None:
    text.add(parent.text or "")
    for child in parent:
        name = str(len(elements))
        elements.append(child)
        if child.tag in _SPACES:
            text.add(" ")
            text.place(name)
        elif _is_place(child):
            text.place(name)
        else:
            opened = text.open(name)
            _read_content(child, text, elements)
            text.close(opened)
        text.add(child.tail or "")


def _is_place(element: _Element) -> bool:
    """Whether it is kept as it is: a note, a picture, a text box, a comment."""
    return (
        not isinstance(element.tag, str)
        or not element.tag.startswith(_TEXT)
        or next(element.iter(_TEXT + "p", _TEXT + "h"), None) is not None
    )


def _styles(element: _Element, parents: dict[str, str]) -> list[str]:
    """The names of a paragraph's style and of those that it comes from."""
    found: list[str] = []
    style = element.get(_TEXT + "style-name", "")
    while style and style not in found:
        found.append(style)
        style = parents.get(style, "")
    return found


def _kind(element: _Element, styles: list[str]) -> BlockKind:
    for prefix, kind in _KINDS:
        if any(style.startswith(prefix) for style in styles):
            return kind
    if element.tag == _TEXT + "h":
        return BlockKind.HEADING
    if next(element.iterancestors(_TEXT + "list"), None) is not None:
        return BlockKind.LIST_ITEM
    return BlockKind.PARAGRAPH
