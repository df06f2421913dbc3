import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwibahasa.document import BilingualBlock, Block, BlockKind, Mark, Segment
from dwibahasa.document import Translation as Target
from dwibahasa.formats.inline import Span, spans
from dwibahasa.markup import project
from dwibahasa.segment import sentences


def bilingual(source, marks, targets):
    block = Block(BlockKind.PARAGRAPH, source, marks=tuple(marks))
    segments = sentences(source)
    return BilingualBlock(
        0,
        block,
        tuple(
            Target(Segment(0, start, sentence), target, 0)
            for (start, sentence), target in zip(segments, targets, strict=True)
        ),
    )


def marked(source, words):
    start = source.index(words)
    return Mark(start, start + len(words), "mark")


@pytest.mark.parametrize(
    ("source", "words", "targets", "expected"),
    [
        # the same words in both
        (
            "Presiden Joko Widodo tiba kemarin.",
            "Joko Widodo",
            ["Yesterday, President Joko Widodo arrived."],
            "Joko Widodo",
        ),
        # linked words, in another order
        (
            "Harga beras naik tajam pada bulan Juli.",
            "beras",
            ["The price of rice rose sharply in July."],
            "rice",
        ),
        (
            "Menteri Keuangan itu membeli mobil merah di Jakarta.",
            "mobil merah",
            ["The Finance Minister bought a red car in Jakarta."],
            "red car",
        ),
        # a whole sentence, with its stop and without
        ("Ia pulang. Ia tidur.", "Ia tidur.", ["He left.", "He slept."], "He slept."),
        ("Ia pulang. Ia tidur.", "Ia tidur", ["He left.", "He slept."], "He slept"),
        # all of it, with words and signs that the source has not
        ("Berkas control", "Berkas control", ["“The file.”"], "“The file.”"),
        ("control", "control", ["The control file"], "The control file"),
        (
            "Ia pulang. Ia tidur.",
            "Ia tidur.",
            ["He left.", "“He slept.”"],
            "“He slept.”",
        ),
        # over the end of a sentence
        (
            "Ia membeli beras. Ia tidur.",
            "beras. Ia tidur.",
            ["He bought rice.", "He slept."],
            "rice. He slept.",
        ),
    ],
)
def test_mark_lands_on_the_counterpart(source, words, targets, expected):
    block = bilingual(source, [marked(source, words)], targets)
    (mark,) = project(block)
    assert block.target[mark.start : mark.end] == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Harga beras", "The price of rice|"),
        ("Harga beras naik tajam pada bulan Juli", "in July|."),
        ("Harga beras naik tajam pada bulan Juli.", "in July.|"),
        ("", "|The price"),
    ],
)
def test_place_lands_after_the_counterpart_of_the_word_before(before, expected):
    source = "Harga beras naik tajam pada bulan Juli."
    target = "The price of rice rose sharply in July."
    mark = Mark(len(before), len(before), "1")
    (found,) = project(bilingual(source, [mark], [target]))
    assert expected in f"{target[: found.start]}|{target[found.start :]}"


def test_marks_within_each_other_stay_so():
    source = "Presiden Joko Widodo tiba."
    marks = [marked(source, "Presiden Joko Widodo"), marked(source, "Widodo")]
    outer, inner = project(bilingual(source, marks, ["President Joko Widodo came."]))
    assert outer.start <= inner.start < inner.end <= outer.end


def test_mark_of_all_that_another_has_is_so_again():
    source = "Berkas control itu"
    marks = [marked(source, source), marked(source, source), marked(source, "control")]
    outer, inner, _ = project(bilingual(source, marks, ["“The control file!”"]))
    assert (outer.start, outer.end) == (inner.start, inner.end) == (0, 19)


_WORDS = st.sampled_from(
    "harga beras naik di Jakarta. Ia pulang, 12 (dua) qq – rice".split()
)
_TARGET_WORDS = st.sampled_from("price rice rose in Jakarta he 12 (two) qq".split())


@st.composite
def _bilingual_blocks(draw):
    source = " ".join(draw(st.lists(_WORDS, min_size=1, max_size=12)))
    targets = [
        " ".join(draw(st.lists(_TARGET_WORDS, min_size=0, max_size=8)))
        for _ in sentences(source)
    ]

    def within(start, end, depth):
        cuts = sorted(draw(st.lists(st.integers(start, end), max_size=6)))
        for first, last in zip(cuts[::2], cuts[1::2], strict=False):
            yield Mark(first, last, f"{depth}-{first}-{last}")
            if depth < 2 and first < last:
                yield from within(first, last, depth + 1)

    return bilingual(source, within(0, len(source), 0), targets)


@settings(deadline=None)
@given(_bilingual_blocks())
def test_no_mark_is_lost_and_none_overlap(block):
    marks = project(block)
    assert sorted(m.name for m in marks) == sorted(m.name for m in block.block.marks)
    for mark in marks:
        assert 0 <= mark.start <= mark.end <= len(block.target)
    for one in marks:
        for other in marks:
            assert (
                one.end <= other.start
                or other.end <= one.start
                or (one.start <= other.start and other.end <= one.end)
                or (other.start <= one.start and one.end <= other.end)
            )

    def flat(children):
        return "".join(c if isinstance(c, str) else flat(c.children) for c in children)

    def names(children):
        for child in children:
            if isinstance(child, Span):
                yield child.name
                yield from names(child.children)

    tree = spans(block.target, marks)
    assert flat(tree) == block.target
    assert sorted(names(tree)) == sorted(m.name for m in marks)
