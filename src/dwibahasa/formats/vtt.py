"""VTT: WebVTT subtitles, whose texts become English and whose times stay."""

from __future__ import annotations

import html
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
    """Write the same cues with English texts, as UTF-8; nothing else changes.

    Settings of cues, voices, notes, styles and regions stay as they are.
    """
    return subtitles.rewrite_bytes(bilingual, original, _SYNTAX)


def _text_end(lines: Sequence[str], times: int) -> int:
    """A line of spaces is one of the text, as the standard has it."""
    end = times + 1
    while end < len(lines) and lines[end] and "-->" not in lines[end]:
        end += 1
    if end < len(lines) and lines[end] and not lines[end - 2].strip():
        end -= 1  # what seemed to be text is the identifier of the next cue
    while end > times + 1 and not lines[end - 1].strip():
        end -= 1
    return max(end, times + 1)


def _encoded(text: str) -> str:
    return html.escape(text, quote=False)


_SYNTAX = Syntax(decode=html.unescape, encode=_encoded, text_end=_text_end)
