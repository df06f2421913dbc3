"""Cut blocks into segments for translation, and over-long segments at clauses.

Sentence ends are found by sentencex. What Indonesian news needs on top is here:
abbreviations and titles, numbered items, speech that goes on after a closing quote,
and quotations of several sentences, which sentencex leaves in one piece.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import sentencex

from dwibahasa.document import Document, Segment

# Abbreviations that stand before a name or a number, so that their full stop never
# ends a sentence: titles, ranks, addresses, "nomor", "halaman", "atas nama". Those
# that are words too ("hal.", "kota.") are left out: a sentence often ends in them.
_NEVER_FINAL = frozenset(
    """
    a.n akbp alm almh bpk brigjen bripda bripka cq cv d.a dr dra drg drs gg hj hlm
    ir irjen iptu ipda jend jl jln k.h kab kapt kec kel kep kh kol kombes kompol
    komjen laksda laksma letda letjen letkol lettu mayjen mgr moh mr mrs ms muh no
    ny pdt pkl prof prop prov pt r.a rp s/d sdr sdri sersan serma sertu st telp tgl
    tn u.b u.p vol vs
    """.split()
)
_STRAIGHT = "\"'"
_OPENING = "\"'“‘«(["
_CLOSING = "\"'”’»)]"
_SENTENCE_END = re.compile(
    rf"(?<=[.!?…])[{re.escape(_CLOSING)}]*\s+(?=[{re.escape(_OPENING)}]*[A-Z0-9])"
)
_NEAR = 100  # characters; more than any word and the marks beside it
_LAST_WORD = re.compile(r"([\w./'-]+)\.$")
_ITEM_NUMBER = re.compile(r"^[(]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]$")
# Where a long sentence may be cut, best first: the clause that follows is readable
# by itself.
_CLAUSE_ENDS = (
    re.compile(r"(?<=[;:])\s+"),
    re.compile(r"\s+(?=[–—-]\s)"),
    re.compile(
        r"(?<=,)\s+(?=(?:dan|serta|tetapi|tapi|namun|sedangkan|sementara|karena"
        r"|sehingga|agar|ketika|saat|jika|apabila|meski|meskipun|walaupun|yang"
        r"|kata|ujar|padahal|sebab|lalu|kemudian|atau)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"\s+(?=(?:dan|atau|tetapi|karena|sehingga|yang|untuk)\b)"),
    re.compile(r"\s+"),
)


def segments(document: Document) -> list[Segment]:
    """Cut a document into segments.

    Returns:
        All segments in reading order. Those of one block, joined by the white space
        between them, give the block's text; no segment is blank.
    """
    return [
        Segment(block=index, start=start, source=source)
        for index, block in enumerate(document.blocks)
        for start, source in sentences(block.text)
    ]


def sentences(text: str) -> list[tuple[int, str]]:
    """Cut a text into sentences.

    Returns:
        For each sentence its start in `text`, in characters, and the sentence with
        its outer spaces stripped; nothing for a blank text.
    """
    ends = sorted(set(_candidate_ends(text)))
    found: list[tuple[int, str]] = []
    start = counted = 0
    quotes: Counter[str] = Counter()  # of the text from `start` to `counted`
    for end in ends:
        for mark in _STRAIGHT:
            quotes[mark] += text.count(mark, counted, end)
        counted = end
        if end < len(text) and not _ends_sentence(text, start, end, quotes):
            continue
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            found.append((start + piece.index(stripped), stripped))
        start = end
        quotes.clear()
    return found


def clauses(
    source: str, max_subwords: int, count_subwords: Callable[[str], int]
) -> list[str]:
    """Split a segment that is too long for a model, at clause boundaries.

    Args:
        source: One segment.
        max_subwords: The most subwords that a part may have.
        count_subwords: Counts the subwords of a text.

    Returns:
        The parts in order, outer spaces stripped; the segment itself if it fits.
        Only a single word that is longer than the bound is cut inside.
    """
    if count_subwords(source) <= max_subwords or len(source) < 2:
        return [source]
    cut = _best_cut(source)
    parts = (source[:cut].strip(), source[cut:].strip())
    return [
        piece
        for part in parts
        if part
        for piece in clauses(part, max_subwords, count_subwords)
    ]


def _candidate_ends(text: str) -> Iterator[int]:
    """Every place where a sentence may end, in characters from the start."""
    end = 0
    for piece in sentencex.segment("id", text):
        end += len(piece)
        yield end
    for match in _SENTENCE_END.finditer(text):
        yield match.end()
    yield len(text)


def _ends_sentence(text: str, start: int, end: int, quotes: Counter[str]) -> bool:
    """Whether the sentence from `start` ends at `end`, which is inside the text.

    Args:
        text: All of it; only what is near the end is looked at, so that the time for
            a text grows as its length does.
        start: Where the sentence begins.
        end: Where it may end.
        quotes: How many straight quotation marks there are between the two.
    """
    piece = text[max(start, end - _NEAR) : end].rstrip()
    rest = text[end : end + _NEAR].lstrip()
    if not piece or not rest:
        return not rest
    if rest[0] in "”’»)]" or (rest[0] in _STRAIGHT and quotes[rest[0]] % 2):
        return False  # the quotation closes after the stop
    following = rest.lstrip(_OPENING)
    if following[:1].islower():
        return False  # "…?" tanya Budi; dll. dan
    if end - start <= _NEAR and _ITEM_NUMBER.match(piece):
        return False
    if word := _LAST_WORD.search(piece):
        name = word[1].lstrip(_OPENING)
        is_initial = len(name) == 1 and name.isupper()
        is_initials = (
            re.fullmatch(r"(?:[A-Z]\.)+[A-Z]", name) and following[:1].isalpha()
        )
        if is_initial or is_initials or name.lower() in _NEVER_FINAL:
            return False
    return True


def _best_cut(source: str) -> int:
    """The clause end nearest to the middle, never in the outer sixths if avoidable."""
    middle = len(source) / 2
    for boundary in _CLAUSE_ENDS:
        cuts = [match.end() for match in boundary.finditer(source)]
        inner = [c for c in cuts if len(source) / 6 <= c <= len(source) * 5 / 6]
        if inner:
            return min(inner, key=lambda c: abs(c - middle))
    return int(middle)
