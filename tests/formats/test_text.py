import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    BlockKind,
    Segment,
    Translation,
)
from dwibahasa.errors import BinaryInput, EmptyInput, UnknownEncoding
from dwibahasa.formats import text
from dwibahasa.settings import sample_path


def texts(document):
    return [block.text for block in document.blocks]


def kinds(source):
    return [block.kind for block in text.read(source).blocks]


def untranslated(document):
    """A bilingual document whose targets are the sources."""
    return BilingualDocument(
        document,
        tuple(
            BilingualBlock(
                i, block, (Translation(Segment(i, 0, block.text), block.text, 0),)
            )
            for i, block in enumerate(document.blocks)
        ),
        model="",
    )


@pytest.mark.parametrize(
    "data",
    [
        "Café itu dibuka untuk umum kemarin".encode(),
        "Café itu dibuka untuk umum kemarin".encode("utf-8-sig"),
        "Café itu dibuka untuk umum kemarin".encode("utf-16"),
        "Café itu dibuka untuk umum kemarin".encode("utf-16-le"),
        "Café itu dibuka untuk umum kemarin".encode("utf-16-be"),
        "Café itu dibuka untuk umum kemarin".encode("cp1252"),
    ],
)
def test_common_encodings_are_read(data):
    assert text.decode(data) == "Café itu dibuka untuk umum kemarin"


def test_quotes_of_windows_1252_are_read():
    assert text.decode(b"\x93Ya,\x94 kata Budi") == "“Ya,” kata Budi"


def test_other_encoding_is_refused_by_name():
    with pytest.raises(UnknownEncoding, match=r"berita\.txt seems to be in cp1251"):
        text.decode("Президент приехал в столицу утром".encode("cp1251"), "berita.txt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7 ...", "a.bin is a PDF file"),
        (b"PK\x03\x04....", "Office document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (bytes(range(256)) * 4, "a binary file"),
        (b"abc\x01\x02\x03\x04def", "a binary file"),
    ],
)
def test_binary_input_is_refused_with_what_it_looks_like(data, message):
    with pytest.raises(BinaryInput, match=message):
        text.decode(data, "a.bin")


@pytest.mark.parametrize("source", ["", "  \n\n\t", "*** —", "\u200b\ufeff"])
def test_text_without_words_is_refused(source):
    with pytest.raises(EmptyInput):
        text.read(source)


def test_blank_line_ends_a_paragraph():
    assert texts(text.read("Satu dua.\n\n\nTiga.\r\n\r\nEmpat.")) == [
        "Satu dua.",
        "Tiga.",
        "Empat.",
    ]


def test_lines_wrapped_at_a_width_are_joined():
    source = (
        "Presiden tiba di Bogor pada hari Senin pagi\n"
        "dan membuka rapat bersama para menterinya di\n"
        "istana."
    )
    assert texts(text.read(source)) == [
        "Presiden tiba di Bogor pada hari Senin pagi dan membuka rapat bersama para"
        " menterinya di istana."
    ]


def test_lines_of_different_length_stay_apart():
    assert texts(text.read("Zuma\nISIS berusaha mengumpulkan kekuatannya.")) == [
        "Zuma",
        "ISIS berusaha mengumpulkan kekuatannya.",
    ]


def test_list_items_keep_their_marker():
    document = text.read("Daftar belanja:\n- beras\n- gula\n2. kopi")
    assert [(b.marker, b.text) for b in document.blocks] == [
        ("", "Daftar belanja:"),
        ("- ", "beras"),
        ("- ", "gula"),
        ("2. ", "kopi"),
    ]


def test_sample_article_shows_what_its_blocks_are():
    article = text.read(sample_path().read_text(encoding="utf-8"))
    found = [block.kind for block in article.blocks]
    assert found[0] is BlockKind.TITLE
    assert found[1:3] == [BlockKind.PARAGRAPH] * 2
    assert found[3:5] == [BlockKind.CAPTION] * 2
    assert found[-1] is BlockKind.NOTICE
    assert found.count(BlockKind.QUOTE) == 1
    assert len(found) == 18
    assert article.title == "Terdesak, ISIS Pusatkan Pasukan Utamanya ke Deir ez-Zor"


def test_heading_is_a_short_line_before_a_paragraph():
    long = (
        "Inilah alinea yang cukup panjang untuk menjadi isi sebuah bagian berita, ya?"
    )
    long = f"{long} Ya, begitulah."
    assert len(long) > 80
    assert kinds(f"Judul berita\n\n{long}\n\nLatar belakang\n\n{long}") == [
        BlockKind.TITLE,
        BlockKind.PARAGRAPH,
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
    ]


@pytest.mark.parametrize("source", ["Satu kata", "Presiden tiba."])
def test_single_line_is_a_paragraph(source):
    assert kinds(source) == [BlockKind.PARAGRAPH]


def test_written_text_keeps_paragraphs_and_blank_lines():
    source = "\nJudul\n\n\nSatu.\n- dua\n- tiga\n\nEmpat.\n"
    assert text.write_bytes(untranslated(text.read(source))).decode() == source


@given(st.text(alphabet=st.sampled_from("aB1 .\n-“”:"), max_size=120))
def test_no_word_is_lost_between_reading_and_writing(source):
    try:
        document = text.read(source)
    except EmptyInput:
        return
    assert text.write_bytes(untranslated(document)).decode().split() == source.split()


def test_capitals_without_end_are_no_credit():
    assert not text.is_credit("A" * 100_000)
    assert text.is_credit("Zuma/Global Look Press")
    assert text.is_credit("Budi Santoso /Antara Foto")
