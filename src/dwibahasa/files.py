"""Where documents come from and where translations go: files, streams, addresses."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from errno import EACCES
from pathlib import Path
from typing import IO

from dwibahasa.document import BilingualDocument, Document
from dwibahasa.errors import InputTooLarge, UnreadableFile, storage_error
from dwibahasa.formats import FORMATS, format_of, read_document, signature, text
from dwibahasa.formats.options import DEFAULTS, Options
from dwibahasa.settings import sample_path, settings

STANDARD_INPUT = "-"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Task:
    """One source and where its translation goes.

    Attributes:
        source: A file name, an address, or "-" for standard input.
        target: The file to write; None for standard output.
        format_name: One of `formats.FORMATS` that is written.
        rewrites: Whether English takes the place of Indonesian in the source itself.
    """

    source: str
    target: Path | None
    format_name: str
    rewrites: bool = False

    def read(self, options: Options) -> tuple[Document, bytes]:
        """The document, and the file that it is in where that is rewritten."""
        if not self.rewrites:
            return read(self.source, options), b""
        original = content(self.source)
        # What is written again is read whole.
        whole = replace(options, is_article=False)
        return FORMATS[self.format_name].read(original, self.source, whole), original

    def written(
        self, bilingual: BilingualDocument, original: bytes, options: Options
    ) -> bytes:
        """What the target holds, made from what `read` gave."""
        format_ = FORMATS[self.format_name]
        if self.rewrites:
            return format_.rewrite(bilingual, original, options)
        return format_.write(bilingual)


def tasks(
    sources: Sequence[str], output: Path | None, format_name: str | None
) -> list[Task]:
    """Say for each source where its translation goes.

    Args:
        sources: File names, addresses or "-".
        output: A file; a folder, which several sources need; or None.
        format_name: None to go by the name of the output file, else text; "same" for
            that of each source.

    Raises:
        ValueError: The sources do not go to that output; the message says why.
    """
    is_folder = output is not None and (output.is_dir() or len(sources) > 1)
    if output is None or not is_folder:
        named = format_of(output.name) if output else None
        if format_name is None:
            format_name = named.name if named and named.writes else "text"
        if len(sources) > 1 and format_name == "html":
            raise ValueError("several pages need a folder: give one with -o FOLDER")
        planned = [_task(source, output, format_name) for source in sources]
    else:
        if output.is_file():
            raise ValueError(f"{output} is a file; several sources need a folder")
        format_name = format_name or "text"
        planned = _into_folder(sources, output, format_name)
    for task in planned:
        if task.target and _is_same_file(task.source, task.target):
            raise ValueError(f"{task.target} is the source itself; write elsewhere")
    return planned


def is_address(source: str) -> bool:
    """Whether a source is a page of the web."""
    return source.startswith(("http://", "https://"))


def read(source: str, options: Options = DEFAULTS) -> Document:
    """Read a document from a file, an address or standard input.

    Raises:
        InputError: It cannot be read as Indonesian text.
        FetchError: The page of an address cannot be had.
    """
    if is_address(source):
        from dwibahasa.extract import fetch_article

        return fetch_article(source)
    if source == STANDARD_INPUT:
        return text.read(text.decode(content(source), "standard input"))
    return read_document(content(source), source, options)


def content(source: str) -> bytes:
    """What a file, the page of an address or standard input holds.

    Raises:
        UnreadableFile: The file cannot be opened.
        InputTooLarge: It is over the limit.
        FetchError: The page cannot be had.
    """
    if is_address(source):
        from dwibahasa.extract import fetch_page

        return fetch_page(source).content
    options = settings()
    most = max(options.max_text_bytes, options.max_document_bytes)
    if source == STANDARD_INPUT:
        name, data = "standard input", sys.stdin.buffer.read(most + 1)
    else:
        name, data = source, _content(Path(source), most)
    is_document = signature.is_document(data)
    limit = options.max_document_bytes if is_document else options.max_text_bytes
    if len(data) > limit:
        raise InputTooLarge(name, len(data), limit)
    return data


def sample() -> Document:
    """The sample article, a news report by Russia Beyond."""
    article = sample_path().read_text(encoding="utf-8")
    return text.read(article, source="Russia Beyond")


def write(content: bytes, target: Path) -> None:
    """Write a file whole or not at all; what was there before stays until then.

    Raises:
        DiskFull: There is no space left.
        CannotWrite: The folder cannot be made or written.
    """
    with writing(target) as file:
        file.write(content)


@contextmanager
def writing(target: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the target's place when the context ends well.

    Raises:
        DiskFull: There is no space left.
        CannotWrite: The folder cannot be made or written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=_PART
        )
    except OSError as error:
        raise storage_error(target, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise storage_error(target, error) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def make_folder(folder: Path) -> None:
    """Make a folder, where there is none, that can be written to.

    Raises:
        DiskFull: There is no space left.
        CannotWrite: It cannot be made, or not be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
    except OSError as error:
        raise storage_error(folder, error) from error


def remove_parts(targets: Iterable[Path]) -> None:
    """Remove what killed writers of the targets left; there must be no other."""
    by_folder: dict[Path, set[str]] = {}
    for target in targets:
        by_folder.setdefault(target.parent, set()).add(target.name)
    for folder, names in by_folder.items():
        for part in folder.glob(f".*{_PART}"):
            # .NAME.RANDOM.part
            if part.name[1:].rsplit(".", 2)[0] in names:
                part.unlink(missing_ok=True)


def _into_folder(sources: Sequence[str], folder: Path, format_name: str) -> list[Task]:
    """A file of its own for each source, also where two have one name."""
    planned: list[Task] = []
    taken: set[str] = set()
    for source in sources:
        task = _task(source, None, format_name)
        stem = Path(source.rstrip("/")).stem if source != STANDARD_INPUT else "stdin"
        suffix = FORMATS[task.format_name].suffixes[0]
        name = f"{stem}.en{suffix}"
        count = 2
        while name in taken:
            name = f"{stem}-{count}.en{suffix}"
            count += 1
        taken.add(name)
        planned.append(replace(task, target=folder / name))
    return planned


def _task(source: str, target: Path | None, format_name: str) -> Task:
    """The task of one source, "same" made the format of the source.

    Raises:
        ValueError: English cannot take the place of Indonesian in that format.
    """
    if format_name != "same":
        return Task(source, target, format_name)
    found = None if source == STANDARD_INPUT else format_of(source)
    same = FORMATS["html"] if is_address(source) else found or FORMATS["text"]
    if not (same.rewrites or same.writes):
        raise ValueError(
            f"{source} is {same.name}, which is only read; choose --format"
        )
    return Task(source, target, same.name, rewrites=same.rewrites)


def _content(path: Path, limit_bytes: int) -> bytes:
    """At most one byte more than the limit."""
    try:
        with path.open("rb") as file:
            return file.read(limit_bytes + 1)
    except OSError as error:
        raise UnreadableFile(path, error) from error


def _is_same_file(source: str, target: Path) -> bool:
    path = Path(source)
    return path.exists() and target.exists() and path.samefile(target)


def _umask() -> int:
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
