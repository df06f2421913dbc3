"""Trees of HTML and of XML like it: their text as blocks, and its translation in place.

Text stands in runs: neighbouring text and inline elements inside one element. A run
is a block; the inline elements in it are its marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from dwibahasa.document import BilingualBlock, Block, BlockKind, Mark
from dwibahasa.formats import xml
from dwibahasa.formats.inline import MarkedText, Span, target_spans

KINDS = {
    "title": BlockKind.TITLE,
    "p": None,  # as what it is in
    "li": BlockKind.LIST_ITEM,
    "blockquote": BlockKind.QUOTE,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    **{f"h{level}": BlockKind.HEADING for level in range(1, 7)},
}
_BLOCKS = frozenset(
    KINDS
    | dict.fromkeys(
        """
        address article aside body center dd details dialog dir div dl dt fieldset
        figure footer form frameset head header hgroup hr html legend main menu nav
        noscript ol optgroup option pre script search section select style summary
        table tbody td template textarea tfoot th thead tr ul
        """.split()
    )
)
# Kept as they are; what they say is no running text.
_OPAQUE = frozenset(
    """
    applet audio base canvas embed iframe img input link math meta object param pre
    script style svg template textarea video wbr
    """.split()
)
# Kept as they are, and read with the sentence that they stand in.
_VERBATIM = frozenset("code kbd samp tt var".split())
_DEEPEST = 250  # as libxml2 allows for XML
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', ":", ";")


@dataclass(slots=True)
class Run:
    """A block of text in a tree.

    Attributes:
        block: What is translated; a mark is named after its element's place here.
        parent: The element that it stands in.
        before: The child of it that the run follows; None if the run is first.
        nodes: Its inline elements, each with the text that follows it.
        elements: The elements of its marks.
    """

    block: Block
    parent: _Element
    before: _Element | None
    nodes: list[_Element]
    elements: list[_Element] = field(default_factory=list)

    def rewrite(self, translated: BilingualBlock) -> None:
        """Put the target in the place of the source; an empty one leaves it."""
        if not translated.target:
            return
        first = _text_after(self.parent, self.before)
        last = self.nodes[-1].tail or "" if self.nodes else first
        leading = first[: len(first) - len(first.lstrip())]
        trailing = last[len(last.rstrip()) :]
        for node in self.nodes:
            self.parent.remove(node)
        at = 0 if self.before is None else self.parent.index(self.before) + 1
        text, nodes = self._built(
            target_spans(translated), {mark.name: mark for mark in self.block.marks}
        )
        self.parent[at:at] = nodes
        _set_text_after(self.parent, self.before, leading + text)
        for i, node in enumerate(nodes):
            # In the target it may stand where a reader takes it for the block's end.
            if node.tag == "br" and _ends_line(
                self.parent, self.before, nodes[:i], node
            ):
                node.tag, node.tail = "wbr", f" {node.tail or ''}"
        _append(self.parent, nodes[-1] if nodes else self.before, trailing)

    def _built(
        self, spans: Sequence[str | Span], marks: Mapping[str, Mark]
    ) -> tuple[str, list[_Element]]:
        """The text before the first element, and the elements with their tails."""
        text = ""
        nodes: list[_Element] = []
        for span in spans:
            if isinstance(span, str):
                if nodes:
                    nodes[-1].tail = (nodes[-1].tail or "") + xml.allowed(span)
                else:
                    text += xml.allowed(span)
                continue
            element = self.elements[int(span.name)]
            element.tail = None
            if not self._is_kept(marks[span.name], element):
                element[:] = []
                element.text, element[:] = self._built(span.children, marks)
            nodes.append(element)
        return text, nodes

    def _is_kept(self, mark: Mark, element: _Element) -> bool:
        """Whether an element is kept with all that is in it; no part of a word is."""
        if mark.start == mark.end:
            return True
        text = self.block.text
        is_part = any(
            0 < at < len(text) and text[at - 1 : at + 1].isalnum()
            for at in (mark.start, mark.end)
        )
        return _is_verbatim(element) and not is_part


def runs(root: _Element, kind: BlockKind = BlockKind.PARAGRAPH) -> Iterator[Run]:
    """All text of a tree that is to be translated, in order.

    A tag in a namespace is kept as it is. Nothing may be changed before the last was
    read.

    Raises:
        RecursionError: Tags are nested deeper than any document needs.
    """
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise RecursionError(f"more than {_DEEPEST} tags within each other")
    holders: set[_Element] = set()
    for element in root.iter(*_BLOCKS):
        above: _Element | None = element
        while above is not None and above not in holders:
            holders.add(above)
            above = above.getparent()
    yield from _Reader(holders).within(root, kind)


@dataclass(slots=True)
class _Reader:
    """Reads runs; `holders` are the blocks, and what has blocks in it."""

    holders: set[_Element]
    marker: str = ""

    def within(self, parent: _Element, kind: BlockKind) -> Iterator[Run]:
        before: _Element | None = None
        nodes: list[_Element] = []
        items = 0
        for child in parent:
            if child in self.holders:
                yield from self._run(parent, before, nodes, kind)
                before, nodes = child, []
                if not _is_opaque(child):
                    own = KINDS.get(str(child.tag)) or kind
                    if child.tag == "li":
                        items += 1
                        self.marker = f"{items}. " if parent.tag == "ol" else "- "
                    yield from self.within(child, own)
            elif child.tag == "br" and _ends_line(parent, before, nodes, child):
                yield from self._run(parent, before, nodes, kind)
                before, nodes = child, []
            else:
                nodes.append(child)
        yield from self._run(parent, before, nodes, kind)

    def _run(
        self,
        parent: _Element,
        before: _Element | None,
        nodes: list[_Element],
        kind: BlockKind,
    ) -> Iterator[Run]:
        text = MarkedText()
        elements: list[_Element] = []
        text.add(_text_after(parent, before))
        for node in nodes:
            _read(node, text, elements)
        if text.text:
            marker = self.marker if kind is BlockKind.LIST_ITEM else ""
            self.marker = ""
            yield Run(text.block(kind, marker), parent, before, nodes, elements)


def _read(element: _Element, text: MarkedText, elements: list[_Element]) -> None:
    """Read an inline element and the text that follows it."""
    number = len(elements)
    elements.append(element)
    if element.tag == "br":
        text.add(" ")
        text.place(str(number))
    elif not isinstance(element.tag, str) or _is_opaque(element) or _is_sign(element):
        text.place(str(number))
    else:
        opened = text.open(str(number))
        if _is_verbatim(element):
            text.add("".join(map(str, element.itertext())))
        else:
            text.add(element.text or "")
            for child in element:
                _read(child, text, elements)
        text.close(opened)
    text.add(element.tail or "")


def _is_opaque(element: _Element) -> bool:
    return (
        element.tag in _OPAQUE
        or str(element.tag).startswith("{")
        or (_is_untranslated(element) and element.tag in _BLOCKS)
    )


def _is_sign(element: _Element) -> bool:
    """Whether it is a footnote's sign or an exponent, and no part of a word."""
    text = "".join(map(str, element.itertext()))
    if element.tag == "a":
        role = element.get("role", "") + element.get(_EPUB_TYPE, "")
        return "note" in role or "link" in role or not any(map(str.isalnum, text))
    return element.tag == "sup" and not any(map(str.isalpha, text))


