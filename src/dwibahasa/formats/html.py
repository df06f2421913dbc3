"""HTML: whole pages read and rewritten, and one with the two versions side by side."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from lxml import etree, html
from markupsafe import Markup

from dwibahasa.counterparts import word_rows
from dwibahasa.document import BilingualDocument, BlockKind, Document
from dwibahasa.errors import DamagedFile, EmptyInput, NoArticle, NoArticleInFile
from dwibahasa.formats import hypertext, text
from dwibahasa.formats.options import DEFAULTS, Options
from dwibahasa.settings import web_folder

_SCRIPTS = ("counterparts.js", "words.js")
# WHATWG HTML, 4.2.5.4: within the first 1024 bytes.
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w:.-]+)""", re.IGNORECASE)


def read_bytes(content: bytes, name: str, options: Options = DEFAULTS) -> Document:
    """Read the whole of a page, or the article in it where the options say so.

    Raises:
        InputError: It has no text, or is in an encoding that is not read.
    """
    if options.is_article:
        return _article(content, name)
    try:
        runs = list(hypertext.runs(_tree(content, name)))
    except RecursionError as error:
        raise DamagedFile(name, "HTML", str(error)) from error
    blocks = tuple(run.block for run in runs)
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name)


def rewrite_bytes(
    bilingual: BilingualDocument,
    original: bytes,
    options: Options = DEFAULTS,  # noqa: ARG001 - as other formats have it
) -> bytes:
    """Write the page with its tags as they were, in UTF-8; it was read whole."""
    root = _tree(original, bilingual.document.source)
    for run, block in zip(list(hypertext.runs(root)), bilingual.blocks, strict=True):
        run.rewrite(block)
    if bilingual.document.source.startswith(("http://", "https://")):
        root.make_links_absolute(bilingual.document.source)
    root.set("lang", "en")
    head = root.find("head")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    for meta in head.xpath("meta[@charset or @http-equiv]"):
        if meta.get("charset") or meta.get("http-equiv", "").lower() == "content-type":
            meta.drop_tree()
    head.insert(0, etree.Element("meta", charset="utf-8"))
    has_doctype = b"<!doctype" in original[:1024].lower()  # lxml makes one up
    doctype = root.getroottree().docinfo.doctype if has_doctype else None
    page = html.tostring(root, encoding="unicode", doctype=doctype)
    return f"{page}\n".encode()


def _article(content: bytes, name: str) -> Document:
    from dwibahasa.extract import article

    try:
        return article(_decoded(content, name), name)
    except NoArticle as error:
        raise NoArticleInFile(name) from error


def _decoded(content: bytes, name: str) -> str:
    declared = _CHARSET.search(content[:1024])
    try:
        return content.decode(declared[1].decode() if declared else "utf-8")
    except (UnicodeDecodeError, LookupError):
        return text.decode(content, name)


def _tree(content: bytes, name: str) -> html.HtmlElement:
    page = _decoded(content, name)
    # What is encoded anew has one known encoding, whatever a declaration says.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        return html.document_fromstring(page.encode(), parser)
    except etree.ParserError as error:
        raise EmptyInput(name) from error


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a page that needs no other file and no network, in English."""
    page = _template(web_folder()).render(bilingual=bilingual, **embedded())
    return page.encode()


def embedded() -> dict[str, Any]:
    """What the template of the page has inside it, beside the text."""
    static = web_folder() / "static"
    return {
        "style": _embedded(static / "reading.css"),
        "scripts": [_embedded(static / name) for name in _SCRIPTS],
        "words": word_rows,
    }


@cache
def _template(folder: Path) -> Template:
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # Where no reader says which language the page is to speak, it is English.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return environment.get_template("bilingual.html")


def _embedded(path: Path) -> Markup:
    """A file of our own, to stand inside the page as it is."""
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - not user text
