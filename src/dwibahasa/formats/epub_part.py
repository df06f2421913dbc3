"""The parts of a book with text, also those that break the rules of XML."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree, html
from lxml.etree import _Element

from dwibahasa.errors import InputError
from dwibahasa.formats import text, xml

XHTML = "{http://www.w3.org/1999/xhtml}"
# Named characters of the XHTML document type, which is never loaded.
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")
_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NAME = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?")
_PREFIXES = {
    "epub": "http://www.idpf.org/2007/ops",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_PAGE = re.compile(rb"<(?:\w+:)?(?:html|body)[\s>]", re.IGNORECASE)


def is_page(content: bytes) -> bool:
    """Whether a part looks like a page of HTML, whatever it is declared as."""
    return _PAGE.search(content[:4096]) is not None


def parsed(content: bytes, name: str) -> _Element:
    """The root of a part that keeps the rules.

    Raises:
        MalformedInput: It is not well-formed.
        UnsafeMarkup: It declares entities.
    """
    return xml.parse(_NAMED.sub(_character, content), name)


def mended(content: bytes, name: str) -> _Element | None:
    """The root of XML that is not well-formed, as far as it can be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    root = etree.fromstring(_NAMED.sub(_character, content), parser)
    # What was mended may declare entities, too.
    return None if root is None else xml.parse(etree.tostring(root), name)


def mended_page(content: bytes, name: str) -> _Element | None:
    """The root of a chapter that is not well-formed, read as browsers read pages.

    Returns:
        XHTML in its namespace; None where there is no page in it.
    """
    try:
        page = _DECLARATION.sub("", _decoded(content, name))
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        root = html.document_fromstring(page.encode(), parser)
    except (InputError, etree.ParserError):
        return None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    _declare_prefixes(root)
    root.set("xmlns", XHTML.strip("{}"))
    return mended(etree.tostring(root, encoding="utf-8"), name)


def _declare_prefixes(root: html.HtmlElement) -> None:
    """Leave only names that XML allows, with their prefixes declared at the root."""
    declared = dict(_PREFIXES)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    for element in elements:
        for name, value in list(element.attrib.items()):
            key = str(name)
            if key.startswith("xmlns:") and value:
                declared.setdefault(key.removeprefix("xmlns:"), str(value))
            prefix, colon, _ = key.rpartition(":")
            if not _NAME.fullmatch(key) or (colon and prefix not in declared):
                del element.attrib[name]
    for element in elements:
        prefix, _, _ = str(element.tag).rpartition(":")
        if prefix and prefix not in declared:
            element.drop_tag()
    for prefix, uri in declared.items():
        root.set(f"xmlns:{prefix}", uri)


def _decoded(content: bytes, name: str) -> str:
    declared = _ENCODING.search(content[:200])
    try:
        return content.decode(declared[1].decode() if declared else "utf-8")
    except (UnicodeDecodeError, LookupError):
        return text.decode(content, name)


def _character(match: re.Match[bytes]) -> bytes:
    """A named character as a number; what has no such name stays."""
    characters = html5.get(match[1].decode() + ";")
    if characters is None:
        return match[0]
    return "".join(f"&#{ord(char)};" for char in characters).encode()
