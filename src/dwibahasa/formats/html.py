"""HTML: one self-contained page with the two versions side by side."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from markupsafe import Markup

from dwibahasa.counterparts import word_rows
from dwibahasa.document import BilingualDocument
from dwibahasa.settings import web_folder

_SCRIPTS = ("counterparts.js", "words.js")


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a page that needs no other file and no network."""
    static = web_folder() / "static"
    page = _template(web_folder()).render(
        bilingual=bilingual,
        style=_embedded(static / "reading.css"),
        scripts=[_embedded(static / name) for name in _SCRIPTS],
        words=word_rows,
    )
    return page.encode()


@cache
def _template(folder: Path) -> Template:
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bilingual.html")


def _embedded(path: Path) -> Markup:
    """A file of our own, to stand inside the page as it is."""
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - not user text
