"""Articles and their translations, kept in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dwibahasa.article import Article, ArticleState, ArticleSummary, Original
from dwibahasa.database import Database
from dwibahasa.document import (
    BilingualBlock,
    Block,
    BlockKind,
    Document,
    Flag,
    Mark,
    Origin,
    Segment,
    Translation,
)
from dwibahasa.errors import ArticleNotFound, SegmentNotFound
from dwibahasa.memory import is_corrected
from dwibahasa.shelf import summaries, summary

_LARGEST_ID = 2**63 - 1


class Library:
    """A library file. Threads and processes may share it.

    Every method opens a connection of its own and is one transaction.

    Attributes:
        path: The file.
        database: Its connections, for the shelf and for search.
    """

    def __init__(self, path: Path) -> None:
        """Open a library, or begin a new one.

        Raises:
            LibraryDamaged: The file is no library, or one of a newer version.
            DiskFull: There is no room for it.
            CannotWrite: The folder cannot be made or written.
        """
        self.path = path
        self.database = Database(path)

    def add(self, document: Document, original: Original | None = None) -> int:
        """Add an article to the end of the queue.

        A text that is there already is not added again; one that was deleted and not
        yet purged comes back with its translation.

        Args:
            document: What is to be translated.
            original: The file that it was read from, to write it in its own format.

        Returns:
            The article's id.
        """
        digest = _digest(document)
        kinds = [block.kind for block in document.blocks]
        title_block = kinds.index(BlockKind.TITLE) if BlockKind.TITLE in kinds else 0
        words = sum(len(block.text.split()) for block in document.blocks)
        with self.database.transaction() as connection:
            known = connection.execute(
                "UPDATE article SET deleted = NULL WHERE digest = ? RETURNING id",
                (digest,),
            ).fetchone()
            if known:
                return int(known["id"])
            added = connection.execute(
                "INSERT INTO article (digest, title, title_block, source, date, words,"
                " added, state, warnings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    digest,
                    document.title,
                    title_block,
                    document.source,
                    document.date,
                    words,
                    _now(),
                    ArticleState.QUEUED,
                    json.dumps(document.notes, ensure_ascii=False),
                ),
            )
            article_id = added.lastrowid or 0
            connection.executemany(
                "INSERT INTO block (article_id, position, kind, marker, blank_lines,"
                " source, marks) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(article_id, i, b.kind, b.marker, b.blank_lines, b.text),
                        json.dumps([(m.start, m.end, m.name) for m in b.marks]),
                    )
                    for i, b in enumerate(document.blocks)
                ],
            )
            if original is not None:
                connection.execute(
                    "INSERT INTO original (article_id, format, content)"
                    " VALUES (?, ?, ?)",
                    (article_id, original.format_name, original.content),
                )
        return article_id

    def articles(self) -> list[ArticleSummary]:
        """All articles, latest first."""
        with self.database.transaction(is_reading=True) as connection:
            rows = connection.execute("SELECT id FROM article ORDER BY id DESC")
            return summaries(connection, [row["id"] for row in rows])

    def summaries(self, ids: list[int]) -> list[ArticleSummary]:
        """What a list tells of these articles; those that are gone are left out."""
        with self.database.connection() as connection:
            return summaries(connection, ids)

    def summary(self, article_id: int) -> ArticleSummary:
        """What a list tells of one article.

        Raises:
            ArticleNotFound: It is not in the library.
        """
        with self.database.connection() as connection:
            return summary(connection, article_id)

    def article(self, article_id: int) -> Article:
        """An article with the blocks that are translated so far.

        Raises:
            ArticleNotFound: It is not in the library.
        """
        with self.database.transaction(is_reading=True) as connection:
            told = summary(connection, article_id)
            row = connection.execute(
                "SELECT title, source, date FROM article WHERE id = ?", (article_id,)
            ).fetchone()
            blocks, done = _blocks(connection, article_id)
        document = Document(
            tuple(blocks), title=row["title"], source=row["source"], date=row["date"]
        )
        return Article(told, document, done)

    def original(self, article_id: int) -> Original | None:
        """The file that an article was read from; None where it was none."""
        with self.database.connection() as connection:
            row = connection.execute(
                "SELECT format, content FROM original WHERE article_id = ?",
                (article_id,),
            ).fetchone()
        return Original(row["format"], row["content"]) if row else None

    def original_format(self, article_id: int) -> str:
        """The format of the file that an article was read from, or nothing."""
        with self.database.connection() as connection:
            row = connection.execute(
                "SELECT format FROM original WHERE article_id = ?", (article_id,)
            ).fetchone()
        return str(row["format"]) if row else ""

    def finished_blocks(self, article_id: int, after: int) -> list[BilingualBlock]:
        """The finished blocks with an index over `after`, in order."""
        with self.database.transaction(is_reading=True) as connection:
            _, done = _blocks(connection, article_id, after + 1)
        return [done[index] for index in sorted(done)]

    def block(self, article_id: int, index: int) -> BilingualBlock:
        """One finished block.

        Raises:
            ArticleNotFound: The article is not in the library.
            SegmentNotFound: There is no such block, or it is not translated yet.
        """
        with self.database.transaction(is_reading=True) as connection:
            summary(connection, article_id)
            _, done = _blocks(connection, article_id, index, index)
        if index not in done:
            raise SegmentNotFound
        return done[index]

    def count(self) -> int:
        """How many articles there are."""
        with self.database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM article WHERE deleted IS NULL"
            ).fetchone()
        return int(row[0])

    def unfinished(self) -> int:
        """How many articles are queued or being translated."""
        with self.database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM article"
                " WHERE deleted IS NULL AND state IN (?, ?)",
                (ArticleState.QUEUED, ArticleState.TRANSLATING),
            ).fetchone()
        return int(row[0])

    def next_queued(self) -> int | None:
        """The article to translate next: one that was begun, else the oldest."""
        with self.database.connection() as connection:
            row = connection.execute(
                "SELECT id FROM article WHERE deleted IS NULL AND state IN (?, ?)"
                " ORDER BY state = ? DESC, id LIMIT 1",
                (
                    ArticleState.QUEUED,
                    ArticleState.TRANSLATING,
                    ArticleState.TRANSLATING,
                ),
            ).fetchone()
        return int(row["id"]) if row else None

    def set_translating(
        self, article_id: int, model: str, warnings: tuple[str, ...]
    ) -> None:
        """Note that the translation begins or goes on."""
        self._update(
            article_id,
            "UPDATE article SET state = ?, model = ?, warnings = ?",
            ArticleState.TRANSLATING,
            model,
            json.dumps(warnings, ensure_ascii=False),
        )

    def save_block(self, article_id: int, block: BilingualBlock) -> None:
        """Keep a finished block; what the user corrected stays as it is.

        Raises:
            ArticleNotFound: The article was deleted meanwhile.
        """
        with self.database.transaction() as connection:
            summary(connection, article_id)
            place = (article_id, block.index)
            if is_corrected(connection, *place):
                return
            connection.execute(
                "UPDATE block SET is_done = 1 WHERE article_id = ? AND position = ?",
                place,
            )
            connection.execute(
                "DELETE FROM segment WHERE article_id = ? AND block = ?", place
            )
            connection.executemany(
                "INSERT INTO segment (article_id, block, position, start, source,"
                " target, score, flags, origin, model)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *place,
                        position,
                        t.segment.start,
                        t.segment.source,
                        t.target,
                        t.score,
                        " ".join(t.flags),
                        t.origin,
                        t.model,
                    )
                    for position, t in enumerate(block.translations)
                ],
            )

    def set_done(self, article_id: int) -> None:
        """Note that every block is translated."""
        self._update(article_id, "UPDATE article SET state = ?", ArticleState.DONE)

    def set_failed(self, article_id: int, error: str) -> None:
        """Note why the translation cannot go on; what is finished stays."""
        self._update(
            article_id,
            "UPDATE article SET state = ?, error = ?",
            ArticleState.FAILED,
            error,
        )

    def retry(self, article_id: int) -> None:
        """Put an article that failed into the queue again; others are left alone."""
        with self.database.transaction() as connection:
            summary(connection, article_id)
            connection.execute(
                "UPDATE article SET state = ?, error = '' WHERE id = ? AND state = ?",
                (ArticleState.QUEUED, article_id, ArticleState.FAILED),
            )

    def delete(self, article_id: int) -> None:
        """Take an article out of the library; `restore` brings it back for a while."""
        self._update(article_id, "UPDATE article SET deleted = ?", _now())

    def restore(self, article_id: int) -> None:
        """Bring a deleted article back.

        Raises:
            ArticleNotFound: It was purged, or never was.
        """
        with self.database.transaction() as connection:
            restored = connection.execute(
                "UPDATE article SET deleted = NULL WHERE id = ?",
                (min(article_id, _LARGEST_ID),),
            )
            if not restored.rowcount:
                raise ArticleNotFound(article_id)

    def purge(self, older_than: timedelta) -> None:
        """Erase what was deleted longer ago than `older_than`."""
        with self.database.transaction() as connection:
            erased = connection.execute(
                "DELETE FROM article WHERE deleted <= ?", (_now(-older_than),)
            )
            if erased.rowcount:
                # The index keeps deleted words until its parts are merged.
                connection.execute(
                    "INSERT INTO sentence (sentence) VALUES ('optimize')"
                )
        if erased.rowcount:
            self.database.write_back()

    def _update(self, article_id: int, statement: str, *values: str) -> None:
        """Run an UPDATE of the articles on one of them."""
        with self.database.transaction() as connection:
            summary(connection, article_id)
            connection.execute(f"{statement} WHERE id = ?", (*values, article_id))


_SEGMENTS = """
    SELECT *,
           (SELECT count(*) FROM revision
            WHERE revision.article_id = segment.article_id
                AND revision.block = segment.block
                AND revision.position = segment.position) AS revisions,
           CASE origin WHEN 'edit' THEN (
                SELECT target FROM revision
                WHERE revision.article_id = segment.article_id
                    AND revision.block = segment.block
                    AND revision.position = segment.position
                    AND revision.origin = 'model'
                ORDER BY id DESC LIMIT 1) END AS model_target
    FROM segment WHERE article_id = ? AND block BETWEEN ? AND ?
    ORDER BY block, position
