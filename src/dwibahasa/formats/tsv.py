"""TSV: as CSV, with tabs between the cells, with or without quotation marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from dwibahasa.document import BilingualDocument, Document
from dwibahasa.formats import csv
from dwibahasa.formats.csv import Record, rewritten
from dwibahasa.formats.options import Options

__all__ = ["read_bytes", "records", "rewrite_bytes", "rewritten", "write_bytes"]


def records(file: BinaryIO, name: str, options: Options) -> Iterator[Record]:
    """Read rows one by one, so that a table of any length needs no more memory.

    Raises:
        InputError: It is not a table with those columns.
    """
    return csv.records(file, name, options, delimiters="\t")


def read_bytes(content: bytes, name: str, options: Options) -> Document:
    """Read the columns to translate, row by row.

    Raises:
        InputError: It is not a table with those columns, or has no text in them.
    """
    return csv.read_bytes(content, name, options, delimiters="\t")


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a row for each segment, under a header."""
    return csv.write_bytes(bilingual, delimiter="\t")


def rewrite_bytes(
    bilingual: BilingualDocument, original: bytes, options: Options
) -> bytes:
    """Write the same rows with a column of English added for each translated one."""
    return csv.rewrite_bytes(bilingual, original, options, delimiters="\t")
