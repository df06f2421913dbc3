"""Read a source in parts that are translated and written one after the other.

Most sources are one part. Files of lines that are too large for that are cut into
windows of some lines, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from dwibahasa.document import BilingualDocument, Document
from dwibahasa.errors import CannotRewrite, UnreadableFile
from dwibahasa.formats import FORMATS, csv, jsonl, lines, tsv
from dwibahasa.formats.options import Options
from dwibahasa.settings import settings
from dwibahasa.sources import Source

_LINES = 1000
_LARGEST_WHOLE_BYTES = 1_000_000  # of JSON Lines and tables
_LINE_MODULES = {"jsonl": jsonl, "csv": csv, "tsv": tsv}
_CHARACTERS_AT_ONCE = 1_000_000
_BYTES_OF_A_PAGE = 5_000  # of text; what an address counts for


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a source.

    Attributes:
        document: What is to be translated.
        size_bytes: Its size in the source.
        written: Makes of its translation what the target holds of it.
    """

    document: Document
    size_bytes: int
    written: Callable[[BilingualDocument], bytes]


def windows(source: Source, options: Options) -> Iterator[Window]:
    """Read a source in windows, in order.

    Raises:
        InputError: It cannot be read.
        FetchError: The page of an address cannot be had.
        CannotRewrite: English cannot take the place of Indonesian in it.
    """
    task, path = source.task, source.path
    if task.rewrites and not FORMATS[task.format_name].rewrites:
        written = (f.name for f in FORMATS.values() if f.writes)
        raise CannotRewrite(task.source, written)
    if path is not None and (module := _line_module(source, path)):
        yield from _windows_of_lines(source, path, module, options)
        return
    document, original = task.read(options)
    # Outputs that tell their source are the same wherever the folder lies.
    document = replace(document, source=source.name)
    yield Window(
        document,
        size_bytes(source),
        partial(task.written, original=original, options=options),
    )


def size_bytes(source: Source) -> int:
    """The size of a source; what a page may have for one that is not fetched yet."""
    if source.path is None:
        return _BYTES_OF_A_PAGE
    return source.path.stat().st_size if source.path.is_file() else 0


def _line_module(source: Source, path: Path) -> ModuleType | None:
    """What reads and writes the source line by line, if it is large and of lines."""
    size, task = size_bytes(source), source.task
    module = _LINE_MODULES.get(task.format_name) if task.rewrites else None
    if module and size > _LARGEST_WHOLE_BYTES:
        # In another encoding it is read whole where it is not too large for that.
        is_too_large = size > settings().max_text_bytes
        return module if is_too_large or _is_utf_8(path) else None
    is_text = path.suffix.lower() in FORMATS["text"].suffixes
    if is_text and task.format_name == "text" and size > settings().max_text_bytes:
        return lines
    return None


def _windows_of_lines(
    source: Source, path: Path, module: ModuleType, options: Options
) -> Iterator[Window]:
    try:
        with path.open("rb") as file:
            start = 0
            records = module.records(file, source.task.source, options)
            while window := list(islice(records, _LINES)):
                yield Window(
                    Document(
                        tuple(block for record in window for block in record.blocks),
                        source=source.name,
                    ),
                    # Not tell(), which a file does not have while it is iterated.
                    file.seek(0, 1) - start,
                    partial(_lines_written, module, window, options),
                )
                start = file.seek(0, 1)
    except OSError as error:
        raise UnreadableFile(path, error) from error


def _lines_written(
    module: ModuleType,
    records: Sequence[Any],
    options: Options,
    bilingual: BilingualDocument,
) -> bytes:
    blocks = iter(bilingual.blocks)
    return b"".join(module.rewritten(record, blocks, options) for record in records)


def _is_utf_8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            while file.read(_CHARACTERS_AT_ONCE):
                pass
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise UnreadableFile(path, error) from error
    return True
