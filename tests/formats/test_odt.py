import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dwibahasa.document import BlockKind
from dwibahasa.errors import EmptyInput, PasswordProtected
from dwibahasa.formats import odt
from formats.identity import translated
from formats.test_documents import FILES

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


def package(body, **parts):
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<o:doc xmlns:o="{_OASIS}office:1.0" xmlns:t="{_OASIS}text:1.0"'
            f' xmlns:d="{_OASIS}drawing:1.0"><o:text>{body}</o:text></o:doc>',
        )
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return written.getvalue()


def texts(content):
    return [block.text for block in odt.read_bytes(content, "a.odt").blocks]


def rewritten(content, target=lambda source: source):
    document = odt.read_bytes(content, "a.odt")
    return odt.rewrite_bytes(translated(document, target), content)


def body(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        xml = archive.read("content.xml").decode()
    return re.search(r"<o:text>(.*)</o:text>", xml)[1]


def test_text_in_every_place_is_read():
    document = odt.read_bytes((FILES / "lengkap-libreoffice.odt").read_bytes(), "a.odt")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.HEADING, "Harga beras naik tajam"),
        (
            BlockKind.PARAGRAPH,
            "Harga beras naik tajam pada bulan Juli. Menteri itu merasa senang.",
        ),
        (BlockKind.PARAGRAPH, "Catatan tentang bulan Juli."),
        (BlockKind.PARAGRAPH, "Alamat: Jakarta Kota besar"),
        (BlockKind.LIST_ITEM, "Beras merah naik."),
        (BlockKind.LIST_ITEM, "Gula tetap murah."),
        (BlockKind.PARAGRAPH, "Barang"),
        (BlockKind.PARAGRAPH, "Rp12.500"),
        (BlockKind.PARAGRAPH, "Sebelum kotak sesudah kotak."),
        (BlockKind.PARAGRAPH, "Isi kotak teks."),
        (BlockKind.PARAGRAPH, "Koran pagi"),
        (BlockKind.PARAGRAPH, "Halaman 1"),
    ]


def test_formatting_lands_on_the_counterparts():
    note = "<t:note><t:note-body><t:p>Catatan.</t:p></t:note-body></t:note>"
    content = package(
        '<t:p>Harga <t:span t:style-name="T1">beras</t:span> naik tajam pada bulan'
        f" <t:a>Juli</t:a>{note}.</t:p>"
    )
    targets = {"Catatan.": "Note."}
    written = rewritten(
        content, lambda s: targets.get(s, "The price of rice rose sharply in July.")
    )
    assert body(written) == (
        '<t:p>The price of <t:span t:style-name="T1">rice</t:span> rose sharply in'
        f" <t:a>July</t:a>{note.replace('Catatan', 'Note')}.</t:p>"
    )


def test_comments_and_deletions_are_not_read():
    assert texts(
        package(
            "<t:tracked-changes><t:p>lama</t:p></t:tracked-changes>"
            "<t:p>Ia<o:annotation><t:p>rahasia</t:p></o:annotation> tiba.</t:p>"
        )
    ) == ["Ia tiba."]


def test_encrypted_document_is_refused():
    manifest = "<m><manifest:encryption-data/></m>"
    with pytest.raises(PasswordProtected):
        texts(package("<t:p>x</t:p>", **{"META-INF__manifest": manifest}))


_INLINE = st.recursive(
    st.text("ab A.,1 é“”", max_size=8)
    | st.sampled_from(
        [
            '<t:s t:c="2"/>',
            "<t:tab/>",
            "<t:line-break/>",
            "<d:frame/>",
            "<t:note><t:note-body><t:p>Catatan.</t:p></t:note-body></t:note>",
        ]
    ),
    lambda inner: st.builds(
        "<t:{0}>{1}</t:{0}>".format,
        st.sampled_from(["span", "a"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=6,
)
_BODIES = st.lists(
    st.builds(
        "<t:{0}>{1}</t:{0}>".format,
        st.sampled_from(["p", "h"]),
        st.lists(_INLINE, max_size=4).map("".join),
    ),
    min_size=1,
    max_size=4,
).map("".join)


@settings(deadline=None, max_examples=60)
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
