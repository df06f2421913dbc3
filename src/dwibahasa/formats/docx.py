"""DOCX: all text of a document read, and rewritten with its formatting.

Office Open XML, ECMA-376. python-docx has no footnotes, text boxes or fields, so that
the XML is read here: a paragraph (w:p) is a block; its runs (w:r) are its marks.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.etree import _Element

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
)
from dwibahasa.errors import DamagedFile, EmptyInput
from dwibahasa.formats import archive, xml
from dwibahasa.formats.inline import MarkedText, Span, target_spans

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ISO/IEC 29500 Strict has other names for the same elements.
_STRICT = b'"http://purl.oclc.org/ooxml/wordprocessingml/main"'
_TRANSITIONAL = b'"http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARTS = re.compile(r"word/(document\d*|footnotes|endnotes|header\d*|footer\d*)\.xml")
_ORDER = ("document", "footnotes", "endnotes", "header", "footer")
# Elements around runs, whose text belongs to the paragraph.
_CONTAINERS = frozenset(
    _W + name
    for name in "hyperlink ins moveTo smartTag customXml sdt sdtContent"
    " fldSimple dir bdo".split()
)
# Traces of the editor that mean nothing in another text.
_TRACES = frozenset(
    _W + name for name in "proofErr lastRenderedPageBreak softHyphen".split()
)
_SPACES = frozenset(_W + name for name in "tab br cr ptab".split())
_UNSEEN = frozenset(_W + name for name in "lang noProof rPrChange webHidden".split())

_CODE_STYLES = frozenset({"source code", "html preformatted", "preformatted text"})


def read_bytes(content: bytes, name: str) -> Document:
    """Read a document: body, notes, headers and footers, without comments.

    Raises:
        InputError: It is damaged, protected, too large when unpacked, or has no text.
    """
    file = _File(content, name)
    blocks = tuple(paragraph.block for paragraph in file.paragraphs())
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the document with its formatting, links, notes and pictures."""
    file = _File(original, bilingual.document.source)
    paragraphs = list(file.paragraphs())
    for paragraph, block in zip(paragraphs, bilingual.blocks, strict=True):
        paragraph.rewrite(block)
    for tree in file.trees.values():
        for language in tree.iter(_W + "lang"):
            for key in (_W + "val", _W + "eastAsia", _W + "bidi"):
                if language.get(key, "").lower() in ("id", "id-id", "in-id"):
                    language.set(key, "en-US")
    return archive.repacked(original, file.written())


class _File:
    """The parts of an archive that hold text, and the kinds of its styles."""

    def __init__(self, content: bytes, name: str) -> None:
        parts = archive.members(content, name, "DOCX")
        names = sorted(
            (part for part in parts if _PARTS.fullmatch(part)),
            key=lambda part: (
                next(i for i, word in enumerate(_ORDER) if word in part),
                part,
            ),
        )
        if not any("document" in part for part in names):
            raise DamagedFile(name, "DOCX", "it has no text part")
        if "word/styles.xml" in parts:
            names.append("word/styles.xml")
        self._strict = {part for part in names if _STRICT in parts[part]}
        self.trees = {
            part: xml.parse(parts[part].replace(_STRICT, _TRANSITIONAL), name)
            for part in names
        }
        self.styles: dict[str, str] = {}
        if "word/styles.xml" in parts:
            for style in self.trees["word/styles.xml"].iter(_W + "style"):
                label = style.find(_W + "name")
                if label is not None:
                    self.styles[style.get(_W + "styleId", "")] = label.get(
                        _W + "val", ""
                    ).lower()

    def written(self) -> dict[str, bytes]:
        """The parts as they are now, in the dialect that each came in."""
        parts = {part: xml.serialised(tree) for part, tree in self.trees.items()}
        for part in self._strict:
            parts[part] = parts[part].replace(_TRANSITIONAL, _STRICT)
        return parts

    def paragraphs(self) -> Iterator[_Paragraph]:
        """All paragraphs that have text, in order."""
        for part, tree in self.trees.items():
            if part == "word/styles.xml":
                continue
            for alternative in list(tree.iter(_MC + "AlternateContent")):
                # The same text box once more, for programs from before 2010.
                fallback = alternative.find(_MC + "Fallback")
                if (
                    fallback is not None
                    and next(fallback.iter(_W + "p"), None) is not None
                ):
                    alternative.remove(fallback)
            for element in tree.iter(_W + "p"):
                style = self._style(element)
                if style in _CODE_STYLES:
                    continue
                paragraph = _Reader().paragraph(element, _kind(element, style))
                if paragraph.block.text:
                    yield paragraph

    def _style(self, element: _Element) -> str:
        """The name of a paragraph's style, in lower case."""
        style = element.find(f"{_W}pPr/{_W}pStyle")
        own = "" if style is None else style.get(_W + "val", "")
        return self.styles.get(own, own.lower())


