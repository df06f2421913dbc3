import pytest
from playwright.sync_api import expect

from dwibahasa import files
from dwibahasa.formats import FORMATS, text
from dwibahasa.translator import load_translator
from dwibahasa.web import create_app, events
from engine_standin import english, translator
from live_server import running
from waiting import until

ARTICLE = """Harga beras naik di pasar

Petani senang karena panen tahun ini baik. Pembeli tidak senang.

Foto: Pasar Induk

RAGU 316 karung beras datang kemarin. Semua habis terjual.

- gula pasir
- minyak goreng

“Kami tidak tahu apa yang akan terjadi besok.”

Hak cipta 2024"""


@pytest.fixture
def finished(library, reader):
    """The address of an article that is translated to its end."""
    article_id = library.add(text.read(ARTICLE, source="pasar.txt"))
    until(lambda: library.summary(article_id).state == "done")
    return f"{reader}/articles/{article_id}"


def lit(page):
    """The texts that are lit, in both languages, without the notes."""
    return page.locator(".sentence.lit").all_text_contents()


def pair(source):
    return [source, english(source)]


def has_no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_pointer_lights_a_sentence_and_its_counterpart_both_ways(page, finished):
    page.goto(finished)
    page.get_by_text("Pembeli tidak senang.", exact=True).hover()
    assert lit(page) == pair("Pembeli tidak senang.")
    other = "Petani senang karena panen tahun ini baik."
    page.get_by_text(english(other), exact=True).hover()
    assert lit(page) == pair(other)
    page.locator(".brand").hover()
    assert lit(page) == []


def test_keys_move_through_sentences_and_between_languages(page, finished):
    page.goto(finished)
    page.keyboard.press("j")
    assert lit(page) == pair("Harga beras naik di pasar")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert lit(page) == pair("Pembeli tidak senang.")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('[lang]').lang") == "en"
    assert lit(page) == pair("Pembeli tidak senang.")
    page.keyboard.press("k")
    assert lit(page) == pair("Petani senang karena panen tahun ini baik.")
    assert page.evaluate("document.activeElement.closest('[lang]').lang") == "en"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('[lang]').lang") == "id"
    page.keyboard.press("Tab")
    assert lit(page) == pair("Pembeli tidak senang.")
    page.keyboard.press("Escape")
    assert lit(page) == []


def test_keys_stop_at_the_ends_of_the_text(page, finished):
    page.goto(finished)
    for _ in range(30):
        page.keyboard.press("j")
    assert lit(page) == pair("Hak cipta 2024")
    for _ in range(30):
        page.keyboard.press("k")
    assert lit(page) == pair("Harga beras naik di pasar")


def test_tab_leads_through_the_whole_page(page, finished):
    page.goto(finished)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    seen = []
    for _ in range(10):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert seen[0] == "dwibahasa"
    assert seen[1].startswith("Export")
    assert seen[2] == "Delete"
    assert seen[3] == "ID"
    assert seen[8:] == [
        "Harga beras naik di pasar",
        "Petani senang karena panen tahun ini baik.",
    ]


def test_tap_lights_both_until_elsewhere_is_tapped(new_page, finished):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(finished)
    page.get_by_text(english("Pembeli tidak senang."), exact=True).tap()
    assert lit(page) == pair("Pembeli tidak senang.")
    page.get_by_text("Pembeli tidak senang.", exact=True).tap()
    assert lit(page) == pair("Pembeli tidak senang.")
    page.locator(".kicker").tap()
    assert lit(page) == []


def test_doubtful_sentence_tells_why(page, finished):
    page.goto(finished)
    sentence = page.locator(".target [data-segment='3-0']")
    note = page.locator("#note-3-0")
    expect(sentence).to_have_accessible_description(
        "A number differs from the Indonesian."
    )
    expect(note).to_be_hidden()
    sentence.hover()
    expect(note).to_be_visible()
    expect(page.locator("#block-3 .doubt").first).to_have_attribute(
        "title", "A number differs from the Indonesian."
    )


