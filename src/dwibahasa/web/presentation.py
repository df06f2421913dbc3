"""How templates show dates, lengths, sources and the places of unfinished text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import ceil
from typing import Any

from flask import current_app
from flask_babel import format_date, format_decimal, gettext

from dwibahasa.article import ArticleState, ArticleSummary, origin
from dwibahasa.document import BilingualBlock
from dwibahasa.web.sentences import told

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
    return str(format_date(found, "d MMMM y"))


def reading_time(words: int) -> str:
    """How long a text takes to read, such as "3 min read"."""
    minutes = max(1, round(words / _WORDS_PER_MINUTE))
    return str(gettext("%(minutes)d min read", minutes=minutes))


def sentence(message: str) -> str:
    """The message of an error or warning as a sentence of the interface's language."""
    message = told(message)
    end = "" if message.endswith((".", "!", "?")) else "."
    return f"{message[:1].upper()}{message[1:]}{end}"


def number(value: int) -> str:
    """A number with its thousands parted."""
    return str(format_decimal(value))


def is_address(source: str) -> bool:
    """Whether a source is a page that can be linked to."""
    return source.startswith(("https://", "http://"))


def site(source: str) -> str:
    """The site of an address, or the name of a file."""
    return origin(source) if is_address(source) else source


def status(summary: ArticleSummary) -> str:
    """How far the translation of an article is; nothing where it is done."""
    match summary.state:
        case ArticleState.QUEUED:
            return str(gettext("Waiting to be translated"))
        case ArticleState.TRANSLATING if not summary.blocks_done:
            return str(gettext("Translating"))
        case ArticleState.TRANSLATING:
            return str(
                gettext(
                    "Translating, %(done)d of %(blocks)d done",
                    done=summary.blocks_done,
                    blocks=summary.blocks,
                )
            )
        case ArticleState.FAILED:
            return str(gettext("Stopped"))
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


def row_renderer() -> Callable[[BilingualBlock], str]:
    """Makes the HTML of a finished block, as it stands in the article's page.

    It is to be asked for in a request; it can be called when that has ended.
    """
    row = current_app.jinja_env.get_template("_reading.html").module.row  # type: ignore[attr-defined]
    return lambda block: str(row(block))


FILTERS: dict[str, Callable[[Any], Any]] = {
    "day": day,
    "lines": lines,
    "reading_time": reading_time,
    "number": number,
    "sentence": sentence,
    "site": site,
    "status": status,
}
TESTS: dict[str, Callable[[Any], bool]] = {"address": is_address}
