"""SQLite files of one's own: connections, transactions, migrations, errors."""

from __future__ import annotations

import shutil
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dwibahasa.errors import (
    CannotWrite,
    DiskFull,
    JobsDamaged,
    LibraryDamaged,
    StorageError,
    storage_error,
)

_BUSY_TIMEOUT_S = 20.0  # how long a writer waits for another one
_LEAST_FREE_BYTES = 65_536  # with less, SQLite cannot even read in WAL mode
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file holds.

    Attributes:
        application_id: Tells the file from other SQLite files.
        migrations: Folder of its numbered scripts.
        damaged: Raised where the file cannot be used, with its path and the reason.
    """

    application_id: int
    migrations: Path
    damaged: type[LibraryDamaged | JobsDamaged]


LIBRARY = Schema(0x64776962, _MIGRATIONS, LibraryDamaged)  # "dwib"
JOBS = Schema(0x6477696A, _MIGRATIONS / "jobs", JobsDamaged)  # "dwij"


class Database:
    """An SQLite file in WAL mode that threads and processes may share."""

    def __init__(self, path: Path, schema: Schema = LIBRARY) -> None:
        """Open the file, make it where there is none, and bring it up to date.

        Raises:
            StorageError: As `schema.damaged`: the file is of something else, or of a
                newer version.
            DiskFull: There is no room for it.
            CannotWrite: The file or its folder cannot be made or written.
        """
        self.path = path
        self._schema = schema
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                path.touch(mode=0o600)  # what is read is nobody else's business
        except OSError as error:
            raise storage_error(path, error) from error
        with self.connection() as connection:
            _migrate(connection, path, schema)

    def keep_open(self) -> None:
        """Hold the file open as long as this object lives, for a process that serves.

        Otherwise the log of WAL mode is written back whenever the last connection is
        closed, and with that most changes take some tens of milliseconds more.
        """
        held = sqlite3.connect(self.path, check_same_thread=False)
        weakref.finalize(self, held.close)
        _pragma(held, "user_version")  # only a connection that has read holds the log

    def write_back(self) -> None:
        """Empty the log of WAL mode, with what was deleted meanwhile, into the file."""
        with self.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own that is closed with the context.

        Raises:
            DiskFull: There is no room left; nothing was written.
            CannotWrite: The file cannot be written.
            StorageError: As `Schema.damaged`: the file cannot be read.
        """
        connection = None
        try:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            # In WAL mode a killed process loses nothing that it committed.
            connection.execute("PRAGMA synchronous = NORMAL")
            # What is deleted is overwritten, not only unlinked.
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        except sqlite3.Error as error:
            raise _storage_error(self.path, error, self._schema) from error
        finally:
            if connection is not None:
                connection.close()

    @contextmanager
    def transaction(self, *, is_reading: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction: all of it is kept, or nothing."""
        with self.connection() as connection:
            # A writer takes its lock at once: waiting for it later could fail.
            connection.execute("BEGIN DEFERRED" if is_reading else "BEGIN IMMEDIATE")
            yield connection
            # After an exception the connection is closed without, which rolls back.
            connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Apply the migrations that the file has not seen, each in a transaction."""
    folder = schema.migrations
    scripts = {int(script.name[:4]): script for script in folder.glob("*.sql")}
    version = _pragma(connection, "user_version")
    if version > max(scripts):
        raise schema.damaged(
            path,
            f"it was written by a newer version of dwibahasa (its schema is {version},"
            f" this version reads up to {max(scripts)}), which you may install",
        )
    if _is_of_another_program(connection, schema):
        raise schema.damaged(path, "it is a database of another program")
    _use_wal(connection)
    for number in range(version + 1, max(scripts) + 1):
        connection.execute("BEGIN IMMEDIATE")
        if _pragma(connection, "user_version") < number:  # else: another process did it
            for statement in _statements(scripts[number].read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {schema.application_id}")
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode, for which SQLite does not wait while another one does so."""
    end = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > end:
                raise
            time.sleep(0.05)


def _is_of_another_program(connection: sqlite3.Connection, schema: Schema) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    found = _pragma(connection, "application_id")
    return bool(tables) and found != schema.application_id


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; sqlite3's executescript would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _storage_error(path: Path, error: sqlite3.Error, schema: Schema) -> StorageError:
    """Name what an error of SQLite means for the user."""
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match extended & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(path)
        case sqlite3.SQLITE_NOTADB:
            return schema.damaged(path, "it is no database")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CannotWrite(path, OSError("another process does not let go of it"))
        case (
            sqlite3.SQLITE_IOERR
            | sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_PERM
        ):
            if shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES:
                return DiskFull(path)
            return CannotWrite(path, OSError(str(error)))
    return schema.damaged(path, str(error))
