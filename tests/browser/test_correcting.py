"""How a person corrects the translation of a sentence."""

import pytest
from playwright.sync_api import expect

from dwibahasa.formats import text
from dwibahasa.memory import Memory, Place
from dwibahasa.web import create_app, translators
from engine_standin import english, translator
from live_server import running
from waiting import until

ARTICLE = "Harga beras naik\n\nPetani senang. RAGU 316 pembeli.\n\nHabis."
SOURCE = "Petani senang."


@pytest.fixture
def article(library, reader):
    article_id = library.add(text.read(ARTICLE))
    until(lambda: library.summary(article_id).state == "done")
    return f"{reader}/articles/{article_id}"


@pytest.fixture
def opened(page, article):
    page.goto(article)
    return page


def sentence(page, number=0):
    """An English sentence of the second paragraph."""
    return page.locator(f".target [data-segment='1-{number}']")


def panel(page):
    return page.get_by_role("dialog", name="Correct this sentence")


def stored(library, number=0):
    return library.block(1, 1).translations[number].target


def test_sentence_is_edited_in_place_and_undone(opened, library):
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    box = opened.get_by_role("textbox", name="English sentence")
    expect(box).to_be_focused()
    box.fill("Farmers are glad.")
    opened.keyboard.press("Enter")
    expect(sentence(opened)).to_have_text("Farmers are glad.")
    expect(sentence(opened)).to_be_focused()
    expect(opened.locator("#block-1 .edited")).to_have_attribute(
        "title", f"Edited. The model had: {english(SOURCE)}"
    )
    expect(opened.locator(".note.lit")).to_contain_text(english(SOURCE))
    assert stored(library) == "Farmers are glad."
    opened.reload()
    expect(sentence(opened)).to_have_text("Farmers are glad.")
    sentence(opened).click()
    expect(panel(opened)).to_contain_text(f"The model had: {english(SOURCE)}")
    panel(opened).get_by_role("button", name="Undo").click()
    expect(sentence(opened)).to_have_text(english(SOURCE))
    assert stored(library) == english(SOURCE)


def test_keyboard_alone_edits_and_undoes(opened, library):
    for key in ("j", "j", "e"):
        opened.keyboard.press(key)
    opened.keyboard.press("Control+A")
    opened.keyboard.type("Joyful jobs jump.")
    opened.keyboard.press("Enter")
    expect(opened.locator("#announcement")).to_contain_text("Saved.")
    expect(sentence(opened)).to_have_text("Joyful jobs jump.")
    opened.keyboard.press("Control+Z")
    expect(sentence(opened)).to_have_text(english(SOURCE))
    expect(opened.locator("#announcement")).to_have_text("The change is undone.")
    assert stored(library) == english(SOURCE)


def test_escape_leaves_a_sentence_as_it_was(opened, library):
    for key in ("j", "j", "e"):
        opened.keyboard.press(key)
    opened.keyboard.type("Something else")
    opened.keyboard.press("Escape")
    expect(sentence(opened)).to_have_text(english(SOURCE))
    expect(sentence(opened)).to_be_focused()
    expect(panel(opened)).to_be_hidden()
    assert stored(library) == english(SOURCE)


def test_other_wording_is_picked(opened, library):
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Other wordings").click()
    first = panel(opened).get_by_role("button", name=english(SOURCE, 1), exact=True)
    expect(first).to_be_focused()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    expect(sentence(opened)).to_have_text(english(SOURCE, 2))
    assert stored(library) == english(SOURCE, 2)


def test_escape_while_the_model_is_at_work_leads_back_to_the_sentence(opened, engine):
    engine.hold()
    for key in ("j", "j", "ArrowRight", "a"):
        opened.keyboard.press(key)
    expect(panel(opened)).to_contain_text("The model is at work")
    opened.keyboard.press("Escape")
    expect(panel(opened)).to_be_hidden()
    expect(sentence(opened)).to_be_focused()
    opened.keyboard.press("Escape")
    expect(sentence(opened)).not_to_be_focused()


def test_list_of_other_wordings_takes_no_room_while_it_is_empty(opened, engine):
    engine.hold()
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Other wordings").click()
    expect(panel(opened)).to_contain_text("The model is at work")
    expect(panel(opened).locator("ul")).to_be_hidden()
    engine.release()
    expect(panel(opened).get_by_role("listitem").first).to_be_visible()


def test_edit_is_offered_for_a_similar_sentence_with_its_percentage(
    opened, library, reader
):
    Memory(library.database).edit(Place(1, 1, 0), "Farmers are glad.", english(SOURCE))
    later = library.add(text.read("Kabar\n\nPetani bosan. Sekali."))
    until(lambda: library.summary(later).state == "done")
    opened.goto(f"{reader}/articles/{later}")
    expect(sentence(opened)).to_have_text(english("Petani bosan."))
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Other wordings").click()
    offered = panel(opened).get_by_role("button", name="Farmers are glad.")
    expect(offered).to_be_focused()
    expect(offered).to_contain_text(f"81 % match, from your edit of {SOURCE}")
    expect(panel(opened).get_by_text(english("Petani bosan.", 1))).to_be_visible()
    opened.keyboard.press("Enter")
    expect(sentence(opened)).to_have_text("Farmers are glad.")


def test_sentence_and_paragraph_are_translated_again(opened, library):
    memory = Memory(library.database)
    memory.edit(Place(1, 1, 0), "Mine.", english(SOURCE))
    opened.reload()
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Translate again").click()
    panel(opened).get_by_role("button", name="The paragraph").click()
    expect(opened.locator("#announcement")).to_have_text("Translated again.")
    assert stored(library) == "Mine."
    opened.keyboard.press("t")
    panel(opened).get_by_role("button", name="This sentence").click()
    expect(sentence(opened)).to_have_text(english(SOURCE))
    opened.keyboard.press("Control+z")
    expect(sentence(opened)).to_have_text("Mine.")


