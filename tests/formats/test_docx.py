import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dwibahasa.document import BlockKind
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import docx
from formats.identity import translated
from formats.test_documents import FILES

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def package(body):
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_NAMESPACE}"><w:body>{body}</w:body></w:document>',
        )
    return written.getvalue()


def run(text, properties="", extra=""):
    return (
        f"<w:r><w:rPr>{properties}</w:rPr>{extra}"
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def paragraph(*content):
    return f"<w:p>{''.join(content)}</w:p>"


def texts(content):
    return [block.text for block in docx.read_bytes(content, "a.docx").blocks]


def body(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        xml = etree.tostring(etree.fromstring(archive.read("word/document.xml")))
    xml = re.sub(rb' xmlns:w="[^"]+"| xml:space="preserve"|<w:rPr/>', b"", xml)
    return re.search(rb"<w:body>(.*)</w:body>", xml)[1].decode()


def rewritten(content, target=lambda source: source):
    document = docx.read_bytes(content, "a.docx")
    return docx.rewrite_bytes(translated(document, target), content)


def test_text_in_every_place_is_read():
    document = docx.read_bytes((FILES / "lengkap-libreoffice.docx").read_bytes(), "a")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.HEADING, "Harga beras naik tajam"),
        (
            BlockKind.PARAGRAPH,
            "Harga beras naik tajam pada bulan Juli. Menteri itu merasa senang.",
        ),
        (BlockKind.PARAGRAPH, "Alamat: Jakarta Kota besar"),
        (BlockKind.LIST_ITEM, "Beras merah naik."),
        (BlockKind.LIST_ITEM, "Gula tetap murah."),
        (BlockKind.PARAGRAPH, "Barang"),
        (BlockKind.PARAGRAPH, "Rp12.500"),
        (BlockKind.PARAGRAPH, "Sebelum kotak sesudah kotak."),
        (BlockKind.PARAGRAPH, "Isi kotak teks."),
        (BlockKind.PARAGRAPH, "Catatan tentang bulan Juli."),
        (BlockKind.PARAGRAPH, "Koran pagi"),
        (BlockKind.PARAGRAPH, "Halaman 1"),
    ]


def test_strict_document_is_read_and_stays_strict():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    written = BytesIO()
    with (
        zipfile.ZipFile(
            BytesIO(package(paragraph(run("Harga "), run("naik."))))
        ) as old,
        zipfile.ZipFile(written, "w") as new,
    ):
        part = old.read("word/document.xml").decode()
        new.writestr("word/document.xml", part.replace(_NAMESPACE, strict))
    content = written.getvalue()
    assert texts(content) == ["Harga naik."]
    bilingual = translated(docx.read_bytes(content, "a.docx"), str.upper)
    with zipfile.ZipFile(BytesIO(docx.rewrite_bytes(bilingual, content))) as archive:
        part = archive.read("word/document.xml").decode()
    assert f'xmlns:w="{strict}"' in part
    assert "HARGA NAIK." in part
    assert _NAMESPACE not in part


def test_formatting_lands_on_the_counterparts():
    content = package(
        paragraph(
            run("Harga "),
            run("be", "<w:b/>"),
            run("ras", "<w:b/>"),
            run(" naik tajam pada bulan "),
            f'<w:hyperlink w:anchor="x">{run("Juli", "<w:u/>")}</w:hyperlink>',
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            run("."),
        )
    )
    written = rewritten(content, lambda _: "The price of rice rose sharply in July.")
    assert body(written) == (
        "<w:p><w:r><w:t>The price of </w:t></w:r>"
        "<w:r><w:rPr><w:b/></w:rPr><w:t>rice</w:t></w:r>"
        "<w:r><w:t> rose sharply in </w:t></w:r>"
        '<w:hyperlink w:anchor="x"><w:r><w:rPr><w:u/></w:rPr><w:t>July</w:t></w:r>'
        '</w:hyperlink><w:r><w:footnoteReference w:id="2"/></w:r>'
        "<w:r><w:t>.</w:t></w:r></w:p>"
    )


def field(kind, *content):
    def character(name):
        return f'<w:r><w:fldChar w:fldCharType="{name}"/></w:r>'

    return (
        character("begin")
        + f"<w:r><w:instrText>{kind}</w:instrText></w:r>"
        + character("separate")
        + "".join(content)
        + character("end")
    )


def test_field_stays_around_its_text():
    link = field('HYPERLINK "https://contoh.id"', run("beras"))
    content = package(paragraph(run("Harga "), link, run(" naik.")))
    written = body(rewritten(content, lambda _: "The price of rice rose."))
    assert (
        link.replace("beras", "rice")
        .replace("<w:rPr></w:rPr>", "")
        .replace(' xml:space="preserve"', "")
        in written
    )


def test_deleted_text_and_comments_are_not_read():
    content = package(
        paragraph(
            run("Ia "),
            '<w:del w:id="1"><w:r><w:delText>lari</w:delText></w:r></w:del>',
            f'<w:ins w:id="2">{run("tiba")}</w:ins>',
            '<w:commentRangeStart w:id="0"/>',
            run("."),
            '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
        )
    )
    assert texts(content) == ["Ia tiba."]
    written = body(rewritten(content, lambda _: "He arrived."))
    assert "lari" in written
    assert written.index("commentRangeStart") < written.index("commentRangeEnd")


def test_language_becomes_english():
    content = package(paragraph(run("Ia tiba.", '<w:lang w:val="id-ID"/>')))
    assert '<w:lang w:val="en-US"/>' in body(rewritten(content))


_RUNS = st.builds(
    run,
    st.text("ab A.,1 é“”", max_size=8),
    st.sampled_from(["", "<w:b/>", "<w:i/>", '<w:lang w:val="id-ID"/>']),
    st.sampled_from(["", "", "<w:tab/>", "<w:br/>", "<w:drawing/>"]),
)
_INLINE = st.lists(
    _RUNS
    | st.builds("<w:hyperlink>{}{}</w:hyperlink>".format, _RUNS, _RUNS)
    | st.builds(
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>".format, _RUNS
    )
    | st.builds(lambda inner: field("REF x", inner), _RUNS)
    | st.sampled_from(['<w:bookmarkStart w:id="1"/>', '<w:bookmarkEnd w:id="1"/>']),
    max_size=5,
).map("".join)
_BODIES = st.lists(
    st.builds(paragraph, _INLINE)
    | st.builds(
        "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>".format,
        st.builds(paragraph, _INLINE),
    ),
    min_size=1,
    max_size=4,
).map("".join)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_BODIES, st.sampled_from([None, "Target.", "One, two, three."]))
def test_no_block_is_lost(body_, target):
    content = package(body_)
    try:
        blocks = texts(content)
    except EmptyInput:
        return
    written = texts(rewritten(content, lambda source: target or source))
    if target:
        assert len(written) == len(blocks)
    else:
        assert [t.replace(" ", "") for t in written] == [
            t.replace(" ", "") for t in blocks
        ]


@pytest.mark.parametrize("text", ["", "—"])
def test_no_text_is_refused(text):
    with pytest.raises(EmptyInput):
        texts(package(paragraph(run(text))))
