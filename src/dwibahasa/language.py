"""Tell whether a text looks like Indonesian."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Malay is so near to Indonesian that neither a classifier nor the model minds.
_INDONESIAN = {"id", "ms"}
_NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "jv": "Javanese",
    "nl": "Dutch",
    "pt": "Portuguese",
    "tl": "Tagalog",
    "vi": "Vietnamese",
}
_FEWEST_LETTERS = 40  # less text tells too little
_LONGEST_SAMPLE = 10_000  # characters; more does not change the answer


def language_warning(text: str) -> str:
    """A sentence for the user where a text does not look like Indonesian.

    Returns:
        The sentence, or nothing where it looks like Indonesian or is too short.
    """
    sample = text[:_LONGEST_SAMPLE]
    if sum(char.isalpha() for char in sample) < _FEWEST_LETTERS:
        return ""
    code, _ = _identifier().classify(sample)
    if code in _INDONESIAN:
        return ""
    return (
        f"this text looks like {_NAMES[code]}, not Indonesian; the translation will"
        " not be of use if it is"
    )


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([*_INDONESIAN, *_NAMES])
    return identifier