def test_text_is_added_and_arrives_paragraph_by_paragraph(page, reader, engine):
    engine.hold(after=1)
    page.goto(reader)
    page.get_by_label("Indonesian text, or addresses").fill(ARTICLE)
    page.get_by_role("button", name="Translate").click()
    expect(page.locator("#block-0 .target h1")).to_have_text(
        english("Harga beras naik di pasar")
    )
    expect(page.locator(".row.pending")).to_have_count(7)
    expect(page.locator("#progress-status")).to_have_text("Translating, 1 of 8 done")
    expect(page.locator("#export")).to_be_hidden()
    engine.release(2)
    expect(page.locator("#block-1 .target .sentence")).to_have_count(2)
    assert page.locator("#progress progress").evaluate("bar => bar.value") == 2
    engine.release()
    expect(page.locator(".row.pending")).to_have_count(0)
    expect(page.locator("#progress")).to_be_hidden()
    expect(page.locator("#export")).to_be_visible()
    expect(page.locator("#announcement")).to_have_text("The translation is finished")
    expect(page).to_have_title("Harga-en beras-en naik-en di-en pasar-en – dwibahasa")
    page.get_by_text("Pembeli tidak senang.", exact=True).hover()
    assert lit(page) == pair("Pembeli tidak senang.")


def test_reload_in_the_middle_loses_and_doubles_nothing(page, reader, library, engine):
    engine.hold(after=3)
    article_id = library.add(text.read(ARTICLE))
    page.goto(f"{reader}/articles/{article_id}")
    expect(page.locator(".row:not(.pending)")).to_have_count(2)
    page.reload()
    expect(page.locator(".row:not(.pending)")).to_have_count(2)
    page.goto("about:blank")
    engine.release(1)
    until(lambda: library.summary(article_id).blocks_done == 3)
    page.goto(f"{reader}/articles/{article_id}")
    engine.release()
    expect(page.locator("#progress")).to_be_hidden()
    ids = page.locator(".row").evaluate_all("rows => rows.map(row => row.id)")
    assert ids == [f"block-{n}" for n in range(8)]
    assert page.locator(".target .sentence").count() == 10


def test_stream_that_breaks_off_is_taken_up_again(page, library, engine, monkeypatch):
    monkeypatch.setattr(events, "_RETRY_MS", 100)
    engine.hold(after=1)
    article_id = library.add(text.read(ARTICLE))
    app = create_app(library, lambda: translator(engine))
    # Where no stream may wait, each ends after what there is.
    app.extensions["streams"].most = 0
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with running(app) as address:
        page.goto(f"{address}/articles/{article_id}")
        expect(page.locator(".row:not(.pending)")).to_have_count(1)
        engine.release()
        expect(page.locator("#progress")).to_be_hidden()
        ids = page.locator(".row").evaluate_all("rows => rows.map(row => row.id)")
        page.close()
    assert sum("/events" in url for url in asked) > 1
    assert ids == [f"block-{n}" for n in range(8)]


def test_failed_article_offers_to_try_again(page, reader, library):
    article_id = library.add(text.read("Judul berita hari ini\n\nMACET di jalan raya."))
    page.goto(f"{reader}/articles/{article_id}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The translation stopped.")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_contain_text("The translation stopped.")


def test_deletion_is_undone(page, finished, library):
    page.goto(finished)
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".undo")).to_contain_text("The article was deleted.")
    assert library.articles() == []
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".article-title")).to_have_text("Harga beras naik di pasar")


@pytest.mark.parametrize("width", [320, 390, 820])
def test_narrow_pages_do_not_scroll_sideways(new_page, finished, reader, width):
    page = new_page(viewport={"width": width, "height": 800})
    for address in (reader, finished):
        page.goto(address)
        assert has_no_sideways_scroll(page)
    page.goto(finished)
    source = page.locator("#block-1 .source").bounding_box()
    target = page.locator("#block-1 .target").bounding_box()
    if width < 736:
        assert target["y"] >= source["y"] + source["height"]
    else:
        assert target["y"] == source["y"]
    page.locator(".menu summary").click()
    assert has_no_sideways_scroll(page)