def _kind(element: _Element, style: str) -> BlockKind:
    """What a paragraph is, by its style and properties."""
    if style == "title":
        return BlockKind.TITLE
    has_level = element.find(f"{_W}pPr/{_W}outlineLvl") is not None
    if has_level or style.startswith(("heading", "subtitle")):
        return BlockKind.HEADING
    if style.startswith("caption"):
        return BlockKind.CAPTION
    if "quot" in style:
        return BlockKind.QUOTE
    has_number = element.find(f"{_W}pPr/{_W}numPr") is not None
    if has_number or style.startswith("list"):
        return BlockKind.LIST_ITEM
    return BlockKind.PARAGRAPH


@dataclass(slots=True)
class _Piece:
    """One mark of a paragraph.

    Attributes:
        kind: "run" of text, "container" of runs, "field", "part" of a run that is no
            text, or "place" of anything else.
        nodes: The elements; of a field, those before its text.
        ending: Of a field, the elements after its text.
        properties: Of a run or a part of one.
    """

    kind: str
    nodes: list[_Element] = field(default_factory=list)
    ending: list[_Element] = field(default_factory=list)
    properties: _Element | None = None


@dataclass(slots=True)
class _Paragraph:
    """A paragraph, its text and what its marks stand for."""

    element: _Element
    block: Block
    pieces: list[_Piece]
    base: _Element | None

    def rewrite(self, translated: BilingualBlock) -> None:
        """Put the target in the place of the source; an empty one leaves it."""
        if not translated.target:
            return
        properties = self.element.find(_W + "pPr")
        content = _in_order(self._built(target_spans(translated), self.base))
        self.element[:] = ([] if properties is None else [properties]) + content

    def _built(
        self, spans: Sequence[str | Span], properties: _Element | None
    ) -> list[_Element]:
        """Runs of text, with what stands between and around them."""
        nodes: list[_Element] = []
        for span in spans:
            if isinstance(span, str):
                nodes.append(_run(_text(span), properties))
                continue
            piece = self.pieces[int(span.name)]
            if piece.kind == "place":
                nodes += piece.nodes
            elif piece.kind == "part":
                nodes.append(_run(piece.nodes[0], piece.properties))
            elif piece.kind == "run":
                nodes += self._built(span.children, piece.properties)
            elif piece.kind == "field":
                nodes += piece.nodes
                nodes += self._built(span.children, properties)
                nodes += piece.ending
            else:
                (element,) = piece.nodes
                holder = _holder(element)
                kept = [node for node in holder if _is_properties(node)]
                holder[:] = kept + self._built(span.children, properties)
                nodes.append(element)
        return nodes


def _text(value: str) -> _Element:
    element = etree.Element(_W + "t")
    element.text = xml.allowed(value)
    element.set(_XML_SPACE, "preserve")
    return element


def _run(content: _Element, properties: _Element | None) -> _Element:
    run = etree.Element(_W + "r")
    if properties is not None:
        run.append(copy.deepcopy(properties))
    run.append(content)
    return run


def _holder(container: _Element) -> _Element:
    """The element of a container that has its runs."""
    inner = container.find(_W + "sdtContent")
    return container if inner is None else inner


def _is_properties(element: _Element) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith("Pr")


def _key(properties: _Element | None) -> bytes:
    """What a reader sees of the properties of a run."""
    if properties is None:
        return b""
    return b"".join(
        etree.tostring(node, method="c14n")
        for node in properties
        if node.tag not in _UNSEEN
    )


def _field_character(element: _Element) -> str | None:
    """Whether a run begins, parts or ends a field (ECMA-376, 17.16.18)."""
    character = element.find(_W + "fldChar") if element.tag == _W + "r" else None
    return None if character is None else character.get(_W + "fldCharType")


