"""JSON: blocks and segments with targets, scores and flags, for other programs."""

from __future__ import annotations

import json
from typing import Any

from dwibahasa.document import BilingualBlock, BilingualDocument, Translation


def block_record(block: BilingualBlock) -> dict[str, Any]:
    """One block as JSON values; scores are mean log-probabilities, at most 0."""
    return {
        "index": block.index,
        "kind": block.block.kind.value,
        "source": block.block.text,
        "target": block.target,
        "segments": [
            _segment_record(translation) for translation in block.translations
        ],
    }


def _segment_record(translation: Translation) -> dict[str, Any]:
    record = {
        "source": translation.segment.source,
        "target": translation.target,
        "start": translation.segment.start,
        "score": round(translation.score, 4),
        "flags": [flag.value for flag in translation.flags],
        "origin": translation.origin.value,
    }
    if translation.model_target:
        record["model_target"] = translation.model_target
    return record


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write one JSON object that ends in a line break."""
    document = bilingual.document
    record = {
        "title": bilingual.title,
        "source_title": document.title,
        "source": document.source,
        "date": document.date,
        "source_language": "id",
        "target_language": "en",
        "model": bilingual.model,
        "warnings": list(bilingual.warnings),
        "blocks": [block_record(block) for block in bilingual.blocks],
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()
