"""Errors of what is to be kept on disk."""

from __future__ import annotations

import errno
from pathlib import Path

from dwibahasa.errors.base import DwibahasaError


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


def storage_error(path: Path, error: OSError) -> StorageError:
    """Name what an OSError of a write to `path` means for the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path)
    return CannotWrite(path, error)
