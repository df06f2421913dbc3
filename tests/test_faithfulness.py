import pytest

from dwibahasa.faithfulness import faithfulness


def of_line(source, target, reference="Something else entirely."):
    return faithfulness([source], [reference], [target])


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        ("Ada 2.518 orang.", "There are 2,518 people.", 1),
        ("Ada 2.518 orang.", "There are 2518 people.", 1),
        ("Ada 2.518 orang.", "There are 2.518 people.", 0),
        ("Naik 2,5 persen.", "It rose 2.5 per cent.", 1),
        ("Naik 2,5 persen.", "It rose 2,5 per cent.", 0),
        ("Rp1.234,56 saja.", "Only Rp1,234.56.", 1),
        ("Pukul 08.00 WIB.", "At 8 a.m. local time.", 1),
        ("Pukul 11.30 WIB.", "At 11:30 local time.", 1),
        ("Pukul 11.00 GMT.", "At 1100 GMT.", 0),
        ("Bab 2.1.3 dari 1998.", "Chapter 2.1.3 of 1998.", 2),
        ("Dari 300 ke 300.", "From 300 to 30.", 1),
        ("Tiga orang.", "3 people.", 0),
    ],
)
def test_number_is_kept_if_its_value_is(source, target, kept):
    assert of_line(source, target).numbers_kept == kept


def test_names_are_what_the_reference_keeps_of_the_source():
    source = "Presiden Widodo tiba di Makassar, Indonesia, dari Jerman."
    reference = "President Widodo came to Makassar, Indonesia, from Germany."
    counts = of_line(source, "President Widodo is in Macassar, Indonesia.", reference)
    assert (counts.names, counts.names_kept) == (3, 2)


@pytest.mark.parametrize(
    ("source", "target", "repetitive"),
    [
        ("Ia tiba di kota.", "He arrived in in the city.", 1),
        ("Ia tiba di kota.", "He arrived. The city and the city.", 0),
        ("Ia tiba di kota.", "He came to the city to the city.", 1),
        ("Tidak, tidak, katanya.", "No, no, he said.", 0),
        ("Anak-anak tiba.", "The children arrived.", 0),
    ],
)
def test_words_twice_in_a_row_are_told_unless_the_source_has_some(
    source, target, repetitive
):
    assert of_line(source, target).repetitive == repetitive


def test_lengths_sentences_and_empty_targets_are_counted():
    counts = faithfulness(
        ["Ia tiba. Ia pulang.", "Ia tidur.", ""],
        ["He arrived. He went home.", "He slept.", ""],
        ["He arrived and went.", "…", ""],
    )
    assert (counts.source_sentences, counts.target_sentences) == (3, 2)
    assert counts.length_ratio == 5 / 7
    assert counts.empty == 1
