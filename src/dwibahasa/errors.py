"""Every error that dwibahasa raises on purpose.

DwibahasaError
├── InputError
│   ├── EmptyInput
│   ├── BinaryInput
│   ├── UnknownEncoding
│   ├── InputTooLarge
│   ├── DamagedFile
│   ├── PasswordProtected
│   ├── NoTextLayer
│   ├── ExpandsTooFar
│   ├── UnsafeMarkup
│   ├── LinesMismatch
│   ├── MalformedInput
│   ├── FieldNotFound
│   ├── FieldTaken
│   ├── LanguageMissing
│   ├── UnreadableFile
│   ├── AlignmentUnreadable
│   └── EmptyTarget
├── FetchError
│   ├── BadURL
│   ├── ForbiddenAddress
│   ├── FetchTimeout
│   ├── FetchFailed
│   └── NoArticle
├── ModelError
│   ├── ModelNotFound
│   ├── UnknownModel
│   ├── ModelDamaged
│   ├── ModelIncomplete
│   ├── ModelUnsupported
│   ├── ModelInstalled
│   ├── ModelProtected
│   ├── ModelBusy
│   ├── DownloadFailed
│   ├── ConversionFailed
│   ├── ExtraMissing
│   ├── EngineUnsuited
│   └── EngineFailed
├── StorageError
│   ├── DiskFull
│   ├── CannotWrite
│   ├── LibraryDamaged
│   ├── ArticleNotFound
│   ├── ArticleUnfinished
│   ├── SegmentNotFound
│   ├── SegmentChanged
│   ├── NothingToUndo
│   └── JobError
│       ├── JobsDamaged
│       ├── JobNotFound
│       ├── JobRunning
│       ├── JobUnfinished
│       ├── CannotRewrite
│       ├── BlocksLost
│       ├── ClusterFailed
│       └── Unexpected
├── CannotServe
└── SettingsError

The message of each is a sentence for the user that says what to do. The command
line turns an error into its exit code, the web application into its HTTP status.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path


class DwibahasaError(Exception):
    """Base of all errors here.

    Attributes:
        exit_code: What the command line returns.
        http_status: What the web application answers with.
    """

    exit_code = 1
    http_status = 400


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


class FetchError(DwibahasaError):
    """A page on the web cannot be had."""

    http_status = 502


class BadURL(FetchError):
    """The address is not one of a web page."""

    http_status = 400

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url!r} is not an address that can be read: {reason}; give one that"
            " begins with https:// or http://"
        )


class ForbiddenAddress(FetchError):
    """The address leads into a private network."""

    http_status = 403

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is an address inside this computer or its network, which is"
            " never fetched; give the address of a public page"
        )


class FetchTimeout(FetchError):
    """The page did not come in time."""

    http_status = 504

    def __init__(self, url: str, timeout_s: float) -> None:
        super().__init__(
            f"{url} did not come within {timeout_s:g} seconds; try again later,"
            " or copy the text and paste it"
        )


class FetchFailed(FetchError):
    """The page could not be fetched."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url} could not be fetched: {reason}; check the address, or copy the"
            " text and paste it"
        )


class NoArticle(FetchError):
    """The page was fetched but holds no article."""

    http_status = 422

    def __init__(self, url: str) -> None:
        super().__init__(
            f"no article was found on {url}; copy its text and paste it instead"
        )


class ModelError(DwibahasaError):
    """A model cannot be found, installed, loaded or used."""

    http_status = 500


class ModelNotFound(ModelError):
    """No model of that name is installed."""

    http_status = 404

    def __init__(self, name: str, searched: Iterable[Path]) -> None:
        folders = ", ".join(map(str, searched))
        super().__init__(
            f"no model {name!r} in {folders}; install one with"
            f" 'dwibahasa models install {name}'"
        )
        self.name = name


class UnknownModel(ModelError):
    """The name is neither in the catalogue, nor a Hub id, nor a folder."""

    http_status = 404

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"{name!r} is no model that can be installed; give one of"
            f" {', '.join(known)}, a Hugging Face id such as owner/name, or a folder"
        )


class ModelDamaged(ModelError):
    """A file of a model is missing or not what it was."""

    def __init__(self, name: str, file: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} is damaged: {file} {reason}; install it again with"
            f" 'dwibahasa models install {name} --force'"
        )


class ModelIncomplete(ModelError):
    """What is to be installed lacks a file that every model has."""

    http_status = 422

    def __init__(self, name: str, missing: str) -> None:
        super().__init__(
            f"model {name!r} cannot be installed: it has no {missing}; choose one in"
            " Hugging Face or CTranslate2 form"
        )


class ModelUnsupported(ModelError):
    """The model is of an architecture that no engine here runs."""

    def __init__(self, name: str, architecture: str) -> None:
        super().__init__(
            f"model {name!r} is of type {architecture!r}, which is not supported;"
            " choose a Marian, M2M100, NLLB, T5 or decoder-only model"
        )


class ModelInstalled(ModelError):
    """Another model, or another revision of it, is installed under the name."""

    http_status = 409

    def __init__(self, name: str, origin: str) -> None:
        super().__init__(
            f"a model {name!r} is installed already, from {origin}; give --force to"
            " replace it"
        )


class ModelProtected(ModelError):
    """The model comes with dwibahasa and can be neither removed nor replaced."""

    http_status = 403

    def __init__(self, name: str) -> None:
        super().__init__(
            f"model {name!r} comes with dwibahasa and is neither removed nor replaced;"
            " choose an installed one, or another name (see 'dwibahasa models list')"
        )


