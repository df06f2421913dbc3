"""Translate what is put into a folder, each file once it is no longer written."""

from __future__ import annotations

import os
import time
from errno import ENOENT
from pathlib import Path
from threading import Event

import watchfiles

from dwibahasa.batch import Batch
from dwibahasa.errors import JobRunning, UnreadableFile
from dwibahasa.progress import Progress, log
from dwibahasa.sources import Source

# Size in bytes and time of the last change in nanoseconds.
_Stamp = tuple[int, int]


class Settling:
    """Tells which files were not changed for some time, and each of them once."""

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._seen: dict[Path, tuple[_Stamp, float]] = {}
        self._given: dict[Path, _Stamp] = {}
        self.is_waiting = False

    def is_ready(self, source: Source) -> bool:
        """Whether a file has settled and was not given as it is now."""
        path = source.path
        stamp = _stamp(path) if path else None
        if path is None or stamp is None or self._given.get(path) == stamp:
            return False
        before, since = self._seen.get(path, (None, 0.0))
        if before != stamp:
            since = time.monotonic()
            self._seen[path] = stamp, since
        if time.monotonic() - since < self._settle_s:
            self.is_waiting = True
            return False
        del self._seen[path]
        self._given[path] = stamp
        return True


def watch(
    batch: Batch,
    folder: Path,
    progress: Progress,
    *,
    settle_s: float,
    stop: Event | None = None,
) -> None:
    """Run a job over a folder whenever something in it has changed and settled.

    Args:
        batch: The job, of which the folder is the source.
        folder: What is watched.
        progress: Told of each source.
        settle_s: How long a file must not change before it is translated.
        stop: Ends it; without, it goes on until it is interrupted.

    Raises:
        UnreadableFile: The folder is gone.
        DiskFull: There is no space left.
        ModelError: The model cannot be loaded.
    """
    log(f"watching {folder}")
    settling = Settling(settle_s)
    settling.is_waiting = True
    is_told = False
    changes = watchfiles.watch(
        folder,
        stop_event=stop,
        watch_filter=None,
        yield_on_timeout=True,
        rust_timeout=max(100, int(settle_s * 500)),
    )
    for changed in changes:
        if not changed and not settling.is_waiting:
            continue
        if not folder.is_dir():
            # Its job would forget what was done, and who makes it anew is not seen.
            gone = FileNotFoundError(ENOENT, os.strerror(ENOENT))
            raise UnreadableFile(folder, gone)
        settling.is_waiting = False
        try:
            batch.run(progress, is_ready=settling.is_ready)
            is_told = False
        except JobRunning as error:
            settling.is_waiting = True
            if not is_told:
                log(str(error))
            is_told = True


def _stamp(path: Path) -> _Stamp | None:
    """What changes with each write to a file; None for one that is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
