"""XML that strangers wrote: parsed without entities, schemas or the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from dwibahasa.errors import MalformedInput, UnsafeMarkup
from dwibahasa.formats.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def parse(content: bytes, name: str) -> Element:
    """Parse a document and return its root.

    Raises:
        MalformedInput: It is not well-formed, or not in the encoding that it tells.
        UnsafeMarkup: It declares entities.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedInput(name, error.lineno or 1, str(error.msg)) from error
    declared = root.getroottree().docinfo.internalDTD
    # The stubs of lxml know no iterentities.
    if declared is not None and any(True for _ in declared.iterentities()):  # type: ignore[union-attr]
        raise UnsafeMarkup(name)
    return root


def serialised(root: Element) -> bytes:
    """The document of a root as UTF-8, with what stands before and after the root."""
    tree = root.getroottree()
    if tree.docinfo.standalone:  # as Word writes
        return etree.tostring(tree, encoding="UTF-8", standalone=True)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def allowed(text: str) -> str:
    """Text without the characters that XML does not allow."""
    return clean(text).replace("\ufffe", "").replace("\uffff", "")


def local_name(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
