import gettext
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from dwibahasa import errors
from dwibahasa.formats import text
from dwibahasa.language import language_warning
from dwibahasa.settings import web_folder
from dwibahasa.web.language import LANGUAGES, TRANSLATIONS
from dwibahasa.web.sentences import extract, told

CHECKOUT = web_folder().parent
FOLDER = TRANSLATIONS / "id" / "LC_MESSAGES"


def catalogue():
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="id")


def singular(message):
    return message if isinstance(message, str) else message[0]


def extracted():
    """Every message of the pages and of the errors."""
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None}
    keywords["ngettext"] = (1, 2)
    for method, folder in (("python", "src/dwibahasa/web"), ("jinja2", "web")):
        suffix = "**.py" if method == "python" else "**.html"
        for _, _, message, _, _ in extract_from_dir(
            CHECKOUT / folder, [(suffix, method)], keywords=keywords
        ):
            yield singular(message)
    for path in Path(errors.__file__).parent.glob("*.py"):
        with path.open("rb") as file:
            for _, _, message, _ in extract(file):
                yield message


def test_every_message_is_translated_and_none_is_left_over():
    messages = {singular(m.id): m for m in catalogue() if m.id}
    assert sorted(messages) == sorted(set(extracted()))
    for message in messages.values():
        strings = [message.string] if isinstance(message.id, str) else message.string
        assert all(strings), message.id
        assert not message.fuzzy, message.id
        assert list(message.check()) == [], message.id


def test_names_in_braces_are_those_of_the_message():
    for message in catalogue():
        for string in [message.string] if message.id else []:
            names = re.findall(r"\{\w+\}", singular(message.id))
            assert sorted(re.findall(r"\{\w+\}", singular(string))) == sorted(names)


def test_compiled_catalogue_is_that_of_its_source():
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = {singular(m.id): singular(m.string) for m in read_mo(file) if m.id}
    own = {singular(m.id): singular(m.string) for m in catalogue() if m.id}
    assert compiled == own


class BareText(HTMLParser):
    """The texts of a template that stand in it as they are shown."""

    def __init__(self):
        super().__init__()
        self.found = []
        self._is_style = False

    def handle_starttag(self, tag, attributes):
        self._is_style = tag in ("style", "script")
        for name, value in attributes:
            if name in ("aria-label", "title", "placeholder", "alt"):
                self.found.append(value or "")

    def handle_data(self, data):
        if not self._is_style:
            self.found.append(data)


PAGES = sorted(
    path.name
    for path in (web_folder() / "templates").glob("*.html")
    if path.name != "english.html"  # a file for export, in English
)


@pytest.mark.parametrize("name", PAGES)
def test_template_has_no_text_that_is_not_translated(name):
    source = (web_folder() / "templates" / name).read_text(encoding="utf-8")
    source = re.sub("{% block kind %}.*?{% endblock %}", "", source)  # a class
    source = re.sub("{% trans .*?{% endtrans %}", "", source)
    shown = "".join(
        token if kind == "data" else "x" if kind == "variable_end" else " "
        for _, kind, token in _outside_statements(source)
    )
    parser = BareText()
    parser.feed(shown)
    words = re.findall(r"[^\W\d_]{2,}", " ".join(parser.found))
    assert {w for w in words if w.strip("x")} <= {"dwi", "bahasa", "dwibahasa"}


def _outside_statements(source):
    """The tokens of a template that are neither in a statement nor an expression."""
    depth = 0
    for line, kind, token in Environment().lex(source):
        if kind in ("variable_begin", "block_begin"):
            depth += 1
        if not depth and kind in ("data", "comment"):
            yield line, kind, token
        if kind in ("variable_end", "block_end"):
            depth -= 1
            yield line, kind, token


