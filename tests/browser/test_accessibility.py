"""No page breaks a rule of WCAG 2.2 A or AA that axe-core can see."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from articles import add_translated
from dwibahasa.formats import text
from dwibahasa.memory import Memory, Place
from dwibahasa.shelf import Shelf
from engine_standin import english
from waiting import until

ARTICLE = """Harga beras naik di pasar

Petani senang karena panen tahun ini baik. Pembeli tidak senang.

Foto: Pasar Induk

RAGU 316 karung beras datang kemarin. Semua habis terjual.

- gula pasir

Hak cipta 2024"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    """What axe-core finds, a line for each element."""
    # What fades in would be judged half faded.
    page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [
        f"{page.url}: {violation['id']}: {node['html'][:150]}"
        f" {node['any'][:1] and node['any'][0]['message']}"
        for violation in found
        for node in violation["nodes"]
    ]


@pytest.fixture
def filled(library):
    """A library of two articles, one with a name and tags, and one in the archive."""
    ids = [
        add_translated(library, f"Judul {n}\n\nCafé {n}.", [f"Title {n}", f"Cafe {n}."])
        for n in "abc"
    ]
    shelf = Shelf(library.database)
    shelf.describe(ids[0], "Untuk rapat", ["pangan", "harga"])
    shelf.archive(ids[2], is_archived=True)
    return ids


@pytest.fixture(params=["light", "dark", "sepia"])
def themed(request, new_page):
    """A page in a theme; the reader chose sepia, the others are the system's."""
    theme = request.param
    page = new_page(
        color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce"
    )
    if theme == "sepia":
        page.add_init_script("""localStorage.appearance = '{"theme": "sepia"}'""")
    return page


def test_start_page_is_accessible_when_empty(themed, reader):
    themed.goto(reader)
    assert violations(themed) == []


def test_library_is_accessible(themed, filled, reader, library):
    library.set_failed(library.add(text.read("Gagal di tengah jalan.")), "no")
    themed.goto(reader)
    assert violations(themed) == []
    themed.locator(".article-menu summary").first.click()
    assert violations(themed) == []
    themed.get_by_role("link", name="Name and tags").first.click()
    themed.get_by_role("dialog").wait_for()
    assert violations(themed) == []
    themed.keyboard.press("Escape")
    themed.get_by_label("Search Indonesian and English").fill("cafe")
    themed.locator(".found-sentence").first.wait_for()
    assert violations(themed) == []
    for path in ("?archived=1", "articles/1/about", "add?url=https://contoh.id/a"):
        themed.goto(f"{reader}/{path}")
        assert violations(themed) == []


def test_import_of_several_is_accessible(themed, reader, complaints):
    themed.goto(reader)
    field = themed.get_by_label("Indonesian text, or addresses")
    field.fill("http://127.0.0.1/a\nhttp://localhost/b")
    themed.get_by_role("button", name="Translate").click()
    themed.locator("#importing-close").wait_for()
    assert violations(themed) == []
    complaints.clear()


def test_article_under_way_is_accessible(themed, reader, library, engine):
    engine.hold(after=1)
    article_id = library.add(text.read(ARTICLE, source="pasar.txt"))
    until(lambda: library.summary(article_id).blocks_done == 1)
    themed.goto(f"{reader}/articles/{article_id}")
    assert violations(themed) == []
    themed.goto(reader)
    assert violations(themed) == []


def test_errors_are_accessible(themed, reader, library, complaints):
    article_id = library.add(text.read("MACET di jalan raya."))
    until(lambda: library.summary(article_id).state == "failed")
    for path in (f"articles/{article_id}", "articles/99"):
        themed.goto(f"{reader}/{path}")
        assert violations(themed) == []
    themed.goto(reader)
    themed.get_by_role("button", name="Translate").click()
    themed.get_by_role("alert").wait_for()
    assert violations(themed) == []
    complaints.clear()


def test_look_up_is_accessible(themed, reader, library):
    article_id = add_translated(
        library, "Hakim memeriksa anak-anaknya.", ["The judge questioned his children."]
    )
    themed.goto(f"{reader}/articles/{article_id}")
    themed.keyboard.press("j")
    for word in ("Hakim", "memeriksa", "anak-anaknya"):
        themed.keyboard.press("Enter" if word == "Hakim" else "ArrowRight")
        themed.get_by_role("dialog", name=word).wait_for()
        assert violations(themed) == []


@pytest.fixture
def read(themed, reader, library):
    """A page with a finished article."""
    article_id = library.add(text.read(ARTICLE))
    until(lambda: library.summary(article_id).state == "done")
    themed.goto(f"{reader}/articles/{article_id}")
    return themed


def test_article_is_accessible(read):
    assert violations(read) == []
    read.locator(".doubt").first.hover()
    assert violations(read) == []
    read.locator("#export summary").click()
    assert violations(read) == []


def test_views_are_accessible(read):
    for view in ("interleaved", "reveal"):
        read.evaluate(f"appearance.set('view', '{view}')")
        assert violations(read) == []
    read.locator(".peek").first.click()
    assert violations(read) == []
    read.evaluate("appearance.set('view', 'side')")
    read.evaluate("appearance.set('columns', 'apart')")
    assert violations(read) == []


def test_tools_of_the_reader_are_accessible(read):
    read.keyboard.press("s")
    assert violations(read) == []
    read.evaluate("appearance.set('theme', 'sepia')")
    assert violations(read) == []
    read.keyboard.press("Escape")
    read.keyboard.press("?")
    assert violations(read) == []
    read.keyboard.press("Escape")
    read.keyboard.press("l")
    assert violations(read) == []


def test_correcting_is_accessible(read):
    sentence = read.locator(".target .sentence").nth(1)
    sentence.click()
    assert violations(read) == []
    panel = read.get_by_role("dialog", name="Correct this sentence")
    panel.get_by_role("button", name="Other wordings").click()
    panel.get_by_role("listitem").first.wait_for()
    assert violations(read) == []
    panel.get_by_role("button", name="Translate again").click()
    assert violations(read) == []
    panel.get_by_role("button", name="Edit", exact=True).click()
    assert violations(read) == []
    read.keyboard.type("mine ")
    read.keyboard.press("Enter")
    read.locator(".edited").wait_for()
    assert violations(read) == []


def test_match_of_the_memory_is_accessible(read, library):
    source = "RAGU 317 karung beras datang kemarin."
    similar = library.add(text.read(source))
    until(lambda: library.summary(similar).state == "done")
    Memory(library.database).edit(Place(similar, 0, 0), "317 sacks.", english(source))
    read.locator(".target").get_by_text("karung-en").click()
    read.keyboard.press("a")
    offered = read.get_by_role("button", name="317 sacks.")
    offered.wait_for()
    assert violations(read) == []
    read.keyboard.press("ArrowDown")
    read.keyboard.press("ArrowUp")
    assert violations(read) == []
