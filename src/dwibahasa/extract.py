"""Find the article on a web page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dwibahasa.document import Block, BlockKind, Document
from dwibahasa.errors import EmptyInput, NoArticle
from dwibahasa.fetch import Page, fetch, is_public
from dwibahasa.formats import text
from dwibahasa.settings import settings

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {
    "head": BlockKind.HEADING,
    "p": BlockKind.PARAGRAPH,
    "quote": BlockKind.QUOTE,
    "item": BlockKind.LIST_ITEM,
    "cell": BlockKind.PARAGRAPH,
    "code": BlockKind.PARAGRAPH,
}
# trafilatura reports what it could not read to its log; the caller gets an error.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def fetch_article(
    url: str, *, is_allowed: Callable[[str], bool] = is_public
) -> Document:
    """Fetch a page and find its article.

    Args:
        url: An http or https address of the public web.
        is_allowed: Says of an IP address whether it may be connected to.

    Returns:
        The article with its title first, and its date where the page tells it.

    Raises:
        FetchError: The page cannot be had, or holds no article; see `fetch`.
        InputTooLarge: The page is too large.
    """
    page = fetch_page(url, is_allowed=is_allowed)
    if page.content_type == "text/plain":
        return text.read(text.decode(page.content, page.url), source=page.url)
    return article(page.content, page.url)


def fetch_page(url: str, *, is_allowed: Callable[[str], bool] = is_public) -> Page:
    """Fetch a page within the limits of the settings.

    Raises:
        FetchError: The page cannot be had; see `fetch`.
        InputTooLarge: The page is too large.
    """
    options = settings()
    return fetch(
        url,
        timeout_s=options.fetch_timeout_s,
        max_bytes=options.fetch_max_bytes,
        is_allowed=is_allowed,
    )


def article(html: bytes | str, url: str) -> Document:
    """Find the article in the HTML of a page.

    Raises:
        NoArticle: There is none.
    """
    import trafilatura

    found = trafilatura.bare_extraction(
        html, url=url, with_metadata=True, include_comments=False
    )
    if found is None or isinstance(found, dict):
        raise NoArticle(url)
    blocks = [block for element in found.body for block in _blocks(element)]
    title = " ".join((found.title or "").split())
    if title and not any(block.text == title for block in blocks[:3]):
        blocks.insert(0, Block(BlockKind.TITLE, title))
    blocks = [
        Block(BlockKind.TITLE, block.text)
        if block.text == title and block.kind is BlockKind.HEADING
        else block
        for block in blocks
    ]
    body = "\n\n".join(block.text for block in blocks if block.text != title)
    try:
        text.read(body)
    except EmptyInput as error:
        raise NoArticle(url) from error
    return Document(tuple(blocks), title=title, source=url, date=found.date or "")


def _blocks(element: _Element) -> Iterator[Block]:
    """The blocks of one element, in order, each on one line."""
    if element.tag in ("list", "table", "row"):
        for child in element:
            yield from _blocks(child)
        return
    kind = _KINDS.get(str(element.tag), BlockKind.PARAGRAPH)
    for line in _lines(element):
        own = text.line_kind(line) if kind is BlockKind.PARAGRAPH else kind
        yield Block(own, line, marker="- " if own is BlockKind.LIST_ITEM else "")


def _lines(element: _Element) -> Iterator[str]:
    """The text of an element, parted where a line break ends a sentence."""
    for line_break in element.iter("lb"):
        line_break.text = "\n"
    line = ""
    for part in "".join(map(str, element.itertext())).split("\n"):
        line = " ".join(f"{line} {part}".split())
        if line.endswith((".", "!", "?", "…", "”", '"')):
            yield line
            line = ""
    if line:
        yield line
