import pytest

from dwibahasa.dictionary import forms_of, look_up, phrases_at


def targets(senses):
    return [sense.target for sense in senses]


def test_senses_come_likeliest_first_with_their_share():
    senses = look_up("harga").senses
    assert senses[0].target == "price"
    assert senses[0].share > 0.4
    shares = [sense.share for sense in senses]
    assert shares == sorted(shares, reverse=True)


def test_an_affixed_word_has_its_own_senses_and_those_of_its_root():
    entry = look_up("Mempertimbangkan")
    assert entry.senses[0].target.startswith("consider")
    assert "weigh" in targets(entry.root_senses)


def test_what_clings_to_a_word_does_not_hide_it():
    assert "book" in targets(look_up("bukunyalah").senses)


def test_dictionaries_answer_by_name():
    entries = look_up("kebijakan").entries
    assert ("kebijakan", "FreeDict", ("policy",)) in [
        (entry.headword, entry.dictionary, entry.senses) for entry in entries
    ]


@pytest.mark.parametrize(
    ("word", "expansion", "target"),
    [
        (
            "KPK",
            "Komisi Pemberantasan Korupsi",
            "Corruption Eradication Commission",
        ),
        ("POLRI", "Kepolisian Negara Republik Indonesia", "Indonesian National Police"),
        ("BBM", "bahan bakar minyak", "fuel oil, petrol"),
        ("PPKM", "pemberlakuan pembatasan kegiatan masyarakat", "public activity"),
        ("BUMN-nya", "badan usaha milik negara", "state-owned enterprise"),
    ],
)
def test_acronyms_of_the_news_are_spelt_out(word, expansion, target):
    [acronym] = look_up(word).acronyms
    assert acronym.expansion == expansion
    assert acronym.target.startswith(target)


@pytest.mark.parametrize("word", ["as", "pan", "ma", "seperti"])
def test_words_in_small_letters_are_no_acronyms(word):
    assert look_up(word).acronyms == ()


def test_every_acronym_has_as_many_expansions_as_translations():
    assert len(look_up("PT").acronyms) == 2


def test_an_acronym_that_english_keeps_has_no_senses():
    assert look_up("KPK").senses == ()
    assert "election" in targets(look_up("pemilu").senses)


def test_forms_of_a_root_are_found():
    assert {"mempertimbangkan", "pertimbangan", "menimbang"} <= set(forms_of("timbang"))


@pytest.mark.parametrize("word", ["", "Brzezicki", "😀"])
def test_an_unknown_word_has_an_empty_entry(word):
    entry = look_up(word)
    assert (entry.senses, entry.entries, entry.acronyms) == ((), (), ())


@pytest.mark.parametrize("last", ["api", "apinya"])
@pytest.mark.parametrize("number", [2, 3])
def test_a_phrase_is_found_from_each_of_its_words(number, last):
    words = ["Ia", "di", "Kereta", last, "itu"]
    assert "train" in [
        sense
        for entry in phrases_at(words, number)
        if entry.headword == "kereta api"
        for sense in entry.senses
    ]


def test_words_that_form_no_phrase_have_none():
    assert phrases_at("Ia beli beras".split(), 1) == ()
