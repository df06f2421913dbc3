"""How a person reads an article: views, look, place, keys, voices, paper."""

import json
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from dwibahasa.formats import text
from dwibahasa.memory import Memory, Place
from dwibahasa.web import create_app
from engine_standin import english, translator
from live_server import running
from waiting import until

ARTICLE = "Harga beras naik\n\nPetani senang. Pembeli tidak.\n\nFoto: Pasar Induk"
LONG = "\n\n".join(
    f"Paragraf {n} panjang. {'Kata lagi di sini. ' * 9}" for n in range(60)
)
PAPER = "getComputedStyle(document.body).backgroundColor"
SIZE = "parseFloat(getComputedStyle(document.querySelector('.reading')).fontSize)"


@pytest.fixture
def add(library, reader):
    """Adds a text that is translated to its end, and gives its address."""

    def add(given):
        article_id = library.add(text.read(given))
        until(lambda: library.summary(article_id).state == "done", timeout_s=60)
        return f"{reader}/articles/{article_id}"

    return add


@pytest.fixture
def article(add):
    return add(ARTICLE)


@pytest.fixture
def long_article(add):
    return add(LONG)


def boxes(page):
    """Where the two versions of the second paragraph are."""
    return [
        page.locator(f"#block-1 {side} .text").bounding_box()
        for side in (".source", ".target")
    ]


def choose(page, view):
    page.get_by_role("radio", name=view).check(force=True)


def lit(page):
    return page.locator(".sentence.lit").all_text_contents()


def in_view(page):
    """The paragraphs whose Indonesian begins in the window, below the bar."""
    return page.evaluate(
        """[...document.querySelectorAll(".row")].filter((row) => {
          const { top } = row.getBoundingClientRect();
          return top > 50 && top < innerHeight - 100;
        }).map((row) => Number(row.id.slice(6)))"""
    )


def test_views_change_how_the_languages_stand(page, article):
    page.goto(article)
    source, target = boxes(page)
    assert source["y"] == target["y"]
    choose(page, "Interleaved")
    source, target = boxes(page)
    assert source["x"] == target["x"]
    assert target["y"] > source["y"] + source["height"]
    page.reload()
    expect(page.get_by_role("radio", name="Interleaved")).to_be_checked()
    assert boxes(page) == [source, target]


def test_two_columns_can_be_chosen_on_a_narrow_window(new_page, article):
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(article)
    expect(page.get_by_role("radio", name="Interleaved")).to_be_checked()
    choose(page, "Side by side")
    source, target = boxes(page)
    assert source["y"] == target["y"]


def test_one_language_shows_the_other_by_sentence_and_by_paragraph(page, article):
    page.goto(article)
    choose(page, "One language")
    first, second = (
        page.locator(".target").get_by_text(english(s), exact=True)
        for s in ("Petani senang.", "Pembeli tidak.")
    )
    expect(first).to_be_hidden()
    page.locator("#block-1 .source .peek").first.click()
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    page.get_by_role("button", name="Show English", exact=True).click()
    expect(second).to_be_visible()
    page.get_by_role("button", name="Hide English").click()
    expect(first).to_be_hidden()
    page.get_by_label("Language that is shown").select_option("English")
    expect(first).to_be_visible()
    expect(page.get_by_text("Petani senang.", exact=True)).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 600, 1280])
def test_arrow_stands_in_the_line_that_its_sentence_ends_in(new_page, add, width):
    sentences = [f"Kata ke-{n} {'itu ' * (n % 7)}ada." for n in range(60)]
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(add("Judul\n\n" + " ".join(sentences)))
    choose(page, "One language")
    expect(page.locator("#block-1 .source .peek")).to_have_count(60)
    apart = page.evaluate(
        """[...document.querySelectorAll("#block-1 .source .peek")].filter((peek) => {
          const line = [...peek.previousElementSibling.getClientRects()].at(-1);
          const { top, left } = peek.getBoundingClientRect();
          return top > line.bottom || left < line.right;
        }).length"""
    )
    assert apart == 0


def test_keys_reveal_the_sentence_and_the_paragraph(page, article):
    page.goto(article)
    choose(page, "One language")
    page.keyboard.press("Escape")
    for key in ("j", "j", "r"):
        page.keyboard.press(key)
    first, second = (
        page.locator(".target").get_by_text(english(s), exact=True)
        for s in ("Petani senang.", "Pembeli tidak.")
    )
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    expect(page.locator("#announcement")).to_have_text(english("Petani senang."))
    page.keyboard.press("Space")
    expect(first).to_be_hidden()
    page.keyboard.press("R")
    expect(second).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_link_to_what_is_hidden_shows_it(page, long_article):
    page.goto(long_article)
    choose(page, "One language")
    page.get_by_label("Language that is shown").select_option("English")
    expect(page.locator("#s-40-1")).to_be_hidden()
    # The browser itself uncovers it, as its search does: hidden="until-found".
    page.evaluate("location.hash = 's-40-1'")
    expect(page.locator("#s-40-1")).to_be_in_viewport()
    page.goto("about:blank")
    page.goto(f"{long_article}#s-50-1")
    expect(page.locator("#s-50-1")).to_be_in_viewport()
    expect(page.locator("#s-50-1")).to_be_focused()
    expect(page.locator("#s-40-1")).to_be_hidden()


