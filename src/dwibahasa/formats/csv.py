"""CSV: tables with columns to translate, or with a row for each segment."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal

from dwibahasa.document import BilingualBlock, BilingualDocument, Block, Document
from dwibahasa.errors import EmptyInput, FieldNotFound, FieldTaken, MalformedInput
from dwibahasa.formats.options import Options
from dwibahasa.formats.records import (
    SEGMENT_FIELDS,
    USUAL_FIELDS,
    blocks_of,
    english,
    segment_records,
    target_fields,
    usual_field,
)
from dwibahasa.formats.text import BYTE_ORDER_MARKS, decode, decoded_lines

if TYPE_CHECKING:
    from _csv import Reader as _Reader

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 100
_NUMBER = re.compile(r"^\s*[-+]?\d[\d.,]*\s*$")
_Quoting = Literal[0, 3]
_Lines = Callable[[], Iterable[str]]
# Only tables with tabs are written without quotation marks.
_QUOTINGS: tuple[_Quoting, ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
# The csv module takes no cell over 131,072 characters unless it is told to.
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a table from its first rows.

    Attributes:
        first: The first row, as wide as all others.
        has_header: Whether it names the columns.
        columns: Places of those to translate, from 0.
        delimiter: What parts the cells of a row.
        quoting: One of the csv module's constants.
        line_end: What ends a row.
    """

    first: Sequence[str]
    has_header: bool
    columns: Sequence[int]
    delimiter: str
    quoting: _Quoting
    line_end: str

    def targets(self, options: Options) -> list[str]:
        """The names of the columns of English that are added."""
        names = [
            self.first[column] if self.has_header else str(column + 1)
            for column in self.columns
        ]
        return list(target_fields(options, names).values())

    def row(self, cells: Sequence[str]) -> bytes:
        """A row as it is written."""
        stream = io.StringIO(newline="")
        csv.writer(
            stream,
            delimiter=self.delimiter,
            quoting=self.quoting,
            quotechar=None if self.quoting == csv.QUOTE_NONE else '"',
            lineterminator=self.line_end,
        ).writerow(cells)
        return stream.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Record:
    """One row.

    Attributes:
        table: The table that it is of.
        row: Its cells.
        texts: The text of each cell to translate, and its blocks.
        mark: The mark of byte order, where the file begins with this row and one.
        is_header: Whether it names the columns; it then has no texts.
    """

    table: Table
    row: Sequence[str]
    texts: Sequence[tuple[str, tuple[Block, ...]]]
    mark: bytes
    is_header: bool

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all cells, in the order of the columns."""
        return tuple(b for _, blocks in self.texts for b in blocks)


def records(
    file: BinaryIO, name: str, options: Options, delimiters: str = _DELIMITERS
) -> Iterator[Record]:
    """Read rows one by one, so that a table of any length needs no more memory.

    Args:
        file: In UTF-8; it is read several times.
        name: What the user calls it.
        options: The columns to translate.
        delimiters: Those that may part its cells.

    Raises:
        InputError: It is not a table with those columns.
    """
    mark = file.read(len(codecs.BOM_UTF8))

    def lines() -> Iterator[str]:
        file.seek(0)
        for line in decoded_lines(file, name):
            # Rows of old tables end in a carriage return alone.
            yield from io.StringIO(line, newline="")

    has_mark = mark == codecs.BOM_UTF8
    return _records(lines, has_mark, name, options, delimiters)


def rewritten(
    record: Record, blocks: Iterator[BilingualBlock], options: Options
) -> bytes:
    """The row of a record with English for each of its texts at the end.

    Args:
        record: As `records` gave it.
        blocks: Of which those of the record are taken, in order.
        options: The names of the columns that are added.
    """
    table = record.table
    if record.is_header:
        added = table.targets(options)
    else:
        added = [english(text, len(own), blocks) for text, own in record.texts]
    if table.quoting == csv.QUOTE_NONE:
        # Without quotation marks a cell holds one line and no delimiter.
        added = [" ".join(cell.split()) for cell in added]
    return record.mark + table.row([*record.row, *added])


def read_bytes(
    content: bytes, name: str, options: Options, delimiters: str = _DELIMITERS
) -> Document:
    """Read the columns to translate, row by row.

    The first row names the columns where one of its cells is a name that was chosen,
    or a usual one. Without either, the column with the most sentences is read.

    Raises:
        InputError: It is not a table with those columns, or has no text in them.
    """
    found = _all_records(content, name, options, delimiters)
    blocks = tuple(block for record in found for block in record.blocks)
    if not blocks:
        raise EmptyInput(name)
    return Document(blocks, source=name)


def write_bytes(bilingual: BilingualDocument, delimiter: str = ",") -> bytes:
    """Write a row for each segment, under a header."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(SEGMENT_FIELDS)
    for block in bilingual.blocks:
        for record in segment_records(block):
            record["flags"] = " ".join(record["flags"])
            writer.writerow(record.values())
    return stream.getvalue().encode()


def rewrite_bytes(
    bilingual: BilingualDocument,
    original: bytes,
    options: Options,
    delimiters: str = _DELIMITERS,
) -> bytes:
    """Write the same rows with a column of English added for each translated one."""
    blocks = iter(bilingual.blocks)
    found = _all_records(original, bilingual.document.source, options, delimiters)
    return b"".join(rewritten(record, blocks, options) for record in found)


def _all_records(
    content: bytes, name: str, options: Options, delimiters: str
) -> Iterator[Record]:
    text = decode(content, name)
    has_mark = content.startswith(tuple(BYTE_ORDER_MARKS))
    return _records(
        lambda: io.StringIO(text, newline=""), has_mark, name, options, delimiters
    )


