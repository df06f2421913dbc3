"""Records with some texts to translate, and segments as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from dwibahasa.document import BilingualBlock, Block
from dwibahasa.errors import EmptyInput
from dwibahasa.formats import text
from dwibahasa.formats.options import Options

# Names under which Indonesian text is looked for, best first.
USUAL_FIELDS = ("id", "indonesian", "text", "source")
SEGMENT_FIELDS = (
    "block",
    "segment",
    "kind",
    "source",
    "target",
    "score",
    "flags",
    "origin",
    "model",
)


def usual_field(sample: Mapping[str, Any]) -> str | None:
    """The field that holds Indonesian text by its name.

    Args:
        sample: Names, each with a value. An `id` without a space in its value is text
            only where no other field has sentences: most often it is a key.
    """
    named = {name.strip().casefold(): name for name in sample}
    texts = [
        named[name]
        for name in USUAL_FIELDS
        if name in named and isinstance(sample[named[name]], str)
    ]
    key = named.get("id")
    for name in texts:
        if _is_sentence(sample[name]):
            return name
    for name in texts:
        if name != key:
            return name
    return None if any(map(_is_sentence, sample.values())) else next(iter(texts), None)


def _is_sentence(value: object) -> bool:
    return (
        isinstance(value, str)
        and " " in value.strip()
        and any(char.isalpha() for char in value)
    )


def target_fields(options: Options, fields: Iterable[str]) -> dict[str, str]:
    """The field of English that is added for each field of Indonesian."""
    fields = list(fields)
    if len(fields) == 1:
        return {fields[0]: options.target_field}
    return {field: f"{field}_{options.target_field}" for field in fields}


def blocks_of(value: str) -> tuple[Block, ...]:
    """The blocks of a text; none where there is no letter or digit."""
    try:
        return text.read(value).blocks
    except EmptyInput:
        return ()


def english(value: str, count: int, blocks: Iterator[BilingualBlock]) -> str:
    """The English of a text, of which so many blocks are taken.

    A text without any is returned as it is.
    """
    return text.written(islice(blocks, count)).strip("\n") if count else value


def segment_records(block: BilingualBlock) -> Iterator[dict[str, Any]]:
    """A record for each segment of a block, by SEGMENT_FIELDS.

    Scores are mean log-probabilities, at most 0; places are counted from 0.
    """
    for number, translation in enumerate(block.translations):
        yield {
            "block": block.index,
            "segment": number,
            "kind": block.block.kind.value,
            "source": translation.segment.source,
            "target": translation.target,
            "score": round(translation.score, 4),
            "flags": [flag.value for flag in translation.flags],
            "origin": translation.origin.value,
            "model": translation.model,
        }