def _field(siblings: Sequence[_Element], begin: int) -> tuple[int, int] | None:
    """Where the text of a field begins and ends, if it ends among its siblings."""
    depth, text = 0, None
    for i in range(begin, len(siblings)):
        match _field_character(siblings[i]):
            case "begin":
                depth += 1
            case "separate" if depth == 1:
                text = i + 1
            case "end":
                depth -= 1
                if depth == 0:
                    return (i if text is None else text), i
    return None


def _in_order(nodes: list[_Element]) -> list[_Element]:
    """Ends of bookmarks and of comments after their beginnings, whatever moved."""
    starts: dict[tuple[str, str], int] = {}
    ends: dict[tuple[str, str], int] = {}
    for i, node in enumerate(nodes):
        for suffix, found in (("Start", starts), ("End", ends)):
            if isinstance(node.tag, str) and node.tag.endswith(suffix):
                found[node.tag.removesuffix(suffix), node.get(_W + "id", "")] = i
    for key in starts.keys() & ends.keys():
        start, end = starts[key], ends[key]
        if end < start:
            nodes[start], nodes[end] = nodes[end], nodes[start]
    return nodes


class _Reader:
    """Reads the content of one paragraph."""

    def __init__(self) -> None:
        self._text = MarkedText()
        self._pieces: list[_Piece] = []
        self._weights: Counter[bytes] = Counter()
        self._properties: dict[bytes, _Element | None] = {}
        self._open_run: tuple[bytes, int] | None = None
        self._runs: dict[str, bytes] = {}

    def paragraph(self, element: _Element, kind: BlockKind) -> _Paragraph:
        """Read it; what most of its text looks like is no mark."""
        self._read(list(element))
        self._close_run()
        base = max(self._weights, key=lambda key: self._weights[key], default=b"")
        block = self._text.block(kind, "- " if kind is BlockKind.LIST_ITEM else "")
        marks = tuple(m for m in block.marks if self._runs.get(m.name) != base)
        return _Paragraph(
            element,
            replace(block, marks=marks),
            self._pieces,
            self._properties.get(base),
        )

    def _read(self, siblings: Sequence[_Element]) -> None:
        """Read neighbours, a field as a container if it ends among them."""
        i = 0
        while i < len(siblings):
            node = siblings[i]
            found = _field(siblings, i) if _field_character(node) == "begin" else None
            if found:
                start, end = found
                self._hold(
                    _Piece("field", list(siblings[i:start]), [siblings[end]]),
                    siblings[start:end],
                    siblings[i : end + 1],
                )
                i = end
            elif node.tag == _W + "r":
                self._read_run(node)
            elif node.tag in _CONTAINERS:
                inner = [n for n in _holder(node) if not _is_properties(n)]
                self._hold(_Piece("container", [node]), inner, [node])
            elif node.tag not in _TRACES and node.tag != _W + "pPr":
                self._place(_Piece("place", [node]))
            i += 1

    def _place(self, piece: _Piece) -> None:
        self._close_run()
        self._text.place(str(len(self._pieces)))
        self._pieces.append(piece)

    def _hold(
        self, piece: _Piece, inner: Sequence[_Element], whole: Sequence[_Element]
    ) -> None:
        """Read what is in a container; as a place if that has no text."""
        self._close_run()
        number = len(self._pieces)
        self._pieces.append(piece)
        opened = self._text.open(str(number))
        self._read(inner)
        self._close_run()
        if not self._text.close(opened):
            self._pieces[number] = _Piece("place", list(whole))

    def _read_run(self, run: _Element) -> None:
        """Text of the same properties as before is of the same mark."""
        properties = run.find(_W + "rPr")
        key = _key(properties)
        for node in run:
            if node.tag in (_W + "t", _W + "noBreakHyphen"):
                if self._open_run is None or self._open_run[0] != key:
                    self._close_run()
                    self._begin_run(key, properties)
                words = "-" if node.tag == _W + "noBreakHyphen" else node.text or ""
                self._weights[key] += len(words)
                self._text.add(words)
            elif node.tag not in _TRACES and node.tag != _W + "rPr":
                if node.tag in _SPACES:
                    self._text.add(" ")
                self._place(_Piece("part", [node], properties=properties))

    def _begin_run(self, key: bytes, properties: _Element | None) -> None:
        self._properties.setdefault(key, properties)
        name = str(len(self._pieces))
        self._pieces.append(_Piece("run", properties=properties))
        self._runs[name] = key
        self._open_run = key, self._text.open(name)

    def _close_run(self) -> None:
        if self._open_run:
            self._text.close(self._open_run[1])
            self._open_run = None
