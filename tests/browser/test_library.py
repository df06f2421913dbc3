import pytest
from playwright.sync_api import expect

from articles import add_translated
from dwibahasa.formats import text
from dwibahasa.shelf import Shelf
from engine_standin import english

ARTICLE = "Harga beras naik di pasar\n\nPetani senang. Pembeli tidak senang."


@pytest.fixture
def shelf(library):
    return Shelf(library.database)


@pytest.fixture
def three(library):
    """Ids of three translated articles."""
    return [
        add_translated(
            library,
            f"Judul {name}\n\nIni tentang {name}. Café itu tutup.",
            [f"Title {name}", f"This is about {name}.", "That cafe is closed."],
            source=source,
        )
        for name, source in (
            ("ayam", "https://www.contoh.id/ayam"),
            ("beras", "beras.txt"),
            ("cabai", ""),
        )
    ]


def titles(page):
    return page.locator(".article-title").all_text_contents()


def transfer(page, files):
    """Files on their way from the desktop."""
    return page.evaluate_handle(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of files) {
            transfer.items.add(new File([text], name));
          }
          return transfer;
        }""",
        files,
    )


def assert_refused(complaints, *statuses):
    """The server refused what it was sent, and nothing else went wrong."""
    for complaint, status in zip(complaints, statuses, strict=True):
        assert f"status of {status}" in complaint
    complaints.clear()


def has_no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_library_shows_progress_while_it_changes(page, reader, library, engine):
    engine.hold(after=1)
    article_id = library.add(text.read(ARTICLE))
    page.goto(reader)
    item = page.locator(f"[data-article='{article_id}']")
    expect(item.locator(".article-status")).to_have_text("Translating, 1 of 2 done")
    engine.release()
    expect(item.locator("progress")).to_have_count(0)
    expect(item.locator(".article-target")).to_have_text(
        english("Harga beras naik di pasar")
    )
    expect(item.locator(".article-status")).to_have_text("")


def test_file_is_chosen_or_dropped(page, reader, tmp_path, library):
    path = tmp_path / "berita pagi.txt"
    path.write_text("Café itu dibuka kemarin.", encoding="utf-16")
    page.goto(reader)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator(".file-label")).to_have_text("berita pagi.txt")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".file-label")).to_have_text("Choose files")
    transfer = page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["Hujan turun."], "hujan.txt"));
          return transfer;
        }"""
    )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    expect(page.locator(".file-label")).to_have_text("hujan.txt")
    page.get_by_role("button", name="Translate").click()
    expect(page.locator(".kicker")).to_contain_text("hujan.txt")
    assert library.summary(1).source == "hujan.txt"


def test_list_shows_cover_source_length_and_tags(page, three, reader, shelf):
    shelf.describe(three[0], "", ["Pangan"])
    page.goto(reader)
    item = page.locator(f"[data-article='{three[0]}']")
    expect(item.locator(".article-cover").first).to_have_text(
        "Ini tentang ayam. Café itu tutup."
    )
    expect(item.locator(".target-cover")).to_have_text(
        "This is about ayam. That cafe is closed."
    )
    expect(item.locator(".article-facts")).to_contain_text("contoh.id")
    expect(item.locator(".article-facts")).to_contain_text("1 min read")
    item.get_by_role("link", name="Tag: Pangan").click()
    expect(page.locator(".article")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".article")).to_have_count(3)


def test_list_tells_how_far_an_article_was_read(page, three, reader):
    page.goto(reader)
    expect(page.locator(".article-read").first).to_be_hidden()
    page.evaluate(
        'id => localStorage.setItem(`place:${id}`, \'{"block": 1, "fraction": 0}\')',
        three[0],
    )
    page.reload()
    item = page.locator(f"[data-article='{three[0]}']")
    expect(item.locator(".article-read")).to_have_text("read to 50 %")


def test_list_is_sorted_and_filtered_as_chosen(page, three, reader):
    page.goto(reader)
    assert titles(page) == ["Judul cabai", "Judul beras", "Judul ayam"]
    page.get_by_label("Sort").select_option("Title")
    expect(page.locator(".article-title").first).to_have_text("Judul ayam")
    page.get_by_label("Source").select_option("Files")
    expect(page.locator(".article-title")).to_have_text(["Judul beras"])
    expect(page.get_by_label("Sort")).to_have_value("title")
    page.get_by_label("Translation").select_option("Stopped")
    expect(page.locator(".nothing")).to_have_text("No article is like that.")


