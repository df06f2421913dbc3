import pytest

from dwibahasa.language import language_warning
from dwibahasa.settings import sample_path


def test_sample_article_looks_indonesian():
    assert language_warning(sample_path().read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    "text",
    [
        "gue gak tau deh kenapa dia kayak gitu sama temen temennya kemarin",
        "Saya suka nasi goreng dan es teh manis sekali setiap pagi hari",
        "Ok",
    ],
)
def test_colloquial_and_short_texts_bring_no_warning(text):
    assert language_warning(text) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "The president arrived in the capital this morning and met his ministers.",
            "English",
        ),
        (
            "Presiden rawuh ing kutha krajan esuk iki lan ketemu karo para mentri"
            " kabinete. Dheweke ngandika manawa kahanane wis apik.",
            "Javanese",
        ),
    ],
)
def test_other_language_brings_a_warning_that_names_it(text, language):
    assert f"looks like {language}, not Indonesian" in language_warning(text)