def test_columns_follow_each_other_by_paragraph_until_told_not_to(page, long_article):
    page.goto(long_article)
    page.keyboard.press("s")
    page.get_by_label("Scroll each by itself").check()
    page.keyboard.press("Escape")
    tops = """[...document.querySelectorAll(".pane")].map((pane) => {
      const edge = pane.getBoundingClientRect().top;
      const rows = [...pane.children];
      return rows.findIndex((r) => r.getBoundingClientRect().bottom > edge + 1);
    })"""
    page.get_by_role("region", name="English").hover()
    for _ in range(4):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(100)
    left, right = page.evaluate(tops)
    assert left == right > 2
    page.keyboard.press("s")
    page.get_by_label("Let them follow each other").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Indonesian").hover()
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(200)
    assert page.evaluate(tops)[0] > left
    assert page.evaluate(tops)[1] == right
    choose(page, "Interleaved")
    expect(page.locator("#block-1 .target")).to_contain_text(english("Paragraf 1"))
    assert page.locator(".row > .target").count() == 60


def test_settings_change_the_look_and_are_kept(page, article):
    page.goto(article)
    before = page.evaluate(SIZE)
    page.get_by_role("button", name="How the text looks").click()
    for _ in range(3):
        page.get_by_label("Text size").press("ArrowRight")
    page.get_by_role("radio", name="Sans").check(force=True)
    page.get_by_role("radio", name="Narrow").check(force=True)
    page.get_by_role("radio", name="Sepia").check(force=True)

    def look():
        return page.evaluate(
            f"""() => {{
              const reading = document.querySelector(".reading");
              const text = document.querySelector("#block-1 .source");
              const {"{ fontFamily }"} = getComputedStyle(reading);
              return [{SIZE}, fontFamily, text.clientWidth, {PAPER}];
            }}"""
        )

    size, face, width, paper = look()
    assert size == pytest.approx(before * 1.3)
    assert face.startswith("system-ui")
    assert paper == "rgb(244, 235, 215)"
    page.reload()
    assert look() == [size, face, width, paper]
    page.get_by_role("button", name="How the text looks").click()
    page.get_by_role("radio", name="Wide").check(force=True)
    assert look()[2] > width
    page.get_by_role("button", name="Reset the look").click()
    assert page.evaluate(SIZE) == before


def test_choice_of_look_is_there_before_the_page_is_painted(new_page, article):
    page = new_page(color_scheme="light")
    page.goto(article)
    page.evaluate(
        """localStorage.setItem("appearance", '{"theme": "dark", "size": "150"}')"""
    )
    page.add_init_script(
        """new PerformanceObserver(() => {
          window.first ??= getComputedStyle(document.body).backgroundColor;
        }).observe({ type: "paint", buffered: true });"""
    )
    page.reload()
    page.wait_for_function("() => window.first")
    assert page.evaluate("first") == page.evaluate(PAPER) == "rgb(24, 22, 19)"


def test_damaged_store_leaves_the_page_as_it_is_at_first(page, article):
    page.goto(article)
    page.evaluate("localStorage.setItem('appearance', '{no')")
    page.evaluate("localStorage.setItem('place:1', '[]')")
    page.reload()
    source, target = boxes(page)
    assert source["y"] == target["y"]


def test_place_in_an_article_is_found_again(page, long_article, add):
    page.goto(long_article)
    page.keyboard.press("j")
    page.mouse.wheel(0, 6000)
    page.wait_for_timeout(400)
    before = in_view(page)
    assert before[0] > 5
    page.goto(add("Berita lain"))
    assert page.evaluate("scrollY") == 0
    page.goto(long_article)
    page.wait_for_timeout(300)
    assert in_view(page)[0] in (before[0], before[0] + 1)
    choose(page, "Interleaved")
    page.wait_for_timeout(300)
    assert abs(in_view(page)[0] - before[0]) <= 1


def test_reading_time_is_told(page, long_article):
    page.goto(long_article)
    expect(page.locator(".kicker")).to_contain_text("12 min read")


def test_question_mark_lists_the_keys(page, article):
    page.goto(article)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("next sentence")
    page.keyboard.press("j")
    assert lit(page) == []
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("j")
    assert lit(page) == ["Harga beras naik", english("Harga beras naik")]


