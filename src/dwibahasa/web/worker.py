"""The thread that translates the queued articles of a library."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from dwibahasa.errors import (
    ArticleNotFound,
    CannotWrite,
    DwibahasaError,
    StorageError,
    storage_error,
)
from dwibahasa.library import Library
from dwibahasa.web.security import where

if TYPE_CHECKING:
    from dwibahasa.translator import Translator

_POLL_S = 1.0  # other processes add articles too, and say nothing
_PAUSE_S = 5.0  # after an error of the disk
_UNDO_TIME = timedelta(hours=1)  # how long a deleted article can be restored
_LOG = logging.getLogger(__name__)


class Worker:
    """Translates one article after the other, block by block.

    Of all processes that serve one library only one translates; another one takes
    over when it ends. The model is loaded for the first article and then kept.
    """

    def __init__(
        self, library: Library, load_translator: Callable[[], Translator]
    ) -> None:
        self._library = library
        self._load_translator = load_translator
        self._translator: Translator | None = None
        self._thread: threading.Thread | None = None
        self._is_stopping = threading.Event()
        self._has_work = threading.Event()
        self._changed = threading.Condition()
        self._changes = 0

    def start(self) -> None:
        """Begin to translate, with an article that was left unfinished if any."""
        self._is_stopping.clear()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End after the block in work, which is kept if it is done in time."""
        self._is_stopping.set()
        self._has_work.set()
        self._tell()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def wake(self) -> None:
        """Look for an article now."""
        self._has_work.set()

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more will come from here."""
        return self._is_stopping.is_set()

    @property
    def changes(self) -> int:
        """How many times this worker changed the library."""
        return self._changes

    def wait_for_change(self, since: int, timeout_s: float) -> None:
        """Sleep until there are more changes than `since`, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes != since, timeout_s)

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            try:
                with self._only_one() as is_mine:
                    if is_mine:
                        self._library.purge(_UNDO_TIME)
                        self._work()
            except StorageError as error:
                _LOG.error("the library cannot be used: %s", error)
                self._is_stopping.wait(_PAUSE_S)
            self._is_stopping.wait(_POLL_S)

    def _work(self) -> None:
        """Translate what is queued, and what will be, until the worker stops."""
        while not self._is_stopping.is_set():
            self._has_work.clear()
            article_id = self._library.next_queued()
            if article_id is None:
                self._has_work.wait(_POLL_S)
                continue
            try:
                self._translate(article_id)
            except ArticleNotFound:
                pass  # deleted meanwhile; if it comes back, it goes on where it was
            except DwibahasaError as error:
                self._library.set_failed(article_id, str(error))
            except Exception as error:  # noqa: BLE001 - the next ones are translated
                _LOG.error("article %d failed: %s", article_id, where(error))
                self._library.set_failed(
                    article_id,
                    f"the translation stopped with an unforeseen error"
                    f" ({type(error).__name__}); try again, and report it if it stays",
                )
            self._tell()

    def _translate(self, article_id: int) -> None:
        if self._translator is None:
            self._translator = self._load_translator()
        translator = self._translator
        article = self._library.article(article_id)
        # Those of the article are the notes of its reading.
        known = article.summary.warnings, translator.warnings(article.document)
        warnings = tuple(dict.fromkeys(chain.from_iterable(known)))
        self._library.set_translating(article_id, translator.model, warnings)
        self._tell()
        if article.first_missing < len(article.document.blocks):
            for block in translator.blocks(article.document, article.first_missing):
                self._library.save_block(article_id, block)
                self._tell()
                if self._is_stopping.is_set():
                    return
        self._library.set_done(article_id)

    def _tell(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    @contextmanager
    def _only_one(self) -> Iterator[bool]:
        """Hold the lock of the library's worker; false if another process does."""
        path = self._library.path.with_suffix(".lock")
        try:
            file = path.open("a")
        except OSError as error:
            raise storage_error(path, error) from error
        with file:
            try:
                # The system frees the lock of a process that was killed.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            except OSError as error:
                raise CannotWrite(path, error) from error
            yield True
