import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import add_translated
from dwibahasa.database import LIBRARY, Database
from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.search import Ranking, search, sentences_with
from dwibahasa.shelf import Choice, Shelf

EVERYWHERE = Choice(is_archived=None)


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library.sqlite3")


def found(library, query, choice=EVERYWHERE):
    """The source sentences that a search finds."""
    articles = search(library.database, query, choice).articles
    return [
        "".join(piece.text for piece in sentence.source)
        for _, sentences in articles
        for sentence in sentences
    ]


def marked(pieces):
    return "".join(f"[{p.text}]" if p.is_hit else p.text for p in pieces)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harga", ["Harga beras naik."]),
        ("HARGA", ["Harga beras naik."]),
        ("price", ["Harga beras naik."]),
        ("harga rice", ["Harga beras naik."]),
        ("rice harga", ["Harga beras naik."]),
        ("har", ["Harga beras naik."]),
        ("h", []),
        ("cafe", ["Café itu tutup."]),
        ("café", ["Café itu tutup."]),
        ("cafe\u0301", ["Café itu tutup."]),
        ('"beras naik"', ["Harga beras naik."]),
        ('"naik beras"', []),
        ('"beras nai"', []),
        ("harga café", []),
        ("", []),
        ("  ", []),
        ("-", []),
    ],
)
def test_sentence_is_found_by_its_words_in_both_languages(library, query, expected):
    add_translated(
        library,
        "Harga beras naik.\n\nCafé itu tutup.",
        ["The price of rice is rising.", "That cafe is closed."],
    )
    assert found(library, query) == expected


def test_hit_is_marked_on_both_sides_and_leads_to_its_place(library):
    article_id = add_translated(
        library,
        "Judul\n\nIa tiba. Presiden Jokowi tiba kemarin.",
        ["Title", "He came.", "President Jokowi came yesterday."],
    )
    ((summary, (sentence,)),) = search(library.database, "jok", EVERYWHERE).articles
    assert summary.id == sentence.article_id == article_id
    assert (sentence.block, sentence.position) == (1, 1)
    assert marked(sentence.source) == "Presiden [Jokowi] tiba kemarin."
    assert marked(sentence.target) == "President [Jokowi] came yesterday."


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '"""',
        "a AND",
        "NOT",
        "source:harga",
        "har*",
        "(",
        "a OR",
        "NEAR(a b)",
        "\0",
        "harga^2",
        "harga -naik",
        "{source}: harga",
        "x'; DROP TABLE article; --",
        "_",
    ],
)
def test_no_query_is_broken_by_signs(library, query):
    add_translated(library, "Harga naik.", ["Prices rise."])
    search(library.database, query, EVERYWHERE)


def test_signs_around_a_word_do_not_hide_it(library):
    add_translated(library, "Harga naik.", ["Prices rise."])
    for query in ("harga!", "(harga)", "harga*", '"harga', "harga-naik"):
        assert found(library, query) == ["Harga naik."]


@given(st.text(max_size=30))
def test_no_query_fails(any_library, query):
    search(any_library.database, query, EVERYWHERE)


@pytest.fixture(scope="module")
def any_library(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("search") / "library.sqlite3")
    add_translated(library, "Harga naik.", ["Prices rise."])
    return library


def test_search_keeps_step_with_saves_deletions_and_changes(library):
    article_id = add_translated(library, "Harga naik.", ["Prices rise."])
    library.delete(article_id)
    assert found(library, "prices") == []
    library.restore(article_id)
    assert found(library, "prices") == ["Harga naik."]
    with library.database.transaction() as connection:
        connection.execute("UPDATE segment SET target = 'Costs go up.'")
    assert found(library, "prices") == []
    assert found(library, "costs") == ["Harga naik."]
    library.save_block(article_id, library.article(article_id).blocks[0])
    assert found(library, "costs") == ["Harga naik."]
    with library.database.connection() as connection:
        connection.execute(
            "INSERT INTO sentence (sentence, rank) VALUES ('integrity-check', 1)"
        )


def test_search_goes_by_the_choice(library):
    first = add_translated(library, "Harga naik.", ["Prices rise."])
    add_translated(library, "Harga turun.", ["Prices fall."])
    shelf = Shelf(library.database)
    shelf.describe(first, "", ["ekonomi"])
    assert found(library, "prices", Choice(tag="Ekonomi")) == ["Harga naik."]
    shelf.archive(first, is_archived=True)
    assert found(library, "prices", Choice(is_archived=True)) == ["Harga naik."]
    assert found(library, "prices", Choice()) == ["Harga turun."]
    assert len(found(library, "prices")) == 2


