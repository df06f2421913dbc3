"""Articles of the library: where each comes from and how far its translation is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from dwibahasa.document import BilingualBlock, BilingualDocument, Document


class ArticleState(StrEnum):
    """How far the translation of an article has come."""

    QUEUED = "queued"
    TRANSLATING = "translating"
    DONE = "done"
    FAILED = "failed"


FROM_FILE = "file"
FROM_PASTE = "paste"


def origin(source: str) -> str:
    """Where an article comes from: its site, `FROM_FILE` or `FROM_PASTE`."""
    if not source.startswith(("https://", "http://")):
        return FROM_FILE if source else FROM_PASTE
    return (urlsplit(source).hostname or source).removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Original:
    """The file that an article was read from.

    Attributes:
        format_name: One of `formats.FORMATS`.
        content: Its bytes.
    """

    format_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What a list tells of an article.

    Attributes:
        id: Its number in the library.
        title: The name that the user gave it, else its Indonesian title, else the
            beginning of its text.
        name: The name that the user gave it, or nothing.
        target_title: English title, or the beginning of the English text; empty until
            it is translated.
        cover: The first words of its text, below the title.
        target_cover: The same in English; empty until they are translated.
        source: Where it came from: a file name, a URL, or nothing.
        date: ISO 8601 date of publication, or nothing.
        added: When it was added, ISO 8601, UTC.
        words: Words of the source.
        tags: What the user tagged it with, in the order of the alphabet.
        is_archived: Whether it is in the archive.
        state: How far its translation has come.
        error: Why it failed, a sentence; empty otherwise.
        model: Name of the model; empty until the translation begins.
        warnings: Sentences for the user about the whole article.
        blocks: How many blocks it has.
        blocks_done: How many of them are translated.
    """

    id: int
    title: str
    name: str
    target_title: str
    cover: str
    target_cover: str
    source: str
    date: str
    added: str
    words: int
    tags: tuple[str, ...]
    is_archived: bool
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
