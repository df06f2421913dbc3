"""Corrections of target segments, and the translation memory that they feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from dwibahasa.database import Database
from dwibahasa.document import Origin, Translation
from dwibahasa.errors import (
    EmptyTarget,
    NothingToUndo,
    SegmentChanged,
    SegmentNotFound,
)

LEAST_PERCENT = 70  # less alike, a match takes longer to mend than to write anew


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment stands in the library.

    Attributes:
        article_id: Its article.
        block: Index of its block in the article, from 0.
        position: Its place in the block, from 0.
    """

    article_id: int
    block: int
    position: int


@dataclass(frozen=True, slots=True)
class Match:
    """A translation unit whose source is a segment or like it.

    Attributes:
        source: The unit's source.
        target: What the user made of it.
        percent: How alike the sources are: 100 for an exact match, from
            `LEAST_PERCENT` for a fuzzy one.
    """

    source: str
    target: str
    percent: int


class Memory:
    """The translation memory of a library file. Threads and processes may share it.

    Every method is one transaction. A change keeps what was there before it, so that
    it can be undone, and is refused where the segment is not what the user saw.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def matches(self, sources: Sequence[str]) -> dict[str, str]:
        """The target of each source segment that the memory has: exact matches."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT source, target FROM translation_unit"
                " WHERE source IN (SELECT value FROM json_each(?))",
                (json.dumps(sources),),
            )
            return {row["source"]: row["target"] for row in rows}

    def like(self, source: str, limit: int = 3) -> list[Match]:
        """Units whose source is a segment or like it, the most alike first.

        Args:
            source: The segment.
            limit: The most units that are returned.
        """
        with self._database.connection() as connection:
            targets = dict(
                map(
                    tuple,
                    connection.execute("SELECT source, target FROM translation_unit"),
                )
            )
        found = process.extract(
            source,
            list(targets),
            scorer=fuzz.ratio,
            limit=limit,
            score_cutoff=LEAST_PERCENT,
        )
        # What is not the same is never told as 100 %.
        return [
            Match(own, targets[own], 100 if own == source else min(99, int(percent)))
            for own, percent, _ in found
        ]

    def edit(self, place: Place, target: str, seen: str) -> None:
        """Put the user's text in place of a target segment, and remember it.

        Args:
            place: The segment.
            target: What the user wrote or picked.
            seen: The target that the user saw.

        Raises:
            EmptyTarget: It has no text.
            SegmentNotFound: There is no such segment, or it is not translated yet.
            SegmentChanged: The segment is another one by now.
        """
        target = " ".join(target.split())
        if not target:
            raise EmptyTarget
        with self._database.transaction() as connection:
            row = _segment(connection, place, seen)
            if row["target"] == target:
                return
            _keep(connection, place, row)
            _set(connection, place, (target, 0.0, "", Origin.EDIT, ""))
            _remember(connection, row["source"], target)

    def replace(
        self, place: Place, translations: Sequence[Translation], seen: Sequence[str]
    ) -> None:
        """Put new translations in place of segments that follow each other.

        What the user edited is left as it is when there are several, and so is what
        was changed since it was seen. The memory stays as it is.

        Args:
            place: The first segment.
            translations: For it and those after it.
            seen: The targets that were there when they were asked for.

        Raises:
            SegmentNotFound: There is no such segment, or it is not translated yet.
            SegmentChanged: The only segment is another one by now.
        """
        with self._database.transaction() as connection:
            for offset, (new, old) in enumerate(zip(translations, seen, strict=True)):
                at = Place(place.article_id, place.block, place.position + offset)
                row = _segment(connection, at, old if len(seen) == 1 else None)
                is_mine = row["origin"] == Origin.EDIT and len(seen) > 1
                if is_mine or row["target"] != old or old == new.target:
                    continue
                _keep(connection, at, row)
                flags = " ".join(new.flags)
                _set(
                    connection,
                    at,
                    (new.target, new.score, flags, new.origin, new.model),
                )

    def undo(self, place: Place) -> None:
        """Take back the last change of a segment, and what it taught the memory.

        Raises:
            SegmentNotFound: There is no such segment.
            NothingToUndo: It was never changed.
        """
        with self._database.transaction() as connection:
            row = _segment(connection, place, None)
            before = connection.execute(
                "DELETE FROM revision WHERE id = (SELECT max(id) FROM revision"
                " WHERE article_id = ? AND block = ? AND position = ?) RETURNING *",
                _key(place),
            ).fetchone()
            if before is None:
                raise NothingToUndo
            _set(connection, place, tuple(before[name] for name in _CHANGED))
            if row["origin"] == Origin.EDIT:
                _forget(connection, row["source"], row["target"], before["unit"])


_CHANGED = ("target", "score", "flags", "origin", "model")


def is_corrected(connection: sqlite3.Connection, article_id: int, block: int) -> bool:
    """Whether a segment of a block was changed."""
    return (
        connection.execute(
            "SELECT 1 FROM revision WHERE article_id = ? AND block = ?",
            (article_id, block),
        ).fetchone()
        is not None
    )


def _key(place: Place) -> tuple[int, int, int]:
    return place.article_id, place.block, place.position


def _segment(
    connection: sqlite3.Connection, place: Place, seen: str | None
) -> sqlite3.Row:
    """A segment, which has to have the target that was seen if one is given."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT segment.* FROM segment JOIN article ON article.id = article_id"
        " WHERE article_id = ? AND block = ? AND position = ? AND deleted IS NULL",
        _key(place),
    ).fetchone()
    if row is None:
        raise SegmentNotFound
    if seen is not None and row["target"] != seen:
        raise SegmentChanged
    return row


def _keep(connection: sqlite3.Connection, place: Place, row: sqlite3.Row) -> None:
    """Keep a segment as it is before a change."""
    connection.execute(
        "INSERT INTO revision (article_id, block, position, target, score, flags,"
        " origin, model, unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT target FROM translation_unit WHERE source = ?))",
        (*_key(place), *(row[name] for name in _CHANGED), row["source"]),
    )


def _set(
    connection: sqlite3.Connection, place: Place, values: tuple[str | float, ...]
) -> None:
    connection.execute(
        "UPDATE segment SET target = ?, score = ?, flags = ?, origin = ?, model = ?"
        " WHERE article_id = ? AND block = ? AND position = ?",
        (*values, *_key(place)),
    )


def _remember(connection: sqlite3.Connection, source: str, target: str) -> None:
    connection.execute(
        "INSERT INTO translation_unit (source, target) VALUES (?, ?)"
        " ON CONFLICT (source) DO UPDATE SET target = excluded.target",
        (source, target),
    )


def _forget(
    connection: sqlite3.Connection, source: str, target: str, before: str | None
) -> None:
    """Give the memory back what it had before, unless it learnt something newer."""
    now = connection.execute(
        "DELETE FROM translation_unit WHERE source = ? AND target = ? RETURNING 1",
        (source, target),
    ).fetchone()
    if now and before is not None:
        _remember(connection, source, before)
