from dwibahasa.counterparts import word_rows
from dwibahasa.document import Segment, Translation


def rows(source, target):
    return word_rows(Translation(Segment(0, 0, source), target, 0.0))


def test_words_and_links_become_rows_of_numbers():
    assert rows("Rumah besar", "Big house") == [
        [0, 5, 6, 11],
        [0, 3, 4, 9],
        [0, 1, 1, 0],
    ]


def test_places_count_utf16_units():
    sources, targets, _ = rows("😀 rumah", "🏠🏠 house")
    assert sources == [3, 8]
    assert targets == [5, 10]


def test_an_empty_target_has_no_words():
    assert rows("Rumah", "") == [[0, 5], [], []]
