"""Finished articles as files, in every format that is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    send_file,
)
from flask_babel import gettext, lazy_gettext

from dwibahasa.article import Article, ArticleState
from dwibahasa.errors import ArticleUnfinished
from dwibahasa.formats import FORMATS, Format
from dwibahasa.formats.html import embedded
from dwibahasa.library import Library
from dwibahasa.web import presentation

export = Blueprint("export", __name__)

# What a format is to its reader; one that is not named here is called by its name.
_LABELS = {
    "html": lazy_gettext("Bilingual page"),
    "english": lazy_gettext("English page"),
    "docx": lazy_gettext("Bilingual Word document"),
    "odt": lazy_gettext("Bilingual OpenDocument text"),
    "epub": lazy_gettext("Bilingual e-book"),
    "epub-facing": lazy_gettext("Bilingual e-book, side by side"),
    "pdf": lazy_gettext("Bilingual PDF"),
    "markdown": lazy_gettext("Bilingual Markdown"),
    "text": lazy_gettext("English text"),
    "srt": lazy_gettext("Subtitles, SubRip"),
    "vtt": lazy_gettext("Subtitles, WebVTT"),
    "tmx": lazy_gettext("Translation memory, TMX"),
    "xliff": lazy_gettext("Translation units, XLIFF 1.2"),
    "xliff2": lazy_gettext("Translation units, XLIFF 2.1"),
    "csv": lazy_gettext("Table, parted by commas"),
    "tsv": lazy_gettext("Table, parted by tabs"),
    "jsonl": lazy_gettext("JSON Lines"),
    "json": lazy_gettext("JSON with all details"),
}
# The reader's own pages: the name of each in addresses, and its template.
_PAGES = {"html": "bilingual.html", "english": "english.html"}
_TO_READ = (
    "html",
    "english",
    "docx",
    "odt",
    "epub",
    "epub-facing",
    "pdf",
    "markdown",
    "text",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A format in which an article is offered.

    Attributes:
        name: For the address: one of `FORMATS`, "english" or "same".
        label: What it is to its reader.
        suffix: Of the file.
    """

    name: str
    label: str
    suffix: str


def offers(article: Article) -> list[tuple[str, list[Offer]]]:
    """The formats of an article in groups, each with what the group is for."""
    written = [_offer(f) for f in FORMATS.values() if f.writes]
    written.append(_offer(FORMATS["html"], "english"))
    order = list(_LABELS)
    written.sort(key=lambda o: order.index(o.name) if o.name in order else len(order))
    groups = [
        (gettext("As it came"), list(_same(article))),
        (gettext("To read"), [o for o in written if o.name in _TO_READ]),
        (gettext("For other tools"), [o for o in written if o.name not in _TO_READ]),
    ]
    return [(label, group) for label, group in groups if group]


@export.app_template_global("export_offers")
def _offers(article: Article) -> list[tuple[str, list[Offer]]]:
    return offers(article)


@export.get("/articles/<int:article_id>/export/<format_name>")
def export_as(article_id: int, format_name: str) -> Response:
    """The finished article as a file."""
    library: Library = current_app.extensions["library"]
    found = library.article(article_id)
    if found.summary.state is not ArticleState.DONE:
        raise ArticleUnfinished(article_id)
    if format_name == "same":
        return _rewritten(library, found)
    is_page = format_name in _PAGES
    format_ = FORMATS.get("html" if is_page else format_name)
    if format_ is None or not format_.writes:
        abort(404)
    content = _page(format_name, found) if is_page else format_.write(found.bilingual)
    title = presentation.file_name(found.bilingual.title or found.summary.target_title)
    return _file(content, format_, f"{title}.en{format_.suffixes[0]}")


def _page(name: str, article: Article) -> bytes:
    """A page by itself, in the language of the interface where it says something."""
    page = render_template(_PAGES[name], bilingual=article.bilingual, **embedded())
    return page.encode()


def _rewritten(library: Library, article: Article) -> Response:
    """The file that the article came from, in English."""
    original = library.original(article.summary.id)
    format_ = FORMATS.get(original.format_name) if original else None
    if original is None or format_ is None or not format_.rewrites:
        abort(404)
    name = PurePath(article.document.source)
    suffix = name.suffix or format_.suffixes[0]
    return _file(
        format_.rewrite(article.bilingual, original.content),
        format_,
        f"{presentation.file_name(name.stem)}.en{suffix}",
    )


def _file(content: bytes, format_: Format, name: str) -> Response:
    return send_file(
        BytesIO(content),
        mimetype=format_.media_type,
        as_attachment=True,
        download_name=name,
    )


def _same(article: Article) -> Iterator[Offer]:
    library: Library = current_app.extensions["library"]
    name = library.original_format(article.summary.id)
    if name and (format_ := FORMATS.get(name)) and format_.rewrites:
        suffix = PurePath(article.document.source).suffix or format_.suffixes[0]
        yield Offer("same", gettext("The original in English"), suffix)


def _offer(format_: Format, name: str = "") -> Offer:
    name = name or format_.name
    return Offer(name, str(_LABELS.get(name, name)), format_.suffixes[0])
