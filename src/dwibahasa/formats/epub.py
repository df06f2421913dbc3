"""EPUB: all chapters of a book read, and rewritten with their mark-up.

EPUB 3.3 and 2.0.1: the package document names the chapters, which are XHTML.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urldefrag

from lxml.etree import _Element

from dwibahasa.document import BilingualDocument, BlockKind, Document
from dwibahasa.errors import (
    DamagedFile,
    EmptyInput,
    MalformedInput,
    PasswordProtected,
)
from dwibahasa.formats import archive, epub_part, hypertext, xml
from dwibahasa.formats.epub_part import XHTML as _XHTML
from dwibahasa.formats.hypertext import Run

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CHAPTER = "application/xhtml+xml"
_CONTENTS = "application/x-dtbncx+xml"


def read_bytes(content: bytes, name: str) -> Document:
    """Read a book: its title, its chapters in reading order, its tables of contents.

    Chapters that break the rules are mended as browsers do it, and each is named in
    the notes of the document; so is what is missing.

    Raises:
        InputError: It is damaged, protected, too large when unpacked, or has no text.
    """
    book = _Book(content, name)
    blocks = tuple(run.block for run in book.runs())
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name, notes=tuple(book.notes))


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
        notes: What the user should know of parts that were mended or left out.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._parts = archive.members(content, name, "EPUB")
        self._name = name
        self.notes: list[str] = []
        self.package = self._package_name()
        if self.package not in self._parts:
            raise DamagedFile(name, "EPUB", f"it has no {self.package}")
        package = self._tree(self.package, epub_part.mended)
        if package is None:
            raise DamagedFile(name, "EPUB", f"{self.package} is no XML")
        self.trees = {self.package: package}
        for part, kind in self._order():
            mend = epub_part.mended_page if kind == _CHAPTER else epub_part.mended
            tree = self._tree(part, mend)
            if tree is not None:
                self.trees[part] = tree
        if len(self.trees) == 1:
            raise DamagedFile(name, "EPUB", "it has no chapters")
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

    def _package_name(self) -> str:
        """What the container names, else the only thing that it can name."""
        container = self._parts.get("META-INF/container.xml")
        if container is not None:
            root = epub_part.mended(container, self._name)
            for rootfile in [] if root is None else root.iter(_CONTAINER + "rootfile"):
                return rootfile.get("full-path", "")
        found = (part for part in self._parts if part.lower().endswith(".opf"))
        name = next(found, None)
        if name is None:
            raise DamagedFile(self._name, "EPUB", "its container names no package")
        return name

    def _order(self) -> list[tuple[str, str]]:
        """Chapters as they are read, then others, then the table of contents.

        Returns:
            The name and the media type of each that is in the archive.
        """
        package = self.trees[self.package]
        items = {
            item.get("id", ""): (self._part(item.get("href", "")), _media_type(item))
            for item in package.iter(_OPF + "item")
        }
        found: dict[str, str] = {}
        for ref in package.iter(_OPF + "itemref"):
            part, kind = items.get(ref.get("idref", ""), (ref.get("idref", ""), ""))
            if part not in self._parts:
                self._note(f"{part} is missing from the book and is not translated")
            elif kind == _CHAPTER:
                found[part] = kind
            elif epub_part.is_page(self._parts[part]):
                self._note(f"{part} is declared as {kind} and was read as a chapter")
                found[part] = _CHAPTER
        for wanted in (_CHAPTER, _CONTENTS):
            for part, kind in items.values():
                if kind == wanted and part in self._parts:
                    found.setdefault(part, kind)
        return list(found.items())

    def _part(self, reference: str) -> str:
        """The name in the archive of what the package refers to, by address.

        Some packages name each place of a chapter that their contents lead to.
        Programs that take no heed of capitals leave names that differ in them.
        """
        folder = posixpath.dirname(self.package)
        name = posixpath.normpath(
            posixpath.join(folder, unquote(urldefrag(reference).url))
        )
        if name in self._parts:
            return name
        alike = (part for part in self._parts if part.lower() == name.lower())
        return next(alike, name)

    def _tree(
        self, part: str, mend: Callable[[bytes, str], _Element | None]
    ) -> _Element | None:
        """The root of a part, mended where need be; None if nothing can be read."""
        try:
            return epub_part.parsed(self._parts[part], self._name)
        except MalformedInput:
            tree = mend(self._parts[part], self._name)
        if tree is None:
            self._note(f"{part} cannot be read and is left as it is")
        else:
            self._note(f"{part} is not well-formed and was mended; compare it")
        return tree

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _check_encryption(self) -> None:
        """Refuse chapters that are encrypted; fonts may be."""
        encryption = self._parts.get("META-INF/encryption.xml", b"").decode(
            errors="replace"
        )
        if any(f'URI="{part}"' in encryption for part in self.trees):
            raise PasswordProtected(self._name)


def _media_type(item: _Element) -> str:
    return item.get("media-type", "").partition(";")[0].strip().lower()
