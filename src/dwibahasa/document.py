"""Documents, their blocks and segments, and what became of them in translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class BlockKind(StrEnum):
    """What a block is in its document; writers and pages show each as what it is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    LIST_ITEM = "list-item"
    CAPTION = "caption"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Mark:
    """Inline mark-up of some words of a block: bold, a link, a footnote's sign.

    Attributes:
        start: Where it begins in the block's text, in characters.
        end: Where it ends; where it begins for what marks a place.
        name: Tells the format that was read which mark-up it is, and no other.
    """

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """A title, paragraph or other piece of text that stands by itself.

    Attributes:
        kind: What it is.
        text: Its text on one line, outer spaces stripped.
        marker: What stands before the text and is kept as it is, such as "- ".
        blank_lines: Empty lines before it in plain text.
        marks: Its inline mark-up, outer before inner.
    """

    kind: BlockKind
    text: str
    marker: str = ""
    blank_lines: int = 1
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text to translate.

    Attributes:
        blocks: In reading order.
        title: For lists and page titles; the text of the title block if there is one.
        source: Where it came from: a file name, a URL, or nothing.
        date: ISO 8601 date of publication, or nothing.
        notes: Sentences for the user about what was mended or left out in reading.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    source: str = ""
    date: str = ""
    notes: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """The source as others may read it: a path without its folders."""
        is_address = self.source.startswith(("https://", "http://"))
        return self.source if is_address else PurePath(self.source).name


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit that is translated, usually a sentence.

    Attributes:
        block: Index of its block in the document, from 0.
        start: Where it begins in the block's text, in characters.
        source: Its text, outer spaces stripped.
    """

    block: int
    start: int
    source: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One candidate target segment.

    Attributes:
        target: Detokenised English text.
        score: Mean log-probability per target subword, at most 0.
    """

    target: str
    score: float


class Origin(StrEnum):
    """Where a target segment comes from."""

    MODEL = "model"
    COPY = "copy"  # nothing to translate: a number, an address, a photo credit
    EDIT = "edit"  # the user wrote or picked it
    MEMORY = "memory"  # the user edited the same source before


class Flag(StrEnum):
    """Why a target segment is doubtful."""

    EMPTY = "empty"
    NUMBERS = "numbers"
    LENGTH = "length"
    REPETITION = "repetition"
    UNTRANSLATED = "untranslated"
    OMISSION = "omission"


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of one source segment.

    Attributes:
        segment: The source segment.
        target: Its English text.
        score: Mean log-probability per target subword, at most 0; 0 for what is not
            a model's.
        flags: Why the target is doubtful; empty if no check distrusts it.
        origin: Where the target comes from.
        model: Name of the model; empty for what is not a model's.
        revisions: How many changes of the user's can be undone.
        model_target: What the model made of a segment that was edited, else nothing.
    """

    segment: Segment
    target: str
    score: float
    flags: tuple[Flag, ...] = ()
    origin: Origin = Origin.MODEL
    model: str = ""
    revisions: int = 0
    model_target: str = ""


@dataclass(frozen=True, slots=True)
class BilingualBlock:
    """A block with the translations of its segments.

    Attributes:
        index: Its place in the document, from 0.
        block: The source block.
        translations: One for each of its segments, in reading order.
    """

    index: int
    block: Block
    translations: tuple[Translation, ...]

    @property
    def target(self) -> str:
        """The English text of the whole block on one line."""
        return " ".join(t.target for t in self.translations if t.target)


@dataclass(frozen=True, slots=True)
class BilingualDocument:
    """A document and its translation: what every writer and page is made from.

    Attributes:
        document: The source.
        blocks: One for each block of the source, in the same order.
        model: Name of the model that translated it.
        warnings: Sentences for the user about the whole document.
    """

    document: Document
    blocks: tuple[BilingualBlock, ...]
    model: str
    warnings: tuple[str, ...] = ()

    @property
    def translations(self) -> Sequence[Translation]:
        """The translations of all segments in reading order."""
        return [t for block in self.blocks for t in block.translations]

    @property
    def title(self) -> str:
        """The English title: of the title block, else the source's own."""
        for block in self.blocks:
            if block.block.kind is BlockKind.TITLE:
                return block.target
        return self.document.title
