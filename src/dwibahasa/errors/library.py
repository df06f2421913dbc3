"""Errors of the library: of its articles and their segments."""

from __future__ import annotations

from pathlib import Path

from dwibahasa.errors.storage import StorageError


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
