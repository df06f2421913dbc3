"""Markdown: a table with Indonesian on the left and English on the right."""

from __future__ import annotations

import re

from dwibahasa.document import BilingualDocument

# Characters that Markdown or HTML inside it would take for mark-up.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write both languages as a table with a row for each block."""
    rows = [
        f"| {_escaped(block.block.marker + block.block.text)}"
        f" | {_escaped(block.block.marker + block.target)} |"
        for block in bilingual.blocks
    ]
    return "\n".join(["| Indonesian | English |", "|---|---|", *rows, ""]).encode()


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
