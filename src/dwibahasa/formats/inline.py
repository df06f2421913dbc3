"""Inline mark-up: collected with the text of a block, and laid over a target."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dwibahasa.document import BilingualBlock, Block, BlockKind, Mark
from dwibahasa.formats.text import clean, line_kind
from dwibahasa.markup import holds, project

_SPACE = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True)
class Span:
    """Text with one mark-up.

    Attributes:
        name: Of the mark.
        children: Text and spans within it; none for what marks a place.
    """

    name: str
    children: tuple[str | Span, ...]


class MarkedText:
    """Collects the text of a block and its marks while they are read in order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._has_space = False
        self._marks: list[Mark] = []

    @property
    def text(self) -> str:
        """What was added, with one space for each run of white space."""
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        """Add text, which may be white space."""
        for piece in _SPACE.split(clean(text)):
            if piece.isspace():
                self._has_space = self._length > 0
            elif piece:
                spaced = f" {piece}" if self._has_space else piece
                self._has_space = False
                self._pieces.append(spaced)
                self._length += len(spaced)

    def place(self, name: str) -> None:
        """Mark the place that was reached."""
        at = self._length + self._has_space
        self._marks.append(Mark(at, at, name))

    def open(self, name: str) -> int:
        """Begin a mark, and say by which number it is closed."""
        self.place(name)
        return len(self._marks) - 1

    def close(self, number: int) -> bool:
        """End a mark.

        Returns:
            Whether it has text. One that has none marks a place, as a whole: the
            marks within it are taken back.
        """
        mark = self._marks[number]
        if mark.start >= self._length:
            del self._marks[number + 1 :]
            return False
        self._marks[number] = Mark(mark.start, self._length, mark.name)
        return True

    def block(self, kind: BlockKind = BlockKind.PARAGRAPH, marker: str = "") -> Block:
        """The block; of a paragraph, the text tells the kind."""
        text = self.text
        if kind is BlockKind.PARAGRAPH and text:
            kind = line_kind(text)
        marks: list[Mark] = []
        outer: list[tuple[Mark, int]] = []  # the open ones, and where they begin now
        for mark in self._marks:
            while outer and not holds(outer[-1][0], mark):
                outer.pop()
            start, end = min(mark.start, len(text)), min(mark.end, len(text))
            # A mark that begins with a space begins after it, with all that is in it.
            start += start < end and text[start] == " "
            start = max(start, outer[-1][1]) if outer else start
            marks.append(Mark(start, max(start, end), mark.name))
            outer.append((mark, start))
        is_item = kind is BlockKind.LIST_ITEM
        return Block(
            kind,
            text,
            marker=marker,
            blank_lines=0 if is_item else 1,
            marks=tuple(marks),
        )


def target_spans(block: BilingualBlock) -> tuple[str | Span, ...]:
    """The target of a block, with the marks of the source laid over it."""
    return spans(block.target, project(block))


def spans(text: str, marks: Iterable[Mark]) -> tuple[str | Span, ...]:
    """Text with marks, outer before inner, as a tree."""
    root = _Node(Mark(0, len(text) + 1, ""))
    opened = [root]
    for mark in marks:
        while not holds(opened[-1].mark, mark):
            opened.pop()
        node = _Node(mark)
        opened[-1].children.append(node)
        opened.append(node)
    return root.span(text).children


@dataclass(slots=True)
class _Node:
    mark: Mark
    children: list[_Node] = field(default_factory=list)

    def span(self, text: str) -> Span:
        parts: list[str | Span] = []
        at = self.mark.start
        for child in self.children:
            parts += [text[at : child.mark.start]] if at < child.mark.start else []
            parts.append(child.span(text))
            at = child.mark.end
        rest = text[at : self.mark.end]
        parts += [rest] if rest else []
        return Span(self.mark.name, tuple(parts))