def test_long_words_do_not_break_a_narrow_page(new_page, reader, library):
    word = "mempertanggungjawabkan" * 20
    article_id = library.add(
        text.read(f"{word}\n\n{word} {word}.", source=word + ".txt")
    )
    until(lambda: library.summary(article_id).state == "done")
    page = new_page(viewport={"width": 320, "height": 800})
    for address in (reader, f"{reader}/articles/{article_id}"):
        page.goto(address)
        assert has_no_sideways_scroll(page)


PAPER = "getComputedStyle(document.body).backgroundColor"


def test_theme_follows_the_system_until_the_reader_chooses(new_page, reader):
    dark, light = new_page(color_scheme="dark"), new_page(color_scheme="light")
    for page in (dark, light):
        page.goto(reader)
    assert dark.evaluate(PAPER) != light.evaluate(PAPER)
    night = dark.evaluate(PAPER)
    light.get_by_role("button", name="Use the dark theme").click()
    assert light.evaluate(PAPER) == night
    light.reload()
    assert light.evaluate(PAPER) == night
    light.get_by_role("button", name="Use the light theme").click()
    light.reload()
    assert light.evaluate(PAPER) != night


def test_page_works_without_script(new_page, finished, reader, library, engine):
    page = new_page(java_script_enabled=False)
    page.goto(finished)
    expect(page.get_by_text(english("Pembeli tidak senang."))).to_be_visible()
    engine.hold()
    page.goto(reader)
    page.get_by_label("Indonesian text, or addresses").fill("Hujan turun. Banjir.")
    page.get_by_role("button", name="Translate").click()
    expect(page.locator("#progress-status")).to_be_visible()
    engine.release()
    # The page asks again by itself.
    expect(page.get_by_text(english("Banjir."))).to_be_visible()


def test_nothing_is_asked_of_other_hosts(new_page, finished, reader):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(reader)
    page.goto(finished)
    assert asked
    assert all(url.startswith(reader) for url in asked)


def test_exported_page_lights_counterparts_from_its_file(
    page, finished, library, tmp_path
):
    (summary,) = library.articles()
    exported = tmp_path / "pasar.html"
    exported.write_bytes(FORMATS["html"].write(library.article(summary.id).bilingual))
    page.goto(exported.as_uri())
    page.get_by_text("Pembeli tidak senang.", exact=True).hover()
    assert lit(page) == pair("Pembeli tidak senang.")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    assert lit(page) == pair("Foto: Pasar Induk")
    assert has_no_sideways_scroll(page)


def test_article_is_exported_from_the_menu(page, finished):
    page.goto(finished)
    page.locator("#export summary").click()
    page.get_by_role("list", name="To read").get_by_role(
        "link", name="Bilingual page"
    ).focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".en.html")
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="For other tools")).to_be_hidden()


def test_printed_page_keeps_pairs_together(page, finished):
    page.goto(finished)
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("#note-3-0")).to_be_visible()
    rules = page.locator(".row").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).breakInside)"
    )
    assert set(rules) == {"avoid"}


def test_embedded_model_translates_the_sample_article(new_page, library):
    app = create_app(library, load_translator)
    with running(app) as address:
        page = new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        page.get_by_role("button", name="Try it with a news article").click()
        title = page.locator("#block-0 .target h1")
        expect(title).to_contain_text("Deir ez-Zor", timeout=120_000)
        expect(page.locator("#progress")).to_be_hidden(timeout=240_000)
        targets = page.locator(".target .text").all_text_contents()
        page.close()
    assert len(targets) == len(files.sample().blocks) == 18
    assert all(target.strip() for target in targets)
    assert "Russia Beyond" in targets[-1]
