"""EPUB 3 with the two languages beside each other."""

from __future__ import annotations

from dwibahasa.document import BilingualDocument
from dwibahasa.formats import epub_bilingual


def write_bytes(bilingual: BilingualDocument) -> bytes:
    """Write each block in a row of a table, Indonesian on the left."""
    return epub_bilingual.write(bilingual, is_facing=True)
