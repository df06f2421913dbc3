import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwibahasa.segment import clauses, sentences


def split(text):
    return [sentence for _, sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ia tiba. Ia pulang.", ["Ia tiba.", "Ia pulang."]),
        ("   ", []),
        ("Ia tiba", ["Ia tiba"]),
        ("Siapa? Saya! Baiklah…", ["Siapa?", "Saya!", "Baiklah…"]),
    ],
)
def test_segment_ends_at_sentence_end(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Jl. Dr. Soetomo ramai.",
        "Prof. Dr. Ir. H. Budi Santoso, S.H., M.Hum. hadir.",
        "Harganya Rp. 2.000 per kilogram.",
        "Ia menunggu di PT. Maju Jaya sejak pukul 11.00 WIB.",
        "Penyair W. S. Rendra lahir di Solo.",
        "K.H. Abdurrahman Wahid dilantik menjadi presiden.",
        "Sebanyak 2.518 orang naik 2,5 persen pada No. 7.",
        "JAKARTA, KOMPAS.com – Presiden Joko Widodo tiba di Bogor.",
        "Beras, gula, dll. dijual di pasar itu.",
        "“Benarkah?” tanya Budi kepada ibunya.",
        "“Pergi!” teriaknya.",
        "Kapolri Jend. Listyo Sigit dan Letjen. Agus bertemu.",
    ],
)
def test_segment_does_not_end_at_abbreviation_number_or_speech(text):
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Jl. Dr. Soetomo ramai. Ia pulang.",
            ["Jl. Dr. Soetomo ramai.", "Ia pulang."],
        ),
        (
            "“Kami menang. Mereka kalah,” kata Rudskoy. “Itu saja.”",
            ["“Kami menang.", "Mereka kalah,” kata Rudskoy.", "“Itu saja.”"],
        ),
        (
            'Ia berkata, "Saya pergi." Lalu ia diam.',
            ['Ia berkata, "Saya pergi."', "Lalu ia diam."],
        ),
        ("1. Buka pintu. 2. Masuk.", ["1. Buka pintu.", "2. Masuk."]),
        (
            "Rapat mulai pukul 11.00. Semua hadir.",
            ["Rapat mulai pukul 11.00.", "Semua hadir."],
        ),
        (
            "Lahir pada Mei 2015. Adapun kotanya kecil.",
            ["Lahir pada Mei 2015.", "Adapun kotanya kecil."],
        ),
    ],
)
def test_segments_of_news(text, expected):
    assert split(text) == expected


PROSE = st.text(alphabet=st.sampled_from("aB1 .!?\"”“'(),-…é\t"), max_size=200)


@given(PROSE)
def test_segments_hold_all_of_the_text_but_white_space(text):
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@given(PROSE)
def test_each_segment_knows_where_it_stands(text):
    for start, sentence in sentences(text):
        assert text[start : start + len(sentence)] == sentence


def count_words(text):
    return len(text.split())


def test_long_sentence_is_split_at_a_clause():
    source = "Ia datang ke kota itu pada pagi hari, tetapi semua toko masih tutup."
    assert clauses(source, 8, count_words) == [
        "Ia datang ke kota itu pada pagi hari,",
        "tetapi semua toko masih tutup.",
    ]


def test_sentence_that_fits_stays_whole():
    assert clauses("Ia datang, lalu pergi.", 8, count_words) == [
        "Ia datang, lalu pergi."
    ]


@given(PROSE.filter(str.strip), st.integers(1, 40))
def test_split_sentence_loses_nothing_and_fits(source, bound):
    parts = clauses(source, bound, len)
    assert "".join("".join(parts).split()) == "".join(source.split())
    assert all(len(part) <= bound for part in parts)


@pytest.mark.parametrize(
    "sentence",
    ["Ia tiba. ", "Dr. Budi ", '"Ia tiba. ', "Ia tiba.” ", "A. ", "ia tiba, "],
)
def test_time_for_a_text_grows_as_its_length(sentence):
    text = sentence * (300_000 // len(sentence)) + "akhir."
    began = time.process_time()
    found = sentences(text)
    assert time.process_time() - began < 20  # a quadratic search takes minutes
    assert "".join("".join(part.split()) for _, part in found) == text.replace(" ", "")
