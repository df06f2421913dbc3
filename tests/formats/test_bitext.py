"""TMX and XLIFF."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from bilingual import texts, translated
from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
    Flag,
    Segment,
    Translation,
)
from dwibahasa.errors import EmptyInput, LanguageMissing, MalformedInput, UnsafeMarkup
from dwibahasa.formats import FORMATS, read_document

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
TMX = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="x" creationtoolversion="1" segtype="sentence"
 o-tmf="x" adminlang="en" srclang="id" datatype="html"/><body>
<tu><tuv xml:lang="id-ID"><seg>Ia <bpt i="1">&lt;b&gt;</bpt>tiba\
<ept i="1">&lt;/b&gt;</ept> di <ph>&lt;br/&gt;</ph>Bogor.</seg></tuv></tu>
<tu><tuv lang="IN"><seg>Dia <hi>pulang</hi>.</seg></tuv>
<tuv xml:lang="en-GB"><seg></seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Oui.</seg></tuv></tu>
<tu><tuv xml:lang="id"><seg>Ya.</seg></tuv><tuv xml:lang="en"><seg>Yes.</seg></tuv></tu>
</body></tmx>
"""
XLIFF = """\
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a" source-language="id" datatype="html"><body>
<trans-unit id="1"><source>Ia <g id="1">tiba</g> di <x id="2"/>Bogor.</source>
<note>catatan</note></trans-unit>
<trans-unit id="2"><source>Dia pulang. Ya.</source>\
<seg-source><mrk mtype="seg" mid="1">Dia <bx id="1"/>pulang<ex id="1"/>.</mrk> \
<mrk mtype="seg" mid="2">Ya.</mrk></seg-source></trans-unit>
<trans-unit id="3"><source> <x id="1"/> – </source></trans-unit>
<trans-unit id="4"><source>Satu</source><target>One</target></trans-unit>
<trans-unit id="5"><source>Dua</source><target>Dua</target></trans-unit>
<trans-unit id="6" translate="no"><source>Kode</source></trans-unit>
</body></file></xliff>
"""
XLIFF2 = """\
<xliff version="2.1" srcLang="id" xmlns="urn:oasis:names:tc:xliff:document:2.0">
<file id="f"><unit id="1"><segment><source>Ia <pc id="1">tiba</pc> di \
<mrk id="m" translate="no">Bogor Raya</mrk>. </source></segment>
<segment><source><sc id="2"/>Dia<ec startRef="2"/> pulang.</source></segment></unit>
<unit id="2" translate="no"><segment><source>Kode</source></segment></unit>
</file></xliff>
"""


ENGLISH = {
    "Ia tiba di Bogor.": "He arrived in Bogor.",
    "Ia tiba di Bogor Raya.": "He arrived in Bogor Raya.",
    "Dia pulang.": "She returned.",
    "Ya.": "Yes indeed.",
    "Satu": "Just one",
    "Dua": "Two",
}


def rewrite(content, name):
    data = content.encode()
    document = FORMATS[name].read(data, "a.xlf")
    bilingual = translated(document, ENGLISH.__getitem__)
    return FORMATS[name].rewrite(bilingual, data).decode()


def elements(content, name):
    """Elements as they are in the file, without their namespaces."""
    for element in etree.fromstring(content.encode()).iter(f"{{*}}{name}"):
        copied = etree.tostring(element, with_tail=False, encoding="unicode")
        copied = copied.replace(f' xmlns="{etree.QName(element).namespace}"', "")
        yield copied


def is_valid(content, schema):
    found = etree.XMLSchema(etree.parse(SCHEMAS / schema))
    found.assertValid(etree.fromstring(content))
    return True


def written_with(name, sources):
    segments = [Segment(i, 0, source) for i, source in enumerate(sources)]
    kinds = list(BlockKind)
    blocks = [Block(kinds[i % len(kinds)], source) for i, source in enumerate(sources)]
    bilingual = BilingualDocument(
        Document(tuple(blocks), source="berita & lain.txt"),
        tuple(
            BilingualBlock(
                i, blocks[i], (Translation(s, "It is.", -0.5, (Flag.LENGTH,)),)
            )
            for i, s in enumerate(segments)
        ),
        model="stand-in",
    )
    return FORMATS[name].write(bilingual)