def _records(
    lines: _Lines, has_mark: bool, name: str, options: Options, delimiters: str
) -> Iterator[Record]:
    """The rows of a table whose lines can be had again and again."""
    table = _table(lines, name, options, delimiters)
    # Excel takes a file for UTF-8 only by its mark of byte order.
    mark = codecs.BOM_UTF8 if has_mark else b""
    rows = _rows(lines(), name, table.delimiter, table.quoting)
    for number, row in enumerate(rows):
        is_header = table.has_header and number == 0
        cells = [] if is_header else [row[column] for column in table.columns]
        texts = [(text, blocks_of(text)) for text in cells]
        yield Record(table, row, texts, mark, is_header)
        mark = b""


def _table(lines: _Lines, name: str, options: Options, delimiters: str) -> Table:
    delimiter, quoting = _dialect(lines, delimiters)
    sample = list(islice(_rows(lines(), name, delimiter, quoting), _SAMPLE_ROWS))
    if not sample:
        raise EmptyInput(name)
    has_header, columns = _columns(sample, name, options)
    is_dos = any(line.endswith("\r\n") for line in islice(lines(), _SAMPLE_ROWS))
    line_end = "\r\n" if is_dos else "\n"
    table = Table(sample[0], has_header, columns, delimiter, quoting, line_end)
    for target in table.targets(options):
        if has_header and target in sample[0]:
            raise FieldTaken(name, target)
    return table


def _dialect(lines: _Lines, delimiters: str) -> tuple[str, _Quoting]:
    """The delimiter and the quoting with which the first rows are equally wide.

    csv.Sniffer is not asked: it takes letters for delimiters, and a text without a
    doubled quotation mark for one that never doubles them.
    """
    best: tuple[float, str, _Quoting] = (0.0, delimiters[0], csv.QUOTE_MINIMAL)
    for delimiter in delimiters:
        for quoting in _QUOTINGS if delimiter == "\t" else _QUOTINGS[:1]:
            share = _even_share(lines, delimiter, quoting, _SAMPLE_ROWS)
            # All rows of a table with tabs are looked at: where one breaks the rules
            # of quotation marks, none of them is more than a character of its cell.
            if delimiter == "\t" and share > best[0]:
                share = _even_share(lines, delimiter, quoting, None)
            if share > best[0]:
                best = (share, delimiter, quoting)
    return best[1:]


def _even_share(
    lines: _Lines, delimiter: str, quoting: _Quoting, limit: int | None
) -> float:
    """The share of the first rows that have the commonest width; 0 if that is one."""
    reader = _reader(lines(), delimiter, quoting)
    try:
        widths = Counter(len(row) for row in islice(reader, limit) if row)
    except csv.Error:
        return 0.0
    [(width, count)] = widths.most_common(1) or [(0, 0)]
    return count / widths.total() if width > 1 else 0.0


def _reader(lines: Iterable[str], delimiter: str, quoting: _Quoting) -> _Reader:
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)


def _rows(
    lines: Iterable[str], name: str, delimiter: str, quoting: _Quoting
) -> Iterator[list[str]]:
    """All rows, short and blank ones filled up; not the blank ones at either end."""
    reader = _reader(lines, delimiter, quoting)
    width = blank = 0
    try:
        for row in reader:
            if not row:
                blank += 1
                continue
            if width:
                yield from ([""] * width for _ in range(blank))
            width, blank = width or len(row), 0
            if len(row) > width:
                reason = (
                    f"it has {len(row)} cells, the first row has {width}; put quotation"
                    f" marks around a cell with {delimiter!r} in it"
                )
                raise MalformedInput(name, reader.line_num, reason)
            yield row + [""] * (width - len(row))
    except csv.Error as error:
        raise MalformedInput(name, reader.line_num, str(error)) from error


def _columns(
    rows: Sequence[Sequence[str]], name: str, options: Options
) -> tuple[bool, list[int]]:
    """Whether there is a header, and the places of the columns to translate.

    Args:
        rows: The first ones.
        name: What the user calls the table.
        options: The columns that were chosen.
    """
    first = rows[0]
    has_header = any(field in first for field in options.fields) or _is_header(
        first, rows[1:]
    )
    if not options.fields:
        body = rows[has_header:] or rows
        sample = {
            cell: max((row[column] for row in body), key=len)
            for column, cell in enumerate(first)
        }
        usual = usual_field(sample)
        return has_header, [_fullest(body) if usual is None else first.index(usual)]
    columns = []
    for field in options.fields:
        if field in first:
            columns.append(first.index(field))
        elif field.isdecimal() and 1 <= int(field) <= len(first):
            columns.append(int(field) - 1)
        else:
            raise FieldNotFound(name, field, first)
    return has_header, columns


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns, as far as can be told.

    A row that is taken for a header is not translated, so there has to be a reason: a
    usual name; or, over a column of sentences, a single word and another column that
    has numbers in all rows but the first.
    """
    if {cell.strip().casefold() for cell in first}.intersection(USUAL_FIELDS):
        return True
    if not body:
        return False
    texts = _fullest(body)
    has_sentences = all(" " in row[texts].strip() for row in body)
    is_numbered = any(
        not _NUMBER.match(cell) and all(_NUMBER.match(row[column]) for row in body)
        for column, cell in enumerate(first)
    )
    return has_sentences and is_numbered and " " not in first[texts].strip()


def _fullest(rows: Sequence[Sequence[str]]) -> int:
    """The first of the columns that have text with spaces in most rows."""

    def sentences(column: int) -> tuple[int, int]:
        cells = [row[column].strip() for row in rows]
        words = [cell for cell in cells if any(char.isalpha() for char in cell)]
        return sum(" " in cell for cell in words), len(words)

    return max(range(len(rows[0])), key=sentences)
