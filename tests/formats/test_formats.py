import pytest
from hypothesis import given
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


@pytest.mark.parametrize("name", FOR_TOOLS)
@given(sources=st.lists(SOURCES, min_size=1))
def test_segments_that_are_written_for_tools_are_read_again(name, sources):
    written = FORMATS[name].write(bilingual(sources))
    read = FORMATS[FOR_TOOLS[name]].read(written, "berita").blocks
    assert "".join(b.marker + b.text for b in read).split() == "".join(sources).split()
