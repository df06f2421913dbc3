import pytest

from dwibahasa.engines.glossary import Glossary

GLOSSES = """\
anjing\tdog\t9
anjing laut\tseal\t3
berkas\tfile\t90\tbeam\t40
kepungan\tsiege\t3
hak asasi manusia\thuman rights\t2
laporan\treport\t50\treports\t40\taccount\t30
langka\trare\t2
laut\tsea\t9
malas\tlazy\t9\tidle\t1
rumah\thouse\t12
"""


@pytest.fixture
def glossary(tmp_path):
    (tmp_path / "glosses.tsv").write_text(GLOSSES, encoding="utf-8")
    return Glossary(tmp_path / "glosses.tsv")


@pytest.mark.parametrize(
    ("source", "annotated"),
    [
        ("Kota dalam kepungan.", "Kota dalam kepungan ~ siege."),
        ("Berkas cahaya", "Berkas ~ file ~ beam cahaya"),
        ("laporan itu", "laporan ~ report ~ account itu"),  # not "reports" as well
        ("Ia malas.", "Ia malas ~ lazy."),  # a count of 1 is chance
        ("di rumahnya", "di rumahnya ~ house"),
        ("rumah-rumah", "rumah-rumah ~ house"),
        ("Anjing laut itu", "Anjing laut ~ seal itu"),  # and neither dog nor sea
        ("hak asasi manusia.", "hak asasi manusia ~ human rights."),
        ("anjing, laut", "anjing ~ dog, laut ~ sea"),
        ("laut anjing laut", "laut ~ sea anjing laut ~ seal"),
        ("RUMAH", "RUMAH"),  # written as an acronym
        ("Ia tiba ~ besok.", "Ia tiba   besok."),
        ("", ""),
    ],
)
def test_rarer_words_stand_with_their_glosses(glossary, source, annotated):
    assert glossary.annotate(source) == annotated


def test_a_pair_in_training_has_no_help_from_itself(glossary):
    assert glossary.annotate("langka", "a rare thing") == "langka"
    assert glossary.annotate("langka", "an unusual thing") == "langka ~ rare"
    phrase = "hak asasi manusia"
    assert glossary.annotate(phrase, "our human rights") == phrase
    assert glossary.annotate(phrase, "human beings") == f"{phrase} ~ human rights"


def test_a_damaged_line_is_refused(tmp_path):
    (tmp_path / "glosses.tsv").write_text("kata\tword\tmany\n", encoding="utf-8")
    with pytest.raises(ValueError, match="many"):
        Glossary(tmp_path / "glosses.tsv")
