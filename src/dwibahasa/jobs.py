"""Jobs of many sources, and all that they have translated, in one SQLite file."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from dwibahasa.database import JOBS, Database
from dwibahasa.errors import JobNotFound, JobRunning, storage_error
from dwibahasa.records import JobRecords
from dwibahasa.sources import Request, Source

_FEWEST_WORDS_TO_MEASURE = 100


class SourceState(StrEnum):
    """How far a source is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What became of one source.

    Attributes:
        name: Absolute path or address.
        target: The file that it is written to.
        state: How far it is.
        error: Why it failed.
        digest: Of all that the output depends on.
        blocks: Its paragraphs and other blocks.
        blocks_written: Those of the output; as many.
        segments: Its source segments.
        words: Of its source.
        flags: How many of its segments have each flag.
        warnings: Sentences for the user about the whole source.
    """

    name: str
    target: Path
    state: SourceState
    error: str = ""
    digest: bytes = b""
    blocks: int = 0
    blocks_written: int = 0
    segments: int = 0
    words: int = 0
    flags: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What a list tells of a job.

    Attributes:
        id: Its number.
        folder: Where its outputs go.
        model: The model of its last run.
        updated: When that began or ended, ISO 8601, UTC.
        sources: How many there are.
        done: How many of them are done.
        failed: How many failed.
        segments: How many segments are kept, of former runs too.
        is_running: Whether a process works at it now.
    """

    id: int
    folder: Path
    model: str
    updated: str
    sources: int
    done: int
    failed: int
    segments: int
    is_running: bool


