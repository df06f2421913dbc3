import pytest

from dwibahasa.attribution import attributed


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("kata Rudskoy.", "Rudskoy said."),
        ("ujar Rudskoy", "Rudskoy said"),
        ("ungkapnya.", "he said."),
        ("tegas Suheil al-Hassan.", "Suheil al-Hassan stressed."),
        ("imbuh dia,", "he added,"),
        ("kata mereka.", "they said."),
        ("tanya Budi.", "Budi asked."),
    ],
)
def test_verb_and_name_are_put_by_rule(source, expected):
    assert attributed(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "kata Presiden Joko Widodo.",
        "kata Rudskoy dalam konferensi pers di Moskow.",
        "kata juru bicara itu.",
        "teriaknya.",
        "katanya kepada wartawan.",
        "",
    ],
)
def test_what_says_more_is_left_to_the_model(source):
    assert attributed(source) == ""
