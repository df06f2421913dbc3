"""How the library's articles are listed: order, filters, names, tags, the archive."""

from __future__ import annotations

import json
import sqlite3
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dwibahasa.article import ArticleState, ArticleSummary, origin
from dwibahasa.database import Database
from dwibahasa.errors import ArticleNotFound

PAGE_LENGTH = 50  # articles
_LONGEST_NAME = 90  # characters of the first block that name an untitled article
_LONGEST_COVER = 180  # characters of the cover line
_LONGEST_TAG = 40
_LARGEST_ID = 2**63 - 1


class Order(StrEnum):
    """What a list of articles goes by."""

    LATEST = "latest"
    EARLIEST = "earliest"
    DATE = "date"
    TITLE = "title"
    LONGEST = "longest"
    SHORTEST = "shortest"
    PROGRESS = "progress"  # the least translated first


class Progress(StrEnum):
    """How far the translation of the articles of a list is."""

    UNFINISHED = "unfinished"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles a list shows, and in what order.

    Attributes:
        order: What it goes by.
        tag: Only articles with this tag.
        progress: Only articles whose translation is this far.
        origin: Only articles from this site, or from files, or pasted; see `origin`.
        is_archived: Whether it shows the archive; None for both.
    """

    order: Order = Order.LATEST
    tag: str = ""
    progress: Progress | None = None
    origin: str = ""
    is_archived: bool | None = False

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves out some of the articles, apart from the archive."""
        return bool(self.tag or self.progress or self.origin)


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """One page of a list of articles.

    Attributes:
        articles: At most `PAGE_LENGTH`.
        number: Of this page, from 1.
        total: How many articles all pages have.
    """

    articles: tuple[ArticleSummary, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        """Place of the first article of this page in the whole list, from 1."""
        return (self.number - 1) * PAGE_LENGTH + 1

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE_LENGTH))


class Shelf:
    """The articles of a library as lists show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, choice: Choice, number: int = 1) -> ShelfPage:
        """A page of the list; the last one where there are fewer."""
        with self._database.transaction(is_reading=True) as connection:
            teach(connection)
            wanted = parameters(choice)
            total = connection.execute(
                f"SELECT count(*) FROM article WHERE {IS_WANTED}", wanted
            ).fetchone()[0]
            number = max(1, min(number, -(-total // PAGE_LENGTH)))
            # The places first: what a list tells of an article takes longer to find.
            ids = [
                row["id"]
                for row in connection.execute(
                    f"SELECT id FROM article WHERE {IS_WANTED}"
                    f" ORDER BY {_ORDERS[choice.order]} LIMIT :limit OFFSET :offset",
                    wanted
                    | {"limit": PAGE_LENGTH, "offset": (number - 1) * PAGE_LENGTH},
                )
            ]
            return ShelfPage(tuple(summaries(connection, ids)), number, total)

    def tags(self) -> list[str]:
        """The tags of all articles, in the order of the alphabet."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT tag.name FROM tag JOIN article ON id = article_id"
                " WHERE deleted IS NULL ORDER BY tag.name"
            )
            return [row["name"] for row in rows]

    def origins(self) -> list[str]:
        """Where articles come from, in the order of the alphabet; see `origin`."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT source FROM article WHERE deleted IS NULL"
            )
            return sorted({origin(row["source"]) for row in rows})

    def archived(self) -> int:
        """How many articles are in the archive."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM article WHERE is_archived AND deleted IS NULL"
            ).fetchone()
            return int(row[0])

    def describe(self, article_id: int, name: str, tags: Iterable[str]) -> None:
        """Name an article and tag it.

        Args:
            article_id: The article.
            name: What lists call it; nothing for its title.
            tags: All its tags; case makes no difference between two.

        Raises:
            ArticleNotFound: It is not in the library.
        """
        neat = dict.fromkeys(" ".join(tag.split())[:_LONGEST_TAG] for tag in tags)
        with self._database.transaction() as connection:
            summary(connection, article_id)
            connection.execute(
                "UPDATE article SET name = ? WHERE id = ?",
                (" ".join(name.split()), article_id),
            )
            connection.execute("DELETE FROM tag WHERE article_id = ?", (article_id,))
            connection.executemany(
                "INSERT OR IGNORE INTO tag (article_id, name) VALUES (?, ?)",
                [(article_id, tag) for tag in neat if tag],
            )

    def archive(self, article_id: int, *, is_archived: bool) -> None:
        """Put an article into the archive, or take it out.

        Raises:
            ArticleNotFound: It is not in the library.
        """
        with self._database.transaction() as connection:
            summary(connection, article_id)
            connection.execute(
                "UPDATE article SET is_archived = ? WHERE id = ?",
                (is_archived, article_id),
            )


