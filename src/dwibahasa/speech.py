"""Keep quotation marks where they belong: around what somebody said.

Models drop, double and move quotation marks, most of all where a quotation runs over
several sentences and a segment has only one of its two marks. So the marks at the edge
of speech do not go to the model: a segment is parted into what was said and who said
it, each is translated, and the marks are put back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dwibahasa.attribution import attributed

_OPENING = "“\"«‘'"
_CLOSING = "”\"»’'"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
# After the closing mark of speech: the end, or who said it, in lower case.
_AFTER_SPEECH = re.compile(r"\s*[.,]?\s*$|\s*,?\s+(?=[a-z])")
# Rarer words for "said": the model knows the frequent one best.
_SAID = re.compile(r"^(?:ujar|tutur|ucap|ungkap)(?=nya\b|\s)")
# English words that are capitals only at a sentence's start.
LOWERED = re.compile(
    r"^(?:He|She|It|They|We|The|A|An|His|Her|Their|This|That|Said|Says|According|As"
    r"|When|While|After|In|At|On|To|Which|Who|Whose|Where|And|But|Or|So|Because|For"
    r"|From|With|By|Of|If|Although|Though|Since|Until|Before|During|There|These|Those)"
    r"\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a segment that is translated by itself.

    Attributes:
        text: What the model sees, without the marks at its edges.
        opening: The mark before it.
        closing: The mark after it.
        ends_in_comma: Whether a comma stood where the model sees a full stop.
        is_continued: Whether it goes on in the middle of a sentence.
        known: Its target, where a rule knows it and no model is needed.
    """

    text: str
    opening: str = ""
    closing: str = ""
    ends_in_comma: bool = False
    is_continued: bool = False
    known: str = ""

    def restored(self, target: str) -> str:
        """The target of this part with the marks of the source."""
        if self.opening or self.closing:
            target = target.strip(_OPENING + _CLOSING + " ") or target
        if self.ends_in_comma:
            target = target.rstrip(".,") + ("" if target.endswith(("?", "!")) else ",")
        if self.is_continued:
            target = LOWERED.sub(lambda match: match[0].lower(), target)
        return self.opening + target + self.closing


def parts(source: str) -> list[Part]:
    """Part a segment into speech and who said it.

    Args:
        source: A segment, outer spaces stripped.

    Returns:
        The parts in order; the segment alone where it neither begins with a mark nor
        ends a quotation that began in an earlier segment. Marks inside are left to
        the model.
    """
    opening = source[0] if source[:1] in _PAIRS and len(source) > 1 else ""
    marks = _PAIRS[opening] if opening else "”»"
    end = next((i for i, c in enumerate(source) if i and c in marks), None)
    if end is None:
        is_apostrophe = opening in ("'", "‘")
        if not opening or is_apostrophe or opening in source[1:]:
            return [Part(source)]
        return [Part(source[1:].lstrip(), opening=opening)]
    is_closed_before_it_opens = not opening and any(c in "“«" for c in source[:end])
    after = _AFTER_SPEECH.match(source, end + 1)
    said = source[len(opening) : end].strip()
    if is_closed_before_it_opens or after is None or not _has_word(said):
        return [Part(source)]
    rest = source[after.end() :]
    tail = "" if rest else source[end + 1 :].strip()
    speech = Part(
        f"{said[:-1]}." if said.endswith(",") else said,
        opening=opening,
        closing=source[end] + tail,
        ends_in_comma=said.endswith(","),
    )
    who = Part(_SAID.sub("kata", rest), is_continued=True, known=attributed(rest))
    return [speech, who] if rest else [speech]


def _has_word(text: str) -> bool:
    return any(char.isalpha() for char in text)
