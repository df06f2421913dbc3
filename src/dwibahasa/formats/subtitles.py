"""What SubRip and WebVTT have in common: cues, and sentences that run over them.

The libraries that read subtitles drop the settings of cues, notes or styles when they
write them. Here the lines of the file are kept, and only those of texts are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
    Mark,
)
from dwibahasa.errors import EmptyInput, MalformedInput
from dwibahasa.formats.cue_text import Piece, Syntax, pieces, without_tags, written
from dwibahasa.formats.text import BYTE_ORDER_MARKS, decode
from dwibahasa.markup import project
from dwibahasa.segment import sentences

TIMES = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->"
    r"\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(?!\S)"
)
_BAD_TIMES = re.compile(r"^\s*\d[^\n]*-->")
_EXAMPLE = "it should be as in 00:00:01,000 --> 00:00:04,500"
_LINE_END = re.compile(r"\r\n|\r|\n")
# A sentence is not looked for across a silence of so many seconds, nor in so many
# characters: texts without full stops would be one sentence from end to end.
_LONGEST_GAP_S = 3.0
_LONGEST_BLOCK = 400
# Where a text is best parted, and after which words it is not, within so many
# characters of the place that is in proportion.
_NEAR = 6
_STOPS = (",", ";", ":", ".", "!", "?", "…", "—")
_LEADING_WORDS = frozenset(
    "a an and as at but by for from in of on or our that the their to with your".split()
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A text and when it is shown.

    Attributes:
        first: The first line of its text in the file, from 0.
        end: The line after the last one.
        start_s: When it is shown, in seconds.
        end_s: When it goes.
        pieces: What is said in it, by one speaker each; none where there is no word.
        is_rolling: Whether what the cue before said is shown above that once more, as
            machines write subtitles.
    """

    first: int
    end: int
    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]
    is_rolling: bool


@dataclass(frozen=True, slots=True)
class Subtitles:
    """The lines of a file, what ends them, and its cues in the order of the file."""

    lines: Sequence[str]
    line_end: str
    cues: Sequence[Cue]

    @property
    def groups(self) -> list[list[Piece]]:
        """The pieces of each block: sentences that run over cues are in one."""
        found: list[list[Piece]] = []
        end_s = 0.0
        for cue in self.cues:
            spoken = [piece for piece in cue.pieces if piece.text]
            for place, piece in enumerate(spoken):
                is_later = place > 0 or cue.start_s - end_s > _LONGEST_GAP_S
                if found and not is_later and _goes_on(found[-1], piece):
                    found[-1].append(piece)
                else:
                    found.append([piece])
            if cue.pieces or cue.is_rolling:
                end_s = cue.end_s
        return found


def read_bytes(content: bytes, name: str, syntax: Syntax) -> Document:
    """Read subtitles; a sentence that runs over several cues is in one block.

    Raises:
        InputError: They tell no times, or have no words.
    """
    blocks = _blocks(_subtitles(content, name, syntax))
    if not blocks:
        raise EmptyInput(name)
    return Document(blocks, source=name)


def rewrite_bytes(
    bilingual: BilingualDocument, original: bytes, syntax: Syntax
) -> bytes:
    """Write the same cues with English texts, as UTF-8; nothing else changes."""
    subtitles = _subtitles(original, bilingual.document.source, syntax)
    lines = _rewritten(subtitles, bilingual.blocks, syntax)
    has_mark = original.startswith(tuple(BYTE_ORDER_MARKS))
    return subtitles.line_end.join(lines).encode("utf-8-sig" if has_mark else "utf-8")


def _subtitles(content: bytes, name: str, syntax: Syntax) -> Subtitles:
    text = decode(content, name)
    lines = _LINE_END.split(text)
    cues = []
    said: list[str] = []
    for number, line in enumerate(lines):
        times = TIMES.match(line)
        if times:
            values = [int(value or 0) for value in times.groups()]
            end = syntax.text_end(lines, number)
            own = [line for line in lines[number + 1 : end] if line.strip()]
            bare = [without_tags(line) for line in own]
            is_rolling = bool(said) and bare[: len(said)] == said
            if is_rolling:
                own = own[len(said) :]
            said = bare[len(said) :] or said if is_rolling else bare
            start_s, end_s = _seconds(values[:4]), _seconds(values[4:])
            parted = pieces(own, syntax)
            cues.append(Cue(number + 1, end, start_s, end_s, parted, is_rolling))
        elif _BAD_TIMES.match(line):
            reason = f"{line.strip()!r} tells no times"
            raise MalformedInput(name, number + 1, f"{reason}; {_EXAMPLE}")
    if not cues:
        raise MalformedInput(name, 1, f"no line tells when a text is shown; {_EXAMPLE}")
    line_end = _LINE_END.search(text)
    return Subtitles(lines, line_end[0] if line_end else "\n", cues)


