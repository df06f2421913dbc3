import io
import re

import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from bilingual import texts, translated
from dwibahasa.errors import BinaryInput, EmptyInput, MalformedInput
from dwibahasa.formats import FORMATS

SRT, VTT = FORMATS["srt"], FORMATS["vtt"]


def cues(*payloads, start=0):
    """An SRT file with a cue of one second for each text, without gaps."""
    return "".join(
        f"{i + 1}\n00:00:{i:02},000 --> 00:00:{i + 1:02},000\n{payload}\n\n"
        for i, payload in enumerate(payloads, start)
    )


def read(content, format_=SRT):
    return texts(format_.read(content.encode(), "film.srt"))


def rewrite(content, format_=SRT, target=lambda source: source):
    data = content.encode()
    document = format_.read(data, "film")
    return format_.rewrite(translated(document, target), data).decode()


def payloads(content):
    """What another parser finds."""
    return [cue.content for cue in srt.parse(content)]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            ["Ia tiba\ndi Bogor", "lalu pulang.", "Ia lelah."],
            ["Ia tiba di Bogor lalu pulang.", "Ia lelah."],
        ),
        (["Ia tiba. Lalu", "ia pulang."], ["Ia tiba. Lalu ia pulang."]),
        (["Ia tinggal di Jl.", "Sudirman."], ["Ia tinggal di Jl. Sudirman."]),
        (["Saya pikir...", "...kita pergi."], ["Saya pikir kita pergi."]),
        (["Saya pikir...", "Ia tiba."], ["Saya pikir", "Ia tiba."]),
        (["- Siapa?\n- Saya", "sendiri."], ["Siapa?", "Saya sendiri."]),
        (["Ia tiba", "- Siapa?"], ["Ia tiba", "Siapa?"]),
        (["[tertawa]", "ia pulang"], ["[tertawa]", "ia pulang"]),
        (["♪ Satu nusa ♪", "# satu bangsa #"], ["Satu nusa", "satu bangsa"]),
        (["Warga", "#Jakarta menunggu."], ["Warga #Jakarta menunggu."]),
        ([r"{\an8}JAKARTA", "ia tiba"], ["JAKARTA", "ia tiba"]),
        (["<i>Ia</i>\n<i>tiba</i>", "-5 derajat"], ["Ia tiba -5 derajat"]),
    ],
)
def test_sentence_that_runs_over_cues_is_one_block(payload, expected):
    assert read(cues(*payload)) == expected


def test_sentence_does_not_run_over_a_long_silence():
    content = cues("ia tiba") + cues("ia pulang", start=10)
    assert read(content) == ["ia tiba", "ia pulang"]


def test_english_goes_back_into_its_cues_and_nothing_else_changes():
    content = (
        "1\r\n00:00:01,000 --> 00:00:04,000 X1:1 X2:3\r\n"
        r"{\an8}<i>Presiden Joko Widodo...</i> tiba..." + "\r\n\r\n"
        "2\r\n00:00:04,100 --> 00:00:06,500\r\n- Siapa?\r\n- <b>Saya.</b>\r\n\r\n"
        "3\r\n00:00:07,000 --> 00:00:08,000\r\n...\r\n"
    )
    written = rewrite(content, target=lambda s: s.replace("tiba", "has arrived"))
    assert written == content.replace("tiba", "has arrived")


def test_sentences_stay_in_the_cues_they_came_from():
    content = cues("Ia pergi ke pasar dan", "ia pulang. Lalu hujan")
    english = {
        "Ia pergi ke pasar dan ia pulang.": "She went there, then home.",
        "Lalu hujan": "Then rain",
    }
    assert payloads(rewrite(content, target=english.get)) == [
        "She went there,",
        "then home. Then rain",
    ]


def test_english_of_fewer_words_than_cues_is_shown_in_all():
    content = cues("Terima", "kasih", "banyak.")
    assert payloads(rewrite(content, target=lambda _: "Thanks much.")) == [
        "Thanks",
        "Thanks",
        "much.",
    ]


def test_tags_without_words_of_their_own_are_dropped_in_pairs():
    content = cues("<i>Jalan</i> <b>tol</b> macet.")
    (payload,) = payloads(rewrite(content, target=lambda _: "Congestion"))
    assert payload.count("</") == payload.count("<") / 2
    assert re.sub("<.*?>", "", payload) == "Congestion"


def test_cue_without_a_translation_stays_indonesian():
    assert payloads(rewrite(cues("Ia tiba."), target=lambda _: "")) == ["Ia tiba."]


def test_lines_are_short_and_of_about_one_length():
    english = "The president arrived in Bogor on Monday morning and opened a meeting."
    (payload,) = payloads(rewrite(cues("Ia tiba."), target=lambda _: english))
    assert payload == (
        "The president arrived in Bogor on\nMonday morning and opened a meeting."
    )


