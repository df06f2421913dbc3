"""Errors of jobs of many sources, and of the cluster that does them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dwibahasa.errors.storage import StorageError


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


class ClusterUnreachable(JobError):
    """No Ray cluster answers at an address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"no Ray cluster answers at {address!r}; start its head with 'ray start"
            " --head', and see that this machine reaches the port, which is 10001 for"
            " ray:// where no other was chosen, and has the head's token, which"
            " 'ray get-auth-token' prints there"
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