def test_search_finds_in_both_languages_while_one_types(page, three, reader):
    page.goto(reader)
    field = page.get_by_label("Search Indonesian and English")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("cafe")
    expect(page.locator(".found-sentence")).to_have_count(3)
    expect(page.locator("#search-status")).to_have_text("3 sentences")
    expect(page.locator("mark").first).to_have_text("Café")
    expect(page.locator("mark").nth(1)).to_have_text("cafe")
    assert "cafe" not in page.url
    field.fill("about beras")
    expect(page.locator(".found-article")).to_have_count(1)
    expect(page.locator(".found-article h3")).to_have_text("Judul beras")
    field.fill('"!*')
    expect(page.locator(".nothing")).to_contain_text("No sentence has all")
    field.fill("")
    expect(page.locator(".article")).to_have_count(3)
    expect(field).to_be_focused()


def test_tab_from_the_search_stops_at_nothing_unseen(page, three, reader):
    page.goto(reader)
    page.keyboard.press("/")
    page.keyboard.type("about beras")
    expect(page.locator(".found-sentence")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Sort")).to_be_focused()


def test_cross_empties_the_search(page, three, reader):
    page.goto(reader)
    field = page.get_by_label("Search Indonesian and English")
    field.fill("beras")
    expect(page.locator(".found-article")).to_have_count(1)
    box = field.bounding_box()
    field.click(position={"x": box["width"] - 18, "y": box["height"] / 2})
    expect(field).to_have_value("")
    expect(page.locator(".article")).to_have_count(3)


def test_found_sentence_is_lit_on_arrival_and_the_way_back_is_there(
    page, three, reader
):
    page.goto(reader)
    page.get_by_label("Search Indonesian and English").fill("closed")
    page.locator(".found-sentence").first.click()
    expect(page.locator(".sentence.lit")).to_have_text(
        ["Café itu tutup.", "That cafe is closed."]
    )
    expect(page.locator(".sentence.lit").first).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".found-sentence")).to_have_count(3)
    expect(page.get_by_label("Search Indonesian and English")).to_have_value("closed")


def test_article_is_named_and_tagged_over_the_list(page, three, reader, library, shelf):
    shelf.describe(three[1], "", ["Lama"])
    page.goto(f"{reader}/?order=title")
    page.get_by_label("What to do with Judul ayam").click()
    page.get_by_role("link", name="Name and tags").click()
    dialog = page.get_by_role("dialog", name="Name and tags")
    dialog.get_by_label("Name", exact=True).fill("Untuk rapat")
    dialog.get_by_label("Lama").check()
    dialog.get_by_label("New tags").fill("pangan, harga")
    dialog.get_by_role("button", name="Save").click()
    item = page.locator(f"[data-article='{three[0]}']")
    expect(item.locator(".article-title")).to_have_text("Untuk rapat")
    assert library.summary(three[0]).tags == ("harga", "Lama", "pangan")
    assert page.url.endswith("/?order=title")


def test_dialog_closes_without_a_change(page, three, reader, library):
    page.goto(reader)
    page.get_by_label("What to do with Judul ayam").click()
    page.get_by_role("link", name="Name and tags").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Lain")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert library.summary(three[0]).title == "Judul ayam"


def test_dialog_leads_back_to_the_menu_it_was_opened_from(page, three, reader):
    page.goto(reader)
    menu = page.get_by_label("What to do with Judul ayam")
    menu.focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    dialog = page.get_by_role("dialog", name="Name and tags")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(menu).to_be_focused()


def test_article_goes_into_the_archive_and_back(page, three, reader):
    page.goto(reader)
    page.get_by_label("What to do with Judul ayam").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".undo")).to_contain_text("in the archive now")
    expect(page.locator(".article")).to_have_count(2)
    page.get_by_role("link", name="Archive 1").click()
    expect(page.locator(".article-title")).to_have_text(["Judul ayam"])
    page.get_by_label("What to do with Judul ayam").click()
    page.get_by_role("button", name="Take out of the archive").click()
    expect(page.locator(".nothing")).to_have_text("The archive is empty.")
    page.goto(reader)
    expect(page.locator(".article")).to_have_count(3)


def test_menu_says_in_indonesian_what_it_does(new_page, three, reader):
    page = new_page(locale="id-ID")
    page.goto(reader)
    page.locator(".article-menu summary").first.click()
    page.get_by_role("button", name="Arsipkan", exact=True).click()
    expect(page.get_by_role("link", name="Arsip 1")).to_be_visible()


def test_deletion_in_the_list_is_undone_where_it_was(page, three, reader):
    page.goto(f"{reader}/?order=title")
    page.get_by_label("What to do with Judul beras").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".article")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".article")).to_have_count(3)
    assert page.url.endswith("/?order=title")


