"""SRT: SubRip subtitles, whose texts become English and whose times stay."""

from __future__ import annotations

from collections.abc import Sequence

from dwibahasa.document import BilingualDocument, Document
from dwibahasa.formats import subtitles
from dwibahasa.formats.cue_text import Syntax


def read_bytes(content: bytes, name: str) -> Document:
    """Read subtitles; a sentence that runs over several cues is in one block.

    Raises:
        InputError: They tell no times, or have no words.
    """
    return subtitles.read_bytes(content, name, _SYNTAX)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the same cues with English texts, as UTF-8; nothing else changes."""
    return subtitles.rewrite_bytes(bilingual, original, _SYNTAX)


def _text_end(lines: Sequence[str], times: int) -> int:
    """A text may have blank lines in it; it ends before the next number and times."""
    following = times + 1
    while following < len(lines) and not subtitles.TIMES.match(lines[following]):
        following += 1
    end = following
    if following < len(lines) and lines[following - 1].strip().isdecimal():
        end -= 1
    while end > times + 1 and not lines[end - 1].strip():
        end -= 1
    return max(end, times + 1)


_SYNTAX = Syntax(decode=str, encode=str, text_end=_text_end)
