import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dwibahasa.document import BlockKind
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import markdown
from formats.identity import translated


def texts(source):
    return [block.text for block in read(source).blocks]


def read(source):
    return markdown.read_bytes(source.encode(), "a.md")


def rewritten(source, target=lambda text: text):
    return markdown.rewrite_bytes(
        translated(read(source), target), source.encode()
    ).decode()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Satu #\n\nDua\ntiga.", ["Satu", "Dua tiga."]),
        (
            "> satu\n> dua\n\n- tiga\n  empat\n  - lima",
            ["satu dua", "tiga empat", "lima"],
        ),
        ("| a | b\\|c |\n|---|---|\n| d | |", ["a", "b|c", "d"]),
        ("Satu[^1].\n\n[^1]: Dua.\n[^2]: Tiga.", ["Satu.", "Dua.", "Tiga."]),
        ("Satu\n===\n\n```\nx\n```\n\n    y\n\ndua", ["Satu", "dua"]),
        ("---\ntitle: x\n---\n\nsatu <b>dua</b> &amp; \\*", ["satu dua & *"]),
        ("[![gambar](a.png)](b) satu", ["satu"]),
        ("<https://contoh.id> satu", ["https://contoh.id satu"]),
        ("1. 1\n2. dua", ["1", "dua"]),
        ("Ia\\\n&amp; ", ["Ia &"]),
    ],
)
def test_all_text_is_read_by_block(source, expected):
    assert texts(source) == expected
    assert texts(rewritten(source)) == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (
            'Harga **beras** naik [tajam](/x "T") pada bulan\nJuli[^1].\n\n[^1]: ok',
            "The price of rice rose sharply in July.",
            'The price of **rice** rose [sharply](/x "T") in July[^1].',
        ),
        ("Jalankan `ls -l` _sekarang_.", "Run ls -l now.", "Run `ls -l` *now*."),
        ("> - Ia tiba.\\\n>   Ia pulang.", "He came.", "> - He came.\\\n>   He came."),
        ("Ia tiba", "1. a_b * <b> [x] `y`", "1\\. a\\_b \\* \\<b> \\[x\\] \\`y\\`"),
        ("Ia tiba", "# a", "\\# a"),
        ("Ia tiba", "- a", "\\- a"),
        ("| Ia tiba |\n|---|", "a | b", "| a \\| b |\n|---|"),
        ("[![g](a.png)](b) Ia tiba.", "He came.", "[![g](a.png)](b)He came."),
        (
            "Ia\r\ntiba.\r\n\r\nIa **tiba**.\r\n",
            "He came.",
            "He came.\r\n\r\nHe **came**.",
        ),
    ],
)
def test_markup_lands_on_the_counterparts(source, target, expected):
    written = rewritten(source, lambda text: "ok" if text == "ok" else target)
    assert written.startswith(expected)


def test_blocks_are_told_by_their_marks():
    document = read("# Judul\n\n## Kepala\n\n- satu\n\n3. dua\n\n> tiga\n\nempat")
    assert [(b.kind, b.marker) for b in document.blocks] == [
        (BlockKind.TITLE, ""),
        (BlockKind.HEADING, ""),
        (BlockKind.LIST_ITEM, "- "),
        (BlockKind.LIST_ITEM, "3. "),
        (BlockKind.QUOTE, ""),
        (BlockKind.PARAGRAPH, ""),
    ]


def test_what_is_no_text_is_kept():
    source = (
        "---\ntitle: x\n---\n\n<div>\nhtml\n</div>\n\n```py\nkode\n```\n\n"
        "[r]: /x\n\n* * *\n\nsatu\n"
    )
    assert rewritten(source, str.upper) == source.replace("satu", "SATU")


@pytest.mark.parametrize("source", ["", "```\nx\n```", "![a](b)", "—"])
def test_file_without_text_is_refused(source):
    with pytest.raises(EmptyInput):
        read(source)


_PIECES = """
Ia|tiba. |**di kota** |*ini*|[tautan](/x) |`kode` |![g](p) |<br>|~~lama~~ |&amp; |\\* |
1. |- |# |a_b |<b>tebal</b> |"kata", |<https://x.id>
"""
_INLINE = st.lists(
    st.sampled_from([*_PIECES.strip().split("|"), "\\\n", "\n"]),
    min_size=1,
    max_size=6,
).map("".join)
_SOURCES = st.lists(
    st.builds(
        str.__add__,
        st.sampled_from(["", "# ", "- ", "> ", "1. ", "> - ", "| a |\n|---|\n| "]),
        _INLINE,
    ),
    min_size=1,
    max_size=4,
).map("\n\n".join)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(_SOURCES)
@example("Ia\\\n\\\n")
def test_reading_what_was_written_gives_the_same_blocks(source):
    try:
        blocks = texts(source)
    except EmptyInput:
        return
    assert texts(rewritten(source)) == blocks


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_SOURCES, st.text("ab *_`[]<>#-+.1|~&!\\^(=:", min_size=1, max_size=12))
def test_target_is_read_again_as_it_is(source, target):
    try:
        count = len(texts(source))
    except EmptyInput:
        return
    target = f"{' '.join(target.split())} kata."
    bilingual = translated(read(source), lambda _: target)
    assert (
        len(texts(rewritten(source, lambda _: target)))
        == count
        == len(bilingual.blocks)
    )
