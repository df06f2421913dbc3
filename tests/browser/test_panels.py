"""How menus and panels open over an article, close, and take the focus."""

import pytest
from playwright.sync_api import expect

from dwibahasa.formats import text
from dwibahasa.memory import Memory, Place
from engine_standin import english
from waiting import until

TOP = """element => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [0.1, 0.5, 0.9].every((share) => element.contains(
    document.elementFromPoint(left + width / 2, top + share * height)));
}"""


@pytest.fixture
def article(library, reader):
    article_id = library.add(text.read("Harga beras naik\n\nPetani senang."))
    until(lambda: library.summary(article_id).state == "done", timeout_s=60)
    return f"{reader}/articles/{article_id}"


def export_menu(page):
    return page.locator("#export .menu-panel")


def settings(page):
    return page.get_by_role("dialog", name="How the text looks")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_export_menu_lies_over_everything_else(new_page, article, width):
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(article)
    page.get_by_text("Export", exact=True).click()
    expect(export_menu(page)).to_be_visible()
    assert export_menu(page).evaluate(TOP)
    box = export_menu(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_one_menu_is_open_at_a_time(page, article):
    page.goto(article)
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name="How the text looks").focus()
    expect(export_menu(page)).to_be_hidden()
    page.keyboard.press("Enter")
    expect(settings(page)).to_be_visible()
    page.get_by_text("Export", exact=True).click()
    expect(settings(page)).to_be_hidden()
    expect(export_menu(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(export_menu(page)).to_be_hidden()
    expect(page.locator("#export summary")).to_be_focused()


@pytest.mark.parametrize("presses", [0, 1, 4])
def test_escape_closes_the_settings_and_gives_the_focus_back(page, article, presses):
    page.goto(article)
    opener = page.get_by_role("button", name="How the text looks")
    opener.click()
    expect(page.get_by_label("Text size")).to_be_focused()
    for _ in range(presses):
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(settings(page)).to_be_hidden()
    expect(opener).to_be_focused()


def test_settings_lead_back_to_the_sentence_they_were_opened_from(page, article):
    page.goto(article)
    page.keyboard.press("j")
    sentence = page.get_by_text("Harga beras naik", exact=True)
    for leave in ("Escape", "s"):
        page.keyboard.press("s")
        expect(page.get_by_label("Text size")).to_be_focused()
        page.keyboard.press(leave)
        expect(settings(page)).to_be_hidden()
        expect(sentence).to_be_focused()


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [320, 390])
def test_bar_of_corrections_takes_one_row_on_a_phone(
    new_page, article, library, width, language
):
    was = english("Petani senang.")
    Memory(library.database).edit(Place(1, 1, 0), "Farmers rejoice.", was)
    page = new_page(viewport={"width": width, "height": 844}, locale=language)
    page.goto(article)
    page.get_by_text("Farmers rejoice.").click()
    boxes = page.locator("#correct .correct-actions button").evaluate_all(
        "buttons => buttons.map(b => b.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 5
    assert len({round(box["top"] + box["height"] / 2) for box in boxes}) == 1
    assert all(box["left"] >= 0 and box["right"] <= width for box in boxes)
    ends = [box["right"] for box in boxes]
    assert all(left["left"] >= end for left, end in zip(boxes[1:], ends, strict=False))
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_key_is_heard_while_the_page_still_loads(page, article):
    held = []
    page.route("**/correct.js", lambda route: held.append(route))
    page.goto(article, wait_until="commit")
    expect(page.get_by_text("Petani senang.", exact=True)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("v")
    page.wait_for_timeout(300)
    (route,) = held
    route.continue_()
    expect(page.get_by_role("radio", name="Interleaved")).to_be_checked()
    assert page.locator(".sentence.lit").all_text_contents() == [
        "Harga beras naik",
        english("Harga beras naik"),
    ]
