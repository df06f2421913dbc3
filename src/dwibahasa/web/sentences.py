"""The core's sentences, of errors and warnings, in the language of the interface.

The core raises and stores them in English and knows of no interface, so each is
recognised by its form. The forms of `errors/` are read from its f-strings, with a
name in braces for what varies; those of other modules stand here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import gettext

from dwibahasa import errors


def N_(text: str) -> str:  # noqa: N802 - the name that marks texts for the catalogue
    """Mark a text for the catalogue."""
    return text


_OTHERS = (
    N_("this text looks like {language}, not Indonesian; the translation will not be"
       " of use if it is"),
    N_("the translation stopped with an unforeseen error ({kind}); try again, and"
       " report it if it stays"),
    N_("{part} is missing from the book and is not translated"),
    N_("{part} is declared as {kind} and was read as a chapter"),
    N_("{part} cannot be read and is left as it is"),
    N_("{part} is not well-formed and was mended; compare it"),
    # What the forms of errors have in their places.
    N_("{name} has no text"),
    N_("there is no text"),
    N_("the text"),
    N_("a PDF file"),
    N_("a ZIP archive or an Office document"),
    N_("an old Office document"),
    N_("an RTF document"),
    N_("a picture"),
    N_("a compressed file"),
    N_("a program"),
    N_("a model"),
    N_("a binary file"),
    N_("it is none of a web page"),
    N_("it is malformed"),
    N_("it names no host"),
    N_("it carries a user name"),
    N_("it redirects without end"),
    N_("its host has no address"),
    N_("there is no host {host}"),
    N_("the server answered {status}"),
    N_("it is {content_type}, not a page of text"),
    N_("the server does not answer"),
    N_("its certificate is not valid"),
    N_("the connection broke off"),
)  # fmt: skip


def told(sentence: str) -> str:
    """What the interface says for a sentence of the core; unknown ones stay."""
    for form, pattern in _forms():
        if found := pattern.fullmatch(sentence):
            values = {name: told(value) for name, value in found.groupdict().items()}
            return str(gettext(form).format(**values))
    return sentence


def extract(
    fileobj: BinaryIO, *_: Any, **__: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The forms of the errors in a file, as Babel asks for messages."""
    for line, form in _errors_forms(fileobj.read().decode()):
        yield line, "gettext", form, []


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    forms = [
        form
        for path in sorted(Path(errors.__file__).parent.glob("*.py"))
        for _, form in _errors_forms(path.read_text(encoding="utf-8"))
    ]
    return [(form, _pattern(form)) for form in (*forms, *_OTHERS)]


def _pattern(form: str) -> re.Pattern[str]:
    texts_and_names = re.split(r"\{(\w+)\}", form)
    return re.compile(
        "".join(
            f"(?P<{part}>.*?)" if n % 2 else re.escape(part)
            for n, part in enumerate(texts_and_names)
        ),
        re.DOTALL,
    )


def _errors_forms(source: str) -> Iterator[tuple[int, str]]:
    """Line and form of what each error gives to its base class."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(), attr="__init__"),
                args=[ast.JoinedStr(values) as text],
            ):
                yield text.lineno, _form(values)
            case ast.Call(
                func=ast.Attribute(value=ast.Call(), attr="__init__"),
                args=[ast.Constant(str(constant)) as text],
            ):
                yield text.lineno, constant


def _form(parts: list[ast.expr]) -> str:
    """An f-string with a name in braces for each value."""
    form, names = "", list[str]()
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            value = part.value
            name = value.id if isinstance(value, ast.Name) else "value"
            names.append(name)
            count = names.count(name)
            form += f"{{{name}}}" if count == 1 else f"{{{name}_{count}}}"
        elif isinstance(part, ast.Constant):
            form += str(part.value)
    return form
