import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwibahasa.document import BlockKind
from dwibahasa.errors import DamagedFile, PasswordProtected
from dwibahasa.formats import epub
from formats.identity import translated
from formats.test_documents import FILES

_OCF = "urn:oasis:names:tc:opendocument:xmlns:container"
_CONTAINER = (
    f'<container xmlns="{_OCF}"><rootfiles><rootfile full-path="OEBPS/a.opf"/>'
    "</rootfiles></container>"
)
_PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Judul</dc:title>
<dc:language>id</dc:language></metadata><manifest>
<item id="b" href="bab%202.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="bab1.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
_NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>
<navLabel><text>Bab satu</text></navLabel></navPoint></navMap></ncx>"""
_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"'
    ' "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
)


def chapter(body, doctype=""):
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{doctype}'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="id"><head/>'
        f"<body>{body}</body></html>"
    )


def book(**parts):
    written = BytesIO()
    contents = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OEBPS/a.opf": _PACKAGE,
        "OEBPS/bab1.xhtml": chapter("<p>Satu&nbsp;<b>dua</b>.</p>", _DOCTYPE),
        "OEBPS/bab 2.xhtml": chapter("<p>Tiga.</p><svg xmlns='x'><text>a</text></svg>"),
        "OEBPS/toc.ncx": _NCX,
    } | {name.replace("__", "/"): content for name, content in parts.items()}
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)
    return written.getvalue()


def test_title_chapters_and_contents_are_read_in_order():
    document = epub.read_bytes(book(), "a.epub")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.TITLE, "Judul"),
        (BlockKind.PARAGRAPH, "Satu dua."),
        (BlockKind.PARAGRAPH, "Tiga."),
        (BlockKind.LIST_ITEM, "Bab satu"),
    ]


def test_book_is_written_with_its_markup():
    content = book()
    bilingual = translated(epub.read_bytes(content, "a.epub"), str.upper)
    with zipfile.ZipFile(BytesIO(epub.rewrite_bytes(bilingual, content))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        chapter_ = archive.read("OEBPS/bab1.xhtml").decode()
        assert '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">' in chapter_
        assert "<body><p>SATU <b>DUA</b>.</p></body>" in chapter_
        assert b"<text>a</text>" in archive.read("OEBPS/bab 2.xhtml")
        assert b"<text>BAB SATU</text>" in archive.read("OEBPS/toc.ncx")
        package = archive.read("OEBPS/a.opf")
        assert b"<dc:title>JUDUL</dc:title>" in package
        assert b"<dc:language>en</dc:language>" in package


def test_footnote_signs_are_no_part_of_the_text():
    document = epub.read_bytes((FILES / "berita-pandoc.epub").read_bytes(), "a.epub")
    assert any(
        block.text.startswith("Harga beras naik tajam pada bulan Juli. Menteri")
        for block in document.blocks
    )


def test_missing_chapter_is_named():
    with pytest.raises(DamagedFile, match=r"it has no OEBPS/bab1\.xhtml"):
        epub.read_bytes(book(**{"OEBPS__bab1.xhtml": None}), "a.epub")


def test_encrypted_chapter_is_refused_and_a_font_is_not():
    def encryption(uri):
        return {"META-INF__encryption.xml": f'<e><CipherReference URI="{uri}"/></e>'}

    with pytest.raises(PasswordProtected):
        epub.read_bytes(book(**encryption("OEBPS/bab1.xhtml")), "a.epub")
    assert epub.read_bytes(book(**encryption("OEBPS/font.otf")), "a.epub").blocks


_BODIES = st.lists(
    st.sampled_from(
        [
            "<p>Ia <b>tiba</b> di <i>kota</i>.</p>",
            "<div>lepas<p>Ia pulang.<br/>Ia tidur.</p>ekor</div>",
            "<ul><li>satu</li><li><a href='x'>dua</a> tiga</li></ul>",
            "<p>Harga&eacute;<sup>1</sup>, <code>k</code> &amp; &lt;b&gt;.</p>",
            "<table><tr><td>sel</td><td/></tr></table><!-- x --><hr/>",
            "<aside>samping <svg xmlns='x'><text>a</text></svg> kanan</aside>",
        ]
    ),
    max_size=5,
).map("".join)


@settings(deadline=None, max_examples=40)
@given(_BODIES, _BODIES, st.sampled_from([None, "Target.", "One, two k three."]))
def test_no_block_is_lost(first, second, target):
    content = book(
        **{
            "OEBPS__bab1.xhtml": chapter(first, _DOCTYPE),
            "OEBPS__bab 2.xhtml": chapter(second),
        }
    )
    document = epub.read_bytes(content, "a.epub")
    bilingual = translated(document, lambda source: target or source)
    again = epub.read_bytes(epub.rewrite_bytes(bilingual, content), "a.epub")
    if target:
        assert len(again.blocks) == len(document.blocks)
    else:
        assert again.blocks == document.blocks
