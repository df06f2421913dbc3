"""What holds for every format of documents that is read and rewritten."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from dwibahasa.errors import (
    BinaryInput,
    DamagedFile,
    EmptyInput,
    ExpandsTooFar,
    MalformedInput,
    PasswordProtected,
    UnsafeMarkup,
)
from dwibahasa.formats import FORMATS, detect, read_document
from formats.identity import translated

FILES = Path(__file__).parents[1] / "data" / "formats"
REWRITTEN = sorted(
    path for path in FILES.iterdir() if path.suffix in (".docx", ".odt", ".epub", ".md")
)
ARCHIVES = [path for path in REWRITTEN if path.suffix != ".md"]


def texts(document):
    return [block.text for block in document.blocks]


def changed(path, parts):
    """An archive with other content in some of its parts."""
    written = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(written, "w") as new:
        for info in old.infolist():
            new.writestr(info, parts.pop(info.filename, None) or old.read(info))
        for name, content in parts.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def main_part(path):
    with zipfile.ZipFile(path) as archive:
        return next(
            name
            for name in archive.namelist()
            if name in ("word/document.xml", "content.xml") or "ch001" in name
        )


@pytest.mark.parametrize("path", REWRITTEN, ids=lambda path: path.name)
def test_reading_what_was_written_gives_the_same_blocks(path):
    content = path.read_bytes()
    format_ = detect(content, path.name)
    document = format_.read(content, path.name)
    again = format_.read(format_.rewrite(translated(document), content), path.name)
    assert texts(again) == texts(document)
    assert [b.kind for b in again.blocks] == [b.kind for b in document.blocks]


@pytest.mark.parametrize("path", REWRITTEN, ids=lambda path: path.name)
def test_no_block_is_lost_in_translation(path):
    content = path.read_bytes()
    format_ = detect(content, path.name)
    document = format_.read(content, path.name)
    bilingual = translated(document, lambda source: f"Target of {source}")
    again = format_.read(format_.rewrite(bilingual, content), path.name)
    assert texts(again) == [block.target for block in bilingual.blocks]


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["unduhan", "berita.txt", "berita.pdf"])
def test_first_bytes_decide_whatever_the_name(path, name):
    content = path.read_bytes()
    assert texts(read_document(content, name)) == texts(
        read_document(content, path.name)
    )


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
def test_damaged_archive_is_refused(path):
    content = path.read_bytes()
    with pytest.raises(DamagedFile, match="cannot be read as"):
        read_document(content[: len(content) // 2], path.name)


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
def test_wrong_checksum_is_refused(path):
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(main_part(path))
        content[info.header_offset + len(info.filename) + 60] ^= 0xFF
    with pytest.raises(DamagedFile):
        read_document(bytes(content), path.name)


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
def test_archive_that_expands_too_far_is_refused(path):
    bomb = changed(path, {"bomb.bin": bytes(20_000_000)})
    assert len(bomb) < 100_000
    with pytest.raises(ExpandsTooFar, match="20 MB inside"):
        read_document(bomb, path.name)


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: path.name)
def test_declared_entities_are_refused(path):
    evil = (
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">'
        b'<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&f;&b;</x>'
    )
    with pytest.raises(UnsafeMarkup):
        read_document(changed(path, {main_part(path): evil}), path.name)


@pytest.mark.parametrize(
    "path",
    [path for path in ARCHIVES if path.suffix != ".epub"],
    ids=lambda path: path.name,
)
def test_part_that_is_no_xml_is_refused(path):
    with pytest.raises(MalformedInput):
        read_document(changed(path, {main_part(path): b"<x><y></x>"}), path.name)


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
def test_text_under_the_name_of_an_archive_is_refused(suffix):
    with pytest.raises(DamagedFile):
        read_document(b"Harga beras naik.", f"berita{suffix}")


def test_encrypted_office_document_is_refused():
    content = bytes.fromhex("d0cf11e0a1b11ae1") + os.urandom(600)
    content += "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(PasswordProtected, match="save it without one"):
        read_document(content, "rahasia.docx")


@pytest.mark.parametrize(
    ("part", "kind"),
    [("xl/workbook.xml", "Excel"), ("ppt/presentation.xml", "PowerPoint")],
)
def test_other_office_file_is_refused_by_name(part, kind):
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(part, "<x/>")
    with pytest.raises(BinaryInput, match=kind):
        read_document(written.getvalue(), "data")


def test_document_without_text_is_refused():
    path = FILES / "lengkap-libreoffice.docx"
    empty = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    parts = dict.fromkeys(
        ("word/document.xml", "word/footnotes.xml", "word/header1.xml"), empty
    ) | {"word/footer1.xml": empty}
    with pytest.raises(EmptyInput):
        read_document(changed(path, parts), path.name)


def test_registry_has_the_documents():
    assert all(FORMATS[name].rewrites for name in ("html", "docx", "odt", "epub"))
