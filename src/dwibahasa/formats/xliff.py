"""XLIFF 1.2: read, filled with targets, and written with a unit for each segment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from dwibahasa import __version__
from dwibahasa.document import BilingualDocument, Document, Translation
from dwibahasa.errors import MalformedInput
from dwibahasa.formats import inline_codes, units, xliff2
from dwibahasa.formats.text import clean
from dwibahasa.formats.units import Unit, child
from dwibahasa.formats.xml import local_name, parse, serialised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_DRAFT = ("new", "needs-translation")
_DOUBTFUL = "needs-review-translation"
# Values of state-qualifier that tell where a target comes from.
_QUALIFIERS = {"model": "leveraged-mt", "memory": "leveraged-tm"}


def read_bytes(content: bytes, name: str) -> Document:
    """Read the sources of XLIFF 1.2 or 2, whichever it is.

    Raises:
        InputError: It is not XLIFF, has no words, or none in Indonesian.
    """
    root = _parsed(content, name)
    if _is_version_2(root):
        return xliff2.read(root, name)
    units.check_language(name, [f.get("source-language", "id") for f in _files(root)])
    return units.document(_units(root), name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the same file with targets; those that differ from the source are kept."""
    root = _parsed(original, bilingual.document.source)
    if _is_version_2(root):
        xliff2.fill(root, bilingual)
    else:
        units.fill(_units(root), bilingual, _place)
        for file in _files(root):
            if not units.is_english(file.get("target-language")):
                file.set("target-language", "en")
    return serialised(root)


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a unit for each segment, in a group for each block."""
    root = etree.fromstring(f'<xliff xmlns="{_NAMESPACE}" version="1.2"/>')
    file = etree.SubElement(
        root,
        "file",
        {
            "original": clean(bilingual.document.origin) or "text",
            "source-language": "id",
            "target-language": "en",
            "datatype": "plaintext",
        },
    )
    tool = {"tool-id": "dwibahasa", "tool-name": "dwibahasa"}
    tool["tool-version"] = __version__
    etree.SubElement(etree.SubElement(file, "header"), "tool", tool)
    body = etree.SubElement(file, "body")
    for block in bilingual.blocks:
        kind = f"x-{block.block.kind.value}"
        group = etree.SubElement(body, "group", id=str(block.index), restype=kind)
        for number, translation in enumerate(block.translations):
            _add_unit(group, f"{block.index}-{number}", translation)
    etree.indent(root)
    return serialised(root)


def _add_unit(group: Element, identifier: str, translation: Translation) -> None:
    unit = etree.SubElement(group, "trans-unit", id=identifier)
    etree.SubElement(unit, "source").text = translation.segment.source
    target = etree.SubElement(unit, "target")
    target.text = clean(translation.target)
    target.set("state", _DOUBTFUL if translation.flags else "translated")
    if qualifier := _QUALIFIERS.get(translation.origin.value):
        target.set("state-qualifier", qualifier)
    for category, text in units.notes(translation).items():
        note = {"from": "dwibahasa", "annotates": "target"}
        etree.SubElement(unit, "note", note).text = f"{category}: {text}"


def _parsed(content: bytes, name: str) -> Element:
    root = parse(content, name)
    if local_name(root) != "xliff":
        reason = f"its root is <{local_name(root)}>, that of XLIFF is <xliff>"
        raise MalformedInput(name, 1, reason)
    return root


def _is_version_2(root: Element) -> bool:
    return root.get("version", "").startswith("2")


def _files(root: Element) -> list[Element]:
    return [element for element in root if local_name(element) == "file"]


def _units(root: Element) -> Iterator[Unit]:
    """All sources in Indonesian; of segmented ones, each segment."""
    for file in _files(root):
        if not units.is_indonesian(file.get("source-language", "id")):
            continue
        is_other = not units.is_english(file.get("target-language", "en"))
        for element in file.iter("{*}trans-unit"):
            source, target = child(element, "source"), child(element, "target")
            if source is None or not units.is_translated(element):
                continue
            is_draft = is_other or (
                target is not None and target.get("state") in _DRAFT
            )
            segmented = child(element, "seg-source")
            if segmented is None:
                yield Unit(source, target, is_draft)
                continue
            for segment in _segments(segmented):
                same = _same_segment(target, segment)
                yield Unit(segment, target if same is None else same, is_draft)


def _segments(element: Element) -> list[Element]:
    return [e for e in element.iter("{*}mrk") if e.get("mtype") == "seg"]


def _same_segment(target: Element | None, segment: Element) -> Element | None:
    found = [] if target is None else _segments(target)
    return next((e for e in found if e.get("mid") == segment.get("mid")), None)


def _place(unit: Unit, is_doubtful: bool) -> Element:
    """The target element of a unit, with its state; of a segment, that within it."""
    element = next(unit.source.iterancestors("{*}trans-unit"))
    whole = next(e for e in element if e is unit.source or unit.source in e.iter())
    target = child(element, "target")
    if target is None:
        target = units.add_after(whole, "target")
    if target.get(units.LANG) is not None:
        target.set(units.LANG, "en")
    if is_doubtful:
        target.set("state", _DOUBTFUL)
    elif target.get("state") != _DOUBTFUL or whole is unit.source:
        target.set("state", "translated")
    target.set("state-qualifier", _QUALIFIERS["model"])
    if whole is unit.source:
        return target
    if not _segments(target):
        inline_codes.copy(target, whole)
    same = _same_segment(target, unit.source)
    return target if same is None else same
