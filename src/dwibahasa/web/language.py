"""The language of the interface: the browser's, unless the user chose the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    abort,
    copy_current_request_context,
    has_request_context,
    request,
    session,
)
from flask_babel import Babel
from werkzeug.wrappers import Response as AnyResponse

from dwibahasa.web.navigation import back

LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
TRANSLATIONS = Path(__file__).parent / "translations"

language = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Let the pages of an application speak the language of who asks for them."""
    Babel(
        app,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen,
    )
    app.jinja_env.globals.update(interface_languages=LANGUAGES, chosen_language=chosen)
    app.register_blueprint(language)


def chosen() -> str:
    """The language of this request, one of `LANGUAGES`; English outside of one."""
    if not has_request_context():
        return "en"
    if (own := session.get("language")) in LANGUAGES:
        return str(own)
    return request.accept_languages.best_match(LANGUAGES, "en")


def in_language(events: Iterator[str]) -> Iterator[str]:
    """Make events in the language of this request, after it has ended too."""

    # Flask's own `stream_with_context` keeps one context open all the while, and two
    # streams of one thread would close each other's.
    @copy_current_request_context
    def step() -> str | None:
        return next(events, None)

    def made() -> Iterator[str]:
        try:
            while (event := step()) is not None:
                yield event
        finally:
            if isinstance(events, Generator):
                events.close()

    return made()


@language.post("/language")
def choose() -> AnyResponse:
    """Use another language from now on."""
    name = request.form.get("language", "")
    if name not in LANGUAGES:
        abort(400)
    session["language"] = name
    session.permanent = True
    return back()
