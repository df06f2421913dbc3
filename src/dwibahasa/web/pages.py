"""The pages of the reader: the library, an article, and what can be done with both."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from dwibahasa import __version__, files
from dwibahasa.errors import BadURL, FetchError, InputError
from dwibahasa.library import Library
from dwibahasa.settings import settings
from dwibahasa.web import presentation, submission, translators
from dwibahasa.web.events import EventStreams, progress
from dwibahasa.web.language import in_language
from dwibahasa.web.navigation import back
from dwibahasa.web.shelf import start_page
from dwibahasa.web.submission import submissions
from dwibahasa.web.worker import Worker

pages = Blueprint("pages", __name__)

_MOST_POLLED = 200  # articles that a page may follow at a time


@pages.get("/")
def start() -> str:
    """The library, and the way to add to it."""
    return start_page()


def error_page(error: str, text: str = "") -> str:
    """A page with an error alone, and with the text that the user typed."""
    return render_template(
        "error.html", error=error, text=text, max_bytes=settings().max_text_bytes
    )


@pages.get("/articles")
def articles() -> Response:
    """How far the articles are that the address names by `id`."""
    ids = request.args.getlist("id", int)[:_MOST_POLLED]
    return jsonify([progress(summary) for summary in _library().summaries(ids)])


@pages.post("/articles")
def add() -> AnyResponse | str:
    """Add a text, files, the pages of addresses, or the sample article."""
    if "sample" in request.form:
        return _added(_library().add(files.sample()))
    given = submissions(request.form.get("text", ""), request.files.getlist("file"))
    if len(given) == 1:
        return _added(_library().add(*given[0].read()))
    failures = []
    for one in given:
        try:
            _library().add(*one.read())
        except (InputError, FetchError) as error:
            failures.append(presentation.sentence(str(error)))
    _worker().wake()
    return start_page(added=len(given) - len(failures), failures=failures)


def _added(article_id: int) -> AnyResponse:
    """Lead to a new article, or tell a script where it is."""
    _worker().wake()
    address = url_for("pages.article", article_id=article_id)
    if request.accept_mimetypes.best == "application/json":
        news = progress(_library().summary(article_id))
        return make_response(jsonify(news | {"address": address}), 201)
    return redirect(address, 303)


@pages.get("/add")
def offer() -> str:
    """Ask whether to add the page that a bookmarklet was used on."""
    address = request.args.get("url", "").strip()
    if not submission.is_address(address):
        raise BadURL(address, "it is none of a web page")
    return render_template("offer.html", address=submission.with_scheme(address))


@pages.get("/articles/<int:article_id>")
def article(article_id: int) -> str:
    """The reader."""
    found = _library().article(article_id)
    return render_template(
        "article.html",
        article=found,
        summary=found.summary,
        models=translators.installed(),
    )


@pages.get("/articles/<int:article_id>/events")
def events(article_id: int) -> Response:
    """Finished blocks and progress as server-sent events."""
    _library().summary(article_id)
    after = request.headers.get("Last-Event-ID", "") or request.args.get("after", "")
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)

    streams: EventStreams = current_app.extensions["streams"]
    stream = streams.stream(
        article_id,
        int(after) if after.isdecimal() and len(after) < 10 else -1,
        render=presentation.row_renderer(),
        is_gone=is_gone,
    )
    return Response(
        in_language(stream),
        content_type="text/event-stream; charset=utf-8",
        # A proxy that collects the answer would hold the blocks back.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@pages.post("/articles/<int:article_id>/delete")
def delete(article_id: int) -> AnyResponse:
    """Take an article out of the library, with an offer to undo it."""
    _library().delete(article_id)
    flash(str(article_id), "deleted")
    return back()


@pages.post("/articles/<int:article_id>/restore")
def restore(article_id: int) -> AnyResponse:
    """Undo a deletion."""
    _library().restore(article_id)
    _worker().wake()
    return back()


@pages.post("/articles/<int:article_id>/retry")
def retry(article_id: int) -> AnyResponse:
    """Put an article that failed into the queue again."""
    _library().retry(article_id)
    _worker().wake()
    return redirect(url_for("pages.article", article_id=article_id), 303)


@pages.get("/health")
def health() -> Response:
    """Whether the server runs and its library can be read."""
    unfinished = _library().unfinished()
    return jsonify(status="ok", version=__version__, unfinished=unfinished)


def _library() -> Library:
    library: Library = current_app.extensions["library"]
    return library


def _worker() -> Worker:
    worker: Worker = current_app.extensions["worker"]
    return worker