def _is_verbatim(element: _Element) -> bool:
    return element.tag in _VERBATIM or _is_untranslated(element)


def _is_untranslated(element: _Element) -> bool:
    return element.get("translate") == "no" or "notranslate" in element.get("class", "")


def _ends_line(
    parent: _Element, before: _Element | None, nodes: list[_Element], line: _Element
) -> bool:
    """Whether a line break ends a block: after a sentence, or with another break."""
    following = line.getnext()
    if (
        following is not None
        and following.tag == "br"
        and not (line.tail or "").strip()
    ):
        return True
    for node in reversed(nodes):
        inner = map(str, node.itertext()) if isinstance(node.tag, str) else ()
        for text in (node.tail or "", "".join(inner)):
            if text.strip():
                return text.rstrip().endswith(_SENTENCE_ENDS)
    text = _text_after(parent, before).rstrip()
    return not text or text.endswith(_SENTENCE_ENDS)


def _text_after(parent: _Element, before: _Element | None) -> str:
    text = parent.text if before is None else before.tail
    return text or ""


def _set_text_after(parent: _Element, before: _Element | None, text: str) -> None:
    if before is None:
        parent.text = text
    else:
        before.tail = text


def _append(parent: _Element, last: _Element | None, text: str) -> None:
    _set_text_after(parent, last, _text_after(parent, last) + text)