def test_codes_of_tmx_stay_on_their_words_and_english_is_kept():
    assert texts(FORMATS["tmx"].read(TMX.encode(), "a.tmx")) == [
        "Ia tiba di Bogor.",
        "Dia pulang.",
        "Ya.",
    ]
    written = rewrite(TMX, "tmx")
    assert '<!DOCTYPE tmx SYSTEM "tmx14.dtd">' in written
    assert [t for t in elements(written, "tuv") if 'lang="en' in t] == [
        '<tuv xml:lang="en"><seg>He <bpt i="1">&lt;b&gt;</bpt>arrived'
        '<ept i="1">&lt;/b&gt;</ept> in <ph>&lt;br/&gt;</ph>Bogor.</seg></tuv>',
        '<tuv xml:lang="en-GB"><seg>She <hi>returned</hi>.</seg></tuv>',
        '<tuv xml:lang="en"><seg>Yes.</seg></tuv>',
    ]


def test_targets_of_xliff_are_filled_unless_there_are_others():
    assert texts(FORMATS["xliff"].read(XLIFF.encode(), "a.xlf")) == [
        "Ia tiba di Bogor.",
        "Dia pulang.",
        "Ya.",
        "Satu",
        "Dua",
    ]
    written = rewrite(XLIFF, "xliff")
    state = 'state="translated" state-qualifier="leveraged-mt"'
    assert list(elements(written, "target")) == [
        f'<target {state}>He <g id="1">arrived</g> in <x id="2"/>Bogor.</target>',
        f'<target {state}><mrk mtype="seg" mid="1">She <bx id="1"/>returned'
        '<ex id="1"/>.</mrk> <mrk mtype="seg" mid="2">Yes indeed.</mrk></target>',
        f'<target {state}> <x id="1"/> – </target>',
        "<target>One</target>",
        f"<target {state}>Two</target>",
    ]
    assert is_valid(written.encode(), "xliff-core-1.2-strict.xsd")


def test_targets_of_xliff_2_are_filled():
    written = rewrite(XLIFF2, "xliff")
    assert list(elements(written, "target")) == [
        '<target>He <pc id="1">arrived</pc> in <mrk id="m" translate="no">Bogor'
        " Raya</mrk>. </target>",
        '<target><sc id="2"/>She<ec startRef="2"/> returned.</target>',
    ]
    assert is_valid(written.encode(), "xliff-core-2.0.xsd")


def test_drafts_and_targets_of_other_languages_are_replaced():
    draft = XLIFF.replace("<target>One", '<target state="needs-translation">One')
    french = XLIFF.replace("<file", '<file target-language="fr"').replace(
        "<target>One", '<target xml:lang="fr">Un'
    )
    for content in (draft, french):
        written = rewrite(content, "xliff")
        assert ">Just one</target>" in written
        assert 'target-language="en"' in written
        assert '"fr"' not in written


@pytest.mark.parametrize("content", [TMX, XLIFF, XLIFF2])
def test_files_that_are_called_xml_are_known_by_their_root(content):
    assert len(read_document(content.encode(), "a.xml").blocks) >= 2


def test_words_on_both_sides_of_a_line_break_are_two():
    content = XLIFF2.replace(
        "Dia<ec", 'Ia<ph id="3" subType="xlf:lb" type="fmt"/>dia<ec'
    )
    assert texts(FORMATS["xliff"].read(content.encode(), "a"))[1] == "Ia dia pulang."
    content = TMX.replace("tiba<ept", "tiba<ph>&lt;br/&gt;</ph>di<ept")
    assert texts(FORMATS["tmx"].read(content.encode(), "a"))[0].startswith("Ia tiba di")


