"""What TMX and XLIFF have in common: units of source and target, and languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from dwibahasa.document import BilingualDocument, Block, Document, Translation
from dwibahasa.errors import EmptyInput, LanguageMissing
from dwibahasa.formats import inline_codes
from dwibahasa.formats.text import clean
from dwibahasa.formats.xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# ISO 639-1, 639-2, and the code that Java and old Windows programs still write.
_INDONESIAN = ("id", "ind", "in")
_ENGLISH = ("en", "eng")


@dataclass(frozen=True, slots=True)
class Unit:
    """A source and what holds its translation.

    Attributes:
        source: The element with the Indonesian text.
        target: The element for the English text; None if there is none yet.
        is_draft: Whether what is in the target is no translation to be kept.
    """

    source: Element
    target: Element | None
    is_draft: bool = False


def is_indonesian(language: str | None) -> bool:
    """Whether a language tag, such as id-ID, is of Indonesian."""
    return _primary(language) in _INDONESIAN


def is_english(language: str | None) -> bool:
    """Whether a language tag, such as en-GB, is of English."""
    return _primary(language) in _ENGLISH


def check_language(name: str, languages: Collection[str]) -> None:
    """See that one of the languages of a file is Indonesian.

    Raises:
        LanguageMissing: None is.
    """
    if not any(map(is_indonesian, languages)):
        raise LanguageMissing(name, languages)


def document(units: Iterable[Unit], name: str) -> Document:
    """The sources of units as blocks; those without words are none.

    Raises:
        EmptyInput: No unit has words.
    """
    sources = (inline_codes.block_of(unit.source) for unit in units)
    blocks = tuple(block for block in sources if _has_words(block))
    if not blocks:
        raise EmptyInput(name)
    return Document(blocks, source=name)


def fill(
    units: Iterable[Unit],
    bilingual: BilingualDocument,
    place: Callable[[Unit, bool], Element],
) -> None:
    """Give units their targets; one that differs from its source is kept.

    A draft is not.

    Args:
        units: Those that `document` had, in the same order.
        bilingual: Their translation.
        place: Gives the element for a target, made if need be, and is told whether
            the target is doubtful.
    """
    blocks = iter(bilingual.blocks)
    for unit in units:
        source = inline_codes.block_of(unit.source)
        block = next(blocks) if _has_words(source) else None
        if unit.target is not None and not unit.is_draft:
            present = inline_codes.block_of(unit.target).text
            if present and present != source.text:
                continue
        if block is None:
            inline_codes.copy(place(unit, False), unit.source)
        else:
            is_doubtful = any(t.flags for t in block.translations)
            inline_codes.fill(place(unit, is_doubtful), unit.source, block)


def child(parent: Element, name: str) -> Element | None:
    """The first child of a name, in any namespace."""
    return next((c for c in parent if local_name(c) == name), None)


def add_after(element: Element, name: str) -> Element:
    """A new element of the same namespace, right after another one."""
    added = element.makeelement(etree.QName(etree.QName(element).namespace, name))
    element.addnext(added)
    added.tail = element.tail
    return added


def notes(translation: Translation) -> dict[str, str]:
    """What the other formats tell of a segment in fields of their own.

    The score is a mean log-probability, at most 0, and 0 for a copy.
    """
    told = {"score": f"{translation.score:.4g}", "origin": translation.origin.value}
    if translation.model:
        told["model"] = translation.model
    if translation.flags:
        told["flags"] = " ".join(flag.value for flag in translation.flags)
    return {name: clean(text) for name, text in told.items()}


def is_translated(element: Element) -> bool:
    """Whether neither the element nor what it is in forbids to translate it."""
    for own in (element, *element.iterancestors()):
        if own.get("translate") is not None:
            return own.get("translate") != "no"
    return True


def _has_words(block: Block) -> bool:
    return any(char.isalnum() for char in block.text)


def _primary(language: str | None) -> str:
    return re.split("[-_]", (language or "").strip().lower())[0]
