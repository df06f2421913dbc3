import pytest

from dwibahasa.truecase import is_in_capitals, true_cased


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        (
            "Terdesak, ISIS Pusatkan Pasukan Utamanya ke Deir ez-Zor",
            "Terdesak, ISIS pusatkan pasukan utamanya ke Deir ez-Zor",
        ),
        (
            "Presiden Jokowi Resmikan Jembatan di Bogor",
            "Presiden Jokowi resmikan jembatan di Bogor",
        ),
        ("HARGA BERAS DI JAKARTA NAIK", "Harga beras di Jakarta naik"),
        ("KPK TANGKAP BUPATI", "KPK tangkap bupati"),
    ],
)
def test_headline_is_put_into_the_case_of_running_text(headline, expected):
    assert true_cased(headline) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Presiden Joko Widodo tiba di Bogor.",
        "Joko Widodo",
        "KPK",
        "Susilo Bambang Yudhoyono",
        "Foto: Pasar Induk",
        "Kementerian Pertahanan Rusia",
        "Ia tiba di Bogor",
        "…",
        "",
    ],
)
def test_other_segments_are_left_alone(source):
    assert true_cased(source) == source


def test_acronym_alone_is_no_headline_in_capitals():
    assert is_in_capitals("HARGA NAIK")
    assert not is_in_capitals("KPK")
    assert not is_in_capitals("Harga NAIK")
