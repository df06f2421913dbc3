import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import texts, translated
from dwibahasa.errors import (
    EmptyInput,
    FieldNotFound,
    FieldTaken,
    MalformedInput,
    UnknownEncoding,
)
from dwibahasa.formats import FORMATS
from dwibahasa.formats.jsonl import records
from dwibahasa.formats.options import Options

JSONL = FORMATS["jsonl"]
WORDS = st.text(st.sampled_from('abcd eé“,.\n\t{}\\"\u2028😀'), min_size=1, max_size=30)


def read(content, *fields):
    return JSONL.read(content.encode(), "korpus.jsonl", Options(fields))


def rewrite(content, options=Options()):  # noqa: B008 - frozen
    document = JSONL.read(content.encode(), "korpus.jsonl", options)
    return JSONL.rewrite(translated(document), content.encode(), options).decode()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"text": "Ia tiba.", "n": 1}', "Ia tiba."),
        ('{"id": "a-17", "text": "Ia tiba."}', "Ia tiba."),
        ('{"id": "Ia tiba.", "source": "kompas"}', "Ia tiba."),
        ('{"id": 17, "source": "Tiba"}', "Tiba"),
        ('{"id": "makan"}', "makan"),
    ],
)
def test_indonesian_is_found_under_its_usual_names(line, expected):
    assert texts(read(line)) == [expected]


def test_chosen_fields_are_read_in_the_order_of_the_lines():
    content = '{"judul": "Satu", "isi": "Dua."}\n\n{"judul": "Tiga", "isi": null}\n'
    assert texts(read(content, "judul", "isi")) == ["Satu", "Dua.", "Tiga"]


def test_rewritten_lines_are_the_same_with_english_at_the_end():
    content = '{ "n": 1.50, "text":"Ia tiba.\\n\\nIa pulang." }\n{"text": "…", "n": []}'
    assert rewrite(content) == (
        '{ "n": 1.50, "text":"Ia tiba.\\n\\nIa pulang.",'
        ' "en": "Ia-en tiba-en.\\n\\nIa-en pulang-en."}\n'
        '{"text": "…", "n": [], "en": "…"}\n'
    )


def test_english_of_several_fields_is_named_after_each():
    options = Options(("judul", "isi"), "inggris")
    assert json.loads(rewrite('{"judul": "Satu", "isi": "Dua."}', options)) == {
        "judul": "Satu",
        "isi": "Dua.",
        "judul_inggris": "Satu-en",
        "isi_inggris": "Dua-en.",
    }


def letters(text):
    return [char for char in text if char.isalpha()]


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_rewritten_lines_keep_every_text_and_its_place(values):
    content = "".join(
        json.dumps({"text": v}, ensure_ascii=False) + "\n" for v in values
    )
    try:
        written = rewrite(content)
    except EmptyInput:
        assert not any(char.isalnum() for char in "".join(values))
        return
    lines = [json.loads(line) for line in written[:-1].split("\n")]
    assert [line["text"] for line in lines] == values
    for line in lines:
        english = line["en"].replace("-en", "")
        assert letters(english) == letters(line["text"])


def test_half_a_character_becomes_a_question_mark_in_english():
    assert json.loads(rewrite('{"text": "Ia \\ud83d"}'))["en"] == "Ia-en ?"


def test_lines_are_read_one_by_one():
    def endless():
        while True:
            yield b'{"text": "Ia tiba."}\n'

    found = records(endless(), "korpus.jsonl", Options())
    assert [next(found).blocks[0].text for _ in range(3)] == ["Ia tiba."] * 3


def test_segments_are_written_with_scores_and_flags():
    document = read('{"text": "Ia tiba. Ia pulang."}')
    lines = JSONL.write(translated(document)).decode().splitlines()
    assert json.loads(lines[1]) == {
        "block": 0,
        "segment": 1,
        "kind": "paragraph",
        "source": "Ia pulang.",
        "target": "Ia-en pulang-en.",
        "score": -0.25,
        "flags": [],
        "origin": "model",
        "model": "stand-in",
    }
    assert texts(read("\n".join(lines))) == ["Ia tiba.", "Ia pulang."]


@pytest.mark.parametrize(
    ("content", "fields", "error", "message"),
    [
        ('{"text": "a"}\n{"text": ', (), MalformedInput, "line 2: it is not JSON"),
        ('["Ia tiba."]', (), MalformedInput, "line 1: it is not a JSON object"),
        ('{"text": 5}', ("text",), MalformedInput, "'text' is not text"),
        ("[" * 100_000, (), MalformedInput, "line 1: it is not JSON"),
        ('{"x": "a", "y": 1}', (), FieldNotFound, "with --field: x, y"),
        ('{"text": "a"}\n{"txt": "a"}', (), FieldNotFound, "line 2 .* no .* 'text'"),
        ('{"text": "a", "en": "b"}', (), FieldTaken, "--target-field"),
        ('{"text": ""}', (), EmptyInput, "no text"),
        ("", (), EmptyInput, "no text"),
    ],
)
def test_bad_lines_are_refused_with_what_to_do(content, fields, error, message):
    with pytest.raises(error, match=message):
        read(content, *fields)


def test_line_in_another_encoding_is_named():
    lines = [b'{"text": "a"}\n', '{"text": "Привет"}'.encode("cp1251")]
    with pytest.raises(UnknownEncoding, match=r"line 2 of korpus\.jsonl"):
        list(records(lines, "korpus.jsonl", Options()))
