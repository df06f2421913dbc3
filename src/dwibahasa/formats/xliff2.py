"""XLIFF 2: read, filled with targets, and written with a unit for each segment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from dwibahasa.document import BilingualDocument, Document, Translation
from dwibahasa.formats import units
from dwibahasa.formats.text import clean
from dwibahasa.formats.units import Unit, child
from dwibahasa.formats.xml import serialised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"  # of 2.1, too


def read(root: Element, name: str) -> Document:
    """Read the segments of a parsed file.

    Raises:
        InputError: It has no words, or is not in Indonesian.
    """
    units.check_language(name, [root.get("srcLang", "id")])
    return units.document(_units(root), name)


def fill(root: Element, bilingual: BilingualDocument) -> None:
    """Give the segments of a parsed file their targets."""
    units.fill(_units(root), bilingual, _place)
    if not units.is_english(root.get("trgLang")):
        root.set("trgLang", "en")


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a unit for each segment, in a group for each block."""
    root = etree.fromstring(
        f'<xliff xmlns="{_NAMESPACE}" version="2.1" srcLang="id" trgLang="en"/>'
    )
    file = etree.SubElement(root, "file", id="1")
    file.set("original", clean(bilingual.document.origin) or "text")
    for block in bilingual.blocks:
        kind = f"dwibahasa:{block.block.kind.value}"
        group = etree.SubElement(file, "group", id=str(block.index), type=kind)
        for number, translation in enumerate(block.translations):
            _add_unit(group, f"{block.index}-{number}", translation)
    etree.indent(root)
    return serialised(root)


def _add_unit(group: Element, identifier: str, translation: Translation) -> None:
    unit = etree.SubElement(group, "unit", id=identifier)
    notes = etree.SubElement(unit, "notes")
    for category, text in units.notes(translation).items():
        note = {"category": category, "appliesTo": "target"}
        etree.SubElement(notes, "note", note).text = text
    segment = etree.SubElement(unit, "segment")
    _set_state(segment, is_doubtful=bool(translation.flags))
    etree.SubElement(segment, "source").text = translation.segment.source
    etree.SubElement(segment, "target").text = clean(translation.target)


def _units(root: Element) -> Iterator[Unit]:
    is_other = not units.is_english(root.get("trgLang", "en"))
    for segment in root.iter("{*}segment"):
        source = child(segment, "source")
        if source is not None and units.is_translated(segment):
            is_draft = is_other or segment.get("state") == "initial"
            yield Unit(source, child(segment, "target"), is_draft)


def _place(unit: Unit, is_doubtful: bool) -> Element:
    """The target element of a segment, with its state."""
    segment = unit.source.getparent()
    if segment is not None:
        _set_state(segment, is_doubtful=is_doubtful)
    if unit.target is None:
        return units.add_after(unit.source, "target")
    if unit.target.get(units.LANG) is not None:
        unit.target.set(units.LANG, "en")
    return unit.target


def _set_state(segment: Element, *, is_doubtful: bool) -> None:
    segment.set("state", "translated")
    segment.set("subState", f"dwibahasa:{'doubtful' if is_doubtful else 'machine'}")
