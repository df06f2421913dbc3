"""File formats: each module reads a Document or writes a BilingualDocument."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from types import ModuleType

from dwibahasa.document import BilingualDocument, Document
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import signature
from dwibahasa.formats.options import DEFAULTS, Options


@dataclass(frozen=True, slots=True)
class Format:
    """A file format, whose module is imported when it is first used.

    Attributes:
        name: What the user calls it.
        suffixes: Of file names, lower case; the first one is written.
        media_type: For HTTP.
        module: Name of the module of this package that knows it. As the flags say, it
            has `read_bytes(content, name)`, `write_bytes(bilingual)` and
            `rewrite_bytes(bilingual, original)`.
        reads: Whether documents are read from it.
        writes: Whether any document can be written in it.
        rewrites: Whether English can take the place of Indonesian in a file of it.
        heeds_options: Whether its module takes Options to read and rewrite.
        writer: Name of the module that has `write_bytes`, where that is another one.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    module: str
    reads: bool = False
    writes: bool = False
    rewrites: bool = False
    heeds_options: bool = False
    writer: str = ""

    def read(self, content: bytes, name: str, options: Options = DEFAULTS) -> Document:
        """Read a document.

        Args:
            content: Of the file.
            name: What the user calls the file.
            options: What the user chose, for formats that heed it.

        Raises:
            InputError: It cannot be read as a document of this format.
        """
        if not content:
            raise EmptyInput(name)
        chosen = (options,) if self.heeds_options else ()
        document: Document = _imported(self.module).read_bytes(content, name, *chosen)
        return document

    def write(self, bilingual: BilingualDocument) -> bytes:
        """Write a translated document, whatever it was read from."""
        module = _imported(self.writer or self.module)
        content: bytes = module.write_bytes(bilingual)
        return content

    def rewrite(
        self,
        bilingual: BilingualDocument,
        original: bytes,
        options: Options = DEFAULTS,
    ) -> bytes:
        """Write the file that was read with English in place of Indonesian.

        Where a format keeps both languages in one file, English is added.
        """
        chosen = (options,) if self.heeds_options else ()
        content: bytes = _imported(self.module).rewrite_bytes(
            bilingual, original, *chosen
        )
        return content


def _imported(module: str) -> ModuleType:
    return import_module(f"dwibahasa.formats.{module}")


FORMATS = {
    format_.name: format_
    for format_ in (
        Format("text", (".txt",), "text/plain", "text", reads=True, writes=True),
        Format(
            "markdown",
            (".md", ".markdown"),
            "text/markdown",
            "markdown",
            reads=True,
            writes=True,
            rewrites=True,
            writer="markdown_table",
        ),
        Format(
            "html",
            (".html", ".htm", ".xhtml"),
            "text/html",
            "html",
            reads=True,
            writes=True,
            rewrites=True,
            heeds_options=True,
        ),
        Format(
            "docx",
            (".docx",),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
            reads=True,
            writes=True,
            rewrites=True,
            writer="docx_table",
        ),
        Format(
            "epub",
            (".epub",),
            "application/epub+zip",
            "epub",
            reads=True,
            writes=True,
            rewrites=True,
            writer="epub_bilingual",
        ),
        Format(
            "epub-facing",
            (".epub",),
            "application/epub+zip",
            "epub_facing",
            writes=True,
        ),
        Format(
            "srt", (".srt",), "application/x-subrip", "srt", reads=True, rewrites=True
        ),
        Format("vtt", (".vtt",), "text/vtt", "vtt", reads=True, rewrites=True),
        Format(
            "tmx",
            (".tmx",),
            "application/x-tmx+xml",
            "tmx",
            reads=True,
            writes=True,
            rewrites=True,
        ),
        # Files of both versions are read and rewritten as "xliff".
        Format(
            "xliff",
            (".xlf", ".xliff"),
            "application/x-xliff+xml",
            "xliff",
            reads=True,
            writes=True,
            rewrites=True,
        ),
        Format("xliff2", (".xlf",), "application/xliff+xml", "xliff2", writes=True),
        Format(
            "odt",
            (".odt", ".ott"),
            "application/vnd.oasis.opendocument.text",
            "odt",
            reads=True,
            rewrites=True,
        ),
        Format("pdf", (".pdf",), "application/pdf", "pdf", reads=True),
        Format("json", (".json",), "application/json", "json", writes=True),
        Format(
            "jsonl",
            (".jsonl", ".ndjson"),
            "application/jsonl",
            "jsonl",
            reads=True,
            writes=True,
            rewrites=True,
            heeds_options=True,
        ),
        Format(
            "csv",
            (".csv",),
            "text/csv",
            "csv",
            reads=True,
            writes=True,
            rewrites=True,
            heeds_options=True,
        ),
        Format(
            "tsv",
            (".tsv", ".tab"),
            "text/tab-separated-values",
            "tsv",
            reads=True,
            writes=True,
            rewrites=True,
            heeds_options=True,
        ),
    )
}


def format_of(name: str) -> Format | None:
    """The format that the suffix of a file's name tells."""
    suffix = PurePath(name).suffix.lower()
    return next((f for f in FORMATS.values() if suffix in f.suffixes), None)


def detect(content: bytes, name: str) -> Format:
    """The format that a file is read in: by its first bytes, else by its name.

    Raises:
        InputError: It is of a kind that is not read.
    """
    own = signature.format_name(content, name)
    if own and own in FORMATS and FORMATS[own].reads:
        return FORMATS[own]
    named = format_of(name)
    if named is None and (own := signature.text_format_name(content)):
        return FORMATS[own]
    return named if named and named.reads else FORMATS["text"]


def read_document(content: bytes, name: str, options: Options = DEFAULTS) -> Document:
    """Read a file in the format that it has, as plain text if that is not known.

    Raises:
        InputError: It cannot be read as Indonesian text.
    """
    return detect(content, name).read(content, name, options)
