import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwibahasa.speech import Part, parts


def texts(source):
    return [part.text for part in parts(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("“Kami siap,” kata Rudskoy.", ["Kami siap.", "kata Rudskoy."]),
        ("Mereka kalah,” ujarnya.", ["Mereka kalah.", "katanya."]),
        ("“Benarkah?” tanya Budi.", ["Benarkah?", "tanya Budi."]),
        ('"Pergi!" teriaknya.', ["Pergi!", "teriaknya."]),
        ("“Sisa pasukan bergerak ke sana.", ["Sisa pasukan bergerak ke sana."]),
        ("“Itu saja.”", ["Itu saja."]),
        ("Itu saja.”", ["Itu saja."]),
    ],
)
def test_speech_is_parted_from_who_said_it(source, expected):
    assert texts(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Ia menilai “Pasukan Demokratik” belum berhasil.",
        "Ia dijuluki “Sang Harimau,” dengan dukungan mereka.",
        "“Sang Harimau” Suheil al-Hassan tiba.",
        "Jum'at lalu ia tiba.",
        "'Ndoro tiba.",
        "“",
        "”",
        "“...”",
        "Ia tiba.",
    ],
)
def test_other_marks_are_left_to_the_model(source):
    assert parts(source) == [Part(source)]


@pytest.mark.parametrize(
    ("source", "targets", "expected"),
    [
        (
            "“Kami siap,” kata Rudskoy.",
            ["We are ready.", "Rudskoy said."],
            "“We are ready,” Rudskoy said.",
        ),
        (
            "Mereka kalah,” ujarnya.",
            ["They have lost.", "He said."],
            "They have lost,” he said.",
        ),
        (
            "“Benarkah?” tanya Budi.",
            ["Really?", "Budi asked."],
            "“Really?” Budi asked.",
        ),
        ("“Sisa pasukan bergerak.", ["“The rest moved.”"], "“The rest moved."),
        ("“Itu saja.”", ["That is all."], "“That is all.”"),
        ("“Itu saja”.", ["That is all"], "“That is all”."),
        ("Ia tiba.", ["“He arrived.”"], "“He arrived.”"),
    ],
)
def test_marks_of_the_source_are_put_back(source, targets, expected):
    restored = [p.restored(t) for p, t in zip(parts(source), targets, strict=True)]
    assert " ".join(restored) == expected


@given(st.text(alphabet=st.sampled_from("aB .,?“”\"'"), min_size=1, max_size=60))
def test_no_letter_is_lost(source):
    source = source.strip() or "a"
    joined = "".join(texts(source))
    assert [c for c in joined if c.isalpha()] == [c for c in source if c.isalpha()]


@given(st.text(alphabet=st.sampled_from("aB .,?“”\"'"), min_size=1, max_size=60))
def test_no_part_is_without_a_word_unless_the_segment_is(source):
    source = source.strip() or "a"
    found = texts(source)
    assert len(found) == 1 or all(any(c.isalpha() for c in text) for text in found)
