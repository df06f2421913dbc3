"""Plain text: paragraphs parted by blank lines, in any encoding that is common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

import charset_normalizer

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
)
from dwibahasa.errors import BinaryInput, EmptyInput, UnknownEncoding

# First bytes of what people give by mistake.
_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"\x7fELF": "a program",
    b"GGUF": "a model",
}
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# Windows-1252 is only believed where letters beyond ASCII are rare, as they are in
# Indonesian; every other one-byte encoding would decode as well, into nonsense.
_MOST_FOREIGN_LETTERS = 0.05
# Invisible characters that change no word: soft hyphen, zero-width signs, the mark
# of byte order in the middle of a text.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

_MARKER = re.compile(r"^((?:[-*•‣▪–]|\d{1,3}[.)]|[a-z]\))\s+)(?=\S)")
_NOTICE = re.compile(
    r"^(?:©|\(c\)\s|copyright\b|hak cipta\b|all rights reserved"
    r"|dilarang (?:keras )?(?:mengutip|menyalin|memperbanyak)"
    r"|(?:ketika|jika|apabila|bila) (?:mengambil|mengutip|menyalin)\b.*\b"
    r"(?:tautan|sumber)\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^\(?(?:foto|gambar|photo|ilustrasi|dok\.)\b.{0,20}[:/]", re.IGNORECASE
)
# A credit such as "Zuma/Global Look Press": capitalised words on both sides of a
# slash and nothing else.
_CREDIT = re.compile(
    r"^[A-Z][\w.&'’-]*(?:\s[A-Z][\w.&'’-]*){0,4}\s?(?:/[A-Z][\w.&'’ -]*)+$"
)
_LONGEST_TITLE = 150  # characters; longer headlines are rare
_LONGEST_HEADING = 80
_WIDEST_WRAP = 100  # characters; wider lines were not wrapped by hand or by mail
_WHOLE_QUOTE = re.compile(r"^[“\"‘].*[”\"’][.,]?$")


def decode(data: bytes, name: str = "the text") -> str:
    """Decode bytes that should be text.

    Args:
        data: UTF-8 with or without a byte order mark, UTF-16 or Windows-1252.
        name: What the user calls it, for messages.

    Raises:
        BinaryInput: The bytes are a PDF, an archive, a picture or the like.
        UnknownEncoding: They are text in another encoding.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise BinaryInput(name, kind)
    encoding = next(
        (e for mark, e in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None
    )
    if encoding is None and b"\x00" in data:
        encoding = _utf_16_without_mark(data, name)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise UnknownEncoding(name, f"damaged {encoding.upper()}") from error
        text = _windows_1252(data, name)
    if len(_CONTROL.findall(text)) > len(text) / 100:
        raise BinaryInput(name, "a binary file")
    return text


def decoded_lines(lines: Iterable[bytes], name: str) -> Iterator[str]:
    """Decode lines of UTF-8 one by one, the mark of byte order taken off.

    Raises:
        UnknownEncoding: A line is not UTF-8; it is told by its number.
    """
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnknownEncoding(f"line {number} of {name}", "no UTF-8") from error


def read(text: str, *, source: str = "", title: str = "", date: str = "") -> Document:
    """Read plain text into typed blocks.

    A blank line ends a block. Lines that were wrapped at a width are joined; other
    lines without a blank line between them are blocks of their own.

    Args:
        text: Indonesian text.
        source: File name or URL it came from.
        title: Its title where the text itself has none.
        date: ISO 8601 date of publication.

    Raises:
        EmptyInput: The text has no letter or digit.
    """
    blocks = list(_blocks(clean(text)))
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise EmptyInput(source)
    typed = _with_kinds(blocks)
    if typed[0].kind is BlockKind.TITLE:
        title = typed[0].text
    return Document(tuple(typed), title=title, source=source, date=date)


def clean(text: str) -> str:
    """Text in the form that is translated: composed, without invisible characters."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def read_bytes(content: bytes, name: str) -> Document:
    """Read a file of plain text.

    Raises:
        InputError: It is no text, empty, or in an encoding that is not read.
    """
    return read(decode(content, name), source=name)


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write the English text, with the blank lines of the source."""
    return written(bilingual.blocks).encode()


def written(blocks: Iterable[BilingualBlock]) -> str:
    """The English text of blocks on lines of their own, with their blank lines."""
    return "".join(
        "\n" * block.block.blank_lines + block.block.marker + block.target + "\n"
        for block in blocks
    )


def line_kind(line: str) -> BlockKind:
    """The kind of a block as far as its own text tells."""
    if _NOTICE.match(line):
        return BlockKind.NOTICE
    if _CAPTION.match(line) or _CREDIT.match(line):
        return BlockKind.CAPTION
    return BlockKind.QUOTE if _WHOLE_QUOTE.match(line) else BlockKind.PARAGRAPH


def marker(line: str) -> str:
    """What stands before the text of a list item, such as "- "; else nothing."""
    found = _MARKER.match(line)
    return found[1] if found else ""


def is_credit(text: str) -> bool:
    """Whether a caption is only names, such as "Zuma/Global Look Press"."""
    return _CREDIT.match(text) is not None


def _utf_16_without_mark(data: bytes, name: str) -> str:
    """UTF-16 in Latin script has a zero in nearly every second byte."""
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(data) % 2 == 0 and zeros.count(0) > 0.8 * len(zeros):
            return encoding
    raise BinaryInput(name, "a binary file")


def _windows_1252(data: bytes, name: str) -> str:
    """Decode Windows-1252, or name what the bytes look like instead."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    letters = [char for char in text if char.isalpha()]
    foreign = sum(not char.isascii() for char in letters)
    if letters and foreign <= _MOST_FOREIGN_LETTERS * len(letters):
        return text
    guess = charset_normalizer.from_bytes(data).best()
    raise UnknownEncoding(name, guess.encoding if guess else "an unknown encoding")


def _blocks(text: str) -> Iterator[Block]:
    """Untyped blocks: wrapped lines joined, markers split off."""
    blank_lines = 0
    for is_blank, group in groupby(
        re.split(r"\r\n?|[\n\v\f\x85\u2028\u2029]", text),
        key=lambda line: not line.strip(),
    ):
        lines = [" ".join(line.split()) for line in group]
        if is_blank:
            blank_lines = len(lines)
            continue
        for line in _unwrapped(lines):
            marker = _MARKER.match(line)
            yield Block(
                BlockKind.LIST_ITEM if marker else BlockKind.PARAGRAPH,
                line[marker.end() :] if marker else line,
                marker=marker[1] if marker else "",
                blank_lines=blank_lines,
            )
            blank_lines = 0


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Join lines where all but the last are of nearly one width."""
    width = max(len(line) for line in lines)
    starts = [i for i, line in enumerate(lines) if i == 0 or _MARKER.match(line)]
    ends = {start - 1 for start in starts}
    is_wrapped = 40 <= width <= _WIDEST_WRAP and all(
        len(line) >= 0.75 * width for i, line in enumerate(lines[:-1]) if i not in ends
    )
    if not is_wrapped:
        yield from lines
        return
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield " ".join(lines[start:end])


def _with_kinds(blocks: list[Block]) -> list[Block]:
    """Tell title, headings, captions, quotes and notices from paragraphs."""
    typed: list[Block] = []
    for index, block in enumerate(blocks):
        kind = block.kind
        if kind is BlockKind.PARAGRAPH:
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            kind = _kind(block, following, typed[-1] if typed else None)
        typed.append(
            Block(kind, block.text, marker=block.marker, blank_lines=block.blank_lines)
        )
    return typed


def _kind(block: Block, following: Block | None, before: Block | None) -> BlockKind:
    """The kind of a block that has no marker, from its text and neighbours."""
    text = block.text
    kind = line_kind(text)
    if kind in (BlockKind.NOTICE, BlockKind.CAPTION):
        return kind
    if before and before.kind is BlockKind.CAPTION and block.blank_lines == 0:
        return BlockKind.CAPTION  # the caption under its credit
    is_open = text[-1] not in '.!?…:;,"”’' and text[0] not in '"“‘'
    if before is None:
        ends_headline = is_open or text[-1] in '?!"”’'
        if following and ends_headline and len(text) <= _LONGEST_TITLE:
            return BlockKind.TITLE
    elif (
        is_open
        and following
        and following.blank_lines
        and block.blank_lines
        and len(text) <= _LONGEST_HEADING < len(following.text)
    ):
        return BlockKind.HEADING
    return kind
