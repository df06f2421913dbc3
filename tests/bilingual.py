"""Bilingual documents without a model, for tests of formats."""

from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Segment,
    Translation,
)
from dwibahasa.segment import sentences
from engine_standin import english


def translated(document, target=english):
    """The document with each sentence translated by the function."""
    return BilingualDocument(
        document,
        tuple(
            BilingualBlock(
                index,
                block,
                tuple(
                    Translation(
                        Segment(index, start, source),
                        target(source),
                        -0.25,
                        model="stand-in",
                    )
                    for start, source in sentences(block.text)
                ),
            )
            for index, block in enumerate(document.blocks)
        ),
        model="stand-in",
    )


def texts(document):
    return [block.text for block in document.blocks]
