import io
import json
import re

import pytest

from dwibahasa.article import ArticleState
from dwibahasa.formats import FORMATS, Format, text
from engine_standin import english
from waiting import until

ARTICLE = (
    "Harga beras naik\n\nPetani senang. Pembeli tidak.\n\n- gula\n\nHak cipta 2024"
)


def page(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words(html):
    """What a reader sees of a page, without mark-up."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_empty_library_offers_the_sample_article(client, library):
    assert "Your library is empty" in page(client.get("/"))
    answer = client.post("/articles", {"sample": "1"})
    assert answer.status_code == 303
    (article,) = library.articles()
    assert answer.location == f"/articles/{article.id}"
    assert article.title.startswith("Terdesak, ISIS")


def test_pasted_text_becomes_an_article(client, library):
    answer = client.post("/articles", {"text": ARTICLE})
    assert (answer.status_code, answer.location) == (303, "/articles/1")
    assert library.article(1).document == text.read(ARTICLE)


def test_text_added_again_leads_to_the_article_that_is_there(client, library):
    first = client.post("/articles", {"text": ARTICLE})
    assert client.post("/articles", {"text": ARTICLE}).location == first.location
    assert len(library.articles()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_uploaded_file_becomes_an_article(client, library, encoding):
    data = "Café “baru” dibuka di kota itu kemarin pagi.".encode(encoding)
    client.post("/articles", {"file": (io.BytesIO(data), "berita.txt"), "text": ""})
    document = library.article(1).document
    assert document.blocks[0].text == "Café “baru” dibuka di kota itu kemarin pagi."
    assert document.source == "berita.txt"


def test_start_page_lists_titles_sources_dates_and_states(client, library, translated):
    translated(ARTICLE, source="https://www.contoh.id/harga", date="2024-05-01")
    library.add(text.read("Sungai meluap"))
    shown = words(page(client.get("/")))
    assert "Harga beras naik Harga-en beras-en naik-en" in shown
    assert "contoh.id 1 May 2024 1 min read" in shown
    assert "Sungai meluap added" in shown
    assert "Waiting to be translated" in shown


def test_progress_of_the_list_is_json(client, library):
    article_id = library.add(text.read(ARTICLE))
    (progress,) = client.get(f"/articles?id={article_id}&id=99&id=x").get_json()
    assert progress == {
        "id": article_id,
        "state": "queued",
        "status": "Waiting to be translated",
        "blocks": 4,
        "blocks_done": 0,
        "target_title": "",
        "warnings": [],
    }


def test_reader_shows_both_languages_sentence_by_sentence(client, translated):
    shown = page(client.get(f"/articles/{translated(ARTICLE)}"))
    for sentence in ("Petani senang.", "Pembeli tidak."):
        (place,) = re.findall(f'data-segment="([^"]+)"[^>]*>{sentence}<', shown)
        assert re.search(
            f'data-segment="{place}"[^>]*>{re.escape(english(sentence))}<', shown
        )
    assert shown.count('lang="id"><h1') == shown.count('lang="en"><h1') == 1
    assert '<span class="marker">- </span>' in shown
    assert "Petani senang. Pembeli tidak." in words(shown).replace("  ", " ")


def test_unfinished_article_shows_what_there_is(client, library, translated, engine):
    article_id = library.add(text.read(ARTICLE))
    shown = page(client.get(f"/articles/{article_id}"))
    assert "Waiting to be translated" in shown
    assert shown.count('class="row') == 4
    assert shown.count("pending") == 4
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in shown
    assert f'data-events="/articles/{article_id}/events?after=-1"' in shown
    assert re.search('id="export" hidden', shown)


def test_finished_article_has_its_exports(client, translated):
    shown = page(client.get(f"/articles/{translated(ARTICLE)}"))
    assert "http-equiv" not in shown
    assert 'id="export" hidden' not in shown
    offered = re.findall(r"/export/([\w-]+)", shown)
    written = [f.name for f in FORMATS.values() if f.writes]
    assert sorted(offered) == sorted([*written, "english"])
    assert offered[0] == "html"
    told = words(shown.split('id="export"')[1].split("</details>")[0])
    assert "To read Bilingual page .html" in told
    assert "For other tools" in told
    assert "As it came" not in told


def test_new_format_is_offered_by_its_name(client, translated, monkeypatch):
    monkeypatch.setitem(
        FORMATS,
        "braille",
        Format("braille", (".brf",), "text/x", "braille", writes=True),
    )
    shown = page(client.get(f"/articles/{translated(ARTICLE)}"))
    assert "braille .brf" in words(shown)


def test_uploaded_file_is_written_again_in_english(client, library, worker):
    table = b"no,teks\r\n1,Harga naik.\r\n2,Petani senang.\r\n"
    client.post("/articles", {"file": (io.BytesIO(table), "harga.csv")})
    worker.start()
    until(lambda: library.summary(1).state is ArticleState.DONE)
    shown = words(page(client.get("/articles/1")))
    assert "As it came The original in English .csv" in shown
    answer = client.get("/articles/1/export/same")
    assert "filename=harga.en.csv" in answer.headers["Content-Disposition"]
    assert "Petani-en senang-en." in page(answer)
    assert page(answer).startswith("no,teks")


def test_pasted_text_has_no_file_to_write_again(client, translated):
    answer = client.get(f"/articles/{translated(ARTICLE)}/export/same")
    assert answer.status_code == 404


def test_doubtful_sentence_carries_the_reason(client, translated):
    shown = page(client.get(f"/articles/{translated('RAGU 316 orang datang.')}"))
    assert 'aria-label="Doubtful: A number differs from the Indonesian."' in shown
    assert 'aria-describedby="note-0-0"' in shown
    assert 'id="note-0-0"' in shown


def test_language_that_is_not_indonesian_is_noted(client, translated):
    english_text = (
        "The government said on Monday that the price of rice will rise soon."
    )
    shown = page(client.get(f"/articles/{translated(english_text)}"))
    assert "This text looks like English, not Indonesian" in shown


def test_source_is_a_link_only_where_it_is_a_web_page(client, translated):
    web = translated("Satu dua.", source="https://contoh.id/a?b=<c>")
    assert 'href="https://contoh.id/a?b=&lt;c&gt;"' in page(
        client.get(f"/articles/{web}")
    )
    script = translated("Tiga empat.", source="javascript:alert(1)")
    assert (
        "href=" not in page(client.get(f"/articles/{script}")).split("kicker")[1][:99]
    )


HOSTILE = '<script>alert("x")</script> & <img src=x onerror=alert(1)>'


def test_hostile_text_is_shown_as_text(client, translated):
    article_id = translated(f"{HOSTILE}\n\n{HOSTILE} lagi.", source=HOSTILE)
    for path in ("/", f"/articles/{article_id}"):
        shown = page(client.get(path))
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;" in shown
    for name in ("html", "english"):
        exported = page(client.get(f"/articles/{article_id}/export/{name}"))
        assert "<script>alert" not in exported
        assert "<img" not in exported


@pytest.mark.parametrize(
    ("format_name", "media_type", "suffix", "begins"),
    [
        ("text", "text/plain", ".txt", "Harga-en beras-en naik-en\n"),
        ("markdown", "text/markdown", ".md", "| Indonesian | English |\n"),
        ("html", "text/html", ".html", "<!doctype html>\n"),
        ("english", "text/html", ".html", "<!doctype html>\n"),
        ("json", "application/json", ".json", "{\n"),
    ],
)
def test_finished_article_is_exported(
    client, translated, format_name, media_type, suffix, begins
):
    answer = client.get(f"/articles/{translated(ARTICLE)}/export/{format_name}")
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="Harga-en beras-en naik-en.en{suffix}"'
    )
    assert page(answer).startswith(begins)


def test_exported_page_speaks_the_language_of_the_interface(client, translated):
    address = f"/articles/{translated(ARTICLE)}/export/html"
    in_english = page(client.get(address))
    assert '<html lang="en">' in in_english
    assert "Translated by the model stand-in with dwibahasa." in in_english
    in_indonesian = page(client.get(address, headers={"Accept-Language": "id"}))
    assert '<html lang="id">' in in_indonesian
    assert "Diterjemahkan oleh model stand-in dengan dwibahasa." in in_indonesian
    assert "<span>Inggris</span>" in in_indonesian
    assert "<span>English</span>" not in in_indonesian


def test_english_page_has_no_indonesian(client, translated):
    address = f"/articles/{translated(ARTICLE)}/export/english"
    exported = page(client.get(address, headers={"Accept-Language": "id"}))
    assert "Petani-en senang-en." in words(exported)
    assert "Translated from Indonesian by the model stand-in" in exported
    assert "Petani senang." not in exported
    assert 'lang="id"' not in exported


def test_export_of_json_has_every_segment(client, translated):
    record = json.loads(
        page(client.get(f"/articles/{translated(ARTICLE)}/export/json"))
    )
    sources = [s["source"] for block in record["blocks"] for s in block["segments"]]
    assert sources[1:3] == ["Petani senang.", "Pembeli tidak."]


def test_name_of_an_export_is_safe(client, translated):
    article_id = translated("../a/b: “c” \\ d?\n\nSatu dua tiga empat lima enam.")
    header = client.get(f"/articles/{article_id}/export/text").headers
    assert "/" not in header["Content-Disposition"]
    assert ".." not in header["Content-Disposition"]


def test_deleted_article_can_be_restored(client, translated, library):
    article_id = translated(ARTICLE)
    answer = client.post(f"/articles/{article_id}/delete")
    assert (answer.status_code, answer.location) == (303, "/")
    shown = page(client.get("/"))
    assert "The article was deleted." in shown
    assert f'action="/articles/{article_id}/restore"' in shown
    assert library.articles() == []
    client.post(f"/articles/{article_id}/restore")
    assert "Harga beras naik" in page(client.get("/"))
    assert "The article was deleted." not in page(client.get("/"))


def test_failed_article_can_be_tried_again(client, library, worker, engine):
    article_id = library.add(
        text.read("Judul berita\n\nMACET di jalan raya.\n\nAkhir.")
    )
    worker.start()
    until(lambda: library.summary(article_id).state is ArticleState.FAILED)
    shown = page(client.get(f"/articles/{article_id}"))
    assert "The translation stopped." in shown
    assert "The engine of model &#39;stand-in&#39; failed: out of memory" in shown
    assert shown.count("Not translated yet") == 2
    assert "Judul-en berita-en" in shown
    answer = client.post(f"/articles/{article_id}/retry")
    assert answer.location == f"/articles/{article_id}"
    until(lambda: library.summary(article_id).state is ArticleState.FAILED)


def test_health_tells_version_and_work(client, library):
    library.add(text.read(ARTICLE))
    health = client.get("/health").get_json()
    assert health["status"] == "ok"
    assert health["unfinished"] == 1
