"""File formats: each module reads a Document or writes a BilingualDocument."""

from __future__ import annotations

from collections.abc import Callable

from dwibahasa.document import BilingualDocument
from dwibahasa.formats import html, json, markdown, text

WRITERS: dict[str, Callable[[BilingualDocument], str]] = {
    "text": text.write,
    "markdown": markdown.write,
    "html": html.write,
    "json": json.write,
}
SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
