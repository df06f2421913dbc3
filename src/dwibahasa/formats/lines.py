"""Plain text of any length, line by line: each line is a block and stays one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from dwibahasa.document import BilingualBlock, Block
from dwibahasa.formats.options import Options
from dwibahasa.formats.records import blocks_of
from dwibahasa.formats.text import decoded_lines


@dataclass(frozen=True, slots=True)
class Record:
    """One line.

    Attributes:
        blocks: One, or none where the line has no letter or digit.
    """

    blocks: tuple[Block, ...]


def records(
    lines: Iterable[bytes],
    name: str,
    options: Options,  # noqa: ARG001 - as `jsonl.records` has it
) -> Iterator[Record]:
    """Read lines one by one.

    Raises:
        UnknownEncoding: A line is not UTF-8.
    """
    for line in decoded_lines(lines, name):
        yield Record(blocks_of(line))


def rewritten(
    record: Record,
    blocks: Iterator[BilingualBlock],
    options: Options,  # noqa: ARG001 - as `jsonl.rewritten` has it
) -> bytes:
    """The English line of a record, whose blocks are the next of `blocks`."""
    own = islice(blocks, len(record.blocks))
    line = " ".join(block.block.marker + block.target for block in own)
    return f"{line}\n".encode()
