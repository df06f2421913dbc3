import pytest

from dwibahasa.numerals import in_digits, spelt_out, values


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Empat puluh kendaraan lapis baja", {40}),
        ("dua ratus lima belas orang", {215}),
        ("seribu sembilan ratus empat puluh lima", {1945}),
        ("dua ribu tujuh belas", {2017}),
        ("Anggarannya Rp 2,5 triliun.", {2.5e12}),
        ("1.250 juta ton", {1.25e9}),
        ("tiga juta dua ratus ribu", {3_200_000}),
        ("seratus persen", {100}),
        ("dua orang, sepuluh besar", set()),
        ("puluhan ribu orang", set()),
        ("Pada 2015 dua ratus orang tiba.", {200}),
        ("Pada 2015 ada 2.518 serangan.", set()),
        ("Seluas 10² meter, dua ratus m², dan 3½ hektare.", {200}),
        ("", set()),
    ],
)
def test_numbers_in_words_are_read(source, expected):
    assert spelt_out(source) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Forty armoured vehicles", {40}),
        ("forty-five", {45}),
        ("two hundred and fifteen people", {215}),
        ("a budget of 2.5 trillion rupiah", {1, 2.5e12}),
        ("2,518 attacks in 2015", {2518, 2015}),
        ("one million two hundred thousand", {1_200_000}),
    ],
)
def test_english_numbers_are_read(target, expected):
    assert values(target) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Empat puluh kendaraan, dua ratus lima belas orang",
            "40 kendaraan, 215 orang",
        ),
        (
            "Pada 2015 seratus lima puluh ribu orang tiba.",
            "Pada 2015 150.000 orang tiba.",
        ),
        (
            "Rp 2,5 triliun untuk dua belas orang",
            "Rp 2,5 triliun untuk dua belas orang",
        ),
        ("tanpa angka", "tanpa angka"),
    ],
)
def test_numbers_in_words_are_put_in_digits(source, expected):
    assert in_digits(source) == expected
