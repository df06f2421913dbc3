import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dwibahasa.lexicon import load_lexicon, target_key, word_ranges


def links(source: str, target: str) -> list[tuple[str, str]]:
    return [
        (source[slice(*link.source)], target[slice(*link.target)])
        for link in load_lexicon().align(source, target)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Anak-anak itu, pergi.", ["Anak-anak", "itu", "pergi"]),
        ("Rp1.234,5 pukul 11.20", ["Rp1.234,5", "pukul", "11.20"]),
        ("Iraq’s “new” rule: don't", ["Iraq’s", "new", "rule", "don't"]),
        ("– … “”", []),
    ],
)
def test_words_keep_hyphens_and_numbers_and_leave_punctuation(text, words):
    assert [text[slice(*span)] for span in word_ranges(text)] == words


def test_adjective_and_noun_change_places():
    found = links("Ia membeli rumah besar.", "He bought a big house.")
    assert {("membeli", "bought"), ("rumah", "house"), ("besar", "big")} <= set(found)


def test_affixed_forms_go_back_to_what_they_share():
    found = links("Bukunya dibacakan oleh para guru.", "Teachers read his book aloud.")
    assert {("Bukunya", "book"), ("dibacakan", "read"), ("guru", "Teachers")} <= set(
        found
    )


@pytest.mark.parametrize(
    ("source", "target", "link"),
    [
        ("Harganya 1.234,5 dolar", "It costs 1,234.5 dollars", ("1.234,5", "1,234.5")),
        ("Abad ke-20 berakhir", "The 20th century ended", ("ke-20", "20th")),
        ("Pada tahun 1990-an", "In the 1990s", ("1990-an", "1990s")),
    ],
)
def test_a_number_finds_itself_in_the_other_notation(source, target, link):
    assert link in links(source, target)


def test_numbers_that_stand_in_another_order_are_told_apart():
    found = links("Antara 3 dan 7, bukan 5", "Not 5, but between 3 and 7")
    assert {("3", "3"), ("7", "7"), ("5", "5")} <= set(found)


def test_names_that_no_lexicon_knows_are_linked():
    found = links("Zulfiqarnain menemui Brzezicki.", "Zulfiqarnain met Brzezicki's.")
    assert ("Zulfiqarnain", "Zulfiqarnain") in found
    assert ("Brzezicki", "Brzezicki's") in found


@pytest.mark.parametrize(
    ("source", "target", "link"),
    [
        ("Bukunya hilang.", "Her old book is lost.", ("Bukunya", "Her")),
        ("Rumahku besar.", "My house is big.", ("Rumahku", "My")),
    ],
)
def test_a_possessive_clitic_meets_its_pronoun(source, target, link):
    assert link in links(source, target)


def test_links_come_in_the_order_of_the_source():
    found = load_lexicon().align("Rumah besar itu terbakar", "That big house burnt")
    assert [link.source for link in found] == sorted(link.source for link in found)


@pytest.mark.parametrize(("source", "target"), [("", "A"), ("A", ""), ("…", "...")])
def test_nothing_is_linked_where_there_are_no_words(source, target):
    assert links(source, target) == []


@pytest.mark.parametrize(
    ("source", "whole", "lacking"),
    [
        (
            "Presiden tiba di Jakarta dan menolak tuduhan itu.",
            "The president arrived in Jakarta and denied the accusations.",
            "The president arrived in Jakarta.",
        ),
        (
            "Harga beras naik 2,5 persen.",
            "The price of rice rose by 2.5 percent.",
            "The price of rice was high.",
        ),
        ("Ia pulang.", "He went home.", ""),
        ("Pasukan ISIS mundur.", "ISIS troops retreated.", "ISIs troops retreated."),
    ],
)
def test_coverage_tells_what_was_left_out(source, whole, lacking):
    coverage = load_lexicon().coverage
    assert coverage(source, lacking) < coverage(source, whole) <= 0


def test_nothing_is_covered_by_anything():
    assert load_lexicon().coverage("", "He went home.") == 0


@pytest.fixture
def restless_threads():
    """Threads that give way as often as they can."""
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval_s)


def test_threads_share_a_stemmer(restless_threads):
    stem = target_key.__wrapped__  # not from the cache
    words = "nationality walking sellers conditional bells hopefulness".split() * 50
    with ThreadPoolExecutor(4) as pool:
        stems = list(pool.map(stem, words))
    assert stems == [stem(word) for word in words]


def test_coverage_of_a_very_long_segment_is_that_of_its_parts():
    source, target = (
        "ia membeli rumah besar di kota, ",
        "he bought a big house in town, ",
    )
    coverage = load_lexicon().coverage
    once = coverage(source, target)
    assert coverage(source * 2000, target * 2000) == pytest.approx(once, abs=0.1)
    assert coverage(source * 2000, "the weather is bad, " * 2000) < once - 1
    assert load_lexicon().align(source * 2000, target * 2000) == ()
