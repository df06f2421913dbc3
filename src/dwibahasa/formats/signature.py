"""Which format a file has, from its first bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from dwibahasa.errors import BinaryInput, PasswordProtected

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEDIA_TYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
}
_ROOT = re.compile(rb"<(tmx|xliff)[\s>]")
_ARCHIVES = {
    "word/document": "docx",
    "ppt/presentation": "a PowerPoint presentation",
    "xl/workbook": "an Excel workbook",
}


def format_name(content: bytes, name: str) -> str | None:
    """The format that a file has whatever it is called; None if the name decides.

    Raises:
        BinaryInput: It is of an Office program, but no document.
        PasswordProtected: It is an encrypted Office document.
    """
    if content.startswith(_ZIP):
        return _archive(content, name)
    if is_document(content):
        return "pdf"
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise PasswordProtected(name)
        raise BinaryInput(name, "an old Office document")
    return None


def is_document(content: bytes) -> bool:
    """Whether it is a PDF or an archive, in which pictures may be."""
    # ISO 32000-1, annex H: readers accept a header in the first 1024 bytes.
    return b"%PDF-" in content[:1024] or content.startswith(_ZIP)


def text_format_name(content: bytes) -> str | None:
    """The format of text that has no suffix which tells it; None if it is plain."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"webvtt"):
        return "vtt"
    root = _ROOT.search(start) if start.startswith(b"<") else None
    return root[1].decode() if root else None


def _archive(content: bytes, name: str) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    found = _MEDIA_TYPES.get(file.read(100).strip())
                if found:
                    return found
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        return None  # whoever reads it says what is wrong
    for part, kind in _ARCHIVES.items():
        if any(member.startswith(part) for member in names):
            if kind == "docx":
                return kind
            raise BinaryInput(name, kind)
    return None