def test_letters_can_be_kept_from_acting(page, article):
    page.goto(article)
    page.keyboard.press("s")
    page.get_by_label("Single letters act as keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert lit(page) == []


VOICES = """
  const said = (window.said = []);
  const voice = (lang, localService) => ({ lang, localService, name: lang });
  window.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text; }
  };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => VOICES,
    speak(utterance) { said.push(utterance); window.latest = utterance; },
    cancel() {}, pause() { window.paused = true; }, resume() { window.paused = false; },
  } });
"""
BOTH = "[voice('id-ID', true), voice('en-GB', true)]"


def said(page):
    return page.evaluate("said.map((u) => [u.text, u.lang])")


def end(page):
    page.evaluate("latest.dispatchEvent(new Event('end'))")


def test_sentences_are_read_aloud_and_lit(page, article):
    page.add_init_script(VOICES.replace("VOICES", BOTH))
    page.goto(article)
    page.get_by_role("button", name="Read aloud").click()
    assert said(page) == [[english("Harga beras naik"), "en-US"]]
    spoken = page.locator(".sentence.spoken")
    expect(spoken).to_have_text(["Harga beras naik", english("Harga beras naik")])
    end(page)
    expect(spoken).to_have_text(["Petani senang.", english("Petani senang.")])
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("paused") is True
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("paused") is False
    page.get_by_role("button", name="Next sentence").click()
    expect(spoken).to_have_text(["Pembeli tidak.", english("Pembeli tidak.")])
    page.get_by_label("Language to read aloud").select_option("Indonesian")
    assert said(page)[-1] == ["Pembeli tidak.", "id-ID"]
    page.get_by_role("button", name="Stop").click()
    expect(spoken).to_have_count(0)
    expect(page.locator("#player")).to_be_hidden()


def test_voices_that_would_send_the_text_away_are_not_used(page, article):
    page.add_init_script(VOICES.replace("VOICES", "[voice('en-US', false)]"))
    page.goto(article)
    page.keyboard.press("l")
    expect(page.locator("#player")).to_contain_text("no English voice of this computer")
    assert said(page) == []


def test_reading_aloud_follows_along(page, long_article):
    page.add_init_script(VOICES.replace("VOICES", BOTH))
    page.emulate_media(reduced_motion="reduce")
    page.goto(long_article)
    page.keyboard.press("l")
    for _ in range(45):
        end(page)
    expect(page.locator(".target .sentence.spoken")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 200


@pytest.mark.parametrize("view", ["side", "interleaved", "reveal"])
def test_paper_has_both_languages_and_keeps_pairs_together(page, article, view):
    page.goto(article)
    page.evaluate(f"appearance.set('view', '{view}')")
    page.emulate_media(media="print")
    for sentence in ("Pembeli tidak.", english("Pembeli tidak.")):
        expect(page.get_by_text(sentence, exact=True)).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    rules = page.locator(".row").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).breakInside)"
    )
    assert set(rules) == {"avoid"}


def test_paper_marks_notes_of_doubtful_sentences_alone(page, add, library):
    address = add("Petani senang.\n\nRAGU 316 pembeli.")
    was = english("Petani senang.")
    Memory(library.database).edit(Place(1, 0, 0), "Farmers are glad.", was)
    page.goto(address)
    page.emulate_media(media="print")
    before = "notes => notes.map(note => getComputedStyle(note, '::before').content)"
    assert page.locator(".note").evaluate_all(before) == ["none", '"? "']


def test_find_in_page_finds_what_is_out_of_view(page, long_article):
    page.goto(long_article)
    assert page.evaluate("window.find('Paragraf-en 57 panjang-en')")
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > 3000


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize("view", ["side", "interleaved", "reveal"])
def test_no_view_scrolls_sideways(new_page, article, width, view):
    page = new_page(viewport={"width": width, "height": 700})
    page.goto(article)
    page.evaluate(f"appearance.set('view', '{view}')")
    page.evaluate("appearance.set('size', '180')")
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)
    page.get_by_role("button", name="How the text looks").click()
    expect(page.get_by_role("dialog", name="How the text looks")).to_be_in_viewport()
    assert page.evaluate(wide)


def test_tools_do_not_cover_each_other_on_the_narrowest_window(new_page, article):
    page = new_page(viewport={"width": 320, "height": 700}, locale="id")
    page.goto(article)
    page.evaluate("appearance.set('view', 'reveal')")
    boxes = page.locator(".tools :is(fieldset, select, button):visible").evaluate_all(
        "tools => tools.map(tool => tool.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) >= 3
    for left, right in pairwise(boxes):
        assert left["right"] <= right["left"]
    assert boxes[-1]["right"] <= 320


def test_text_arrives_in_columns_that_scroll_by_themselves(page, library, engine):
    engine.hold(after=1)
    article_id = library.add(text.read(ARTICLE))
    with running(create_app(library, lambda: translator(engine))) as address:
        page.goto(address)
        look = json.dumps({"columns": "apart"})
        page.evaluate(f"localStorage.setItem('appearance', '{look}')")
        page.goto(f"{address}/articles/{article_id}")
        english_side = page.get_by_role("region", name="English")
        expect(english_side.locator(".skeleton").first).to_be_visible()
        engine.release()
        expect(english_side).to_contain_text(english("Pembeli tidak."))
        expect(english_side.locator(".twin > .target")).to_have_count(3)
        page.close()