@given(
    st.lists(
        st.text(st.sampled_from("aB .,-?♪[]\n"), min_size=1, max_size=30), min_size=1
    )
)
def test_rewritten_subtitles_keep_every_cue_and_word(found):
    lines = ["\n".join(p for p in x.split("\n") if p.strip()) or "…" for x in found]
    lines = [f"{line} {number}" for number, line in enumerate(lines)]
    content = cues(*lines)
    try:
        written = rewrite(content)
    except EmptyInput:
        assert not any(char.isalpha() for char in content)
        return
    before, after = list(srt.parse(content)), list(srt.parse(written))
    assert [(c.start, c.end) for c in after] == [(c.start, c.end) for c in before]
    assert [c for c in written if c.isalpha()] == [c for c in content if c.isalpha()]
    assert len(read(written)) > 0


@pytest.mark.parametrize(
    "content",
    [
        "1\n0:00:01,0 --> 0:00:02,0\nIa tiba.\n2\n0:00:02,0 --> 0:00:03,0\nDia.",
        "00:01.000 --> 00:02.000\nIa tiba.\n\n\n\n00:02.000 --> 00:03.000\nDia.\n",
        "1\n0:00:01,0 --> 0:00:02,0\nIa\n\ntiba.\n\n2\n0:00:02,0 --> 0:00:03,0\nDia.\n",
    ],
    ids=["no blank line", "no number", "blank line in a text"],
)
def test_subtitles_that_break_small_rules_are_read(content):
    assert read(content) == ["Ia tiba.", "Dia."]


WEBVTT = """\
WEBVTT - Berita

NOTE Jangan diterjemahkan

STYLE
::cue { color: white }

pembuka
00:01.000 --> 00:04.000 position:10% align:start
<v Budi>Harga &lt; 5 <c.warna>ribu</c> &amp; naik

00:04.000 --> 00:06.000
<v Budi>sejak Senin.

00:06.000 --> 00:08.000
<v Ani>Ya.
"""


def test_webvtt_is_read_without_tags_and_entities():
    assert read(WEBVTT, VTT) == ["Harga < 5 ribu & naik sejak Senin.", "Ya."]


def test_webvtt_keeps_notes_styles_settings_and_voices():
    target = lambda s: s.replace("Harga", "Price").replace("sejak", "since")  # noqa: E731
    written = rewrite(WEBVTT, VTT, target)
    assert written == WEBVTT.replace("Harga", "Price").replace("sejak", "since")
    assert [cue.voice for cue in webvtt.from_buffer(io.StringIO(written))] == [
        "Budi",
        "Budi",
        "Ani",
    ]


ROLLING = """\
WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.070 align:start position:0%
_
selamat<00:00:00.320><c> pagi</c><00:00:00.640><c> semuanya</c>

00:00:02.070 --> 00:00:02.080 align:start position:0%
selamat pagi semuanya
_

00:00:02.080 --> 00:00:04.549 align:start position:0%
selamat pagi semuanya
apa<00:00:02.399><c> kabar</c>

00:00:04.549 --> 00:00:04.559 align:start position:0%
apa kabar
_
""".replace("_", " ")


def test_hostile_line_is_read():
    line = "♪" * 5_000 + " " * 100_000 + "satu" + "<i>" * 5_000 + "..." * 1_000
    assert read(cues(line)) == ["satu"]


def test_line_of_spaces_between_cues_of_webvtt_ends_the_text():
    content = (
        "WEBVTT\n\nsatu\n00:01.000 --> 00:02.000\nIa tiba.\n \n"
        "dua\n00:02.000 --> 00:03.000\nDia.\n"
    )
    assert read(content, VTT) == ["Ia tiba.", "Dia."]


def test_lines_that_roll_up_are_translated_once():
    assert read(ROLLING, VTT) == ["selamat pagi semuanya apa kabar"]
    target = lambda _: "good morning everyone how are you"  # noqa: E731
    written = rewrite(ROLLING, VTT, target)
    shown = [cue.lines for cue in webvtt.from_buffer(io.StringIO(written))]
    assert [[line for line in lines if line.strip()] for lines in shown] == [
        ["good morning everyone"],
        ["good morning everyone"],
        ["good morning everyone", "how are you"],
        ["how are you"],
    ]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"Ia tiba.\n", MalformedInput, "no line tells when a text is shown"),
        (b"1\n00:00:xx --> 00:00:04,000\nIa\n", MalformedInput, "line 2: '00:00:xx"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n...\n", EmptyInput, "no text"),
        (b"\x00\x01\x02" * 9, BinaryInput, "a binary file"),
    ],
)
def test_files_that_are_no_subtitles_are_refused(content, error, message):
    with pytest.raises(error, match=message):
        SRT.read(content, "film.srt")
