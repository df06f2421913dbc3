"""Search of the library's sentences, in both languages at once."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dwibahasa.article import ArticleSummary
from dwibahasa.database import Database
from dwibahasa.shelf import IS_WANTED, Choice, parameters, summaries, teach

PAGE_LENGTH = 40  # sentences
MOST_COUNTED = 1000  # sentences; counting all that "di" begins takes too long
_MOST_PAGES = 100_000
LONGEST_QUERY = 200  # characters; what is over it is not searched for
_HIT_START, _HIT_END = "\x02", "\x03"
_PHRASE_OR_WORD = re.compile(r'"([^"]*)"?|([^\s"]+)')
# What the index takes for a word: letters and digits, without the underscore.
_TOKEN = re.compile(r"[^\W_]+")


class Ranking(StrEnum):
    """What comes first of what a search found."""

    RELEVANCE = "relevance"
    LATEST = "latest"  # in the article that was added last


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence.

    Attributes:
        text: The stretch.
        is_hit: Whether it is what was searched for.
    """

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence that a search found.

    Attributes:
        article_id: Its article.
        block: Index of its block in the article.
        position: Its place in the block, from 0.
        source: The Indonesian, in stretches.
        target: The English, in stretches.
    """

    article_id: int
    block: int
    position: int
    source: tuple[Piece, ...]
    target: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        articles: Articles, each with its sentences of this page: by relevance the best
            sentence of all first; else the latest article, in reading order.
        named: Articles whose given name or tag has the words.
        first: Place of the first sentence of this page among all, from 1.
        count: How many sentences this page has.
        total: How many sentences there are; over `MOST_COUNTED` where there are more.
    """

    articles: tuple[tuple[ArticleSummary, tuple[FoundSentence, ...]], ...]
    named: tuple[ArticleSummary, ...]
    first: int
    count: int
    total: int


def search(
    database: Database,
    query: str,
    choice: Choice,
    page_number: int = 1,
    ranking: Ranking = Ranking.RELEVANCE,
) -> Found:
    """Find sentences that have all words of a query, in one language or across both.

    Case and diacritics make no difference; the first two letters of a word are enough,
    but within quotation marks words must stand whole and side by side.

    Args:
        database: The library's.
        query: What the user typed; signs mean nothing, apart from quotation marks.
        choice: Which articles are searched; its order is not used.
        page_number: From 1.
        ranking: What comes first. By relevance (Okapi BM25; whole words count more
            than beginnings) the latest `MOST_COUNTED` sentences are weighed.
    """
    match = _match(query)
    if not match:
        return Found((), (), 1, 0, 0)
    offset = (max(1, min(page_number, _MOST_PAGES)) - 1) * PAGE_LENGTH
    values = parameters(choice) | {
        "match": match,
        "limit": PAGE_LENGTH,
        "most": MOST_COUNTED + 1,
        "offset": offset,
        "name": f"%{_escaped(' '.join(query.split()))}%",
    }
    with database.transaction(is_reading=True) as connection:
        teach(connection)
        total = connection.execute(_COUNT, values).fetchone()[0]
        ordered = _ordered(connection, values, ranking)
        named = connection.execute(_NAMED, values).fetchall()
        sentences: dict[int, list[FoundSentence]] = {}
        for sentence in ordered:
            sentences.setdefault(sentence.article_id, []).append(sentence)
        return Found(
            tuple(
                (article, tuple(sentences[article.id]))
                for article in summaries(connection, sentences)
            ),
            tuple(summaries(connection, [row["id"] for row in named])),
            first=offset + 1,
            count=len(ordered),
            total=total,
        )


def sentences_with(
    database: Database, words: Iterable[str], limit: int
) -> list[FoundSentence]:
    """Find sentences whose Indonesian has one of some words, each as a whole.

    Args:
        database: The library's.
        words: Such as the forms of one root.
        limit: The most sentences that are returned, the latest first: to find the
            best, every sentence with a frequent word would have to be weighed.
    """
    phrases = [_phrase(_TOKEN.findall(word)) for word in words if _TOKEN.search(word)]
    if not phrases:
        return []
    with database.connection() as connection:
        rows = connection.execute(
            f"{_SENTENCES} AND deleted IS NULL"
            " ORDER BY sentence.rowid DESC LIMIT :limit",
            {"match": f"source : ({' OR '.join(phrases)})", "limit": limit}
            | _HIT_SIGNS,
        )
        return [_sentence(row) for row in rows]


