"""What every bilingual document tells about itself and about what is doubtful."""

from __future__ import annotations

from dwibahasa.document import BilingualDocument, Flag

REASONS = {
    Flag.EMPTY: "No translation was found for this sentence.",
    Flag.NUMBERS: "A number differs from the Indonesian.",
    Flag.LENGTH: "This is much shorter or longer than the Indonesian.",
    Flag.REPETITION: "The translation repeats itself.",
    Flag.UNTRANSLATED: "Some words were left in Indonesian.",
    Flag.OMISSION: "Words of the Indonesian have no counterpart here.",
}


def origin(bilingual: BilingualDocument) -> str:
    """Where the text came from and when, on one line."""
    document = bilingual.document
    return " · ".join(filter(None, (document.origin, document.date)))


def colophon(bilingual: BilingualDocument) -> str:
    """Who translated it, and what to do about that."""
    by = f" by the model {bilingual.model}" if bilingual.model else ""
    return (
        f"Translated{by} with dwibahasa. A machine made this translation; check it"
        " before you rely on it."
    )