@pytest.mark.parametrize(
    ("name", "schema"),
    [("xliff", "xliff-core-1.2-strict.xsd"), ("xliff2", "xliff-core-2.0.xsd")],
)
def test_written_xliff_is_valid_and_tells_what_is_doubtful(name, schema):
    written = written_with(name, ["Ia <tiba> & pulang."] * 8)
    assert is_valid(written, schema)
    assert b"needs-review-translation" in written or b"dwibahasa:doubtful" in written
    assert b"length" in written
    assert b"-0.5" in written


def test_written_tmx_has_both_languages_and_what_is_known():
    root = etree.fromstring(written_with("tmx", ["Ia tiba."]))
    assert root.find("header").get("srclang") == "id"
    assert {p.get("type"): p.text for p in root.iterfind(".//tu/prop")} == {
        "x-score": "-0.5",
        "x-origin": "model",
        "x-flags": "length",
    }
    assert [e.text for e in root.iterfind(".//seg")] == ["Ia tiba.", "It is."]


CODED = st.recursive(
    st.text(st.sampled_from("ab ,"), min_size=1, max_size=6) | st.just("<x/>"),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda parts: f"<g>{''.join(parts)}</g>"
    ),
)


@given(st.lists(CODED, min_size=1, max_size=5).map("".join))
@example("a<g><g> </g>a</g>,")
def test_every_code_is_once_in_the_target(coded):
    numbers = itertools.count()
    source = re.sub("<[gx]", lambda tag: f'{tag[0]} id="{next(numbers)}"', coded)
    file = (
        XLIFF[: XLIFF.index("<trans-unit")]
        + f'<trans-unit id="1"><source>Ia {source}</source></trans-unit>'
        + XLIFF[XLIFF.index("</body>") :]
    )
    document = FORMATS["xliff"].read(file.encode(), "a.xlf")
    bilingual = translated(document, lambda source: source)
    written = etree.fromstring(FORMATS["xliff"].rewrite(bilingual, file.encode()))
    (target,) = written.iter("{*}target")
    ids = [element.get("id") for element in target.iter() if element is not target]
    assert sorted(ids, key=int) == [str(i) for i in range(len(ids))]
    assert len(ids) == next(numbers)
    assert "".join(target.itertext()).split() == f"Ia {plain(source)}".split()


def plain(source):
    return "".join(etree.fromstring(f"<s>{source}</s>").itertext())


BOMB = (
    '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tmx version="1.4">&b;</tmx>'
)
THIEF = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>'
PARAMETER = '<!DOCTYPE tmx [<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;]><tmx/>'


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("tmx", BOMB, UnsafeMarkup, "never resolved"),
        ("tmx", THIEF, UnsafeMarkup, "never resolved"),
        ("tmx", PARAMETER, UnsafeMarkup, "never resolved"),
        ("tmx", "<tmx>\n<header></tmx>", MalformedInput, "line 2: .*header"),
        ("tmx", "<tmx/>", LanguageMissing, "languages are: none"),
        ("tmx", TMX.replace("id", "ms").replace("IN", "ms"), LanguageMissing, "ms, "),
        ("tmx", "<html/>", MalformedInput, "its root is <html>"),
        ("xliff", "", EmptyInput, "no text"),
        ("xliff", "<html/>", MalformedInput, "that of XLIFF is <xliff>"),
        ("xliff", XLIFF.replace('"id"', '"de"'), LanguageMissing, "languages are: de"),
        ("xliff", XLIFF2.replace('"id"', '"de"'), LanguageMissing, "languages are: de"),
        ("xliff", '<xliff version="1.2"><file/></xliff>', EmptyInput, "no text"),
    ],
)
def test_bad_files_are_refused_with_what_to_do(name, content, error, message):
    with pytest.raises(error, match=message):
        FORMATS[name].read(content.encode(), "a.xml")


def test_file_that_is_not_in_the_encoding_it_tells_is_refused():
    content = '<?xml version="1.0" encoding="UTF-8"?><tmx>é</tmx>'.encode("latin-1")
    with pytest.raises(MalformedInput, match=r"a\.tmx cannot be read: line 1"):
        FORMATS["tmx"].read(content, "a.tmx")
