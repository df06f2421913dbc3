"""The text of a cue: who says it, its tags, and its lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

from dwibahasa.document import Mark
from dwibahasa.formats.inline import MarkedText, Span, spans

# Characters on a line: what the BBC, Netflix and EBU guidelines allow at most.
_WIDEST_LINE = 42
_TAG = re.compile(r"(</?[a-zA-Z][^<>]*>|</>|<\d[\d:.]*>|\{\\[^{}]*\})")
_NAME = re.compile(r"</?([a-zA-Z]+)")
_TIME = re.compile(r"<\d")
_SPEAKER = re.compile(rf"^(?:{_TAG.pattern}|\s)*(?:[-–—‐](?!\d)|<v\b)")
_LEAD = re.compile(r"^\s*(?:[-–—‐](?!\d)\s*)?(?:[♪♫]+\s*|#+\s+)*(?:(?:\.{3}|…)\s*)?")
_DOTS = ("...", "…")
_MUSIC = re.compile(r"[♪♫]|#\s")  # "#Jakarta" is a word
_SOUND = re.compile(r"^[\[(].*[\])]$")


@dataclass(frozen=True, slots=True)
class Syntax:
    """How texts are written in a format.

    Attributes:
        decode: Makes characters of a text between tags.
        encode: The reverse.
        text_end: Tells from the lines of a file and the place of a line of times the
            line after the last one of the text.
    """

    decode: Callable[[str], str]
    encode: Callable[[str], str]
    text_end: Callable[[Sequence[str], int], int]


@dataclass(frozen=True, slots=True)
class Piece:
    """What one speaker says in a cue.

    Attributes:
        text: On one line, without tags; empty if there is no word in it.
        marks: The tags within it.
        lead: Tags, dashes, notes of music and dots before it, as they are in the file.
        trail: What stands after it.
    """

    text: str
    marks: tuple[Mark, ...]
    lead: str
    trail: str

    @property
    def voice(self) -> str:
        """Tells apart speakers and places on the screen."""
        return "".join(re.findall(r"<v[ .][^>]*>|\{\\an?\d+\}", self.lead))

    @property
    def begins_anew(self) -> bool:
        """Whether it goes on with nothing before it: it has a dash, or music."""
        return bool(_TAG.sub("", self.lead).strip(" .…\n"))

    @property
    def ends_in_dots(self) -> bool:
        """Whether it breaks off, or goes on in the next one."""
        return self.trail.startswith(_DOTS)

    @property
    def takes_up(self) -> bool:
        """Whether it goes on with what broke off before it."""
        dots = _TAG.sub("", self.lead).strip().endswith(_DOTS)
        return dots or self.text[:1].islower()

    @property
    def is_apart(self) -> bool:
        """Whether it belongs to no sentence around it: a sound or a song."""
        return bool(_SOUND.match(self.text) or _MUSIC.search(self.lead))


def pieces(lines: Iterable[str], syntax: Syntax) -> tuple[Piece, ...]:
    """Cut the text of a cue where another speaker begins.

    Returns:
        Nothing if there is no word in it at all.
    """
    grouped: list[list[str]] = []
    for line in lines:
        if line.strip():
            if not grouped or _SPEAKER.match(line):
                grouped.append([])
            grouped[-1].append(" ".join(line.split()))
    found = tuple(_piece("\n".join(group), syntax) for group in grouped)
    return found if any(piece.text for piece in found) else ()


def without_tags(line: str) -> str:
    """What a line shows, with one space for each run of white space."""
    return " ".join(_TAG.sub("", line).split())


def written(
    piece: Piece,
    target: str,
    range_: tuple[int, int],
    marks: Sequence[Mark],
    syntax: Syntax,
) -> str:
    """The lines of a piece in English.

    Args:
        piece: In Indonesian.
        target: The English text of its block.
        range_: What the piece has of it; where that is empty, Indonesian stays.
        marks: The tags of the whole block, on the English text.
        syntax: How texts are written.
    """
    start, end = range_
    if start == end:
        text, own = piece.text, list(piece.marks)
    else:
        text = target[start:end]
        own = [
            Mark(max(m.start - start, 0), min(m.end, end) - start, m.name)
            for m in marks
            if (m.start < end and m.end > start)
            or (m.start == m.end and start <= m.start <= end)
        ]
    lead = _TAG.sub("", piece.lead).strip()
    wrapped = _wrapped(text, _WIDEST_LINE - (len(lead) + 1 if lead else 0))
    return f"{piece.lead}{_tagged(spans(wrapped, own), syntax)}{piece.trail}"


def _piece(raw: str, syntax: Syntax) -> Piece:
    items = _TAG.split(raw)  # text at even places, tags at odd ones
    with_words = [
        i for i in range(0, len(items), 2) if any(c.isalnum() for c in items[i])
    ]
    if not with_words:
        return Piece("", (), raw, "")
    first, last = with_words[0], with_words[-1]
    partners = _partners(items)
    # A tag at either end is kept there, unless it goes with one between the words.
    outer = {
        i
        for i in range(len(items))
        if not first <= i <= last and not first < partners.get(i, -1) < last
    }
    lead = _LEAD.match(items[first])[0]  # type: ignore[index]
    items[first] = items[first][len(lead) :]
    trail = ""
    if all(i in outer for i in range(last + 1, len(items))):
        trail = _trail(items[last])
        items[last] = items[last][: len(items[last]) - len(trail)]
    marked = MarkedText()
    numbers: dict[int, int] = {}
    for i, item in enumerate(items):
        if i in outer:
            continue
        if i % 2 == 0:
            marked.add(syntax.decode(item))
        elif partners.get(i, -1) > i:
            if item != "<c>":  # nothing but a word, which has its time before it
                numbers[i] = marked.open(item)
        elif i in partners:
            if partners[i] in numbers:
                marked.close(numbers[partners[i]])
        elif not _TIME.match(item):  # of a word that English has elsewhere
            marked.place(item)
    block = marked.block()
    before = "".join(t for i, t in enumerate(items[:first]) if i in outer) + lead
    after = trail + "".join(t for i, t in enumerate(items) if i > last and i in outer)
    return Piece(block.text, block.marks, before, after)


def _trail(text: str) -> str:
    """Dots, notes of music and spaces at the end of a text.

    No regular expression: it would take forever for a line of nothing but notes.
    """
    body = text.rstrip("♪♫# \n")
    body += "#" * (len(text) - len(body) - len(text[len(body) :].lstrip("#")))
    for dots in _DOTS:
        body = body.removesuffix(dots)
    return text[len(body) :]


def _partners(items: Sequence[str]) -> dict[int, int]:
    """The places of tags that open and close the same, each with the other's."""
    found: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    for i in range(1, len(items), 2):
        name = _NAME.match(items[i])
        if name is None:
            continue
        if not items[i].startswith("</"):
            open_tags.append((name[1], i))
        elif open_tags and open_tags[-1][0] == name[1]:
            _, opened = open_tags.pop()
            found |= {opened: i, i: opened}
    return found


def _tagged(parts: Iterable[str | Span], syntax: Syntax) -> str:
    written = ""
    for part in parts:
        if isinstance(part, str):
            written += syntax.encode(part)
            continue
        name = _NAME.match(part.name)
        written += part.name + _tagged(part.children, syntax)
        if name and part.children:
            written += f"</{name[1]}>"
    return written


def _wrapped(text: str, width: int) -> str:
    """Text on as few lines as it needs, of about one length; no place in it moves."""
    fewest = len(_lines(text, width))
    narrow = range(max(1, len(text) // fewest), width)
    lines = next((w for n in narrow if len(w := _lines(text, n)) == fewest), None)
    words_on = [len(line.split()) for line in lines or _lines(text, width)]
    ends = set(accumulate(words_on))
    words = count(1)
    return re.sub(
        r"\s+",
        lambda space: ("\n" if next(words) in ends else " ") + space[0][1:],
        text,
    )


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
