"""EPUB: all chapters of a book read, and rewritten with their mark-up.

EPUB 3.3 and 2.0.1: the package document names the chapters, which are XHTML.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5
from urllib.parse import unquote

from lxml.etree import _Element

from dwibahasa.document import BilingualDocument, BlockKind, Document
from dwibahasa.errors import DamagedFile, EmptyInput, PasswordProtected
from dwibahasa.formats import archive, hypertext, xml
from dwibahasa.formats.hypertext import Run

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CHAPTER = "application/xhtml+xml"
_CONTENTS = "application/x-dtbncx+xml"
# Named characters of the XHTML document type, which is never loaded.
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")


def read_bytes(content: bytes, name: str) -> Document:
    """Read a book: its title, its chapters in reading order, its tables of contents.

    Raises:
        InputError: It is damaged, protected, too large when unpacked, or has no text.
    """
    book = _Book(content, name)
    blocks = tuple(run.block for run in book.runs())
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the book with its mark-up, pictures and styles."""
    book = _Book(original, bilingual.document.source)
    for run, block in zip(list(book.runs()), bilingual.blocks, strict=True):
        run.rewrite(block)
    for language in book.trees[book.package].iter(_DC + "language"):
        language.text = "en"
    for tree in book.trees.values():
        for key in ("lang", _XML_LANG):
            if key in tree.attrib:
                tree.set(key, "en")
        for element in tree.iter():
            if isinstance(element.tag, str) and not element.tag.startswith("{"):
                element.tag = _XHTML + element.tag
    return archive.repacked(
        original, {part: xml.serialised(tree) for part, tree in book.trees.items()}
    )


class _Book:
    """The parts of a book that have text, in reading order.

    Attributes:
        package: Name of the package document.
        trees: The roots by the names of their parts; XHTML without its namespace.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._parts = archive.members(content, name, "EPUB")
        self._name = name
        container = self._parsed("META-INF/container.xml")
        rootfile = next(container.iter(_CONTAINER + "rootfile"), None)
        if rootfile is None:
            raise DamagedFile(name, "EPUB", "its container names no package")
        self.package = rootfile.get("full-path", "")
        self.trees = {self.package: self._parsed(self.package)}
        for part in self._order():
            self.trees[part] = self._parsed(part)
        self._check_encryption()
        for tree in self.trees.values():
            for element in tree.iter(_XHTML + "*"):
                element.tag = element.tag.removeprefix(_XHTML)

    def runs(self) -> Iterator[Run]:
        """All text, in order."""
        try:
            for part, tree in self.trees.items():
                if part == self.package:
                    for title in tree.iter(_DC + "title"):
                        yield from hypertext.runs(title, BlockKind.TITLE)
                elif tree.tag == _NCX + "ncx":
                    for label in tree.iter(_NCX + "text"):
                        yield from hypertext.runs(label, BlockKind.LIST_ITEM)
                else:
                    for run in hypertext.runs(tree):
                        if run.block.kind is BlockKind.TITLE:
                            # Of a chapter; the package has that of the book.
                            run.block = replace(run.block, kind=BlockKind.HEADING)
                        yield run
        except RecursionError as error:
            raise DamagedFile(self._name, "EPUB", str(error)) from error

    def _order(self) -> list[str]:
        """Chapters as they are read, then others, then the table of contents."""
        package = self.trees[self.package]
        folder = posixpath.dirname(self.package)
        items = {
            item.get("id", ""): (
                posixpath.normpath(
                    posixpath.join(folder, unquote(item.get("href", "")))
                ),
                item.get("media-type", ""),
            )
            for item in package.iter(_OPF + "item")
        }
        spine = [
            items[ref.get("idref", "")]
            for ref in package.iter(_OPF + "itemref")
            if ref.get("idref", "") in items
        ]
        found = [part for part, kind in spine if kind == _CHAPTER]
        for wanted in (_CHAPTER, _CONTENTS):
            found += [part for part, kind in items.values() if kind == wanted]
        if not found:
            raise DamagedFile(self._name, "EPUB", "it has no chapters")
        return list(dict.fromkeys(found))

    def _parsed(self, part: str) -> _Element:
        if part not in self._parts:
            raise DamagedFile(self._name, "EPUB", f"it has no {part}")
        return xml.parse(_NAMED.sub(_character, self._parts[part]), self._name)

    def _check_encryption(self) -> None:
        """Refuse chapters that are encrypted; fonts may be."""
        encryption = self._parts.get("META-INF/encryption.xml", b"").decode(
            errors="replace"
        )
        if any(f'URI="{part}"' in encryption for part in self.trees):
            raise PasswordProtected(self._name)


def _character(match: re.Match[bytes]) -> bytes:
    """A named character as a number; what has no such name stays."""
    characters = html5.get(match[1].decode() + ";")
    if characters is None:
        return match[0]
    return "".join(f"&#{ord(char)};" for char in characters).encode()
