"""JSON Lines: an object on each line, with fields to translate; or with segments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dwibahasa.document import BilingualBlock, BilingualDocument, Block, Document
from dwibahasa.errors import EmptyInput, FieldNotFound, FieldTaken, MalformedInput
from dwibahasa.formats.options import Options
from dwibahasa.formats.records import (
    blocks_of,
    english,
    segment_records,
    target_fields,
    usual_field,
)
from dwibahasa.formats.text import decode, decoded_lines


@dataclass(frozen=True, slots=True)
class Record:
    """One line that has an object.

    Attributes:
        line: The line as it was read, outer white space stripped.
        texts: The text of each field to translate, and its blocks.
    """

    line: str
    texts: Mapping[str, tuple[str, tuple[Block, ...]]]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all fields, in the order of the fields."""
        return tuple(b for _, blocks in self.texts.values() for b in blocks)


def records(lines: Iterable[bytes], name: str, options: Options) -> Iterator[Record]:
    """Read lines one by one, so that a file of any length needs no more memory.

    Args:
        lines: Of a file in UTF-8; blank ones are passed over.
        name: What the user calls the file.
        options: The fields to translate; without any, the field that the first
            object has under a usual name.

    Raises:
        MalformedInput: A line is not a JSON object, or a field is not text.
        FieldNotFound: An object has no such field.
        FieldTaken: An object has a field of the name that is to be added.
        UnknownEncoding: A line is not UTF-8.
    """
    fields = options.fields
    for number, decoded in enumerate(decoded_lines(lines, name), 1):
        line = decoded.strip()
        if not line:
            continue
        values = _parsed(line, name, number)
        if not fields:
            usual = usual_field(values)
            if usual is None:
                raise FieldNotFound(name, "", values)
            fields = (usual,)
        for target in target_fields(options, fields).values():
            if target in values:
                raise FieldTaken(name, target)
        yield Record(line, {f: _text(values, f, name, number) for f in fields})


def rewritten(
    record: Record, blocks: Iterator[BilingualBlock], options: Options
) -> bytes:
    """The line of a record with English added at its end.

    Args:
        record: As `records` gave it.
        blocks: Of which those of the record are taken, in order.
        options: The names of the fields that are added.
    """
    names = target_fields(options, record.texts)
    added = {
        names[field]: english(value, len(own), blocks)
        for field, (value, own) in record.texts.items()
    }
    # The line itself is kept, so that no number, escape or space in it changes.
    end = json.dumps(added, ensure_ascii=False)[1:]
    return f"{record.line[:-1].rstrip()}, {end}\n".encode()


def read_bytes(content: bytes, name: str, options: Options) -> Document:
    """Read the fields to translate, one after the other.

    Raises:
        InputError: It is not JSON Lines with those fields, or has no text in them.
    """
    blocks = tuple(b for r in _all_records(content, name, options) for b in r.blocks)
    if not blocks:
        raise EmptyInput(name)
    return Document(blocks, source=name)


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write a line for each segment."""
    return b"".join(
        json.dumps(record, ensure_ascii=False).encode() + b"\n"
        for block in bilingual.blocks
        for record in segment_records(block)
    )


def rewrite_bytes(
    bilingual: BilingualDocument, original: bytes, options: Options
) -> bytes:
    """Write the same lines with a field of English added."""
    blocks = iter(bilingual.blocks)
    found = _all_records(original, bilingual.document.source, options)
    return b"".join(rewritten(record, blocks, options) for record in found)


def _all_records(content: bytes, name: str, options: Options) -> Iterator[Record]:
    # Not splitlines(): it cuts at U+2028, which JSON allows inside a text.
    lines = decode(content, name).encode().split(b"\n")
    return records(lines, name, options)


def _parsed(line: str, name: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedInput(name, number, f"it is not JSON ({error})") from error
    if not isinstance(values, dict):
        raise MalformedInput(name, number, "it is not a JSON object, as in {…}")
    return values


def _text(
    values: Mapping[str, Any], field: str, name: str, number: int
) -> tuple[str, tuple[Block, ...]]:
    if field not in values:
        raise FieldNotFound(f"line {number} of {name}", field, values)
    value = values[field]
    if value is None:
        return "", ()
    if not isinstance(value, str):
        raise MalformedInput(name, number, f"its field {field!r} is not text")
    # JSON can escape half a character, which no other text can hold.
    value = value.encode(errors="replace").decode()
    return value, blocks_of(value)
