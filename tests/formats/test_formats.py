import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
    Segment,
    Translation,
)
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import FORMATS
from dwibahasa.formats.text import clean

# For tools: a unit, line or row for each segment.
FOR_TOOLS = {
    "tmx": "tmx",
    "xliff": "xliff",
    "xliff2": "xliff",
    "jsonl": "jsonl",
    "csv": "csv",
    "tsv": "tsv",
}
SOURCES = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)
    .map(lambda text: " ".join(clean(text).split()))
    .filter(lambda text: any(char.isalnum() for char in text))
)


def bilingual(sources):
    kinds = list(BlockKind)
    blocks = [Block(kinds[i % len(kinds)], s) for i, s in enumerate(sources)]
    return BilingualDocument(
        Document(tuple(blocks), source="berita & lain.txt"),
        tuple(
            BilingualBlock(i, b, (Translation(Segment(i, 0, b.text), "It is.", -0.5),))
            for i, b in enumerate(blocks)
        ),
        model="stand-in",
    )


TO_READ = ("docx", "epub", "epub-facing", "html", "markdown", "tmx", "xliff", "xliff2")


@pytest.mark.parametrize("name", TO_READ)
def test_folders_of_the_user_are_in_nothing_that_is_handed_on(name):
    found = bilingual(["Satu"])
    document = replace(found.document, source="/home/ani/rahasia/berita.txt")
    written = FORMATS[name].write(replace(found, document=document))
    for content in unpacked(written):
        assert b"rahasia" not in content


def unpacked(content):
    if not content.startswith(b"PK"):
        return [content]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize("name", FOR_TOOLS)
@given(sources=st.lists(SOURCES, min_size=1))
def test_segments_that_are_written_for_tools_are_read_again(name, sources):
    written = FORMATS[name].write(bilingual(sources))
    read = FORMATS[FOR_TOOLS[name]].read(written, "berita").blocks
    assert "".join(b.marker + b.text for b in read).split() == "".join(sources).split()


@pytest.mark.parametrize("name", [f.name for f in FORMATS.values() if f.reads])
def test_empty_file_is_told_as_such_in_every_format(name):
    with pytest.raises(EmptyInput, match="kosong has no text"):
        FORMATS[name].read(b"", "kosong")


@given(sources=st.lists(SOURCES, min_size=1))
def test_json_keeps_every_block(sources):
    written = json.loads(FORMATS["json"].write(bilingual(sources)))
    found = [
        "".join(segment["source"] for segment in block["segments"])
        for block in written["blocks"]
    ]
    assert found == sources


@settings(max_examples=30)  # a page takes a twentieth of a second
@given(sources=st.lists(SOURCES, min_size=1, max_size=8))
def test_table_and_page_of_both_languages_keep_every_block(sources):
    for name in ("markdown", "html"):
        written = FORMATS[name].write(bilingual(sources))
        read = FORMATS[name].read(written, "berita").blocks
        text = "".join("".join((b.marker + b.text).split()) for b in read)
        at = 0
        for source in sources:
            at = text.index("".join(source.split()), at) + 1
