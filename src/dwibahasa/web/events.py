"""Server-sent events: finished blocks and progress of an article, as they come."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dwibahasa.errors import ArticleNotFound
from dwibahasa.web.presentation import sentence, status

if TYPE_CHECKING:
    from dwibahasa.article import ArticleSummary
    from dwibahasa.document import BilingualBlock
    from dwibahasa.library import Library
    from dwibahasa.web.worker import Worker

HEARTBEAT_S = 10.0
_POLL_S = 1.0  # another process may be the one that translates
_RETRY_MS = 3000  # when the browser connects again after a break


class EventStreams:
    """The open streams; each keeps a thread of the server.

    Attributes:
        most: So many at a time wait for what comes. Further ones get what there is,
            end, and are asked for again by the browser after a short while.
    """

    def __init__(self, library: Library, worker: Worker, most: int) -> None:
        self.most = most
        self._library = library
        self._worker = worker
        self._open = 0
        self._lock = threading.Lock()

    def stream(
        self,
        article_id: int,
        after: int,
        *,
        render: Callable[[BilingualBlock], str],
        is_gone: Callable[[], bool],
    ) -> Iterator[str]:
        """Events of an article until it is finished.

        Args:
            article_id: The article.
            after: Index of the last block that the client has; -1 for none.
            render: Makes the HTML of a finished block.
            is_gone: Whether the client closed the connection.

        Yields:
            `block` events with the block's index as id, `progress` events where
            something changed, a last `end` event, and comments while nothing comes.
        """
        with self._lock:
            waits = self._open < self.most
            self._open += 1
        try:
            yield f"retry: {_RETRY_MS}\n\n"
            yield from self._events(article_id, after, render, is_gone, waits=waits)
        except ArticleNotFound:
            yield _event("end", {"state": "deleted"})
        finally:
            with self._lock:
                self._open -= 1

    def _events(
        self,
        article_id: int,
        after: int,
        render: Callable[[BilingualBlock], str],
        is_gone: Callable[[], bool],
        *,
        waits: bool,
    ) -> Iterator[str]:
        told: dict[str, Any] = {}
        last_sent = time.monotonic()
        while not (is_gone() or self._worker.is_stopping):
            changes = self._worker.changes
            # Read before the blocks: an article that is done has all of them.
            summary = self._library.summary(article_id)
            blocks = self._library.finished_blocks(article_id, after)
            for block in blocks:
                after = block.index
                yield _event(
                    "block", {"index": after, "html": render(block)}, event_id=after
                )
            if (news := progress(summary)) != told:
                told = news
                yield _event("progress", news)
                last_sent = time.monotonic()
            if summary.is_finished:
                yield _event("end", {"state": summary.state})
                return
            if not waits:
                return
            if time.monotonic() - last_sent >= HEARTBEAT_S:
                yield ": still here\n\n"
                last_sent = time.monotonic()
            self._worker.wait_for_change(changes, _POLL_S)


def progress(summary: ArticleSummary) -> dict[str, Any]:
    """How far an article is, as JSON values."""
    return {
        "id": summary.id,
        "state": summary.state.value,
        "status": status(summary),
        "blocks": summary.blocks,
        "blocks_done": summary.blocks_done,
        "target_title": summary.target_title,
        "warnings": [sentence(warning) for warning in summary.warnings],
    }


def _event(name: str, data: dict[str, Any], event_id: int | None = None) -> str:
    """One event; JSON has no line breaks, which would end it."""
    number = "" if event_id is None else f"id: {event_id}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data)}\n\n"
