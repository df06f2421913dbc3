"""Articles of the library: where each comes from and how far its translation is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dwibahasa.document import BilingualBlock, BilingualDocument, Document


class ArticleState(StrEnum):
    """How far the translation of an article has come."""

    QUEUED = "queued"
    TRANSLATING = "translating"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What a list tells of an article.

    Attributes:
        id: Its number in the library.
        title: Indonesian title, or the beginning of an untitled text.
        target_title: The same in English; empty until it is translated.
        source: Where it came from: a file name, a URL, or nothing.
        date: ISO 8601 date of publication, or nothing.
        added: When it was added, ISO 8601, UTC.
        words: Words of the source.
        state: How far its translation has come.
        error: Why it failed, a sentence; empty otherwise.
        model: Name of the model; empty until the translation begins.
        warnings: Sentences for the user about the whole article.
        blocks: How many blocks it has.
        blocks_done: How many of them are translated.
    """

    id: int
    title: str
    target_title: str
    source: str
    date: str
    added: str
    words: int
    state: ArticleState
    error: str
    model: str
    warnings: tuple[str, ...]
    blocks: int
    blocks_done: int

    @property
    def is_finished(self) -> bool:
        """Whether no more blocks will come without the user asking for it."""
        return self.state in (ArticleState.DONE, ArticleState.FAILED)


@dataclass(frozen=True, slots=True)
class Article:
    """An article with as much of its translation as there is.

    Attributes:
        summary: What a list tells of it.
        document: The source.
        blocks: The finished blocks by their index; all of them when it is done.
    """

    summary: ArticleSummary
    document: Document
    blocks: dict[int, BilingualBlock]

    @property
    def first_missing(self) -> int:
        """Index of the first block without a translation."""
        missing = (i for i in range(len(self.document.blocks)) if i not in self.blocks)
        return next(missing, len(self.document.blocks))

    @property
    def bilingual(self) -> BilingualDocument:
        """What writers take; complete only when the article is done."""
        return BilingualDocument(
            self.document,
            tuple(self.blocks[index] for index in sorted(self.blocks)),
            model=self.summary.model,
            warnings=self.summary.warnings,
        )
