"""What the user gives to be translated: a text, the address of a page, or a file."""

from __future__ import annotations

import re

from werkzeug.datastructures import FileStorage

from dwibahasa.document import Document
from dwibahasa.errors import InputTooLarge
from dwibahasa.formats import read_document
from dwibahasa.formats import text as plain_text
from dwibahasa.settings import settings

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://\S+|(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?)",
    re.IGNORECASE,
)


def read(text: str, file: FileStorage | None) -> Document:
    """Read what was given; a file comes before a text.

    Raises:
        InputError: It cannot be read as Indonesian text.
        FetchError: It is an address whose page cannot be had.
    """
    limit = settings().max_text_bytes
    if file is not None and file.filename:
        data = file.stream.read(limit + 1)
        if len(data) > limit:
            raise InputTooLarge(file.filename, len(data), limit)
        return read_document(data, file.filename)
    if _ADDRESS.fullmatch(text.strip()):
        from dwibahasa.extract import fetch_article

        address = text.strip()
        return fetch_article(address if "://" in address else f"https://{address}")
    size_bytes = len(text.encode())
    if size_bytes > limit:
        raise InputTooLarge("the text", size_bytes, limit)
    return plain_text.read(text)
