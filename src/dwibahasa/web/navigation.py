"""Where the browser is, and where it goes after a form was sent."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse


def here() -> str:
    """The address of this page, for a form to lead back to."""
    is_page = request.method == "GET"
    return request.full_path.rstrip("?") if is_page else url_for("pages.start")


def back() -> AnyResponse:
    """Lead to the page that the form names as its own, else to the start page."""
    page = request.form.get("back", "")
    # A second slash or a backslash would make it the address of another host.
    is_own = (
        page.startswith("/") and page[1:2] not in ("/", "\\") and page.isprintable()
    )
    return redirect(page if is_own else url_for("pages.start"), 303)
