"""A translation that changes nothing, and one that marks each word."""

import re

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Segment,
    Translation,
)
from dwibahasa.segment import sentences


def translated(document, target=lambda source: source):
    """A document with what `target` makes of each of its segments."""
    return BilingualDocument(
        document,
        tuple(
            BilingualBlock(
                index,
                block,
                tuple(
                    Translation(Segment(index, start, source), target(source), 0)
                    for start, source in sentences(block.text)
                ),
            )
            for index, block in enumerate(document.blocks)
        ),
        model="identity",
    )


def in_capitals(source):
    return re.sub(r"\w+", lambda word: word[0].upper(), source)
