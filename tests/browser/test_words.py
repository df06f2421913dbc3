import pytest
from playwright.sync_api import expect

from articles import add_translated
from dwibahasa.formats import html

PAIRS = [
    (
        "Pemerintah mempertimbangkan 1.234,5 ton beras.",
        "The government is considering 1,234.5 tonnes of rice.",
    ),
    ("KPK memeriksa anak-anaknya.", "The KPK questioned his children."),
    (
        "Pertimbangan hakim 😀 dibacakan.",
        "The judge's considerations were read out 😀.",
    ),
]
SOURCES, TARGETS = zip(*PAIRS, strict=True)
LIT = """[...(CSS.highlights.get("word") ?? [])].map(String).sort()"""


@pytest.fixture
def article(library):
    return add_translated(library, "\n\n".join(SOURCES), TARGETS)


@pytest.fixture
def opened(article, reader):
    return f"{reader}/articles/{article}"


def point(page, text, word):
    """The middle of a word of a sentence, in the window."""
    return page.evaluate(
        """([text, word]) => {
          const sentence = [...document.querySelectorAll(".sentence")]
            .find((s) => s.textContent === text);
          sentence.scrollIntoView({ block: "center" });
          const node = sentence.firstChild;
          const range = document.createRange();
          const at = node.data.indexOf(word);
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          const box = range.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        [text, word],
    )


def expect_lit(page, *words):
    page.wait_for_function(f"(words) => {LIT}.join() === words", arg=",".join(words))


def look_up(page, pair, word):
    page.mouse.click(*point(page, PAIRS[pair][0], word))
    panel = page.get_by_role("dialog", name=word)
    expect(panel).to_be_visible()
    return panel


def test_pointer_lights_a_word_and_its_counterparts_both_ways(page, opened):
    page.goto(opened)
    page.mouse.move(*point(page, PAIRS[0][0], "beras"))
    expect_lit(page, "beras", "rice")
    page.mouse.move(*point(page, PAIRS[0][1], "considering"))
    expect_lit(page, "considering", "mempertimbangkan")
    page.mouse.move(*point(page, PAIRS[0][0], "1.234,5"))
    expect_lit(page, "1,234.5", "1.234,5")
    page.mouse.move(*point(page, PAIRS[2][0], "dibacakan"))
    expect_lit(page, "dibacakan", "read")
    page.locator(".brand").hover()
    expect_lit(page)


def test_words_stay_one_text_for_screen_readers(page, opened):
    page.goto(opened)
    page.mouse.move(*point(page, PAIRS[0][0], "beras"))
    expect_lit(page, "beras", "rice")
    assert page.locator(".sentence *").count() == 0


def test_shift_and_arrow_step_through_words(page, opened):
    page.goto(opened)
    page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowRight")
    expect_lit(page, "Pemerintah", "government")
    page.keyboard.press("Shift+ArrowRight")
    expect_lit(page, "considering", "mempertimbangkan")
    expect(page.locator("#announcement")).to_have_text("mempertimbangkan, considering")
    page.keyboard.press("Shift+ArrowLeft")
    expect_lit(page, "Pemerintah", "government")


def test_tap_lights_a_word(new_page, opened):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(opened)
    page.touchscreen.tap(*point(page, PAIRS[0][1], "rice"))
    expect_lit(page, "beras", "rice")


def test_words_of_an_edited_sentence_light_up(page, opened):
    page.goto(opened)
    page.keyboard.press("j")
    page.mouse.move(*point(page, PAIRS[0][0], "beras"))
    expect_lit(page, "beras", "rice")
    for key in ("e", "Control+A"):
        page.keyboard.press(key)
    edited = "Rice: the government may buy 1,234.5 tonnes."
    page.keyboard.type(edited)
    page.keyboard.press("Enter")
    expect(page.locator("#block-0 .edited")).to_be_attached()
    page.mouse.move(*point(page, edited, "Rice"))
    expect_lit(page, "Rice", "beras")


def test_exported_page_lights_words_without_a_server(new_page, library, article):
    content = html.write_bytes(library.article(article).bilingual).decode()
    page = new_page()
    page.set_content(content)
    page.mouse.move(*point(page, PAIRS[0][0], "beras"))
    expect_lit(page, "beras", "rice")


def test_click_tells_root_affixes_and_senses(page, opened):
    page.goto(opened)
    panel = look_up(page, 0, "mempertimbangkan")
    expect(panel.get_by_text("In this sentence considering")).to_be_visible()
    expect(panel.locator(".lookup-root")).to_have_text("Root timbang memper-…-kan")
    expect(panel.locator(".senses").first).to_contain_text("consider")
    expect(panel.get_by_text("FreeDict")).to_be_visible()


def test_sentences_with_the_same_root_are_linked(page, opened):
    page.goto(opened)
    panel = look_up(page, 0, "mempertimbangkan")
    link = panel.get_by_role("link", name="Pertimbangan hakim")
    expect(link).to_be_visible()
    expect(panel.get_by_role("link")).to_have_count(1)
    link.click()
    expect(page).to_have_url(f"{opened}#s-2-0")


def test_acronyms_are_spelt_out(page, opened):
    page.goto(opened)
    panel = look_up(page, 1, "KPK")
    expect(panel).to_contain_text("Komisi Pemberantasan Korupsi")
    expect(panel).to_contain_text("Corruption Eradication Commission")


def test_doubling_and_clitics_are_explained(page, opened):
    page.goto(opened)
    panel = look_up(page, 1, "anak-anaknya")
    expect(panel.locator(".lookup-root")).to_contain_text("anak")
    expect(panel.locator(".lookup-root")).to_contain_text("doubled")
    expect(panel.locator(".lookup-root")).to_contain_text("-nya his, her, its; the")


def test_keyboard_opens_walks_and_closes_the_panel(page, opened):
    page.goto(opened)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Pemerintah")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="mempertimbangkan")).to_be_focused()
    expect_lit(page, "considering", "mempertimbangkan")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".source .sentence").first).to_be_focused()
    assert page.locator(".sentence.lit").all_text_contents() == list(PAIRS[0])


def test_panel_closes_by_its_button_and_by_a_click_elsewhere(page, opened):
    page.goto(opened)
    panel = look_up(page, 0, "beras")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    panel = look_up(page, 0, "ton")
    page.locator(".kicker").click()
    expect(panel).to_be_hidden()
    expect_lit(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panel_fits_a_narrow_window(new_page, opened, scheme):
    page = new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page.goto(opened)
    panel = look_up(page, 0, "mempertimbangkan")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    for column in (".source", ".target"):
        shown = page.locator(f"{column} .sentence.lit").bounding_box()
        assert shown["y"] + shown["height"] <= box["y"]
