import pytest

from dwibahasa.morphology import analyse, root


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("mempertimbangkan", ("timbang", "memper-…-kan")),
        ("menulis", ("tulis", "men-")),
        ("mengirim", ("kirim", "meng-")),
        ("memukul", ("pukul", "mem-")),
        ("menyapu", ("sapu", "meny-")),
        ("melihat", ("lihat", "me-")),
        ("mengecat", ("cat", "menge-")),
        ("dibacakan", ("baca", "di-…-kan")),
        ("terjatuh", ("jatuh", "ter-")),
        ("berlari", ("lari", "ber-")),
        ("bekerja", ("kerja", "be-")),
        ("belajar", ("ajar", "bel-")),
        ("pelajaran", ("ajar", "pel-…-an")),
        ("penulis", ("tulis", "pen-")),
        ("pembangunan", ("bangun", "pem-…-an")),
        ("persatuan", ("satu", "per-…-an")),
        ("kementerian", ("menteri", "ke-…-an")),
        ("keberhasilan", ("hasil", "keber-…-an")),
        ("ketidakpastian", ("pasti", "ketidak-…-an")),
        ("ketiga", ("tiga", "ke-")),
        ("seorang", ("orang", "se-")),
        ("berikan", ("beri", "-kan")),
        ("diberlakukan", ("laku", "diber-…-kan")),
        ("makanan", ("makan", "-an")),
    ],
)
def test_affixes_come_off_and_swallowed_consonants_come_back(word, expected):
    analysis = analyse(word)
    assert analysis is not None
    assert (analysis.root, analysis.affixes) == expected


@pytest.mark.parametrize("word", "mereka beruang bulan ikan sekolah perlu".split())
def test_a_root_that_looks_affixed_stays(word):
    analysis = analyse(word)
    assert analysis is not None
    assert (analysis.root, analysis.affixes) == (word, "")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bukunya", ("buku", ("nya",))),
        ("bukuku", ("buku", ("ku",))),
        ("rumahmu", ("rumah", ("mu",))),
        ("pergilah", ("pergi", ("lah",))),
        ("siapakah", ("siapa", ("kah",))),
        ("itupun", ("itu", ("pun",))),
        ("anaknyalah", ("anak", ("nya", "lah"))),
    ],
)
def test_clitics_are_told_from_suffixes(word, expected):
    analysis = analyse(word)
    assert analysis is not None
    assert (analysis.root, analysis.clitics) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("anak-anak", ("anak", "")),
        ("anak-anaknya", ("anak", "")),
        ("bermain-main", ("main", "ber-")),
        ("buah-buahan", ("buah", "-an")),
        ("tolong-menolong", ("tolong", "men-")),
        ("disebut-sebut", ("sebut", "di-")),
    ],
)
def test_reduplication_is_seen(word, expected):
    analysis = analyse(word)
    assert analysis is not None
    assert analysis.is_reduplicated
    assert (analysis.root, analysis.affixes) == expected


@pytest.mark.parametrize("word", ["Xyzzy", "Brzezicki", "KPK", "", "-"])
def test_an_unknown_word_is_its_own_root(word):
    assert analyse(word) is None
    assert root(word) == word.lower()