# What of the table `article` a choice wants; `teach` and `parameters` go with it.
IS_WANTED = """
    deleted IS NULL
    AND (:is_archived IS NULL OR is_archived = :is_archived)
    AND (:tag = '' OR EXISTS (
        SELECT 1 FROM tag WHERE article_id = article.id AND tag.name = :tag))
    AND (:states = '' OR instr(:states, state))
    AND (:origin = '' OR origin(article.source) = :origin)
"""
_ORDERS = {
    Order.LATEST: "id DESC",
    Order.EARLIEST: "id",
    # Where no date of publication is known, the day it was added is the best guess.
    Order.DATE: "substr(coalesce(nullif(date, ''), added), 1, 10) DESC, id DESC",
    Order.TITLE: "coalesce(nullif(name, ''), nullif(title, ''), ("
    "SELECT source FROM block WHERE article_id = article.id AND position = title_block"
    ")) COLLATE NOCASE, id DESC",
    Order.LONGEST: "words DESC, id DESC",
    Order.SHORTEST: "words, id DESC",
    Order.PROGRESS: "(SELECT avg(is_done) FROM block WHERE article_id = article.id),"
    " id DESC",
}
_STATES = {
    None: "",
    Progress.UNFINISHED: f"{ArticleState.QUEUED} {ArticleState.TRANSLATING}",
    Progress.DONE: ArticleState.DONE,
    Progress.FAILED: ArticleState.FAILED,
}
_SUMMARIES = """
    SELECT article.id, article.source, date, added, words, state, error,
           article.model, warnings, title, name, is_archived,
           substr(first.source, 1, 500) AS title_source,
           (SELECT group_concat(target, ' ') FROM (
                SELECT target FROM segment
                WHERE article_id = article.id AND block = title_block
                ORDER BY position LIMIT 9)) AS target_title,
           substr(cover.source, 1, 500) AS cover,
           (SELECT group_concat(target, ' ') FROM (
                SELECT target FROM segment
                WHERE article_id = article.id AND block = cover.position
                ORDER BY position LIMIT 9)) AS target_cover,
           (SELECT json_group_array(tag.name) FROM tag
            WHERE article_id = article.id) AS tags,
           (SELECT count(*) FROM block WHERE article_id = article.id) AS blocks,
           (SELECT count(*) FROM block
            WHERE article_id = article.id AND is_done) AS blocks_done
    FROM article
    JOIN block AS first ON first.article_id = article.id
        AND first.position = article.title_block
    LEFT JOIN block AS cover ON cover.article_id = article.id
        AND cover.position = (
            SELECT min(position) FROM block
            WHERE article_id = article.id AND position > title_block
                AND kind IN ('paragraph', 'quote', 'list-item'))
"""


def teach(connection: sqlite3.Connection) -> None:
    """Give the connection the function that `IS_WANTED` calls."""
    connection.create_function("origin", 1, origin, deterministic=True)


def parameters(choice: Choice) -> dict[str, str | int | None]:
    """The values that `IS_WANTED` asks for."""
    return {
        "tag": choice.tag,
        "states": _STATES[choice.progress],
        "origin": choice.origin,
        "is_archived": choice.is_archived,
    }


def summaries(
    connection: sqlite3.Connection, ids: Iterable[int]
) -> list[ArticleSummary]:
    """What lists tell of these articles, in this order; unknown ones are left out."""
    ordered = {
        article_id: place
        for place, article_id in enumerate(ids)
        if abs(article_id) <= _LARGEST_ID
    }
    rows = connection.execute(
        f"{_SUMMARIES} WHERE deleted IS NULL"
        " AND article.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ordered)),),
    )
    return sorted(map(_summary, rows), key=lambda found: ordered[found.id])


def summary(connection: sqlite3.Connection, article_id: int) -> ArticleSummary:
    """What a list tells of one article.

    Raises:
        ArticleNotFound: It is not in the library.
    """
    for found in summaries(connection, [article_id]):
        return found
    raise ArticleNotFound(article_id)


def _summary(row: sqlite3.Row) -> ArticleSummary:
    return ArticleSummary(
        id=row["id"],
        title=row["name"] or row["title"] or _shortened(row["title_source"]),
        name=row["name"],
        target_title=_shortened(row["target_title"] or ""),
        cover=_shortened(row["cover"] or "", _LONGEST_COVER),
        target_cover=_shortened(row["target_cover"] or "", _LONGEST_COVER),
        source=row["source"],
        date=row["date"],
        added=row["added"],
        words=row["words"],
        tags=tuple(json.loads(row["tags"])),
        is_archived=bool(row["is_archived"]),
        state=ArticleState(row["state"]),
        error=row["error"],
        model=row["model"],
        warnings=tuple(json.loads(row["warnings"])),
        blocks=row["blocks"],
        blocks_done=row["blocks_done"],
    )


def _shortened(text: str, width: int = _LONGEST_NAME) -> str:
    return textwrap.shorten(text[: 2 * width], width, placeholder="…")