@pytest.mark.parametrize(
    ("query", "ranking", "expected"),
    [
        # Short before long, and the whole word before what it begins.
        ("beras", Ranking.RELEVANCE, ["Beras naik.", "Beras itu", "Berasal"]),
        ("beras", Ranking.LATEST, ["Berasal", "Beras itu", "Beras naik."]),
    ],
)
def test_what_is_found_comes_by_relevance_or_the_latest_first(
    library, query, ranking, expected
):
    for source, target in (
        ("Beras naik.", "Rice rises."),
        ("Beras itu sudah lama ada di pasar kota.", "That rice was long there."),
        ("Berasal dari mana ia?", "Where is he from?"),
    ):
        add_translated(library, source, [target])
    articles = search(library.database, query, EVERYWHERE, 1, ranking).articles
    sources = ["".join(p.text for p in s.source) for _, own in articles for s in own]
    assert [s[: len(e)] for s, e in zip(sources, expected, strict=True)] == expected


def test_sentences_of_one_article_come_by_relevance_too(library):
    source = "Harga beras di pasar kota naik lagi kemarin. Harga. Beras itu harga mati."
    add_translated(library, source, ["One.", "Two.", "Three."])
    best = ["Harga.", "Beras itu harga mati.", source.split(". ")[0] + "."]
    assert found(library, "harga") == best


def test_article_is_found_by_its_given_name_and_tags(library):
    article_id = add_translated(library, "Harga naik.", ["Prices rise."])
    Shelf(library.database).describe(article_id, "Untuk rapat 100%", ["Pangan"])
    for query in ("rapat", "100%", "pang"):
        (named,) = search(library.database, query, EVERYWHERE).named
        assert named.id == article_id
    assert search(library.database, "_", EVERYWHERE).named == ()


def test_sentences_of_a_long_list_come_page_by_page(library):
    source = " ".join(f"Beras nomor {n}." for n in range(90))
    add_translated(library, source, [f"Rice {n}." for n in range(90)])
    pages = [
        search(library.database, "beras", EVERYWHERE, number) for number in (1, 2, 3, 4)
    ]
    assert [(page.first, page.count, page.total) for page in pages] == [
        (1, 40, 90),
        (41, 40, 90),
        (81, 10, 90),
        (121, 0, 90),
    ]
    places = [s.position for page in pages for _, ss in page.articles for s in ss]
    assert sorted(places) == list(range(90))


def test_sentences_with_a_word_have_it_whole_and_in_indonesian(library):
    add_translated(
        library, "Ia tiba. Mereka menimbang emas.", ["He tiba.", "They weigh gold."]
    )
    (sentence,) = sentences_with(library.database, ["timbang", "menimbang"], 5)
    assert marked(sentence.source) == "Mereka [menimbang] emas."
    assert sentences_with(library.database, ["tib", "he"], 5) == []
    assert sentences_with(library.database, ["-", ""], 5) == []


def test_library_of_the_first_version_can_be_searched(tmp_path):
    path = tmp_path / "library.sqlite3"
    first = tmp_path / "migrations"
    first.mkdir()
    shutil.copy(LIBRARY.migrations / "0001_articles.sql", first)
    Database(path, replace(LIBRARY, migrations=first))
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO article (digest, title, title_block, source, date, words,"
            " added, state) VALUES (x'00', '', 0, '', '', 2, '2026-01-01', 'done')"
        )
        connection.execute(
            "INSERT INTO block VALUES (1, 0, 'paragraph', '', 0, 'Harga naik.', 1)"
        )
        connection.execute(
            "INSERT INTO segment VALUES"
            " (1, 0, 0, 0, 'Harga naik.', 'Prices rise.', -0.5, '', 'model', 'm')"
        )
    connection.close()
    library = Library(path)
    assert found(library, "prices") == ["Harga naik."]
    assert library.article(1).bilingual.blocks[0].target == "Prices rise."
    assert library.article(1).document == text.read("Harga naik.")


def test_purged_words_are_not_left_in_the_index(library):
    kept = add_translated(library, "Ini tetap ada.", ["This stays."])
    deleted = add_translated(library, "Sandinya Kelabang.", ["Password: Centipede."])
    library.delete(deleted)
    library.purge(timedelta(0))
    content = library.path.read_bytes().lower()
    for word in (b"kelabang", b"labang", b"centipede"):
        assert word not in content
    assert found(library, "tetap") == ["Ini tetap ada."]
    assert library.summary(kept)


def test_more_sentences_than_are_counted_are_told_as_more(library):
    source = " ".join(f"Beras nomor {n}." for n in range(1005))
    add_translated(library, source, [f"Rice {n}." for n in range(1005)])
    assert search(library.database, "beras", EVERYWHERE).total == 1001
