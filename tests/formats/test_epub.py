import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwibahasa.document import BlockKind
from dwibahasa.errors import DamagedFile, PasswordProtected
from dwibahasa.formats import epub
from formats.identity import translated
from formats.test_bilingual_books import assert_epubcheck_finds_nothing
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


_NAVIGATION_PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" version="3.0"
 unique-identifier="u"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="u">urn:isbn:1</dc:identifier><dc:title>Judul</dc:title>
<dc:language>id</dc:language>
<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest>
<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="c"/></spine></package>"""


def test_entry_of_the_contents_is_within_its_link(tmp_path):
    entry = '<a href="c.xhtml">Berkas <code>control</code> itu</a>'
    contents = f"<h1>Isi</h1><ol><li>{entry}</li></ol>"
    nav = chapter(f'<nav e:type="toc">{contents}</nav>', "<!DOCTYPE html>")
    nav = nav.replace("<html", '<html xmlns:e="http://www.idpf.org/2007/ops"')
    title = "<head><title>Bab</title></head>"
    content = book(
        **{
            "META-INF__container.xml": _CONTAINER.replace(
                "<container", '<container version="1.0"'
            ).replace("a.opf", 'a.opf" media-type="application/oebps-package+xml'),
            "OEBPS__a.opf": _NAVIGATION_PACKAGE,
            "OEBPS__n.xhtml": nav.replace("<head/>", title),
            "OEBPS__c.xhtml": chapter("<p>Satu.</p>").replace("<head/>", title),
            "OEBPS__bab1.xhtml": None,
            "OEBPS__bab 2.xhtml": None,
            "OEBPS__toc.ncx": None,
        }
    )
    document = epub.read_bytes(content, "a.epub")
    written = epub.rewrite_bytes(
        translated(document, lambda _: "“The control file.”"), content
    )
    with zipfile.ZipFile(BytesIO(written)) as archive:
        assert (
            '<li><a href="c.xhtml">“The <code>control</code> file.”</a></li>'
            in archive.read("OEBPS/n.xhtml").decode()
        )
    assert_epubcheck_finds_nothing(written, tmp_path)


def test_footnote_signs_are_no_part_of_the_text():
    document = epub.read_bytes((FILES / "berita-pandoc.epub").read_bytes(), "a.epub")
    assert any(
        block.text.startswith("Harga beras naik tajam pada bulan Juli. Menteri")
        for block in document.blocks
    )


BROKEN = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns:epub="x"><body>'
    "<p>Satu<br>dua &amp tiga & empat.<p epub:type=a class=b>Lima <i>enam</p>"
)


@pytest.mark.parametrize(
    ("parts", "texts", "note"),
    [
        (
            {"OEBPS__bab1.xhtml": None},
            ["Tiga."],
            "OEBPS/bab1.xhtml is missing from the book and is not translated",
        ),
        (
            {"OEBPS__bab1.xhtml": BROKEN},
            ["Satu dua & tiga & empat.", "Lima enam", "Tiga."],
            "OEBPS/bab1.xhtml is not well-formed and was mended; compare it",
        ),
        (
            {
                "OEBPS__bab1.xhtml": chapter("<p>Satu \x93dua\x94.</p>").encode(
                    "latin-1"
                )
            },
            ["Satu “dua”.", "Tiga."],
            "OEBPS/bab1.xhtml is not well-formed and was mended; compare it",
        ),
        (
            {"OEBPS__bab1.xhtml": ""},
            ["Tiga."],
            "OEBPS/bab1.xhtml cannot be read and is left as it is",
        ),
        (
            {"OEBPS__bab1.xhtml": b"\x89PNG\r\n\x1a\n\x00\x00"},
            ["Tiga."],
            "OEBPS/bab1.xhtml cannot be read and is left as it is",
        ),
        (
            {
                "OEBPS__a.opf": _PACKAGE.replace(
                    'bab1.xhtml" media-type="application/xhtml+xml',
                    'bab1.xhtml" media-type="text/html',
                )
            },
            ["Satu dua.", "Tiga."],
            "OEBPS/bab1.xhtml is declared as text/html and was read as a chapter",
        ),
        (
            {"OEBPS__a.opf": _PACKAGE.replace('"a"/><itemref', '"z"/><itemref')},
            ["Tiga.", "Satu dua."],
            "z is missing from the book and is not translated",
        ),
        (
            {"OEBPS__a.opf": _PACKAGE.replace("Judul", "Judul <i>&</title>")},
            ["Satu dua.", "Tiga."],
            "OEBPS/a.opf is not well-formed and was mended; compare it",
        ),
        (
            {"OEBPS__toc.ncx": _NCX.replace("</text>", "")},
            ["Satu dua.", "Tiga."],
            "OEBPS/toc.ncx is not well-formed and was mended; compare it",
        ),
    ],
)
def test_broken_part_is_mended_and_named(parts, texts, note):
    content = book(**parts)
    document = epub.read_bytes(content, "a.epub")
    assert [b.text for b in document.blocks if b.kind is BlockKind.PARAGRAPH] == texts
    assert document.notes == (note,)
    bilingual = translated(document, str.upper)
    written = epub.read_bytes(epub.rewrite_bytes(bilingual, content), "a.epub")
    assert [b.text for b in written.blocks] == [b.text.upper() for b in document.blocks]


def test_places_of_a_chapter_in_the_package_are_the_chapter():
    item = '<item id="p" href="bab1.xhtml#o2" media-type="application/xhtml+xml"/>'
    package = _PACKAGE.replace("<manifest>", f"<manifest>{item}").replace(
        '"a"/><itemref', '"a"/><itemref idref="p"/><itemref'
    )
    document = epub.read_bytes(book(**{"OEBPS__a.opf": package}), "a.epub")
    texts = [block.text for block in document.blocks]
    assert texts == ["Judul", "Satu dua.", "Tiga.", "Bab satu"]
    assert document.notes == ()


def test_mended_chapter_keeps_pictures_and_signs():
    content = book(
        **{
            "OEBPS__bab1.xhtml": "<html><body><svg xmlns='http://www.w3.org/2000/svg'>"
            "<image xlink:href='a.jpg'/></svg><!-- a -- b --><p q:x='1' 2='3'>Satu"
            "<a epub:type='noteref' href='#n'>1</a> <z:b>dua</z:b>.<br>"
        },
    )
    bilingual = translated(epub.read_bytes(content, "a.epub"), str.upper)
    with zipfile.ZipFile(BytesIO(epub.rewrite_bytes(bilingual, content))) as archive:
        written = archive.read("OEBPS/bab1.xhtml").decode()
    assert '<image xlink:href="a.jpg"/>' in written
    assert '<p>SATU<a epub:type="noteref" href="#n">1</a> DUA.<br/></p>' in written


def test_names_that_differ_in_capitals_and_no_container_are_forgiven():
    package = _PACKAGE.replace("bab1.xhtml", "Bab1.XHTML")
    content = book(**{"META-INF__container.xml": None, "OEBPS__a.opf": package})
    document = epub.read_bytes(content, "a.epub")
    assert "Satu dua." in [block.text for block in document.blocks]
    assert document.notes == ()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"OEBPS__a.opf": None}, r"it has no OEBPS/a\.opf"),
        ({"OEBPS__a.opf": "bukan XML"}, r"OEBPS/a\.opf is no XML"),
        ({"OEBPS__a.opf": _PACKAGE.replace("<item ", "<x ")}, "it has no chapters"),
        (
            {"META-INF__container.xml": None, "OEBPS__a.opf": None},
            "its container names no package",
        ),
    ],
)
def test_book_without_its_package_is_refused(parts, reason):
    with pytest.raises(DamagedFile, match=reason):
        epub.read_bytes(book(**parts), "a.epub")


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