class ModelBusy(ModelError):
    """Another process is installing the model."""

    http_status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            f"model {name!r} is being installed by another process; wait for it to"
            " end and try again"
        )


class DownloadFailed(ModelError):
    """A model could not be downloaded."""

    http_status = 502

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} could not be downloaded: {reason}; check the network"
            " and run the same command again, it goes on where it stopped"
        )


class ConversionFailed(ModelError):
    """A downloaded model could not be converted."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} could not be converted: {reason}; try it as it is with"
            f" 'dwibahasa models install {name} --engine transformers'"
        )


class ExtraMissing(ModelError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs more packages; install them with"
            f" 'pip install dwibahasa[{extra}]'"
        )


class EngineUnsuited(ModelError):
    """The model has no weights in the form that the engine reads."""

    http_status = 400

    def __init__(self, name: str, engine: str, own: str) -> None:
        super().__init__(
            f"model {name!r} is there for the {own} engine and not for {engine};"
            " leave --engine out"
        )


class EngineFailed(ModelError):
    """The engine stopped in the middle of a translation."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"the engine of model {name!r} failed: {reason}; check the model with"
            f" 'dwibahasa models verify {name}'"
        )


class StorageError(DwibahasaError):
    """Something cannot be kept on disk."""

    http_status = 500


class DiskFull(StorageError):
    """There is no space left on the disk."""

    http_status = 507

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"no space left on the disk of {path}; free some and run the same"
            " command again: what was there before is unchanged"
        )


class CannotWrite(StorageError):
    """A file or folder cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"cannot write {path}: {error.strerror or error}; choose another place"
            " or change its permissions"
        )


class LibraryDamaged(StorageError):
    """The library file is not a library that this version reads."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"the library {path} cannot be opened: {reason}; put a copy of it back,"
            " or move it away to begin a new one"
        )


class ArticleNotFound(StorageError):
    """The library has no such article."""

    http_status = 404

    def __init__(self, article_id: int) -> None:
        super().__init__(
            f"article {article_id} is not in the library; see the list of articles"
        )


class ArticleUnfinished(StorageError):
    """The article is not translated to its end."""

    http_status = 409

    def __init__(self, article_id: int) -> None:
        super().__init__(
            f"article {article_id} is not translated to its end; export it when it is"
        )


class JobError(StorageError):
    """A job of many sources cannot go on, or one of its sources cannot."""


class JobsDamaged(JobError):
    """The file of the jobs is none that this version reads."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"the record of jobs {path} cannot be opened: {reason}; move it away, and"
            " jobs begin anew"
        )


class JobNotFound(JobError):
    """There is no such job."""

    http_status = 404

    def __init__(self, job_id: int) -> None:
        super().__init__(f"there is no job {job_id}; see 'dwibahasa jobs list'")


class JobRunning(JobError):
    """Another process runs the same job."""

    http_status = 409

    def __init__(self, job_id: int, folder: Path) -> None:
        super().__init__(
            f"job {job_id}, which writes to {folder}, is run by another process; wait"
            " for it to end, or choose another --output-dir"
        )


class JobUnfinished(JobError):
    """A source of the job is not translated to its end, as it is now."""

    http_status = 409

    def __init__(self, job_id: int, missing: int) -> None:
        super().__init__(
            f"{missing} of its segments are not translated; run"
            f" 'dwibahasa jobs retry {job_id}' first"
        )


class CannotRewrite(JobError):
    """A file cannot be written in its own format."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"{name} cannot be written again in its own format; choose --format"
            f" {', '.join(known)}"
        )


class BlocksLost(JobError):
    """A translation has not as many blocks as its source."""

    def __init__(self, name: str, source: int, target: int) -> None:
        super().__init__(
            f"{name} has {source} paragraphs but its translation {target}, which must"
            " not happen; please report it with the file"
        )


class ClusterFailed(JobError):
    """The Ray cluster cannot be reached, or does not do its work."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"the Ray cluster {address!r} failed: {reason}; what is translated is kept:"
            " see 'ray status' and the models of its machines, then run the same"
            " command again"
        )


class Unexpected(JobError):
    """One source of many met an error that no part of dwibahasa foresaw."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(
            f"{name} met an unexpected error ({type(error).__name__}: {error}); please"
            " report it with the file"
        )


class SegmentNotFound(StorageError):
    """The article has no such segment, or it is not translated yet."""

    http_status = 404

    def __init__(self) -> None:
        super().__init__(
            "this sentence is not there, or not translated yet; reload the page"
        )


class SegmentChanged(StorageError):
    """The segment is not what the user saw when the change was asked for."""

    http_status = 409

    def __init__(self) -> None:
        super().__init__(
            "this sentence was changed meanwhile, perhaps in another window; see what"
            " it says now, and save again if yours is better"
        )


class NothingToUndo(StorageError):
    """The segment is as it was translated."""

    http_status = 409

    def __init__(self) -> None:
        super().__init__("this sentence was not changed; there is nothing to undo")


class CannotServe(DwibahasaError):
    """The address or port of the web reader cannot be had."""

    http_status = 500

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot serve on {host}, port {port}: {reason}; choose another with"
            " --host and --port (port 0 takes any that is free)"
        )


class SettingsError(DwibahasaError):
    """A setting has a value that cannot be used."""

    exit_code = 2
    http_status = 500

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"setting {name} is {value!r}; it must be {expected}")


def storage_error(path: Path, error: OSError) -> StorageError:
    """Name what an OSError of a write to `path` means for the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path)
    return CannotWrite(path, error)