def page(client, path="/", language="", status=200):
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("accepted", "code", "sentence"),
    [
        ("id-ID,id;q=0.9,en;q=0.5", "id", "Perpustakaan Anda kosong."),
        ("en-US,en;q=0.9,id;q=0.5", "en", "Your library is empty."),
        ("fr", "en", "Your library is empty."),
        ("", "en", "Your library is empty."),
    ],
)
def test_pages_speak_the_language_of_the_browser(client, accepted, code, sentence):
    shown = page(client, language=accepted)
    assert f'<html lang="{code}">' in shown
    assert sentence in shown


def test_language_is_switched_and_stays(client):
    answer = client.post("/language", {"language": "id", "back": "/?order=title"})
    assert (answer.status_code, answer.location) == (303, "/?order=title")
    assert '<html lang="id">' in page(client, language="en")
    client.post("/language", {"language": "en"})
    assert '<html lang="en">' in page(client, language="id")
    assert client.post("/language", {"language": "xx"}).status_code == 400


@pytest.mark.parametrize(
    "back", ["https://contoh.id/", "//contoh.id/", "/\\contoh.id", "javascript:x", ""]
)
def test_no_form_leads_to_another_host(client, back):
    answer = client.post("/language", {"language": "id", "back": back})
    assert answer.location == "/"


def test_every_language_is_offered_by_its_name(client):
    shown = page(client)
    assert f'aria-label="{LANGUAGES["id"]}"' in shown


def test_dates_and_numbers_are_those_of_the_language(client, library):
    library.add(text.read("Harga naik", date="2026-05-01"))
    assert "1 Mei 2026" in page(client, language="id")
    assert "1 May 2026" in page(client, language="en")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (errors.EmptyInput(), "tidak ada teks untuk diterjemahkan; berikan"),
        (errors.EmptyInput("a.txt"), "a.txt tidak memuat teks untuk diterjemahkan"),
        (errors.BinaryInput("a.txt", "a PDF file"), "a.txt adalah berkas PDF, bukan"),
        (errors.InputTooLarge("the text", 2_500_000, 10**6), "teks berukuran 2.5 MB"),
        (errors.FetchFailed("http://a.id", "there is no host a.id"), "tidak ada host"),
        (errors.ArticleNotFound(7), "artikel 7 tidak ada di perpustakaan"),
        (errors.ModelNotFound("x", []), "tidak ada model 'x' di"),
        (language_warning("The price of rice will rise soon, he said on Monday."),
         "teks ini tampaknya berbahasa"),
        ("no one knows this sentence", "no one knows this sentence"),
    ],
)  # fmt: skip
def test_sentence_of_the_core_is_told_in_indonesian(app, sentence, expected):
    with app.test_request_context(headers={"Accept-Language": "id"}):
        assert expected in told(str(sentence))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert told(str(sentence)) == str(sentence)


def test_wrong_address_is_told_in_indonesian(client):
    shown = page(client, "/articles/99", language="id", status=404)
    assert "Artikel 99 tidak ada di perpustakaan; lihat daftar artikel." in shown


def test_catalogue_can_be_read_by_gettext():
    translations = gettext.translation("messages", TRANSLATIONS, ["id"])
    assert translations.gettext("Library") == "Perpustakaan"


SPOKEN = re.compile(r"(?:textContent|ariaLabel|title|innerText) = [\"`][A-Z]")


@pytest.mark.parametrize(
    "path", sorted((web_folder() / "static").glob("*.js")), ids=lambda path: path.name
)
def test_script_takes_what_it_says_from_the_page(path):
    assert SPOKEN.findall(path.read_text(encoding="utf-8")) == []


def test_events_speak_the_language_of_who_reads(client, translated):
    article_id = translated("RAGU 316 orang datang.")
    for code, reason in (
        ("id", "Ada angka yang berbeda dari teks Indonesia."),
        ("en", "A number differs from the Indonesian."),
        ("id", "Ada angka yang berbeda dari teks Indonesia."),
    ):
        assert reason in page(client, f"/articles/{article_id}/events", code)
        assert reason in page(client, f"/articles/{article_id}", code)
