"""Inline codes of TMX and XLIFF: native mark-up that is kept around the words."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dwibahasa.document import BilingualBlock, Block
from dwibahasa.formats.inline import MarkedText, Span, target_spans
from dwibahasa.formats.xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Elements of TMX 1.4b, XLIFF 1.2 and XLIFF 2.1 that have text in them, and those that
# open and close a code; every other one marks a place, whatever is in it.
_WITH_TEXT = {"g", "pc", "hi", "mrk"}
_OPENING = {"bpt", "bx", "sc"}
_CLOSING = {"ept", "ex", "ec"}


def block_of(source: Element) -> Block:
    """The text of an element, with its codes as marks."""
    marked = MarkedText()
    elements = _codes(source)
    partners = _partners(elements)
    places = {element: str(place) for place, element in enumerate(elements)}
    _read(source, marked, places, partners, {})
    return marked.block()


def fill(target: Element, source: Element, block: BilingualBlock) -> None:
    """Give an element the English text, with the codes of the source in it."""
    elements = _codes(source)
    with_text = {mark.name for mark in block.block.marks if mark.start < mark.end}
    target.text, target[:] = None, []
    writer = _Writer(elements, _partners(elements), with_text)
    writer.put(target, target_spans(block))
    last = source[-1].tail if len(source) else source.text
    target.text = re.match(r"\s*", source.text or "")[0] + (target.text or "")  # type: ignore[index]
    _add_text(target, re.search(r"\s*$", last or "")[0])  # type: ignore[index]


def copy(target: Element, source: Element) -> None:
    """Give an element what the source has, where there is nothing to translate."""
    target.text = source.text
    target[:] = [deepcopy(child) for child in source]


def _codes(source: Element) -> list[Element]:
    """All codes of an element in order, not those within other codes."""
    found = []
    for child in source:
        if name := local_name(child):
            found.append(child)
            if name in _WITH_TEXT:
                found += _codes(child)
    return found


def _partners(elements: Sequence[Element]) -> dict[Element, Element]:
    """For codes that open something, what closes it, and the reverse."""
    found: dict[Element, Element] = {}
    opened: dict[str, Element] = {}
    for element in elements:
        name = local_name(element)
        if name in _OPENING:
            opened[_key(element, "rid", "id", "i")] = element
        elif name in _CLOSING:
            key = _key(element, "rid", "startRef", "id", "i")
            start = opened.pop(key, None)
            if start is not None:
                found |= {start: element, element: start}
    return found


def _key(element: Element, *attributes: str) -> str:
    return next((v for a in attributes if (v := element.get(a)) is not None), "")


def _read(
    parent: Element,
    marked: MarkedText,
    places: Mapping[Element, str],
    partners: Mapping[Element, Element],
    numbers: dict[Element, int],
) -> None:
    marked.add(parent.text or "")
    for child in parent:
        name = local_name(child)
        if name in _WITH_TEXT:
            number = marked.open(places[child])
            _read(child, marked, places, partners, numbers)
            marked.close(number)
        elif name in _OPENING and child in partners:
            numbers[child] = marked.open(places[child])
        elif name in _CLOSING and child in partners:
            marked.close(numbers[partners[child]])
        elif name:
            marked.place(places[child])
            if _is_line_break(child):
                marked.add(" ")
        marked.add(child.tail or "")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Appends text and codes to a target.

    Attributes:
        elements: The codes of the source in order, by whose places marks are named.
        partners: For codes that open something, what closes it.
        with_text: The marks that have text in the source.
    """

    elements: Sequence[Element]
    partners: Mapping[Element, Element]
    with_text: Container[str]

    def put(self, target: Element, parts: Iterable[str | Span]) -> None:
        for part in parts:
            if isinstance(part, str):
                _add_text(target, part)
            elif self.elements[int(part.name)] in self.partners:
                self._put_pair(target, part)
            else:
                self._put_element(target, part)

    def _put_pair(self, target: Element, span: Span) -> None:
        start = self.elements[int(span.name)]
        end = self.partners[start]
        _add_code(target, start)
        self.put(target, span.children)
        if span.name not in self.with_text:
            for between in _between(start, end):
                _add_code(target, between)
        _add_code(target, end)

    def _put_element(self, target: Element, span: Span) -> None:
        code = self.elements[int(span.name)]
        if span.name not in self.with_text or (span.children and _is_protected(code)):
            _add_code(target, code)
            if local_name(code) in _WITH_TEXT:
                _drop_spaces(target[-1])
            return
        # What is in it has marks of its own, which may have gone elsewhere.
        copied = deepcopy(code)
        copied.text, copied.tail, copied[:] = None, None, []
        target.append(copied)
        self.put(copied, span.children)


def _is_line_break(code: Element) -> bool:
    """Whether the words on both sides are two words, though no space is between."""
    kinds = {code.get(name) for name in ("ctype", "type", "subType")}
    native = "".join(map(str, code.itertext())).lower()
    return not kinds.isdisjoint({"lb", "xlf:lb", "x-br"}) or native.startswith("<br")


def _is_protected(code: Element) -> bool:
    """Whether its text is not to be translated."""
    return code.get("mtype") == "protected" or code.get("translate") == "no"


def _between(start: Element, end: Element) -> list[Element]:
    """What stands without text between two codes."""
    siblings = list(start.itersiblings())
    return siblings[: siblings.index(end)] if end in siblings else []


def _add_code(target: Element, code: Element) -> None:
    copied = deepcopy(code)
    copied.tail = None
    target.append(copied)


def _drop_spaces(code: Element) -> None:
    """Leave the spaces of a code out that are in the text around it already."""
    if not "".join(map(str, code.itertext())).strip():
        for element in code.iter():
            element.text = None
            element.tail = None


def _add_text(target: Element, text: str) -> None:
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text
