"""CSV: tables with columns to translate, or with a row for each segment."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from dwibahasa.document import BilingualDocument, Document
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
from dwibahasa.formats.text import BYTE_ORDER_MARKS, decode

if TYPE_CHECKING:
    from _csv import Reader as _Reader

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 100
_NUMBER = re.compile(r"^\s*[-+]?\d[\d.,]*\s*$")
_Quoting = Literal[0, 3]
# Only tables with tabs are written without quotation marks.
_QUOTINGS: tuple[_Quoting, ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
# The csv module takes no cell over 131,072 characters unless it is told to.
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, all as wide as the first, and what is known of them.

    Attributes:
        rows: With the header, if there is one.
        has_header: Whether the first row names the columns.
        columns: Places of those to translate, from 0.
        delimiter: What parts the cells of a row.
        quoting: One of the csv module's constants.
        line_end: What ends a row.
    """

    rows: Sequence[Sequence[str]]
    has_header: bool
    columns: Sequence[int]
    delimiter: str
    quoting: _Quoting
    line_end: str

    @property
    def body(self) -> Sequence[Sequence[str]]:
        """The rows without the header."""
        return self.rows[1:] if self.has_header else self.rows

    def targets(self, options: Options) -> list[str]:
        """The names of the columns of English that are added."""
        names = [
            self.rows[0][column] if self.has_header else str(column + 1)
            for column in self.columns
        ]
        return list(target_fields(options, names).values())


def read_bytes(
    content: bytes, name: str, options: Options, delimiters: str = _DELIMITERS
) -> Document:
    """Read the columns to translate, row by row.

    The first row names the columns where one of its cells is a name that was chosen,
    or a usual one. Without either, the column with the most sentences is read.

    Raises:
        InputError: It is not a table with those columns, or has no text in them.
    """
    table = _table(content, name, options, delimiters)
    blocks = tuple(
        block
        for row in table.body
        for column in table.columns
        for block in blocks_of(row[column])
    )
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
    table = _table(original, bilingual.document.source, options, delimiters)
    blocks = iter(bilingual.blocks)
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream,
        delimiter=table.delimiter,
        quoting=table.quoting,
        quotechar=None if table.quoting == csv.QUOTE_NONE else '"',
        lineterminator=table.line_end,
    )
    if table.has_header:
        writer.writerow([*table.rows[0], *table.targets(options)])
    for row in table.body:
        texts = [row[column] for column in table.columns]
        added = [english(text, len(blocks_of(text)), blocks) for text in texts]
        if table.quoting == csv.QUOTE_NONE:
            # Without quotation marks a cell holds one line and no delimiter.
            added = [" ".join(cell.split()) for cell in added]
        writer.writerow([*row, *added])
    # Excel takes a file for UTF-8 only by its mark of byte order.
    has_mark = original.startswith(tuple(BYTE_ORDER_MARKS))
    return stream.getvalue().encode("utf-8-sig" if has_mark else "utf-8")


def _table(content: bytes, name: str, options: Options, delimiters: str) -> Table:
    text = decode(content, name)
    delimiter, quoting = _dialect(text, delimiters)
    rows = list(_rows(text, name, delimiter, quoting))
    if not rows:
        raise EmptyInput(name)
    has_header, columns = _columns(rows, name, options)
    line_end = "\r\n" if "\r\n" in text else "\n"
    table = Table(rows, has_header, columns, delimiter, quoting, line_end)
    for target in table.targets(options):
        if has_header and target in rows[0]:
            raise FieldTaken(name, target)
    return table


def _dialect(text: str, delimiters: str) -> tuple[str, _Quoting]:
    """The delimiter and the quoting with which the first rows are equally wide.

    csv.Sniffer is not asked: it takes letters for delimiters, and a text without a
    doubled quotation mark for one that never doubles them.
    """
    best: tuple[float, str, _Quoting] = (0.0, delimiters[0], csv.QUOTE_MINIMAL)
    for delimiter in delimiters:
        for quoting in _QUOTINGS if delimiter == "\t" else _QUOTINGS[:1]:
            reader = _reader(text, delimiter, quoting)
            # All rows of a table with tabs are looked at: where one breaks the rules
            # of quotation marks, none of them is more than a character of its cell.
            limit = None if delimiter == "\t" else _SAMPLE_ROWS
            try:
                widths = Counter(len(row) for row in islice(reader, limit) if row)
            except csv.Error:
                continue
            [(width, count)] = widths.most_common(1) or [(0, 0)]
            share = count / max(1, widths.total())
            if width > 1 and share > best[0]:
                best = (share, delimiter, quoting)
    return best[1:]


def _reader(text: str, delimiter: str, quoting: _Quoting) -> _Reader:
    stream = io.StringIO(text, newline="")
    return csv.reader(stream, delimiter=delimiter, quoting=quoting, strict=True)


def _rows(
    text: str, name: str, delimiter: str, quoting: _Quoting
) -> Iterator[list[str]]:
    """All rows, short and blank ones filled up; not the blank ones at either end."""
    reader = _reader(text, delimiter, quoting)
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
    """Whether there is a header, and the places of the columns to translate."""
    first = rows[0]
    has_header = any(field in first for field in options.fields) or _is_header(
        first, rows[1:_SAMPLE_ROWS]
    )
    if not options.fields:
        body = rows[has_header:_SAMPLE_ROWS] or rows
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
