"""The web reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, make_response, request
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    SecurityError,
)

from dwibahasa.errors import DwibahasaError, InputTooLarge
from dwibahasa.library import Library
from dwibahasa.memory import Memory
from dwibahasa.settings import settings, web_folder
from dwibahasa.web import language, presentation, security
from dwibahasa.web.corrections import corrections
from dwibahasa.web.events import EventStreams
from dwibahasa.web.export import export
from dwibahasa.web.navigation import here
from dwibahasa.web.pages import error_page, pages
from dwibahasa.web.sentences import told
from dwibahasa.web.server import MOST_STREAMS, serve
from dwibahasa.web.shelf import shelf, start_page
from dwibahasa.web.translators import Translators
from dwibahasa.web.words import words
from dwibahasa.web.worker import Worker

if TYPE_CHECKING:
    from dwibahasa.translator import Translator

__all__ = ["create_app", "serve"]

_FORM_OVERHEAD_BYTES = 100_000  # names, boundaries and the token around a text
_SENTENCES = {
    400: lazy_gettext(
        "the request could not be understood; go back, reload the page and try again"
    ),
    404: lazy_gettext(
        "there is no such page; the address may be mistyped, or the article deleted"
    ),
    405: lazy_gettext("this address takes no such request; go back to your library"),
    500: lazy_gettext(
        "something went wrong inside dwibahasa; your library is unchanged. Try again,"
        " and report it if it stays"
    ),
}
_EXPIRED = lazy_gettext(
    "this page was open since before the server was set up anew; send it again now"
)


class _App(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """Log where it happened, without the texts that a message may hold."""
        self.logger.error("%s %s", request.method, security.where(exc_info[1]))


def create_app(
    library: Library,
    load_translator: Callable[..., Translator],
    *,
    host: str = "127.0.0.1",
) -> Flask:
    """Make the web application; `serve` runs it.

    Args:
        library: What it shows.
        load_translator: Called once, when the first article is to be translated; and
            with the name of another model when one is asked for.
        host: Where it will be served. On an address of this computer alone only
            requests to that address are answered.

    Raises:
        StorageError: The key that signs sessions can be neither read nor kept.
    """
    app = _App(
        __name__,
        static_folder=web_folder() / "static",
        template_folder=web_folder() / "templates",
    )
    max_bytes = settings().max_text_bytes + _FORM_OVERHEAD_BYTES
    app.config.update(
        MAX_CONTENT_LENGTH=max_bytes,
        MAX_FORM_MEMORY_SIZE=max_bytes,
        SECRET_KEY=security.secret_key(library.path.parent),
        SESSION_COOKIE_NAME="dwibahasa",
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=security.trusted_hosts(host),
        WTF_CSRF_SSL_STRICT=False,  # it needs the referrer, which pages do not send
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open for days
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(presentation.FILTERS)
    app.jinja_env.tests.update(presentation.TESTS)
    app.add_template_global(here)
    CSRFProtect(app)
    library.database.keep_open()
    memory = Memory(library.database)
    translators = Translators(load_translator, memory)
    worker = Worker(library, translators.own)
    app.extensions["library"] = library
    app.extensions["memory"] = memory
    app.extensions["translators"] = translators
    app.extensions["worker"] = worker
    app.extensions["streams"] = EventStreams(library, worker, MOST_STREAMS)
    language.install(app)
    app.register_blueprint(pages)
    app.register_blueprint(shelf)
    app.register_blueprint(export)
    app.register_blueprint(corrections)
    app.register_blueprint(words)
    app.register_error_handler(DwibahasaError, _show_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.after_request(security.add_headers)
    return app


def _show_error(error: DwibahasaError) -> Response:
    """The one place where an error becomes a page or a JSON answer."""
    return _failure(str(error), error.http_status)


def _show_http_error(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # No page: the host of the request is in doubt, and with it every link.
        return Response(
            "this server does not answer to that name\n", 400, mimetype="text/plain"
        )
    if isinstance(error, RequestEntityTooLarge):
        too_large = InputTooLarge(
            "the text", request.content_length or 0, settings().max_text_bytes
        )
        # The body was not read; what it holds cannot be shown again.
        return _failure(str(too_large), too_large.http_status, is_readable=False)
    status = error.code or InternalServerError.code
    sentence = _EXPIRED if isinstance(error, CSRFError) else _SENTENCES.get(status)
    return _failure(str(sentence or error.description), status)


def _failure(message: str, status: int, *, is_readable: bool = True) -> Response:
    accepted = request.accept_mimetypes
    if accepted.best_match(("text/html", "application/json")) == "application/json":
        return make_response(jsonify(error=told(message)), status)
    is_addition = request.endpoint == "pages.add" and is_readable
    # Where the library itself fails, a page without its list is all there is.
    show = start_page if is_addition and status < 500 else error_page
    text = request.form.get("text", "") if is_addition else ""
    return make_response(show(presentation.sentence(message), text), status)
