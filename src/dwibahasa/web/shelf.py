"""The start page: the list of articles, search, names, tags and the archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from dwibahasa.formats import FORMATS
from dwibahasa.search import LONGEST_QUERY, MOST_COUNTED, Ranking, search
from dwibahasa.settings import settings
from dwibahasa.shelf import Choice, Order, Progress, Shelf
from dwibahasa.web.navigation import back

if TYPE_CHECKING:
    from dwibahasa.library import Library

shelf = Blueprint("shelf", __name__)


def start_page(
    error: str = "", text: str = "", *, added: int = 0, failures: Sequence[str] = ()
) -> str:
    """The start page.

    Args:
        error: Why something was not added, a sentence.
        text: What was typed and caused the error.
        added: How many of several texts were added.
        failures: Why the others were not, a sentence each.
    """
    choice = _choice()
    page = _shelf().page(choice, request.args.get("page", 1, int))
    return _page(
        choice, page=page, error=error, text=text, added=added, failures=failures
    )


@shelf.post("/search")
def search_for() -> AnyResponse:
    """Search for what was typed; it stands in the session, never in an address."""
    session["query"] = request.form.get("query", "").strip()[:LONGEST_QUERY]
    endpoint = "shelf.results" if session["query"] else "pages.start"
    return redirect(url_for(endpoint, **_arguments(_choice())), 303)


@shelf.get("/search")
def results() -> AnyResponse | str:
    """The sentences that have what was searched for last."""
    choice = _choice(is_archived=None)
    if not (query := session.get("query", "")):
        return redirect(url_for("pages.start", **_arguments(choice)))
    number = request.args.get("page", 1, int)
    ranking = _ranking()
    found = search(_library().database, query, choice, number, ranking)
    return _page(choice, found=found, query=query, number=number, ranking=ranking)


@shelf.get("/articles/<int:article_id>/about")
def about(article_id: int) -> str:
    """The form for the name and the tags of an article."""
    return render_template(
        "about.html", article=_library().summary(article_id), tags=_shelf().tags()
    )


@shelf.post("/articles/<int:article_id>/about")
def describe(article_id: int) -> AnyResponse:
    """Name an article and tag it."""
    new = request.form.get("new_tags", "").split(",")
    _shelf().describe(
        article_id,
        request.form.get("name", "")[:_LONGEST_NAME],
        [*request.form.getlist("tag"), *new],
    )
    return back()


@shelf.post("/articles/<int:article_id>/archive")
def archive(article_id: int) -> AnyResponse:
    """Put an article into the archive, with an offer to undo it."""
    _shelf().archive(article_id, is_archived=True)
    flash(str(article_id), "archived")
    return back()


@shelf.post("/articles/<int:article_id>/unarchive")
def unarchive(article_id: int) -> AnyResponse:
    """Take an article out of the archive."""
    _shelf().archive(article_id, is_archived=False)
    return back()


_LONGEST_NAME = 200  # characters


def _page(choice: Choice, **values: Any) -> str:
    own = _shelf()
    return render_template(
        "start.html",
        choice=choice,
        arguments=_arguments(choice),
        orders=Order,
        stages=Progress,
        tags=own.tags(),
        origins=own.origins(),
        archived=own.archived(),
        total=_library().count(),
        max_bytes=settings().max_text_bytes,
        suffixes=[s for f in FORMATS.values() if f.reads for s in f.suffixes],
        longest_query=LONGEST_QUERY,
        most_counted=MOST_COUNTED,
        **values,
    )


def _choice(*, is_archived: bool | None = False) -> Choice:
    """What the address asks for; what it says wrong is left out.

    Args:
        is_archived: What is shown where the address does not ask for the archive.
    """
    given = request.args
    return Choice(
        order=given.get("order", Order.LATEST, Order),
        tag=given.get("tag", ""),
        progress=given.get("progress", None, Progress),
        origin=given.get("origin", ""),
        is_archived=True if given.get("archived") else is_archived,
    )


def _ranking() -> Ranking:
    return request.args.get("by", Ranking.RELEVANCE, Ranking)


def _arguments(choice: Choice) -> dict[str, Any]:
    """The part of an address that asks for a choice."""
    arguments = {
        "order": "" if choice.order is Order.LATEST else choice.order.value,
        "tag": choice.tag,
        "progress": choice.progress.value if choice.progress else "",
        "origin": choice.origin,
        "archived": "1" if choice.is_archived else "",
        "by": "" if _ranking() is Ranking.RELEVANCE else _ranking().value,
    }
    return {name: value for name, value in arguments.items() if value}


def _library() -> Library:
    library: Library = current_app.extensions["library"]
    return library


def _shelf() -> Shelf:
    return Shelf(_library().database)
