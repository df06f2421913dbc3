"""TMX 1.4b: translation memories, read, filled with English, and written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from dwibahasa import __version__
from dwibahasa.document import BilingualDocument, Document
from dwibahasa.errors import MalformedInput
from dwibahasa.formats import units
from dwibahasa.formats.text import clean
from dwibahasa.formats.units import Unit, child
from dwibahasa.formats.xml import local_name, parse, serialised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def read_bytes(content: bytes, name: str) -> Document:
    """Read the Indonesian side.

    Raises:
        InputError: It is not TMX, has no words, or none in Indonesian.
    """
    root = _parsed(content, name)
    languages = dict.fromkeys(_language(variant) for variant in root.iter("tuv"))
    units.check_language(name, list(languages))
    return units.document(_units(root), name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the same units with English; where there is some already, it is kept."""
    root = _parsed(original, bilingual.document.source)
    units.fill(_units(root), bilingual, _place)
    return serialised(root)


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a unit for each segment."""
    root = etree.Element("tmx", version="1.4")
    header = {
        "creationtool": "dwibahasa",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "dwibahasa",
        "adminlang": "en",
        "srclang": "id",
        "datatype": "plaintext",
    }
    header_element = etree.SubElement(root, "header", header)
    if source := clean(bilingual.document.origin):
        etree.SubElement(header_element, "prop", type="x-source").text = source
    body = etree.SubElement(root, "body")
    for block in bilingual.blocks:
        for number, translation in enumerate(block.translations):
            unit = etree.SubElement(body, "tu", tuid=f"{block.index}-{number}")
            for name, text in units.notes(translation).items():
                etree.SubElement(unit, "prop", type=f"x-{name}").text = text
            sides = {"id": translation.segment.source, "en": translation.target}
            for language, text in sides.items():
                variant = etree.SubElement(unit, "tuv", {units.LANG: language})
                etree.SubElement(variant, "seg").text = clean(text)
    etree.indent(root)
    return serialised(root)


def _parsed(content: bytes, name: str) -> Element:
    root = parse(content, name)
    if local_name(root) != "tmx":
        reason = f"its root is <{local_name(root)}>, that of TMX is <tmx>"
        raise MalformedInput(name, 1, reason)
    return root


def _language(variant: Element) -> str:
    # TMX before 1.3 wrote lang.
    return variant.get(units.LANG) or variant.get("lang") or ""


def _units(root: Element) -> Iterator[Unit]:
    for unit in root.iter("tu"):
        variants = [element for element in unit if local_name(element) == "tuv"]
        sources = [v for v in variants if units.is_indonesian(_language(v))]
        targets = [v for v in variants if units.is_english(_language(v))]
        source = child(sources[0], "seg") if sources else None
        if source is not None:
            yield Unit(source, child(targets[0], "seg") if targets else None)


def _place(unit: Unit, is_doubtful: bool) -> Element:
    """The English segment of a unit; a doubtful one is told by a property."""
    if unit.target is not None:
        return unit.target
    source_variant = next(unit.source.iterancestors("tuv"))
    variant = units.add_after(source_variant, "tuv")
    variant.set(units.LANG, "en")
    if is_doubtful:
        etree.SubElement(variant, "prop", type="x-flags").text = "doubtful"
    return etree.SubElement(variant, "seg")
