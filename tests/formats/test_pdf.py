import random

import pytest

from dwibahasa.document import BlockKind
from dwibahasa.errors import DamagedFile, NoTextLayer, PasswordProtected
from dwibahasa.formats import pdf, read_document
from dwibahasa.formats.page_layout import Line, Page, blocks
from formats.test_documents import FILES


def read(name):
    return pdf.read_bytes((FILES / name).read_bytes(), name)


def test_columns_are_read_one_after_the_other_and_running_heads_dropped():
    document = read("dua-kolom-groff.pdf")
    texts = [block.text for block in document.blocks]
    numbers = [text.split("Catatan nomor ")[1] for text in texts if "Catatan" in text]
    assert numbers == [f"{i}." for i in range(1, 17)]
    headings = [b.text for b in document.blocks if b.kind is BlockKind.HEADING]
    assert headings == [
        "Harga beras naik tajam pada bulan Juli",
        *(f"Bagian {i}" for i in range(1, 5)),
    ]
    assert len(texts) == 21  # no "Koran Pagi", "Edisi Juli", "Halaman 1"


def test_hyphens_of_the_line_end_are_undone_and_those_of_words_kept():
    text = " ".join(block.text for block in read("dua-kolom-groff.pdf").blocks)
    assert text.count("pemerintah daerah dipertanyakan") == 4
    assert text.count("Anak-anak sekolah dan buku-buku") == 4
    assert "- " not in text


def test_text_around_columns_keeps_its_place():
    texts = [block.text for block in read("kolom-chromium.pdf").blocks]
    texts = [text.rsplit("Nomor ")[-1] for text in texts]
    numbers = [f"{n}." for n in range(1, 9)]
    below = ["Barang Harga", "Beras Rp12.500", "Satu butir.", "Dua butir."]
    assert texts[2:] == [*numbers, *below]


def test_kinds_of_blocks_are_told_by_size_and_marker():
    document = read("berita-libreoffice.pdf")
    assert [(b.kind, b.marker, b.text[:22]) for b in document.blocks[:8]] == [
        (BlockKind.TITLE, "", "Harga beras naik tajam"),
        (BlockKind.PARAGRAPH, "", "JAKARTA – Harga beras "),
        (BlockKind.PARAGRAPH, "", "“Kami akan membantu ra"),
        (BlockKind.LIST_ITEM, "• ", "Beras naik sepuluh per"),
        (BlockKind.LIST_ITEM, "• ", "Gula tetap murah."),
        (BlockKind.LIST_ITEM, "1. ", "Pertama, stok ditambah"),
        (BlockKind.LIST_ITEM, "2. ", "Kedua, harga diawasi."),
        (BlockKind.PARAGRAPH, "", "Barang Harga"),
    ]
    assert document.title == "Harga beras naik tajam pada bulan Juli"


def test_scan_without_text_is_refused():
    with pytest.raises(NoTextLayer, match="ocrmypdf -l ind"):
        read("pindaian.pdf")


def test_password_is_refused():
    with pytest.raises(PasswordProtected, match=r"rahasia\.pdf is protected"):
        read("rahasia.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4 rusak" * 50, b"teks"])
def test_damaged_file_is_refused(content):
    with pytest.raises(DamagedFile):
        pdf.read_bytes(content, "a.pdf")


def test_name_does_not_hide_a_pdf():
    content = (FILES / "berita-libreoffice.pdf").read_bytes()
    assert len(read_document(content, "berita.txt").blocks) == 12


def page(*lines, width=600, height=800):
    return Page(width, height, [list(lines)])


def lines(texts, top, left=100.0, width=400.0, size=10.0):
    """Lines of one width under each other, the last one short."""
    return [
        Line(
            text,
            left,
            left + (width if i + 1 < len(texts) else width / 2),
            top - 12.0 * i,
            size,
        )
        for i, text in enumerate(texts)
    ]


def test_lines_of_a_paragraph_are_joined():
    (block,) = blocks([page(*lines(["Harga beras", "naik tajam", "sekali."], 600))])
    assert block.text == "Harga beras naik tajam sekali."


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ke-", "naikan harga", "kenaikan harga"),
        ("anak-", "anak pulang", "anak-anak pulang"),
        ("berlari-", "lari pagi", "berlari-lari pagi"),
        ("sayur-", "mayur segar", "sayur-mayur segar"),
        ("se-", "Indonesia raya", "se-Indonesia raya"),
        ("ke-", "2 kali", "ke-2 kali"),
    ],
)
def test_hyphen_is_undone_unless_it_is_of_the_word(first, second, expected):
    (block,) = blocks([page(*lines([first, second], 600))])
    assert block.text == expected


def test_paragraph_goes_on_over_the_page_and_its_number():
    number = Line("17", 290, 300, 40, 10)
    first = page(*lines(["Menteri itu", "mengatakan bahwa"], 200), number)
    second = page(*lines(["harga beras", "akan turun."], 700))
    assert [b.text for b in blocks([first, second])] == [
        "Menteri itu mengatakan bahwa harga beras akan turun."
    ]


def test_no_line_is_lost_whatever_its_place():
    chance = random.Random(5)
    for _ in range(40):
        drawn = [
            Line(
                f"kata{i}x",
                left := chance.uniform(20, 500),
                left + chance.uniform(20, 300),
                chance.uniform(110, 680),
                chance.choice([8.0, 10.0, 14.0]),
            )
            for i in range(chance.randrange(1, 60))
        ]
        text = " ".join(block.text for block in blocks([page(*drawn)]))
        assert sorted(text.split()) == sorted(line.text for line in drawn)


def repeated(last, size=10.0, base=60.0):
    """Three pages of another text each, with one last line."""
    return [
        page(
            *lines([f"Isi halaman {word} yang panjang", "sampai di sini."], 600),
            Line(last, 100, 350, base, size),
        )
        for word in ("satu", "dua", "tiga")
    ]


@pytest.mark.parametrize(
    ("last", "size", "base", "kept"),
    [
        ("Demikian berita dari kota itu.", 10.0, 60.0, True),
        ("Demikian berita dari kota itu.", 8.0, 60.0, False),
        ("Koran Pagi Jakarta", 10.0, 60.0, False),
        ("Koran Pagi Jakarta", 10.0, 90.0, False),
        ("17", 10.0, 60.0, False),
    ],
)
def test_repeated_line_of_the_running_text_stays(last, size, base, kept):
    texts = [block.text for block in blocks(repeated(last, size, base))]
    assert texts.count(last) == (3 if kept else 0)
    assert len(texts) == (6 if kept else 3)


def test_number_in_the_last_row_of_a_table_stays():
    rows = [
        cell
        for i in range(40)
        for cell in (
            Line(f"Barang {i}", 100, 150, 760 - 18 * i, 10.0),
            Line(str(100 + i), 300, 318, 760 - 18 * i, 10.0),
        )
    ]
    texts = [block.text for block in blocks([page(*rows)])]
    assert texts == [f"Barang {i} {100 + i}" for i in range(40)]


def test_short_line_of_ragged_text_does_not_end_a_paragraph():
    above = Line("Paragraf dua dimulai di sini. Melanda", 100, 262, 600, 10.0)
    wide = Line("mengatakan bahwa sekolah desa polisi desa", 100, 321, 588, 10.0)
    last = Line("sekali.", 100, 130, 576, 10.0)
    (block,) = blocks([page(above, wide, last)])
    assert block.text.endswith(
        "Melanda mengatakan bahwa sekolah desa polisi desa sekali."
    )