class JobStore:
    """The jobs of a user, one for each folder of outputs. Processes may share it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin a new one.

        Raises:
            StorageError: It cannot be used; see `database.Database`.
        """
        self._database = Database(path, JOBS)
        self._locks = path.with_name("jobs")

    def job_id(self, folder: Path) -> int:
        """The number of the job that writes to a folder; a new one where none does."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO job (folder, updated) VALUES (?, ?)",
                (str(folder), _now()),
            )
            row = connection.execute(
                "SELECT id FROM job WHERE folder = ?", (str(folder),)
            ).fetchone()
        return int(row["id"])

    @contextmanager
    def lock(self, job_id: int) -> Iterator[None]:
        """Keep every other process from the job; a killed one lets go of it.

        Raises:
            JobRunning: Another process works at it.
            CannotWrite: The lock's file cannot be made.
        """
        path = self._lock_path(job_id)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("wb")
        except OSError as error:
            raise storage_error(path, error) from error
        with stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise JobRunning(job_id, self.summary(job_id).folder) from error
            yield

    def begin(
        self,
        job_id: int,
        request: Request,
        model: str,
        fingerprint: bytes,
        sources: Iterable[Source],
    ) -> None:
        """Note what a run is to do; what is known of its sources stays."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE job SET request = ?, model = ?, fingerprint = ?, updated = ?"
                " WHERE id = ?",
                (json.dumps(asdict(request)), model, fingerprint, _now(), job_id),
            )
            # Those of former runs, which this one does not have, are not told of.
            connection.execute(
                "UPDATE source SET position = -1 WHERE job_id = ?", (job_id,)
            )
            connection.executemany(
                "INSERT INTO source (job_id, name, position, target)"
                " VALUES (?, ?, ?, ?) ON CONFLICT (job_id, name) DO UPDATE SET"
                " position = excluded.position, target = excluded.target",
                [
                    (job_id, source.task.source, position, str(source.target))
                    for position, source in enumerate(sources)
                ],
            )
            connection.execute(
                "DELETE FROM source WHERE job_id = ? AND position = -1", (job_id,)
            )

    def save(self, job_id: int, record: SourceRecord) -> None:
        """Keep what became of a source."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE source SET state = ?, error = ?, digest = ?, blocks = ?,"
                " blocks_written = ?, segments = ?, words = ?, flags = ?,"
                " warnings = ? WHERE job_id = ? AND name = ?",
                (
                    record.state,
                    record.error,
                    record.digest,
                    record.blocks,
                    record.blocks_written,
                    record.segments,
                    record.words,
                    json.dumps(record.flags),
                    json.dumps(record.warnings, ensure_ascii=False),
                    job_id,
                    record.name,
                ),
            )

    def end(self, job_id: int, words: int, seconds: float) -> None:
        """Note how many words the engine translated in a run, and how fast."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE job SET updated = ? WHERE id = ?", (_now(), job_id)
            )
            if words >= _FEWEST_WORDS_TO_MEASURE:
                connection.execute(
                    "UPDATE job SET words = ?, seconds = ? WHERE id = ?",
                    (words, seconds, job_id),
                )

    def words_per_second(self, fingerprint: bytes) -> float | None:
        """The speed of the last job that was measured with the same model."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT words / seconds FROM job WHERE fingerprint = ? AND seconds > 0"
                " ORDER BY updated DESC LIMIT 1",
                (fingerprint,),
            ).fetchone()
        return float(row[0]) if row else None

    def source_records(self, job_id: int) -> dict[str, SourceRecord]:
        """All sources of the last run by name, in its order."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT * FROM source WHERE job_id = ? ORDER BY position", (job_id,)
            ).fetchall()
        return {row["name"]: _source_record(row) for row in rows}

    @contextmanager
    def records(
        self, job_id: int, fingerprint: bytes, tell: Callable[[str, bool], None]
    ) -> Iterator[JobRecords]:
        """The targets of a job that depend on the same as the fingerprint does."""
        with self._database.connection() as connection:
            records = JobRecords(connection, job_id, fingerprint, tell)
            try:
                yield records
            finally:
                records.commit()

    def summaries(self) -> list[JobSummary]:
        """All jobs, latest first."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT job.*, count(name) AS sources,"
                " coalesce(sum(state = 'done'), 0) AS done,"
                " coalesce(sum(state = 'failed'), 0) AS failed,"
                " (SELECT count(*) FROM segment WHERE job_id = job.id) AS kept"
                " FROM job LEFT JOIN source ON job_id = job.id"
                " GROUP BY job.id ORDER BY updated DESC, job.id DESC"
            ).fetchall()
        return [
            JobSummary(
                row["id"],
                Path(row["folder"]),
                row["model"],
                row["updated"],
                row["sources"],
                row["done"],
                row["failed"],
                row["kept"],
                is_running=self._is_locked(row["id"]),
            )
            for row in rows
        ]

    def summary(self, job_id: int) -> JobSummary:
        """What a list tells of one job.

        Raises:
            JobNotFound: There is none of that number.
        """
        for summary in self.summaries():
            if summary.id == job_id:
                return summary
        raise JobNotFound(job_id)

    def request(self, job_id: int) -> tuple[Request, bytes]:
        """What the last run of a job was to do, and with which fingerprint.

        Raises:
            JobNotFound: There is none of that number.
        """
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT request, fingerprint FROM job WHERE id = ? AND request != ''",
                (job_id,),
            ).fetchone()
        if row is None:
            raise JobNotFound(job_id)
        values = json.loads(row["request"])
        values |= {name: tuple(values[name]) for name in ("sources", "fields")}
        return Request(**values), row["fingerprint"]

    def remove(self, job_id: int) -> None:
        """Forget a job and all its texts; its outputs stay.

        Raises:
            JobNotFound: There is none of that number.
            JobRunning: A process works at it.
        """
        self.summary(job_id)
        with self.lock(job_id), self._database.transaction() as connection:
            connection.execute("DELETE FROM job WHERE id = ?", (job_id,))
        self._lock_path(job_id).unlink(missing_ok=True)

    def _lock_path(self, job_id: int) -> Path:
        return self._locks / f"{job_id}.lock"

    def _is_locked(self, job_id: int) -> bool:
        path = self._lock_path(job_id)
        if not path.exists():
            return False
        with path.open("rb") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def _source_record(row: sqlite3.Row) -> SourceRecord:
    return SourceRecord(
        row["name"],
        Path(row["target"]),
        SourceState(row["state"]),
        row["error"],
        row["digest"],
        row["blocks"],
        row["blocks_written"],
        row["segments"],
        row["words"],
        json.loads(row["flags"]),
        tuple(json.loads(row["warnings"])),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
