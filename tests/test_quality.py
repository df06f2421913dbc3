import pytest

from dwibahasa.document import Flag
from dwibahasa.quality import check


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Ia melancarkan 2.518 serangan.", "He launched 2,518 attacks."),
        ("Harga naik 2,5 persen.", "Prices rose by 2.5 percent."),
        ("Kecepatannya 30 – 40 km.", "Its speed is 30 – 40 km."),
        ("Ia menunggu 3 menit.", "He waited for three minutes."),
        ("Dua puluh orang tiba.", "Some 20 people arrived."),
        ("Dua puluh orang tiba.", "Twenty people arrived."),
        ("Dua puluh orang dan 160 truk tiba.", "20 people and 160 trucks arrived."),
        ("Biayanya Rp 1,5 triliun.", "It costs Rp 1.5 trillion."),
        ("Ratusan ribu orang tiba.", "Hundreds of thousands of people arrived."),
        ("Rapat pukul 08.00.", "The meeting is at 8:00."),
        ("Ia lahir pada Mei 2015.", "He was born in May 2015."),
        ("Rapat pada 3 Agustus.", "The meeting is on August 3."),
        ("Mungkin ia datang.", "May be he comes."),
        ("Ha ha ha!", "Ha ha ha!"),
        ("Deir ez-Zor", "Deir ez-Zor"),
        ("Jakarta", "Jakarta"),
    ],
)
def test_faithful_target_is_not_doubted(source, target):
    assert check(source, target) == ()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Tahun 1894 dan 1895 sulit.", "The years 189 and 1895 were hard."),
        ("Ada 2.200.112 orang.", "There are 2,200,12 people."),
        ("Ia lahir pada 1990.", "He was born."),
        ("Serangan pada Mei 2015.", "The attack of April 2015."),
        ("Selama bulan ini ada 20 orang.", "In September there were 20 people."),
        ("Ada 20 orang.", "There are 20 people in 2015."),
        ("Empat puluh truk hancur.", "Four hundred trucks were destroyed."),
        ("Biayanya Rp 1,5 triliun.", "It costs Rp 1.5 billion."),
    ],
)
def test_changed_number_is_doubted(source, target):
    assert check(source, target) == (Flag.NUMBERS,)


@pytest.mark.parametrize(
    "target",
    [
        "I'm sorry I'm sorry I'm sorry I'm sorry I'm sorry.",
        "The headline ends in bank bank bank bank.",
    ],
)
def test_loop_is_doubted(target):
    assert Flag.REPETITION in check("Kalimat ini cukup panjang untuk diuji.", target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Mereka tidak datang ke kota itu.", "Mereka tidak datang ke kota itu."),
        ("Mereka tidak datang ke kota itu.", "They tidak come yang city."),
    ],
)
def test_words_left_in_indonesian_are_doubted(source, target):
    assert Flag.UNTRANSLATED in check(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Penyanyi itu memulai malam, diikuti oleh dua temannya.", "The singer."),
        ("Masuk", "You have to log in first to see what is on this page today."),
    ],
)
def test_dropped_or_invented_clause_is_doubted(source, target):
    assert check(source, target)[0] is Flag.LENGTH


def test_target_that_says_something_else_is_doubted():
    source = "Presiden menolak tuduhan bahwa pemerintah menaikkan harga beras."
    faithful = "The president denied that the government raised the price of rice."
    assert check(source, faithful) == ()
    assert check(source, "The singer began the evening with two new songs.") == (
        Flag.OMISSION,
    )


@pytest.mark.parametrize("target", ["", "  ", "…"])
def test_empty_target_is_doubted(target):
    assert check("Ia tiba.", target) == (Flag.EMPTY,)