def test_menu_closes_with_escape_and_with_a_click_elsewhere(page, three, reader):
    page.goto(reader)
    summary = page.get_by_label("What to do with Judul ayam")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Name and tags")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Name and tags")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(page.get_by_role("link", name="Name and tags")).to_be_hidden()


def test_several_files_are_added_and_each_tells_what_became_of_it(
    page, reader, library, complaints
):
    page.goto(reader)
    files = [("a.txt", "Hujan turun."), ("b.txt", "%PDF-"), ("c.txt", "Banjir surut.")]
    page.dispatch_event("body", "drop", {"dataTransfer": transfer(page, files)})
    expect(page.locator(".file-label")).to_have_text("3 files")
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_role("heading", name="Adding 3 texts")).to_be_focused()
    expect(page.get_by_text("Your library is empty.")).to_be_hidden()
    expect(page.locator("#importing-tally")).to_have_text("2 of 3 added, 1 not added")
    failed = page.locator(".import.failed")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("b.txt cannot be read as PDF")
    expect(page.locator(".import.done")).to_have_count(2)
    page.get_by_role("link", name="c.txt").click()
    expect(page.locator(".target .sentence")).to_have_text(english("Banjir surut."))
    assert [article.source for article in library.articles()] == ["c.txt", "a.txt"]
    assert_refused(complaints, 422)


def test_several_addresses_are_several_articles(page, reader, complaints):
    page.goto(reader)
    field = page.get_by_label("Indonesian text, or addresses")
    field.fill("http://127.0.0.1/a\nhttp://localhost/b")
    page.get_by_role("button", name="Translate").click()
    expect(page.locator(".import.failed")).to_have_count(2)
    expect(page.locator(".import.failed").first).to_contain_text("is never fetched")
    expect(page.get_by_text("Your library is empty.")).to_be_visible()
    assert_refused(complaints, 403, 403)


def test_bookmarklet_leads_to_an_offer_that_adds_nothing_by_itself(
    page, reader, library, complaints
):
    page.goto(reader)
    link = page.locator(".bookmarklet")
    script = link.get_attribute("href")
    link.click()  # is for other pages
    assert script.startswith("javascript:")
    # The strict policy of the page lets no such link run; this is what a browser
    # does with the bookmark elsewhere.
    page.evaluate(script.removeprefix("javascript:"))
    expect(page.locator(".offer-address")).to_have_text(f"{reader}/")
    assert library.articles() == []
    page.get_by_role("button", name="Add and translate").click()
    expect(page.get_by_role("alert")).to_contain_text("is never fetched")
    assert_refused(complaints, 403)


def test_library_works_without_script(new_page, three, reader, library):
    page = new_page(java_script_enabled=False)
    page.goto(reader)
    page.get_by_label("Search Indonesian and English").fill("beras")
    page.keyboard.press("Enter")
    expect(page.locator(".found-article h3")).to_have_text("Judul beras")
    page.get_by_label("Source").select_option("Files")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".found-sentence")).to_have_count(2)
    page.goto(reader)
    page.get_by_label("What to do with Judul ayam").click()
    page.get_by_role("link", name="Name and tags").click()
    page.get_by_label("New tags").fill("pangan")
    page.get_by_role("button", name="Save").click()
    assert library.summary(three[0]).tags == ("pangan",)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Hujan turun."},
            {"name": "b.txt", "mimeType": "text/plain", "buffer": b"%PDF-"},
        ]
    )
    page.get_by_role("button", name="Translate").click()
    outcome = page.get_by_role("region", name="1 text was added")
    expect(outcome).to_contain_text("B.txt cannot be read as PDF")


def test_thousand_articles_come_page_by_page(page, reader, library):
    for n in range(1000):
        library.set_done(library.add(text.read(f"Artikel nomor {n}")))
    page.goto(reader)
    expect(page.locator(".article")).to_have_count(50)
    expect(page.locator(".pagination")).to_contain_text("1–50 of 1,000")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pagination")).to_contain_text("51–100 of 1,000")
    assert titles(page)[0] == "Artikel nomor 949"


@pytest.mark.parametrize("width", [320, 390, 820])
def test_narrow_library_does_not_scroll_sideways(new_page, three, reader, shelf, width):
    shelf.describe(three[0], "nama" * 40, ["tag" * 13])
    shelf.archive(three[1], is_archived=True)
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(reader)
    assert has_no_sideways_scroll(page)
    page.locator(".article-menu summary").first.click()
    assert has_no_sideways_scroll(page)
    page.get_by_role("link", name="Name and tags").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert has_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    page.get_by_label("Search Indonesian and English").fill("cafe")
    expect(page.locator(".found-sentence")).to_have_count(3)
    assert has_no_sideways_scroll(page)
