"""Errors of sources, and of other input, that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dwibahasa.errors.base import DwibahasaError


class InputError(DwibahasaError):
    """The source cannot be read as Indonesian text."""


class EmptyInput(InputError):
    """The source has no text."""

    def __init__(self, name: str = "") -> None:
        where = f"{name} has no text" if name else "there is no text"
        super().__init__(f"{where} to translate; give at least one word")


class BinaryInput(InputError):
    """The source is not text."""

    http_status = 415

    def __init__(self, name: str, looks_like: str) -> None:
        super().__init__(
            f"{name} is {looks_like}, not plain text; save its text as .txt"
            " (UTF-8) and give that"
        )


class UnknownEncoding(InputError):
    """The bytes are text in none of the encodings that are read."""

    http_status = 415

    def __init__(self, name: str, guess: str) -> None:
        super().__init__(
            f"{name} seems to be in {guess}; save it as UTF-8 and try again"
            " (UTF-8, UTF-16 and Windows-1252 are read)"
        )


class InputTooLarge(InputError):
    """The source is over the limit."""

    http_status = 413

    def __init__(self, name: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"{name} has {size_bytes / 1e6:.1f} MB, more than the"
            f" {limit_bytes / 1e6:.1f} MB that are read; cut it into parts"
        )


class DamagedFile(InputError):
    """The file is not what its name or its first bytes tell, or is cut off."""

    http_status = 422

    def __init__(self, name: str, format_name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be read as {format_name}: {reason}; open it in the program"
            " it was made with, save it again and give that"
        )


class PasswordProtected(InputError):
    """The file is encrypted."""

    http_status = 422

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is protected by a password; save it without one and give that"
        )


class NoTextLayer(InputError):
    """The PDF has pictures of pages and no text."""

    http_status = 422

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has no text, only pictures of it; let a program for text"
            " recognition (OCR) read it first, such as 'ocrmypdf -l ind'"
        )


class ExpandsTooFar(InputError):
    """The archive would fill the memory when it is unpacked."""

    http_status = 413

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} is not unpacked: it has {reason}; if you trust it, cut the"
            " document into parts"
        )


class UnsafeMarkup(InputError):
    """The XML declares entities, which can read files or fill the memory."""

    http_status = 422

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} declares XML entities, which are never resolved; save it again"
            " without a document type declaration and give that"
        )


class LinesMismatch(InputError):
    """Two files that belong together have different numbers of lines."""

    def __init__(
        self, path: Path | str, lines: int, other: Path | str, other_lines: int
    ) -> None:
        super().__init__(
            f"{path} has {lines} lines and {other} has {other_lines}; give files with"
            " a line for each segment, in the same order"
        )


class MalformedInput(InputError):
    """The source breaks the rules of its format."""

    http_status = 422

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(
            f"{name or 'the text'} cannot be read: line {line}: {reason};"
            " mend it there and try again"
        )


class FieldNotFound(InputError):
    """There is no field or column of that name."""

    http_status = 422

    def __init__(self, name: str, field: str, known: Iterable[str]) -> None:
        what = f"field or column {field!r}" if field else "field or column of text"
        super().__init__(
            f"{name or 'the text'} has no {what}; choose one with --field:"
            f" {', '.join(known) or 'there is none'}"
        )


class FieldTaken(InputError):
    """There is already a field or column of the name that is to be added."""

    http_status = 422

    def __init__(self, name: str, field: str) -> None:
        super().__init__(
            f"{name or 'the text'} already has a field or column {field!r};"
            " name another for English with --target-field"
        )


class LanguageMissing(InputError):
    """The file marks its texts with languages, and none is Indonesian."""

    http_status = 422

    def __init__(self, name: str, found: Iterable[str]) -> None:
        languages = ", ".join(found) or "none"
        super().__init__(
            f"{name or 'the text'} marks no text as Indonesian (id); its languages are:"
            f" {languages}; correct its language codes, or give another file"
        )


class NoArticleInFile(InputError):
    """A page in a file has no text that stands out as its article."""

    http_status = 422

    def __init__(self, name: str) -> None:
        super().__init__(
            f"no article was found in {name}; leave --article out to translate the"
            " whole page"
        )


class UnreadableFile(InputError):
    """The file cannot be opened."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"cannot read {path}: {error.strerror or error}; check the name and"
            " that you may read it"
        )


class AlignmentUnreadable(InputError):
    """A file of segment pairs linked by hand cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"cannot read the word links in {path}: {problem}; give each line a"
            " number, a source, a target and links such as 3-4 or 3~4, parted by tabs"
        )


class EmptyTarget(InputError):
    """The user left nothing of a target segment."""

    def __init__(self) -> None:
        super().__init__("a sentence cannot be empty; write something, or undo")