_HIT_SIGNS = {"start": _HIT_START, "end": _HIT_END}
_PLACES = f"""
    FROM sentence
    JOIN segment ON segment.id = sentence.rowid
    JOIN article ON article.id = segment.article_id
    WHERE sentence MATCH :match AND {IS_WANTED}
    ORDER BY sentence.rowid DESC
"""
_COUNT = f"SELECT count(*) FROM (SELECT 1 {_PLACES} LIMIT :most)"
# What was saved last comes first: the index is read as far as needed.
_LATEST = f"SELECT segment.id {_PLACES} LIMIT :limit OFFSET :offset"
_WEIGHED = f"""
    SELECT id FROM (
        SELECT segment.id, segment.article_id, segment.block, segment.position,
               bm25(sentence) AS weight
        {_PLACES} LIMIT :most)
    ORDER BY weight, article_id DESC, block, position LIMIT :limit OFFSET :offset
"""
# On the first page alone.
_NAMED = f"""
    SELECT id FROM article
    WHERE {IS_WANTED} AND (name LIKE :name ESCAPE '\\' OR EXISTS (
        SELECT 1 FROM tag
        WHERE article_id = article.id AND tag.name LIKE :name ESCAPE '\\'))
    ORDER BY id DESC LIMIT iif(:offset, 0, :limit)
"""
_SENTENCES = """
    SELECT segment.id, segment.article_id, segment.block, segment.position,
           highlight(sentence, 0, :start, :end) AS source,
           highlight(sentence, 1, :start, :end) AS target
    FROM sentence
    JOIN segment ON segment.id = sentence.rowid
    JOIN article ON article.id = segment.article_id
    WHERE sentence MATCH :match
"""


def _ordered(
    connection: sqlite3.Connection,
    values: Mapping[str, str | int | None],
    ranking: Ranking,
) -> list[FoundSentence]:
    """The sentences of a page in their order."""
    places = _WEIGHED if ranking is Ranking.RELEVANCE else _LATEST
    ids = [row["id"] for row in connection.execute(places, values)]
    rows = connection.execute(
        # With "+" the index is read once for all, not again for each of them.
        f"{_SENTENCES} AND +sentence.rowid IN (SELECT value FROM json_each(:ids))"
        " AND sentence.rowid >= :first",
        {**values, **_HIT_SIGNS, "ids": json.dumps(ids), "first": min(ids, default=0)},
    )
    by_id = {row["id"]: _sentence(row) for row in rows}
    ordered = [by_id[own] for own in ids]
    if ranking is Ranking.LATEST:
        ordered.sort(key=lambda s: (-s.article_id, s.block, s.position))
    return ordered


def _match(query: str) -> str:
    """A query in the language of FTS5; empty where there is nothing to search for."""
    terms = []
    query = unicodedata.normalize("NFC", query[:LONGEST_QUERY])
    for phrase, word in _PHRASE_OR_WORD.findall(query):
        if tokens := _TOKEN.findall(phrase or word):
            whole = _phrase(tokens)
            is_whole = phrase or len(tokens[-1]) == 1
            terms.append(whole if is_whole else f"({whole} OR {whole}*)")
    return " AND ".join(terms)


def _phrase(tokens: list[str]) -> str:
    return f'"{" ".join(tokens)}"'


def _escaped(text: str) -> str:
    """A text to stand in a LIKE pattern as it is."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _sentence(row: sqlite3.Row) -> FoundSentence:
    return FoundSentence(
        row["article_id"],
        row["block"],
        row["position"],
        _pieces(row["source"]),
        _pieces(row["target"]),
    )


def _pieces(marked: str) -> tuple[Piece, ...]:
    pieces = []
    for stretch in re.split(f"({_HIT_START}[^{_HIT_END}]*{_HIT_END})", marked):
        if stretch:
            is_hit = stretch.startswith(_HIT_START)
            pieces.append(Piece(stretch.strip(_HIT_START + _HIT_END), is_hit))
    return tuple(pieces)
