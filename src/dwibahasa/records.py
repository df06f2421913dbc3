"""What a job has translated: a record for each source segment."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b

from dwibahasa.document import Flag, Hypothesis
from dwibahasa.errors import JobUnfinished
from dwibahasa.translator import Checked

_LARGEST_COMMIT = 1000  # segments
_LONGEST_WAIT_S = 1.0  # a killed process loses no more work
_KEY_BYTES = 16


class JobRecords:
    """The records of one job that were made with one model and decoding.

    What is kept is written a second later, or by `commit`.

    Attributes:
        words: Source words that were translated since, not found.
        seconds: Time that the engine took for them.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        job_id: int,
        fingerprint: bytes,
        tell: Callable[[str, bool], None],
    ) -> None:
        """Begin with what the connection's database has.

        Args:
            connection: In no transaction.
            job_id: The job.
            fingerprint: Digest of all that a target depends on beside its source.
            tell: Called with each source segment that is found or translated, and
                whether it was translated.
        """
        self._connection = connection
        self._job_id = job_id
        self._fingerprint = fingerprint
        self._tell = tell
        self._waiting: list[tuple[int, bytes, str, float, str]] = []
        self._committed = time.monotonic()
        self.words = 0
        self.seconds = 0.0

    def fill(
        self,
        sources: Sequence[str],
        translate: Callable[[Sequence[str]], Iterator[Checked]],
    ) -> Iterator[Checked]:
        """Give each of the sources; those without a record are translated and kept."""
        found = self.found(sources)
        for checked in found.values():
            self._tell(checked[0], False)
            yield checked
        missing = [source for source in sources if source not in found]
        if missing:
            yield from self._kept(translate(missing))

    def found(self, sources: Sequence[str]) -> dict[str, Checked]:
        """What the records have of the sources, in their order."""
        found: dict[str, Checked] = {}
        for source in sources:
            row = self._connection.execute(
                "SELECT target, score, flags FROM segment WHERE job_id = ? AND key = ?",
                (self._job_id, self._key(source)),
            ).fetchone()
            if row:
                why = tuple(Flag(flag) for flag in row["flags"].split())
                found[source] = source, Hypothesis(row["target"], row["score"]), why
        return found

    def keep(self, checked: Checked) -> None:
        """Keep one more, within a second at the latest."""
        source, hypothesis, flags = checked
        self._waiting.append(
            (
                self._job_id,
                self._key(source),
                hypothesis.target,
                hypothesis.score,
                " ".join(flags),
            )
        )
        is_late = time.monotonic() - self._committed > _LONGEST_WAIT_S
        if is_late or len(self._waiting) >= _LARGEST_COMMIT:
            self.commit()

    def commit(self) -> None:
        """Write what is not written yet."""
        rows, self._waiting = self._waiting, []
        if rows:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO segment (job_id, key, target, score, flags)"
                " VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            self._connection.execute("COMMIT")
        self._committed = time.monotonic()

    def _kept(self, results: Iterator[Checked]) -> Iterator[Checked]:
        """Keep what is translated as it comes, and measure how fast it does."""
        while True:
            began = time.monotonic()
            checked = next(results, None)
            self.seconds += time.monotonic() - began
            if checked is None:
                return
            self.words += len(checked[0].split())
            self.keep(checked)
            self._tell(checked[0], True)
            yield checked

    def _key(self, source: str) -> bytes:
        digest = blake2b(self._fingerprint, digest_size=_KEY_BYTES)
        digest.update(source.encode())
        return digest.digest()


class FinishedRecords:
    """Records of which none may be missing."""

    def __init__(self, records: JobRecords, job_id: int) -> None:
        self._records = records
        self._job_id = job_id

    def fill(
        self,
        sources: Sequence[str],
        translate: Callable[[Sequence[str]], Iterator[Checked]],  # noqa: ARG002
    ) -> Iterator[Checked]:
        """Give each of the sources.

        Raises:
            JobUnfinished: Some have no record.
        """
        found = self._records.found(sources)
        if len(found) < len(sources):
            raise JobUnfinished(self._job_id, len(sources) - len(found))
        return iter(found.values())