"""


def _blocks(
    connection: sqlite3.Connection,
    article_id: int,
    first: int = 0,
    last: int = _LARGEST_ID,
) -> tuple[list[Block], dict[int, BilingualBlock]]:
    """The blocks from index `first` to `last`, and those of them that are finished."""
    translations: dict[int, list[Translation]] = defaultdict(list)
    place = (article_id, first, last)
    for row in connection.execute(_SEGMENTS, place):
        translations[row["block"]].append(
            Translation(
                Segment(row["block"], row["start"], row["source"]),
                row["target"],
                row["score"],
                flags=tuple(map(Flag, row["flags"].split())),
                origin=Origin(row["origin"]),
                model=row["model"],
                revisions=row["revisions"],
                model_target=row["model_target"] or "",
            )
        )
    blocks: list[Block] = []
    done: dict[int, BilingualBlock] = {}
    for row in connection.execute(
        "SELECT * FROM block WHERE article_id = ? AND position BETWEEN ? AND ?"
        " ORDER BY position",
        place,
    ):
        block = Block(
            BlockKind(row["kind"]),
            row["source"],
            marker=row["marker"],
            blank_lines=row["blank_lines"],
            marks=tuple(Mark(*mark) for mark in json.loads(row["marks"])),
        )
        blocks.append(block)
        if row["is_done"]:
            index = row["position"]
            done[index] = BilingualBlock(index, block, tuple(translations[index]))
    return blocks, done


def _digest(document: Document) -> bytes:
    """The same for the same text, wherever it came from."""
    blocks = [(block.marker, block.text) for block in document.blocks]
    return hashlib.sha256(json.dumps(blocks).encode()).digest()


def _now(offset: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + offset).isoformat(timespec="seconds")
