import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dwibahasa.document import BlockKind
from dwibahasa.errors import DamagedFile, EmptyInput
from dwibahasa.formats import FORMATS, html, read_document
from formats.identity import translated


def read(page):
    return html.read_bytes(page.encode(), "berita.html")


def texts(page):
    return [block.text for block in read(page).blocks]


def rewritten(page, target=lambda source: source):
    return html.rewrite_bytes(translated(read(page), target), page.encode()).decode()


def without_spaces(lines):
    # Two segments that touch, as in "…”Ia", get a space between them.
    return ["".join(line.split()) for line in lines]


def body(page, target=lambda source: source):
    return re.search(r"<body>(.*)</body>", rewritten(page, target), re.DOTALL)[1]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>Satu <b>dua</b></p><p>tiga</p>", ["Satu dua", "tiga"]),
        ("<div>lepas<p>satu</p>ekor</div>", ["lepas", "satu", "ekor"]),
        ("<a href=x><div>blok</div></a> sisa", ["blok", "sisa"]),
        ("<ul><li>satu<ul><li>dua</ul><li>tiga</ul>", ["satu", "dua", "tiga"]),
        ("<table><tr><td>satu<td>dua</table>", ["satu", "dua"]),
        ("<p>Ia tiba.<br>Ia pulang.</p>", ["Ia tiba.", "Ia pulang."]),
        ("<p>Ia tiba<br>di kota.</p>", ["Ia tiba di kota."]),
        ("<p>satu<br><br>dua</p>", ["satu", "dua"]),
        ("<p>Ia tiba<sup><a href=#f>1</a></sup> di kota</p>", ["Ia tiba di kota"]),
        ("<p>CO<sub>2</sub> naik</p>", ["CO2 naik"]),
        ("<script>a</script><style>b</style><pre>c</pre><p>d</p>", ["d"]),
        ("<p translate=no>Kompas</p><p>satu</p>", ["satu"]),
        ("<p>a &amp; b &lt;i&gt;</p>", ["a & b <i>"]),
        ("<details><summary>satu</summary>dua</details>", ["satu", "dua"]),
        ("<button>satu</button> <select><option>dua</select>", ["satu", "dua"]),
    ],
)
def test_all_text_is_read_by_block(page, expected):
    assert texts(page) == expected
    assert texts(rewritten(page)) == expected


def test_blocks_are_told_by_their_tags():
    document = read(
        "<title>Judul</title><h1>Kepala</h1><p>satu</p><ol><li>dua<li>tiga</ol>"
        "<blockquote><p>empat</p></blockquote><figcaption>lima</figcaption>"
    )
    assert [(b.kind, b.marker) for b in document.blocks] == [
        (BlockKind.TITLE, ""),
        (BlockKind.HEADING, ""),
        (BlockKind.PARAGRAPH, ""),
        (BlockKind.LIST_ITEM, "1. "),
        (BlockKind.LIST_ITEM, "2. "),
        (BlockKind.QUOTE, ""),
        (BlockKind.CAPTION, ""),
    ]
    assert document.title == "Judul"


def test_markup_lands_on_the_counterparts():
    source = (
        '<p class="x">Harga <b>beras</b> naik <a href="/y">tajam</a> pada bulan'
        ' Juli<sup id="f">1</sup>.<img src="z.png"></p>'
    )
    target = "The price of rice rose sharply in July."
    assert body(source, lambda _: target) == (
        '<p class="x">The price of <b>rice</b> rose <a href="/y">sharply</a> in'
        ' July<sup id="f">1</sup>.<img src="z.png"></p>'
    )


def test_code_is_kept_within_the_sentence():
    source = "<p>Jalankan <code>ls -l</code> sekarang.</p>"
    assert body(source, lambda _: "Run ls -l now.") == (
        "<p>Run <code>ls -l</code> now.</p>"
    )


