import lzma
import random

import pytest

from dwibahasa.training.corpus import (
    Pair,
    augment,
    capitalize_source,
    clean_pair,
    read_bitext,
    repeat_pairs,
    sample_pairs,
    vary_numbers,
)
from dwibahasa.training.errors import BitextError


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # Spaces.
        (" Ia  tiba. ", "He\u00a0arrived.", ("Ia tiba.", "He arrived.")),
        # Final stops that one side or both lack.
        ("Ia tiba.", "He arrived", ("Ia tiba.", "He arrived.")),
        ("Ia tiba", "He arrived.", ("Ia tiba.", "He arrived.")),
        (
            "Banyak sekolah menghadapi masalah pembayaran pajak",
            "Many schools faced problems of tax payment",
            (
                "Banyak sekolah menghadapi masalah pembayaran pajak.",
                "Many schools faced problems of tax payment.",
            ),
        ),
        (
            "pengurangan risiko",
            "risk reduction",
            ("pengurangan risiko", "risk reduction"),
        ),
        # Numbers written the English way.
        (
            "Tebalnya 2,5 milimeter.",
            "It is 2,5 millimetres thick.",
            ("Tebalnya 2,5 milimeter.", "It is 2.5 millimetres thick."),
        ),
        (
            "Ada 2.518 pengungsi.",
            "There are 2.518 refugees.",
            ("Ada 2.518 pengungsi.", "There are 2,518 refugees."),
        ),
        (
            "Gempa terjadi pukul 11.00 GMT.",
            "The earthquake hit at 1100 GMT.",
            ("Gempa terjadi pukul 11.00 GMT.", "The earthquake hit at 11:00 GMT."),
        ),
    ],
)
def test_cleaning_repairs(source, target, expected):
    pair = clean_pair(Pair("news", source, target))
    assert (pair.source, pair.target) == expected


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Lebih dari 300 orang tewas.", "More than 200 people died."),
        ("Tiga orang tewas.", "Some 3 people died."),
        ("Klik <b>di sini</b>.", "Click <b>here</b>."),
        ("Salin %s ke sini.", "Copy %s here."),
        ("Lihat https://contoh.id sekarang.", "See https://contoh.id now."),
        ("Ia membeli banyak barang dari kota yang sangat jauh itu.", "He shops."),
        ("12.30", "12:30"),
        ("This was never translated at all.", "This was never translated at all."),
        ("BarÃ§a menang lagi.", "Barca won again."),
    ],
)
def test_cleaning_drops(source, target):
    assert clean_pair(Pair("news", source, target)) is None


def test_bitext_is_read_packed_or_not(tmp_path):
    line = "news\tIa tiba.\tHe arrived.\n"
    (tmp_path / "a.tsv").write_text(line, "utf-8")
    with lzma.open(tmp_path / "a.tsv.xz", "wt", encoding="utf-8") as packed:
        packed.write(line)
    expected = [Pair("news", "Ia tiba.", "He arrived.")]
    assert list(read_bitext(tmp_path / "a.tsv")) == expected
    assert list(read_bitext(tmp_path / "a.tsv.xz")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("news\tIa tiba.\n", "line 1 has not three columns"), (None, "No such file")],
)
def test_bitext_error_names_the_place(tmp_path, text, expected):
    path = tmp_path / "bitext.tsv"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(BitextError, match=expected):
        list(read_bitext(path))


def test_sample_keeps_quotas_drops_doubles_and_repeats_with_the_seed(tmp_path):
    path = tmp_path / "bitext.tsv"
    lines = [f"news\tIa tiba {n} kali.\tHe came {n} times.\n" for n in range(2, 30)]
    lines += ["talk\tApa kabar?\tHow are you?\n", "talk\tApa kabar?\tHow is it?\n"]
    lines += ["docs\tKlik di sini.\tClick here.\n"]
    path.write_text("".join(lines), "utf-8")
    quotas = {"news": 10, "talk": 5}
    pairs = sample_pairs(path, quotas, random.Random(7), 7.0)
    names = sorted(pair.name for pair in pairs)
    assert names == ["news"] * 10 + ["talk"]
    assert pairs == sample_pairs(path, quotas, random.Random(7), 7.0)


def test_sample_refuses_a_source_that_the_bitext_lacks(tmp_path):
    path = tmp_path / "bitext.tsv"
    path.write_text("news\tIa tiba.\tHe arrived.\n", "utf-8")
    with pytest.raises(BitextError, match="it has no source 'nwes'"):
        sample_pairs(path, {"nwes": 1}, random.Random(1), 7.0)


def test_varied_number_is_the_same_on_both_sides_and_keeps_its_form():
    pair = Pair("news", "Ada 2.518 orang pada 1998.", "There were 2,518 in 1998.")
    varied = vary_numbers(pair, random.Random(3))
    number = varied.target.split()[2]
    assert number != "2,518"
    assert varied.source == f"Ada {number.replace(',', '.')} orang pada 1998."
    assert varied.target == f"There were {number} in 1998."


def test_number_that_is_twice_on_a_side_stays():
    pair = Pair("news", "Dari 300 ke 300.", "From 300 to 300.")
    assert vary_numbers(pair, random.Random(3)) == pair


def test_weight_says_how_often_a_round_has_a_pair():
    news, talk, docs = (Pair(name, "Ia.", "He.") for name in ("news", "talk", "docs"))
    weights = {"news": 2.5, "docs": 0}
    pairs = repeat_pairs([news, talk, docs] * 100, weights, random.Random(1))
    assert 225 < pairs.count(news) < 275
    assert pairs.count(talk) == 100
    assert docs not in pairs


def test_augmentation_takes_its_share():
    pair = Pair("news", "Presiden tiba.", "The president arrived.")
    assert augment([pair], 0, 0, random.Random(1)) == [pair]
    assert augment([pair], 0, 1, random.Random(1)) == [capitalize_source(pair)]
    assert capitalize_source(pair).source == "PRESIDEN TIBA."
    assert capitalize_source(pair).target == pair.target


def test_pair_looser_than_the_recipe_allows_is_left_out(tmp_path):
    path = tmp_path / "bitext.tsv"
    close = "Harga beras naik sejak bulan lalu.", "The price of rice rose last month."
    loose = "Harga beras naik sejak bulan lalu.", "We went home because it was late."
    path.write_text(
        "".join(
            f"news\t{a}\t{b}\n"
            for a, b in ((f"1. {close[0]}", f"1. {close[1]}"), loose)
        ),
        encoding="utf-8",
    )
    kept = sample_pairs(path, {"news": 5}, random.Random(1), 4.0)
    assert [pair.target for pair in kept] == [f"1. {close[1]}"]
    assert len(sample_pairs(path, {"news": 5}, random.Random(1), 7.0)) == 2
