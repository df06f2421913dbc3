"""What the user gives to be translated: texts, addresses of pages, and files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from dwibahasa.article import Original
from dwibahasa.document import Document
from dwibahasa.errors import InputTooLarge
from dwibahasa.formats import detect
from dwibahasa.formats import text as plain_text
from dwibahasa.settings import settings

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://\S+|(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One text, address or file.

    Attributes:
        given: A text, an address, or an uploaded file.
    """

    given: str | FileStorage

    def read(self) -> tuple[Document, Original | None]:
        """Read it.

        Returns:
            The document, and the file where its format can be written again with
            English in place of Indonesian.

        Raises:
            InputError: It cannot be read as Indonesian text.
            FetchError: It is an address whose page cannot be had.
        """
        if isinstance(self.given, FileStorage):
            return _read_file(self.given)
        if is_address(self.given):
            from dwibahasa.extract import fetch_article

            address = self.given.strip()
            return fetch_article(with_scheme(address)), None
        limit = settings().max_text_bytes
        size_bytes = len(self.given.encode())
        if size_bytes > limit:
            raise InputTooLarge("the text", size_bytes, limit)
        return plain_text.read(self.given), None


def submissions(text: str, files: Iterable[FileStorage]) -> list[Submission]:
    """Part what was given: files come before a text, a list of addresses is several."""
    if uploaded := [file for file in files if file.filename]:
        return [Submission(file) for file in uploaded]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(map(is_address, lines)):
        return [Submission(line) for line in dict.fromkeys(lines)]
    return [Submission(text)]


def is_address(text: str) -> bool:
    """Whether a text is the address of a page and nothing else."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def with_scheme(address: str) -> str:
    """An address as a browser would complete it."""
    return address if "://" in address else f"https://{address}"


def _read_file(file: FileStorage) -> tuple[Document, Original | None]:
    limit = settings().max_text_bytes
    name = file.filename or ""
    content = file.stream.read(limit + 1)
    if len(content) > limit:
        raise InputTooLarge(name, len(content), limit)
    found = detect(content, name)
    document = found.read(content, name)
    return document, Original(found.name, content) if found.rewrites else None