@pytest.mark.parametrize(
    ("page", "target", "expected"),
    [
        ("1<code>k</code>", "1k", "1<code>k</code>"),
        ("Ia ke <a href=x>rumah</a>nya.", "To his house.", "house"),
    ],
)
def test_markup_of_a_part_of_a_word_keeps_all_text(page, target, expected):
    written = body(f"<p>{page}</p>", lambda _: target)
    assert re.sub("<[^>]+>", "", written) == target
    assert expected in written


def test_what_is_no_text_is_kept():
    page = "<pre>x  y</pre><!-- c --><script>if (a < b) {}</script><p>satu</p>"
    assert body(page, str.upper) == page.replace("satu", "SATU")


def test_page_is_written_in_utf_8_as_english():
    page = (
        '<!DOCTYPE html><html lang="id"><head><meta http-equiv="Content-Type"'
        ' content="text/html; charset=iso-8859-1"></head><body>Caf\xe9</body></html>'
    ).encode("latin-1")
    document = html.read_bytes(page, "a.html")
    assert [b.text for b in document.blocks] == ["Café"]
    written = html.rewrite_bytes(translated(document), page).decode()
    assert written.startswith(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"></head>'
    )


def test_links_of_a_fetched_page_stay_good_in_its_file():
    page = b'<p><a href="/b">satu</a><img src="c.png"></p>'
    document = html.read_bytes(page, "https://contoh.id/a/")
    written = html.rewrite_bytes(translated(document), page)
    assert b'<a href="https://contoh.id/b">satu</a>' in written
    assert b'<img src="https://contoh.id/a/c.png">' in written


def test_page_without_doctype_gets_none():
    assert rewritten("<p>satu") == (
        '<html lang="en"><head><meta charset="utf-8"></head>'
        "<body><p>satu</p></body></html>\n"
    )


def test_empty_target_leaves_the_source():
    assert body("<p>Ia <b>tiba</b>.</p>", lambda _: "") == "<p>Ia <b>tiba</b>.</p>"


@pytest.mark.parametrize("page", ["", "<p> </p>", "<img src=x>", "<p>—</p>"])
def test_page_without_text_is_refused(page):
    with pytest.raises(EmptyInput):
        read(page)


@pytest.mark.parametrize("tag", ["div", "b"])
def test_tags_nested_too_deeply_are_refused(tag):
    with pytest.raises(DamagedFile, match="250 tags within each other"):
        read(f"<{tag}>" * 50_000 + "satu")


def test_page_without_suffix_is_known():
    document = read_document(b"<!doctype html><p>satu", "unduhan")
    assert [b.text for b in document.blocks] == ["satu"]
    assert FORMATS["html"].rewrites


_TEXT = st.text(st.sampled_from("ab A.,1 \n&<é“”"), max_size=12)
_INLINE = st.recursive(
    _TEXT.map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;"))
    | st.sampled_from(["<br>", "<img src=x>", "<!-- x -->", "<code>k</code>"]),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(["b", "i", "span", "sup", "em"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=6,
)
_PAGES = st.recursive(
    st.lists(_INLINE, max_size=4).map("".join),
    lambda inner: st.lists(
        st.builds(
            "<{0}>{1}</{0}>".format,
            st.sampled_from(["p", "div", "li", "blockquote", "h2", "section"]),
            inner,
        )
        | inner,
        max_size=4,
    ).map("".join),
    max_leaves=10,
)


@settings(deadline=None, max_examples=60)
@example("1<b><b><br></b><code>k</code></b>")
@given(_PAGES)
def test_reading_what_was_written_gives_the_same_blocks(page):
    try:
        blocks = texts(page)
    except EmptyInput:
        return
    assert without_spaces(texts(rewritten(page))) == without_spaces(blocks)


@settings(deadline=None, max_examples=60)
@given(_PAGES, st.sampled_from(["X y.", "One, two.", "One (1)!"]))
def test_no_block_is_lost_in_any_sentences(page, target):
    try:
        count = len(texts(page))
    except EmptyInput:
        return
    assert len(texts(rewritten(page, lambda _: target))) == count
