"""How templates show dates, lengths, sources and the places of unfinished text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from dwibahasa.article import ArticleState, ArticleSummary

_WORDS_PER_MINUTE = 200  # silent reading of a second language, rounded
_CHARACTERS_PER_LINE = 62
_MOST_LINES = 8
_UNSAFE_IN_FILE_NAMES = '/\\:*?"<>|'
_LONGEST_FILE_NAME = 80  # characters, without the suffix


def day(iso: str) -> str:
    """An ISO 8601 date or time as "3 September 2017"; anything else as it is."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{found.day} {found:%B %Y}"


def reading_time(words: int) -> str:
    """How long a text takes to read, such as "3 min read"."""
    return f"{max(1, round(words / _WORDS_PER_MINUTE))} min read"


def sentence(message: str) -> str:
    """The message of an error or warning as a sentence of its own."""
    end = "" if message.endswith((".", "!", "?")) else "."
    return f"{message[:1].upper()}{message[1:]}{end}"


def is_address(source: str) -> bool:
    """Whether a source is a page that can be linked to."""
    return source.startswith(("https://", "http://"))


def site(source: str) -> str:
    """The site of an address, or the name of a file."""
    if not is_address(source):
        return source
    return (urlsplit(source).hostname or source).removeprefix("www.")


def status(summary: ArticleSummary) -> str:
    """How far the translation of an article is; nothing where it is done."""
    match summary.state:
        case ArticleState.QUEUED:
            return "Waiting to be translated"
        case ArticleState.TRANSLATING if not summary.blocks_done:
            return "Translating"
        case ArticleState.TRANSLATING:
            return f"Translating, {summary.blocks_done} of {summary.blocks} done"
        case ArticleState.FAILED:
            return "Stopped"
        case ArticleState.DONE:
            return ""


def lines(text: str) -> int:
    """About how many lines a paragraph will fill, for its placeholder."""
    return min(_MOST_LINES, ceil(len(text) / _CHARACTERS_PER_LINE))


def file_name(title: str) -> str:
    """A title as the name of a file that every system takes."""
    safe = "".join(
        " " if char in _UNSAFE_IN_FILE_NAMES or not char.isprintable() else char
        for char in title
    )
    return " ".join(safe.split())[:_LONGEST_FILE_NAME].strip(" .") or "article"


FILTERS: dict[str, Callable[[Any], Any]] = {
    "day": day,
    "lines": lines,
    "reading_time": reading_time,
    "sentence": sentence,
    "site": site,
    "status": status,
}
TESTS: dict[str, Callable[[Any], bool]] = {"address": is_address}
