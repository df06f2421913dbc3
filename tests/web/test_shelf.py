import io
import re

import pytest

from dwibahasa.formats import text


def page(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_words_of_a_search_stand_in_no_address(client, translated):
    translated("Harga beras naik.\n\nPetani senang.")
    answer = client.post("/search?tag=x", {"query": "petani rahasia"})
    assert (answer.status_code, answer.location) == (303, "/search?tag=x")
    assert 'value="petani rahasia"' in page(client.get("/search"))


def test_found_sentence_leads_to_its_place(client, translated):
    article_id = translated("Harga beras naik.\n\nIa tiba. Petani senang.")
    client.post("/search", {"query": "petani"})
    shown = page(client.get("/search"))
    assert f'href="/articles/{article_id}#s-1-1"' in shown
    assert "<mark>Petani</mark> senang." in shown
    assert 'id="s-1-1"' in page(client.get(f"/articles/{article_id}"))


def test_empty_search_leads_back_to_the_list(client, translated):
    translated("Harga beras naik.")
    assert client.post("/search", {"query": "  "}).location == "/"
    assert client.get("/search").location == "/"


def test_hostile_search_and_names_are_shown_as_text(client, translated):
    hostile = "<script>alert(1)</script>"
    article_id = translated(f"Kata {hostile} lagi.")
    client.post(f"/articles/{article_id}/about", {"name": hostile, "new_tags": hostile})
    client.post("/search", {"query": hostile})
    for path in ("/", "/search", f"/articles/{article_id}/about", f"/?tag={hostile}"):
        shown = page(client.get(path))
        assert "<script>alert" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "wrong", ["order=x", "progress=x", "page=x", "page=-1", f"page={10**30}", "tag=%00"]
)
def test_wrong_part_of_an_address_is_left_out(client, translated, wrong):
    translated("Harga beras naik.")
    client.post("/search", {"query": "harga"})
    page(client.get(f"/?{wrong}"))
    page(client.get(f"/search?{wrong}"))


def test_offer_of_a_bookmarklet_adds_nothing(client, library):
    shown = page(client.get("/add?url=https://contoh.id/a?b=%3Cc%3E"))
    assert "https://contoh.id/a?b=&lt;c&gt;" in shown
    assert library.count() == 0


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "Ia pulang. Ia tiba."])
def test_bookmarklet_offers_addresses_alone(client, url):
    answer = client.get("/add", query_string={"url": url})
    assert answer.status_code == 400
    assert "is not an address that can be read" in answer.get_data(as_text=True)


def test_script_is_told_where_its_text_went(client):
    answer = client.post(
        "/articles", {"text": "Hujan turun."}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 201
    news = answer.get_json()
    assert (news["id"], news["address"]) == (1, "/articles/1")
    assert news["state"] == "queued"


def test_one_bad_file_of_several_leaves_the_others(client, library):
    files = [(io.BytesIO(b"Hujan turun."), "a.txt"), (io.BytesIO(b"%PDF-"), "b.txt")]
    shown = page(client.post("/articles", {"file": files}))
    assert "1 text was added" in shown
    assert "B.txt cannot be read as PDF" in shown
    assert library.count() == 1
    # What is done in this list leads back to the start page.
    assert set(re.findall('name="back" value="([^"]*)"', shown)) == {"/"}


def test_file_dialog_offers_what_is_read(client):
    shown = page(client.get("/"))
    assert 'multiple accept=".txt,' in shown


def test_unknown_article_has_no_name(client):
    for path in ("about", "archive", "unarchive"):
        assert client.post(f"/articles/9/{path}").status_code == 404
    assert client.get("/articles/9/about").status_code == 404


def test_archived_article_can_be_read_and_found(client, translated, library):
    article_id = translated("Harga beras naik.")
    client.post(f"/articles/{article_id}/archive")
    assert "Harga beras naik" in page(client.get(f"/articles/{article_id}"))
    client.post("/search", {"query": "beras"})
    assert "in the archive" in page(client.get("/search"))
    library.add(text.read("Lain sama sekali"))
    assert "Harga beras naik" not in page(client.get("/"))


def test_what_is_found_is_ordered_as_the_address_asks(client, translated):
    translated("Beras naik.")
    translated("Beras itu sudah lama ada di pasar.")
    client.post("/search", {"query": "beras"})

    def found(address):
        shown = page(client.get(address))
        order = re.search('<option value="([a-z]+)" selected>', shown)[1]
        return order, re.findall('#s-0-0">\\s*<span lang="id">(.*)</span>', shown)

    short, long = (
        "<mark>Beras</mark> naik.",
        "<mark>Beras</mark> itu sudah lama ada di pasar.",
    )
    assert found("/search") == ("relevance", [short, long])
    assert found("/search?by=latest") == ("latest", [long, short])
