import io
import zipfile
from pathlib import Path

import pytest

from dwibahasa import errors, extract
from dwibahasa.errors import DwibahasaError
from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.settings import settings


def upload(data, name="berita.txt"):
    return {"file": (io.BytesIO(data), name), "text": ""}


def document(name):
    return (Path(__file__).parents[1] / "data" / "formats" / name).read_bytes()


def bomb():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(30_000_000))
    return written.getvalue()


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"text": ""}, 400, "give at least one word"),
        ({"text": " \n*** "}, 400, "give at least one word"),
        (upload(b""), 400, "berita.txt has no text to translate"),
        (upload(b"%PDF-1.7 x", "a.txt"), 422, "A.txt cannot be read as PDF"),
        (upload(document("pindaian.pdf")), 422, "has no text, only pictures of it"),
        (upload(document("rahasia.pdf")), 422, "is protected by a password"),
        (upload(bomb(), "a.docx"), 413, "30 MB inside"),
        (upload(b"Ia tiba.", "a.epub"), 422, "cannot be read as EPUB"),
        (upload("Президент приехал".encode("cp1251")), 415, "save it as UTF-8"),
        (upload(b"kata " * 41_000), 413, "more than the 0.2 MB"),
        ({"text": "kata " * 41_000}, 413, "more than the 0.2 MB"),
        ({"text": "ftp://contoh.id/a"}, 400, "begins with https:// or http://"),
        ({"text": "http://127.0.0.1:1/"}, 403, "give the address of a public page"),
        ({"text": "http://localhost/"}, 403, "give the address of a public page"),
    ],
)
def test_what_cannot_be_added_is_told_on_the_start_page(
    client, library, given, status, sentence
):
    answer = client.post("/articles", given)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert sentence[1:] in shown
    assert '<form class="add"' in shown
    assert library.articles() == []


def test_what_was_typed_is_kept(client):
    answer = client.post("/articles", {"text": "http://127.0.0.1/<rahasia>"})
    assert "http://127.0.0.1/&lt;rahasia&gt;</textarea>" in answer.get_data(
        as_text=True
    )


def test_text_that_begins_with_an_address_is_a_text(client, library):
    client.post("/articles", {"text": "http://127.0.0.1/ adalah alamat itu."})
    assert library.summary(1).words == 4


@pytest.mark.parametrize(
    "address", ["https://contoh.id/a", "contoh.id/a", "www.contoh.id", "contoh.co.id"]
)
def test_address_is_fetched(client, monkeypatch, address):
    # The network is the one thing that a test cannot have.
    asked = []

    def fetch_article(url):
        asked.append(url)
        return text.read("Isi berita.", source=url)

    monkeypatch.setattr(extract, "fetch_article", fetch_article)
    assert client.post("/articles", {"text": f" {address}\n"}).status_code == 303
    assert asked == [f"https://{address.removeprefix('https://')}"]


def all_errors(kind=DwibahasaError):
    for child in kind.__subclasses__():
        if child.__module__.startswith(f"{errors.__name__}."):
            yield child
            yield from all_errors(child)


@pytest.mark.parametrize("kind", [*all_errors()], ids=lambda kind: kind.__name__)
def test_every_error_is_a_page_with_its_status_and_sentence(app, client, kind):
    error = kind.__new__(kind)
    error.args = ("the <disk> of this computer is odd; look after it",)

    def fail():
        raise error

    app.view_functions["pages.health"] = fail
    answer = client.get("/health", headers={"Accept": "text/html"})
    assert answer.status_code == kind.http_status
    assert "The &lt;disk&gt; of this computer is odd; look after it." in (
        answer.get_data(as_text=True)
    )
    answer = client.get("/health", headers={"Accept": "application/json"})
    assert answer.status_code == kind.http_status
    assert answer.get_json() == {
        "error": "the <disk> of this computer is odd; look after it"
    }


def test_error_of_the_library_keeps_what_was_typed(client, library):
    library.path.write_bytes(b"no library any more " * 1000)
    answer = client.post("/articles", {"text": "Teks yang panjang."})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "put a copy of it back" in shown
    assert "Teks yang panjang.</textarea>" in shown


def test_unforeseen_error_has_a_page_and_no_text_in_the_log(app, client, caplog):
    sentence = "kalimat rahasia"

    def fail():
        raise KeyError(sentence)

    app.view_functions["pages.health"] = fail
    answer = client.get("/health")
    assert answer.status_code == 500
    assert "Something went wrong inside dwibahasa" in answer.get_data(as_text=True)
    assert "KeyError" in caplog.text
    assert "rahasia" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("get", "/nowhere", 404, "There is no such page"),
        ("get", "/articles/abc", 404, "There is no such page"),
        ("get", "/articles/99", 404, "Article 99 is not in the library"),
        ("get", f"/articles/{2**65}", 404, "is not in the library"),
        ("get", "/articles/99/events", 404, "Article 99 is not in the library"),
        ("get", "/articles/99/export/text", 404, "Article 99 is not in the library"),
        ("post", "/articles/99/delete", 404, "Article 99 is not in the library"),
        ("post", "/articles/99/restore", 404, "Article 99 is not in the library"),
        ("post", "/articles/99/retry", 404, "Article 99 is not in the library"),
        ("get", "/articles/99/delete", 405, "takes no such request"),
        ("post", "/health", 405, "takes no such request"),
    ],
)
def test_http_errors_have_a_page(client, method, path, status, sentence):
    answer = getattr(client, method)(path)
    assert answer.status_code == status
    shown = answer.get_data(as_text=True)
    assert sentence in shown
    assert "Go to your library" in shown


def test_unfinished_or_unknown_export_is_refused(client, library, translated):
    library.add(text.read("Belum selesai."))
    answer = client.get("/articles/1/export/text")
    assert answer.status_code == 409
    assert "not translated to its end" in answer.get_data(as_text=True)
    done = translated("Sudah selesai.")
    assert client.get(f"/articles/{done}/export/pdf").status_code == 404


def test_request_that_is_far_too_large_is_refused_unread(client):
    answer = client.post("/articles", {"text": "a" * 400_000})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "more than the 0.2 MB that are read" in shown


def test_library_is_not_opened_without_its_folder(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(errors.CannotWrite):
        Library(settings().library_path)
