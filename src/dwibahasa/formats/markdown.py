"""Markdown: read by markdown-it, and rewritten with all but its text as it was.

CommonMark with tables, strikethrough, footnotes and front matter. A block is what
markdown-it calls inline content; it is replaced at its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
)
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import text as plain_text
from dwibahasa.formats.inline import MarkedText, Span, target_spans

_SPECIAL = re.compile(
    r"[\\`*_\[\]~]|&(?=#?\w+;)|<(?=[A-Za-z/!?])|(?:(?<=^)|(?<=\s))#|\^(?=\[)"
)
_LINE_START = re.compile(
    r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=>#](?:\s|$))|(?=[>=]|-{2}))"
)
_HEADING_START = re.compile(r"#{1,6}[ \t]+")
_TAG = re.compile(r"<([A-Za-z][\w-]*)\b[^>]*(?<!/)>")
_IN_HTML = {"**": "strong", "*": "em", "~~": "del"}
_FOOTNOTE = re.compile(r"\[\^([^\]]+)\]")
_HARD_BREAK = "\\\n"
# At the end they may follow signs that are escaped, which stay.
_EDGE_BREAKS = re.compile(r"\A(?:\s*\\\n)+|(?<!\\)((?:\\\\)*)(?:\s*\\\n)+\s*\Z")


def read_bytes(content: bytes, name: str) -> Document:
    """Read all text but code, HTML blocks and front matter.

    Raises:
        InputError: It has no text, or is in an encoding that is not read.
    """
    blocks = tuple(passage.block for passage in _File(content, name).passages())
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(name)
    title = next((b.text for b in blocks if b.kind is BlockKind.TITLE), "")
    return Document(blocks, title=title, source=name)


def rewrite_bytes(bilingual: BilingualDocument, original: bytes) -> bytes:
    """Write the file with its mark-up, in UTF-8."""
    file = _File(original, bilingual.document.source)
    written, at = "", 0
    for passage, block in zip(file.passages(), bilingual.blocks, strict=True):
        written += file.source[at : passage.start] + passage.rewritten(block)
        at = passage.end
    written += file.source[at:]
    newline = "\r\n" if b"\r\n" in original else "\n"
    return written.replace("\n", newline).encode()


def _parser() -> MarkdownIt:
    # The preset drops without a word what is nested more than 20 deep.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(
        ["table", "strikethrough"]
    )
    parser.use(front_matter_plugin).use(footnote_plugin, inline=False)
    # It would move footnotes to the end, and drop those that nothing refers to.
    parser.core.ruler.disable("footnote_tail")
    return parser


class _File:
    """A file, with line ends as markdown-it has them."""

    def __init__(self, content: bytes, name: str) -> None:
        decoded = plain_text.decode(content, name)
        self.source = re.sub(r"\r\n?", "\n", decoded).replace("\0", "\ufffd")
        self._lines = self.source.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def passages(self) -> Iterator[_Passage]:
        """All inline content that has text, in order."""
        around: list[Token] = []
        marker = ""
        has_title = False
        cursor = 0
        row = 0
        for token in _parser().parse(self.source):
            if token.type == "tr_open" and token.map:
                row, cursor = token.map[0], 0
            if token.type == "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "- "
            if token.nesting:
                if token.nesting > 0:
                    around.append(token)
                else:
                    around.pop()
                continue
            if token.type != "inline":
                continue
            is_cell = around[-1].type in ("th_open", "td_open")
            if is_cell:
                start, end = self._cell(row, cursor, token.content)
                cursor = end - self._starts[row]
            else:
                start, end = self._range(token, around[-1])
            kind = _kind(around)
            if kind is BlockKind.HEADING and around[-1].tag == "h1" and not has_title:
                kind, has_title = BlockKind.TITLE, True
            reader = _Reader()
            reader.read(token.children or [])
            if reader.text.text:
                own = marker if kind is BlockKind.LIST_ITEM else ""
                block = reader.text.block(kind, own)
                prefix = self.source[self._line_start(start) : start]
                yield _Passage(block, reader.parts, start, end, prefix, is_cell)
                marker = ""

    def _range(self, token: Token, around: Token) -> tuple[int, int]:
        """Where a paragraph or heading stands, without what its lines begin with."""
        lines = token.content.split("\n")
        first = (token.map or [0])[0]
        last = first + len(lines) - 1
        line = self._lines[first]
        if around.type == "heading_open" and around.markup.startswith("#"):
            mark = _HEADING_START.search(line)
            column = line.find(token.content, mark.end() if mark else 0)
            start = self._starts[first] + max(column, 0)
            return start, start + len(token.content)
        start = self._starts[first] + len(line.rstrip()) - len(lines[0].strip())
        return start, self._starts[last] + len(self._lines[last].rstrip())

    def _cell(self, row: int, cursor: int, content: str) -> tuple[int, int]:
        """Where a cell stands in its row, in which a bar is escaped."""
        line = self._lines[row]
        escaped = content.replace("|", "\\|")
        column = line.find(escaped, cursor)
        start = self._starts[row] + max(column, cursor)
        return start, start + (len(escaped) if column >= 0 else 0)

    def _line_start(self, at: int) -> int:
        return self.source.rfind("\n", 0, at) + 1


def _kind(around: Sequence[Token]) -> BlockKind:
    types = {token.type for token in around}
    if around[-1].type == "heading_open":
        return BlockKind.HEADING
    if "list_item_open" in types:
        return BlockKind.LIST_ITEM
    return BlockKind.QUOTE if "blockquote_open" in types else BlockKind.PARAGRAPH


@dataclass(frozen=True, slots=True)
class _Part:
    """What a mark stands for.

    Attributes:
        opening: Before its text; all of it for what is kept as it is.
        closing: After its text.
        is_kept: Whether it is kept as it is, whatever its text has become.
    """

    opening: str
    closing: str = ""
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class _Passage:
    """Inline content at its place in the file."""

    block: Block
    parts: Sequence[_Part]
    start: int
    end: int
    prefix: str
    is_cell: bool

    def rewritten(self, translated: BilingualBlock) -> str:
        """The target with its mark-up; in HTML where asterisks would not part it."""
        spans = target_spans(translated)
        found = _marked_up(spans, self.parts, in_html=False)
        if _text(found) != translated.target:
            found = _marked_up(spans, self.parts, in_html=True)
        # At an edge a break would be read as the sign that it is written with.
        found = _EDGE_BREAKS.sub(r"\1", found).replace(f" {_HARD_BREAK}", _HARD_BREAK)
        first, *others = found.split("\n")
        indent = re.sub(r"[^\s>]", " ", self.prefix)
        lines = [_LINE_START.sub(_escaped_start, first)]
        lines += [indent + _LINE_START.sub(_escaped_start, x.lstrip()) for x in others]
        joined = "\n".join(lines)
        return re.sub(r"(?<!\\)\|", r"\\|", joined) if self.is_cell else joined


def _marked_up(
    spans: Sequence[str | Span], parts: Sequence[_Part], *, in_html: bool
) -> str:
    found = ""
    for span in spans:
        if isinstance(span, str):
            found += _SPECIAL.sub(r"\\\g<0>", plain_text.clean(span))
            continue
        part = parts[int(span.name)]
        if part.is_kept:
            found += part.opening
            continue
        inner = _marked_up(span.children, parts, in_html=in_html)
        tag = _IN_HTML.get(part.opening)
        if in_html and tag:
            found += f"<{tag}>{inner}</{tag}>"
        elif inner or part.opening.startswith("["):
            found += part.opening + inner + part.closing
    return found


def _text(markdown: str) -> str:
    """What a reader sees of inline content."""
    reader = _Reader()
    labels = _FOOTNOTE.findall(markdown)
    known = {"footnotes": {"refs": {f":{label}": -1 for label in labels}}}
    for token in _parser().parseInline(markdown, known):
        reader.read(token.children or [])
    return reader.text.text


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[0]}\\"


@dataclass(slots=True)
class _Reader:
    """Reads inline tokens.

    Attributes:
        text: Their text and marks.
        parts: What each mark stands for, by its number.
    """

    text: MarkedText = field(default_factory=MarkedText)
    parts: list[_Part] = field(default_factory=list)

    def read(self, tokens: Sequence[Token]) -> str:
        """Read neighbours, and say what stands in them that is no text."""
        places = ""
        i = 0
        while i < len(tokens):
            token = tokens[i]
            end = _end(tokens, i)
            if end is not None:
                opening, closing = _pair(token, tokens[end])
                places += self._hold(opening, closing, tokens[i + 1 : end])
                i = end
            elif token.type == "code_inline":
                self._keep(_code(token), token.content)
            elif token.type == "softbreak":
                self.text.add(" ")
            elif token.type == "hardbreak":
                self.text.add(" ")
                places += self._keep(_HARD_BREAK)
            elif token.type in ("text", "text_special"):
                self.text.add(token.content)
            else:
                is_break = token.content.lower().startswith("<br")
                self.text.add(" " if is_break else "")
                places += self._keep(_source(token))
            i += 1
        return places

    def _keep(self, source: str, text: str = "") -> str:
        number = self.text.open(str(len(self.parts)))
        self.parts.append(_Part(source, is_kept=True))
        self.text.add(text)
        self.text.close(number)
        return source

    def _hold(self, opening: str, closing: str, inner: Sequence[Token]) -> str:
        """Read what is in a pair; as a place if that has no text."""
        number = len(self.parts)
        self.parts.append(_Part(opening, closing))
        opened = self.text.open(str(number))
        if opening.startswith("<") and not closing:  # an address, which is its text
            self.parts[number] = _Part(opening, is_kept=True)
        places = self.read(inner)
        if not self.text.close(opened):
            self.parts[number] = _Part(opening + places + closing, is_kept=True)
        return opening + places + closing


def _end(tokens: Sequence[Token], start: int) -> int | None:
    """Where a pair ends that begins here: a nested token's, or an HTML tag's."""
    token = tokens[start]
    if token.nesting > 0:
        depth = 0
        for i in range(start, len(tokens)):
            depth += tokens[i].nesting
            if depth == 0:
                return i
    if token.type == "html_inline" and (tag := _TAG.fullmatch(token.content)):
        for i in range(start + 1, len(tokens)):
            other = tokens[i]
            if other.level < token.level:
                return None
            if other.level == token.level and other.content == f"</{tag[1]}>":
                return i
    return None


def _pair(token: Token, end: Token) -> tuple[str, str]:
    """What is written before and after the text of a pair."""
    if token.type == "html_inline":
        return token.content, end.content
    if token.type != "link_open":
        # Underscores mark nothing within a word.
        markup = token.markup.replace("_", "*")
        return markup, markup
    if token.markup == "autolink":
        return f"<{str(token.attrGet('href')).removeprefix('mailto:')}>", ""
    return "[", f"]({_destination(token, 'href')})"


def _destination(token: Token, attribute: str) -> str:
    address = str(token.attrGet(attribute) or "")
    if re.search(r"[\s()<>]", address) or not address:
        address = f"<{address}>"
    title = str(token.attrGet("title") or "").replace('"', '\\"')
    return f'{address} "{title}"' if title else address


def _source(token: Token) -> str:
    """A token that has no text of its own."""
    if token.type == "image":
        label = _SPECIAL.sub(r"\\\g<0>", token.content)
        return f"![{label}]({_destination(token, 'src')})"
    if token.type == "footnote_ref":
        return f"[^{token.meta['label']}]"
    return token.content


def _code(token: Token) -> str:
    pad = " " if token.content.startswith("`") or token.content.endswith("`") else ""
    return f"{token.markup}{pad}{token.content}{pad}{token.markup}"