def _blocks(subtitles: Subtitles) -> tuple[Block, ...]:
    """The blocks to translate."""
    found = []
    for group in subtitles.groups:
        marks: list[Mark] = []
        for piece, (start, _) in zip(group, _ranges(group), strict=True):
            marks += [
                replace(mark, start=mark.start + start, end=mark.end + start)
                for mark in piece.marks
            ]
        text = " ".join(piece.text for piece in group)
        found.append(Block(BlockKind.PARAGRAPH, text, marks=tuple(marks)))
    return tuple(found)


def _rewritten(
    subtitles: Subtitles, bilingual: Sequence[BilingualBlock], syntax: Syntax
) -> list[str]:
    """The lines of the file with English texts."""
    texts = iter(
        [
            written(piece, block.target, range_, marks, syntax)
            for group, block in zip(subtitles.groups, bilingual, strict=True)
            for marks in [_projected(block)]
            for piece, range_ in zip(group, _shares(group, block), strict=True)
        ]
    )
    lines: list[str] = []
    said: list[str] = []
    at = 0
    for cue in subtitles.cues:
        own = [next(texts) if piece.text else piece.lead for piece in cue.pieces]
        if own or (cue.is_rolling and said):
            lines += subtitles.lines[at : cue.first]
            shown = [*said, *own] if cue.is_rolling else own
            lines += "\n".join(shown).split("\n")
            at = cue.end
        said = own or said if cue.is_rolling else own
    return [*lines, *subtitles.lines[at:]]


def _projected(block: BilingualBlock) -> list[Mark]:
    """The tags on the target, without pairs that found no word to be around."""
    pairs = {mark.name for mark in block.block.marks if mark.start < mark.end}
    return [m for m in project(block) if m.start < m.end or m.name not in pairs]


def _seconds(values: Sequence[int]) -> float:
    hours, minutes, seconds, milliseconds = values
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _goes_on(group: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece belongs to the sentence that the pieces before it leave open."""
    if piece.begins_anew or piece.is_apart or group[-1].is_apart:
        return False
    if piece.voice != group[-1].voice:
        return False
    if group[-1].ends_in_dots and not piece.takes_up:
        return False
    before = " ".join(p.text for p in group)
    if len(before) > _LONGEST_BLOCK:
        return False
    return all(
        start != len(before) + 1 for start, _ in sentences(f"{before} {piece.text}")
    )


def _ranges(group: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Where each piece is in the text of its block."""
    at = 0
    for piece in group:
        yield at, at + len(piece.text)
        at += len(piece.text) + 1


def _shares(group: Sequence[Piece], block: BilingualBlock) -> list[tuple[int, int]]:
    """Ranges of the target, one for each piece, that end between words.

    Sentences stay with the pieces that they came from; one that runs over several is
    parted in proportion. With fewer words than pieces some words are shown twice.
    """
    words = [match.span() for match in re.finditer(r"\S+", block.target)]
    if not words:
        return [(0, 0)] * len(group)
    firsts = [0]
    for _, end in list(_ranges(group))[:-1]:
        wanted = _place_in_target(end, block)
        firsts.append(_nearest(wanted, words, block.target, firsts[-1]))
    # Every piece gets a word of its own while there are enough.
    for index in range(1, len(firsts)):
        firsts[index] = max(firsts[index], firsts[index - 1] + 1)
    for index, first in enumerate(firsts):
        firsts[index] = max(0, min(first, len(words) - len(firsts) + index))
    ends = [
        max(first + 1, end)
        for first, end in zip(firsts, [*firsts[1:], len(words)], strict=True)
    ]
    return [
        (words[first][0], words[end - 1][1])
        for first, end in zip(firsts, ends, strict=True)
    ]


def _place_in_target(end: int, block: BilingualBlock) -> tuple[float, int, int]:
    """Where a place of the source falls in the target, and the range it may be in."""
    at = 0
    for translation in block.translations:
        segment, length = translation.segment, len(translation.target)
        segment_end = segment.start + len(segment.source)
        if end <= segment_end:
            share = max(0, end - segment.start) / len(segment.source)
            return at + share * length, at, at + length
        at += length + 1 if length else 0
    return float(at), at, at


def _nearest(
    wanted: tuple[float, int, int],
    words: Sequence[tuple[int, int]],
    target: str,
    least: int,
) -> int:
    """The word that begins nearest to a place.

    Best after punctuation, and not after a word that leads to the next one.
    """
    place, low, high = wanted

    def distance(index: int) -> float:
        before = words[index - 1][1] if index else 0
        last = target[slice(*words[index - 1])] if index else ""
        cost = abs((before + words[index][0]) / 2 - place)
        if last.endswith(_STOPS):
            return cost - _NEAR
        return cost + _NEAR if last.lower() in _LEADING_WORDS else cost

    inside = [
        i
        for i, (start, _) in enumerate(words)
        if low <= start <= high + 1 and i >= least
    ]
    return min(inside, key=distance, default=len(words) - 1)
