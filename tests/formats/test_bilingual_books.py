"""DOCX and EPUB with both languages."""

import os
import subprocess
import time
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bilingual import translated
from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
    Flag,
    Segment,
    Translation,
)
from dwibahasa.formats import FORMATS, text
from dwibahasa.formats.colophon import REASONS
from dwibahasa.settings import sample_path

EPUBCHECK = os.environ.get("EPUBCHECK", "/usr/share/java/epubcheck.jar")
XHTML = "{http://www.w3.org/1999/xhtml}"
SOURCES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1
).map(lambda source: " ".join(text.clean(source).split()) or "a")


def article():
    """The sample article, in which one sentence is doubtful."""
    source = sample_path().read_text(encoding="utf-8")
    bilingual = translated(
        text.read(source, source="https://berita.id/?a&b", date="2017-11-03")
    )
    first, *others = bilingual.blocks
    doubtful = replace(first.translations[0], flags=(Flag.NUMBERS,))
    return replace(
        bilingual, blocks=(replace(first, translations=(doubtful,)), *others)
    )


def of_kinds(sources):
    """A document of blocks of all kinds, whose targets are the sources."""
    kinds = list(BlockKind)
    blocks = [Block(kinds[i % len(kinds)], s) for i, s in enumerate(sources)]
    return BilingualDocument(
        Document(tuple(blocks)),
        tuple(
            BilingualBlock(i, b, (Translation(Segment(i, 0, b.text), b.text, -0.1),))
            for i, b in enumerate(blocks)
        ),
        model="",
    )


def chapters(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if "chapter" in name]
        return [etree.fromstring(archive.read(name)) for name in names]


def texts_in(pages, language):
    """What the elements of a language say, in reading order."""
    return [
        "".join(element.itertext())
        for page in pages
        for element in page.iter()
        if element.get("lang") == language and element.tag != f"{XHTML}html"
    ]


def rows(content):
    table = docx.Document(BytesIO(content)).tables[0]
    return [tuple(cell.paragraphs[0] for cell in row.cells) for row in table.rows]


def test_table_has_a_row_for_each_block_in_its_style():
    bilingual = article()
    header, *found = rows(FORMATS["docx"].write(bilingual))
    assert [paragraph.text for paragraph in header] == ["Indonesian", "English"]
    assert [(s.text, t.text) for s, t in found] == [
        (block.block.text, block.target) for block in bilingual.blocks
    ]
    assert [s.style.name for s, _ in found[:4]] == [
        "Heading 1",
        "Normal",
        "Normal",
        "Caption",
    ]


def test_texts_of_the_table_tell_their_language():
    for source, target in rows(FORMATS["docx"].write(article()))[1:]:
        assert languages(source) == {"id-ID"}
        assert languages(target) == {"en-US"}


def languages(paragraph):
    return {e.get(qn("w:val")) for e in paragraph._p.iter(qn("w:lang"))}


def test_doubtful_sentence_has_a_comment_that_says_why():
    document = docx.Document(BytesIO(FORMATS["docx"].write(article())))
    (comment,) = document.comments
    assert comment.text == "A number differs from the Indonesian."


def test_every_flag_has_a_reason():
    assert set(REASONS) == set(Flag)


@pytest.mark.parametrize("name", ["epub", "epub-facing"])
def test_book_has_every_block_in_both_languages(name):
    bilingual = article()
    pages = chapters(FORMATS[name].write(bilingual))
    assert texts_in(pages, "id") == [block.block.text for block in bilingual.blocks]
    assert texts_in(pages, "en") == [block.target for block in bilingual.blocks]
    (doubtful,) = pages[0].iterfind(f".//{XHTML}span[@class='doubtful']")
    assert doubtful.get("title") == "A number differs from the Indonesian."


def assert_epubcheck_finds_nothing(content, folder):
    book = folder / "book.epub"
    book.write_bytes(content)
    checked = subprocess.run(
        ["java", "-jar", EPUBCHECK, "--failonwarnings", str(book)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 fatals / 0 errors / 0 warnings" in checked.stdout + checked.stderr


@pytest.mark.parametrize("name", ["epub", "epub-facing"])
def test_epubcheck_finds_nothing_to_object_to(name, tmp_path):
    assert_epubcheck_finds_nothing(FORMATS[name].write(article()), tmp_path)


def test_chapter_begins_with_each_heading_that_is_not_under_another():
    sources = ["Judul", "Bagian", "a", "b", "Bagian dua", "c"]
    kinds = [BlockKind.TITLE, BlockKind.HEADING, *[BlockKind.PARAGRAPH] * 2]
    kinds += [BlockKind.HEADING, BlockKind.PARAGRAPH]
    bilingual = of_kinds(sources)
    blocks = tuple(
        replace(block, block=replace(block.block, kind=kind))
        for block, kind in zip(bilingual.blocks, kinds, strict=True)
    )
    pages = chapters(FORMATS["epub"].write(replace(bilingual, blocks=blocks)))
    assert [texts_in([page], "id") for page in pages] == [sources[:4], sources[4:]]


def test_same_translation_is_the_same_file():
    names = ["docx", "epub", "epub-facing"]
    first = {name: FORMATS[name].write(article()) for name in names}
    time.sleep(1.1)  # comments of a DOCX could tell the second
    for name in names:
        assert FORMATS[name].write(article()) == first[name], name


@settings(max_examples=20)  # a DOCX takes a tenth of a second
@given(st.lists(SOURCES, min_size=1, max_size=12))
def test_no_block_is_lost_in_a_book_or_table(sources):
    bilingual = of_kinds(sources)
    for name in ("epub", "epub-facing"):
        assert texts_in(chapters(FORMATS[name].write(bilingual)), "id") == sources
    found = rows(FORMATS["docx"].write(bilingual))[1:]
    assert [(s.text, t.text) for s, t in found] == [(s, s) for s in sources]
