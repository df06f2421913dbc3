"""What a job is to do: its sources, from files, folders, patterns and addresses."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dwibahasa.files import Task, is_address
from dwibahasa.formats import FORMATS, Format, format_of
from dwibahasa.formats.options import DEFAULTS, Options

SAME = "same"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked of a job.

    Attributes:
        sources: Absolute paths of files and folders, patterns and addresses.
        format_name: One of `formats.FORMATS`, "same", or None for each source's own
            where that can be written.
        model: Name of the model, or None for the one of the settings.
        engine: Name of the runtime, or None for the model's own.
        beam_size: Hypotheses kept per step, or None for the one of the settings.
        fields: As `formats.options.Options` has them.
        target_field: Likewise.
        is_article: Likewise.
    """

    sources: tuple[str, ...]
    format_name: str | None = None
    model: str | None = None
    engine: str | None = None
    beam_size: int | None = None
    fields: tuple[str, ...] = DEFAULTS.fields
    target_field: str = DEFAULTS.target_field
    is_article: bool = DEFAULTS.is_article

    @property
    def options(self) -> Options:
        """What the user chose of formats."""
        return Options(self.fields, self.target_field, self.is_article)


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a job.

    Attributes:
        task: Where it is, absolute, and where its translation goes.
        name: Where it is below the folder that was named; alike on every machine.
        target: The file that is written.
    """

    task: Task
    name: str
    target: Path

    @property
    def path(self) -> Path | None:
        """The file; None for an address."""
        return None if is_address(self.task.source) else Path(self.task.source)


def absolute(sources: Iterable[str]) -> tuple[str, ...]:
    """The sources as they can be found from everywhere."""
    return tuple(s if is_address(s) else str(Path(s).absolute()) for s in sources)


def plan(
    sources: Iterable[str],
    folder: Path,
    format_name: str | None,
    *,
    is_article: bool = False,
) -> dict[str, Source]:
    """Say what there is to translate and where each translation goes.

    Args:
        sources: Absolute paths of files, or of folders for all files in them that can
            be read; patterns such as "*.txt"; addresses.
        folder: Of the outputs, without links; nothing in it is a source.
        format_name: SAME, or None for it where English can take the place of
            Indonesian in the source, and else text.
        is_article: Whether of HTML files the article is read, as of addresses.

    Returns:
        One for each path or address, in the order given, by name within a folder or
        pattern. What names nothing stays, so that its reading fails.
    """
    planned: dict[str, Source] = {}
    taken: set[Path] = set()
    for found in _found(sources, folder):
        # What is no UTF-8 in a name cannot be told or recorded, and is not found.
        source, name = (s.encode(errors="backslashreplace").decode() for s in found)
        if source in planned:
            continue
        same = _own_format(source, format_name, is_article=is_article)
        is_same = format_name == SAME or (format_name is None and same.rewrites)
        rewrites = is_same and same.name != "text"
        written = same if is_same else FORMATS[format_name or "text"]
        has_suffix = rewrites and not is_address(source)
        suffix = Path(source).suffix if has_suffix else written.suffixes[0]
        target = _free(folder / _stem(name), f".en{suffix}", taken)
        taken.add(target)
        task = Task(source, target, written.name, rewrites=rewrites)
        planned[source] = Source(task, name, target)
    return planned


def _found(sources: Iterable[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Each source, and its name below what was given."""
    for source in sources:
        path = Path(source)
        if is_address(source):
            yield source, source
        elif path.is_dir():
            for file in _files(path, folder):
                if _is_read(file):
                    yield str(file), str(file.relative_to(path))
        elif path.exists() or not (matches := _matches(source, folder)):
            yield source, path.name
        else:
            yield from ((str(match), match.name) for match in matches)


def left_out(sources: Iterable[str], folder: Path) -> Counter[str]:
    """How many files of folders are in no format that is read, by suffix."""
    folders = (Path(source) for source in sources if not is_address(source))
    return Counter(
        file.suffix.lower() or file.name
        for path in folders
        if path.is_dir()
        for file in _files(path, folder)
        if not _is_read(file)
    )


def _files(path: Path, folder: Path) -> Iterator[Path]:
    """All files below a path that are not hidden and not in the folder of outputs."""
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        is_hidden = any(part.startswith(".") for part in parts)
        if file.is_file() and not is_hidden and not _is_within(folder, file):
            yield file


def _is_read(file: Path) -> bool:
    format_ = format_of(file.name)
    return format_ is not None and format_.reads


def _matches(pattern: str, folder: Path) -> list[Path]:
    # Not Path.glob, which takes no absolute pattern.
    found = map(Path, sorted(glob.glob(pattern, recursive=True)))  # noqa: PTH207
    return [p for p in found if p.is_file() and not _is_within(folder, p)]


def _is_within(folder: Path, file: Path) -> bool:
    """Whether a file lies in a folder, by whichever links it was come to."""
    return folder in file.resolve().parents


def _own_format(source: str, format_name: str | None, *, is_article: bool) -> Format:
    """The format of a source; an article is text unless its page is asked for."""
    format_ = FORMATS["html"] if is_address(source) else format_of(source)
    if format_ is None or not format_.reads:
        return FORMATS["text"]
    is_article = format_.name == "html" and (is_article or is_address(source))
    return FORMATS["text"] if is_article and format_name != SAME else format_


def _stem(name: str) -> Path:
    """The name of an output without its suffixes."""
    if is_address(name):
        return Path(Path(name.split("?")[0].rstrip("/")).stem or "page")
    return Path(name).with_name(Path(name).stem)


def _free(path: Path, suffix: str, taken: set[Path]) -> Path:
    """The first of path, path-2, path-3 and so on that nothing else takes."""
    target, count = path.with_name(path.name + suffix), 2
    while target in taken:
        target, count = path.with_name(f"{path.name}-{count}{suffix}"), count + 1
    return target