def test_edit_made_elsewhere_is_not_overwritten_unseen(
    browser, contexts, article, library
):
    # A page of its own: the browser complains of the refusal, as it should.
    contexts.append(browser.new_context())
    opened = contexts[-1].new_page()
    opened.goto(article)
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    Memory(library.database).edit(Place(1, 1, 0), "Theirs.", english(SOURCE))
    opened.get_by_role("textbox", name="English sentence").fill("Mine.")
    panel(opened).get_by_role("button", name="Save").click()
    expect(opened.get_by_role("alert")).to_contain_text("It says now: “Theirs.”")
    expect(sentence(opened)).to_have_text("Mine.")
    assert stored(library) == "Theirs."
    panel(opened).get_by_role("button", name="Save").click()
    expect(panel(opened)).to_be_hidden()
    assert stored(library) == "Mine."


def test_doubt_goes_when_the_sentence_is_edited(opened):
    expect(opened.locator("#block-1 .doubt")).to_have_attribute(
        "title", "A number differs from the Indonesian."
    )
    sentence(opened, 1).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    opened.get_by_role("textbox", name="English sentence").fill("316 buyers doubt.")
    opened.keyboard.press("Enter")
    expect(opened.locator("#block-1 .doubt")).to_have_count(0)


def test_later_article_takes_and_marks_what_was_edited(opened, library, reader):
    Memory(library.database).edit(Place(1, 1, 0), "Farmers are glad.", english(SOURCE))
    later = library.add(text.read(f"Kabar\n\n{SOURCE} Sekali."))
    opened.goto(f"{reader}/articles/{later}")
    expect(sentence(opened)).to_have_text("Farmers are glad.")
    expect(opened.locator("#block-1 .remembered")).to_have_attribute(
        "title", "You edited this sentence before"
    )


def test_sentence_is_edited_while_the_rest_is_translated(page, reader, library, engine):
    engine.hold(after=3)
    article_id = library.add(text.read(ARTICLE))
    page.goto(f"{reader}/articles/{article_id}")
    sentence(page).click()
    panel(page).get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="English sentence").fill("Farmers are glad.")
    engine.release()
    expect(page.locator("#block-2 .target")).to_contain_text(english("Habis."))
    page.keyboard.press("Enter")
    expect(sentence(page)).to_have_text("Farmers are glad.")
    until(lambda: library.summary(article_id).state == "done")
    assert stored(library) == "Farmers are glad."


def test_columns_by_themselves_show_the_edit(opened):
    opened.evaluate("appearance.set('columns', 'apart')")
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    opened.get_by_role("textbox", name="English sentence").fill("Farmers are glad.")
    opened.keyboard.press("Enter")
    expect(
        opened.get_by_role("region", name="English").get_by_text("Farmers are glad.")
    ).to_be_visible()


def test_panel_stays_inside_a_phone(new_page, article):
    page = new_page(viewport={"width": 320, "height": 700}, has_touch=True)
    page.goto(article)
    sentence(page).tap()
    panel(page).get_by_role("button", name="Other wordings").tap()
    expect(panel(page).get_by_role("listitem").first).to_be_visible()
    box = panel(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_what_is_typed_is_not_lost_by_a_click_elsewhere(opened, library):
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    box = opened.get_by_role("textbox", name="English sentence")
    box.fill("Farmers are glad.")
    sentence(opened, 1).click()
    opened.locator(".kicker").click()
    expect(box).to_have_text("Farmers are glad.")
    panel(opened).get_by_role("button", name="Save").click()
    expect(panel(opened)).to_be_hidden()
    assert stored(library) == "Farmers are glad."


@pytest.mark.parametrize("key", ["Escape", "j", "v"])
def test_panel_closes_when_the_reader_goes_on(opened, key):
    sentence(opened).click()
    expect(panel(opened)).to_be_visible()
    for _ in range(2 if key == "v" else 1):
        opened.keyboard.press(key)
    expect(panel(opened)).to_be_hidden()


def test_revealed_sentence_stays_revealed_when_it_is_edited(opened):
    opened.evaluate("appearance.set('view', 'reveal')")
    opened.locator("#block-1 .peek").first.click()
    sentence(opened).click()
    panel(opened).get_by_role("button", name="Edit", exact=True).click()
    opened.get_by_role("textbox", name="English sentence").fill("Farmers are glad.")
    opened.keyboard.press("Enter")
    expect(opened.locator("#block-1 .edited")).to_be_visible()
    expect(sentence(opened)).to_be_visible()
    expect(sentence(opened)).to_be_focused()
    expect(sentence(opened, 1)).to_be_hidden()


def test_another_model_translates_again(page, library, engine, monkeypatch):
    monkeypatch.setattr(translators, "installed", lambda: ["other"])
    app = create_app(library, lambda *name: translator(engine, *name))
    with running(app) as address:
        article_id = library.add(text.read(ARTICLE))
        until(lambda: library.summary(article_id).state == "done")
        Memory(library.database).edit(Place(1, 1, 0), "Mine.", english(SOURCE))
        page.goto(f"{address}/articles/{article_id}")
        sentence(page).click()
        page.get_by_role("button", name="Translate again").click()
        page.get_by_label("Model").select_option("other")
        page.get_by_role("button", name="This sentence").click()
        expect(sentence(page)).to_have_text(english(SOURCE))
        page.close()
    assert library.block(1, 1).translations[0].model == "other"
