import pytest

from articles import add_translated
from dwibahasa.article import Original, origin
from dwibahasa.document import Block, BlockKind, Document, Mark
from dwibahasa.errors import ArticleNotFound
from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.shelf import PAGE_LENGTH, Choice, Order, Progress, Shelf


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library.sqlite3")


@pytest.fixture
def shelf(library):
    return Shelf(library.database)


def titles(shelf, **choice):
    return [article.title for article in shelf.page(Choice(**choice)).articles]


@pytest.fixture
def three(library, shelf):
    """Ids of three articles: pasted, from a site, from a file."""
    pasted = add_translated(
        library, "Banjir di kota itu surut.", ["The flood recedes."]
    )
    site = library.add(
        text.read(
            "Ayam\n\nDua kata.", source="https://www.contoh.id/a", date="2024-05-01"
        )
    )
    file = library.add(
        text.read("Cabai merah\n\n" + "kata " * 50, source="c.txt", date="2024-06-01")
    )
    library.set_failed(file, "no")
    return pasted, site, file


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.LATEST, "CAB"),
        (Order.EARLIEST, "BAC"),
        (Order.DATE, "BCA"),  # the undated one was added today
        (Order.TITLE, "ABC"),
        (Order.LONGEST, "CBA"),
        (Order.SHORTEST, "ABC"),
        (Order.PROGRESS, "CAB"),
    ],
)
def test_list_is_in_the_chosen_order(shelf, three, order, expected):
    assert "".join(title[0] for title in titles(shelf, order=order)) == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"origin": "contoh.id"}, "A"),
        ({"origin": "file"}, "C"),
        ({"origin": "paste"}, "B"),
        ({"origin": "elsewhere.id"}, ""),
        ({"progress": Progress.DONE}, "B"),
        ({"progress": Progress.UNFINISHED}, "A"),
        ({"progress": Progress.FAILED}, "C"),
        ({"tag": "pangan"}, "CA"),
        ({"tag": "PANGAN", "origin": "file"}, "C"),
        ({"tag": "pang"}, ""),
    ],
)
def test_list_shows_what_the_filters_let_through(shelf, three, choice, expected):
    _, site, file = three
    shelf.describe(site, "", ["Pangan"])
    shelf.describe(file, "", ["pangan", "sayur"])
    assert "".join(title[0] for title in titles(shelf, **choice)) == expected


def test_archive_holds_what_the_list_does_not(shelf, three, library):
    shelf.archive(three[0], is_archived=True)
    assert "".join(title[0] for title in titles(shelf)) == "CA"
    assert "".join(title[0] for title in titles(shelf, is_archived=True)) == "B"
    assert len(titles(shelf, is_archived=None)) == len(library.articles()) == 3
    assert shelf.archived() == 1
    shelf.archive(three[0], is_archived=False)
    assert shelf.archived() == 0


def test_name_takes_the_place_of_the_title_until_it_is_taken_back(
    shelf, three, library
):
    shelf.describe(three[1], "  Untuk \n rapat ", [])
    assert library.summary(three[1]).title == "Untuk rapat"
    assert library.article(three[1]).document.title == "Ayam"
    shelf.describe(three[1], "", [])
    assert library.summary(three[1]).title == "Ayam"


def test_tags_are_told_once_and_in_order(shelf, three, library):
    shelf.describe(three[0], "", ["pangan", "Banjir  bandang", "", "PANGAN", "x" * 99])
    assert library.summary(three[0]).tags == ("Banjir bandang", "pangan", "x" * 40)
    shelf.describe(three[1], "", ["pangan"])
    assert shelf.tags() == ["Banjir bandang", "pangan", "x" * 40]
    shelf.describe(three[0], "", [])
    assert shelf.tags() == ["pangan"]
    library.delete(three[1])
    assert shelf.tags() == []


def test_origins_of_the_list_are_told(shelf, three):
    assert shelf.origins() == ["contoh.id", "file", "paste"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://www.contoh.id/a?b", "contoh.id"),
        ("http://berita.contoh.id:8080/", "berita.contoh.id"),
        ("berita.txt", "file"),
        ("", "paste"),
    ],
)
def test_origin_is_a_site_a_file_or_the_clipboard(source, expected):
    assert origin(source) == expected


def test_cover_line_is_the_text_below_the_title_in_both_languages(library):
    article_id = add_translated(
        library,
        "Harga beras naik\n\nFoto: Pasar\n\nPetani senang. " + "Lagi. " * 50,
        ["Rice is dearer", "Photo: Market", "Farmers are glad.", *["Again."] * 50],
    )
    summary = library.summary(article_id)
    assert summary.cover.startswith("Petani senang. Lagi.")
    assert summary.target_cover.startswith("Farmers are glad. Again.")
    assert summary.cover.endswith("Lagi.…")
    assert len(summary.cover) <= 180


def test_article_of_one_block_has_no_cover_line(library):
    assert library.summary(library.add(text.read("Hujan turun."))).cover == ""


def test_long_list_comes_page_by_page(library, shelf):
    ids = [library.add(text.read(f"Artikel {n}")) for n in range(2 * PAGE_LENGTH + 1)]
    pages = [shelf.page(Choice(order=Order.EARLIEST), number) for number in (1, 2, 3)]
    assert [article.id for page in pages for article in page.articles] == ids
    assert [(page.first, page.pages, page.total) for page in pages] == [
        (1, 3, 101),
        (51, 3, 101),
        (101, 3, 101),
    ]
    assert shelf.page(Choice(), 99).number == 3
    assert shelf.page(Choice(), -1).number == 1


@pytest.mark.parametrize("article_id", [0, 99, 2**70])
def test_unknown_article_is_told(shelf, article_id):
    with pytest.raises(ArticleNotFound):
        shelf.describe(article_id, "", [])
    with pytest.raises(ArticleNotFound):
        shelf.archive(article_id, is_archived=True)


def test_file_and_its_marks_are_kept_with_the_article(library):
    block = Block(BlockKind.PARAGRAPH, "Ia tiba.", marks=(Mark(0, 2, "b"),))
    document = Document((block,), source="a.docx")
    original = Original("docx", b"PK\x00")
    article_id = library.add(document, original)
    assert library.article(article_id).document == document
    assert library.original(article_id) == original
    assert library.original(library.add(text.read("Lain"))) is None
