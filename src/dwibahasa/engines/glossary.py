"""English glosses of rarer source words, for models that were trained to read them.

A small model has seen few sentences, but a lexicon knows the words of all bitext: a
source is put to the model as "Ia menyiratkan ~ implied ~ suggested hal itu.", and the
model takes a gloss or leaves it. Lexicons in neural translation: Arthur et al. 2016.
"""

from __future__ import annotations

import re
from pathlib import Path

GLOSSES = "glosses.tsv"
MARK = "~"
_MOST_GLOSSES = 2
# The second gloss stands for a share of the first one's counts at least.
_LEAST_SHARE = 0.4
# Counts below are chance as often as not.
_LEAST_COUNT = 2
_STEM = 4  # letters
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CLITIC = re.compile(r"(?<=\w{3})(?:nya|lah|kah|pun|ku|mu)$")


class Glossary:
    """Glosses of words, from lines of `word TAB gloss TAB count TAB gloss TAB ...`."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            OSError: It cannot be read.
            ValueError: It is not of that form.
        """
        self._glosses: dict[str, list[tuple[str, int]]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            word, *rest = line.split("\t")
            counts = map(int, rest[1::2])
            self._glosses[word] = list(zip(rest[::2], counts, strict=True))

    def annotate(self, source: str, target: str | None = None) -> str:
        """Put its glosses after each word that has any.

        Args:
            source: An Indonesian segment.
            target: In training, its translation: what this very pair added to the
                counts is taken off, for no unseen sentence has had that help.
        """
        own = {word.lower() for word in _WORD.findall(target)} if target else set()

        def with_glosses(match: re.Match[str]) -> str:
            if len(match[0]) > 1 and match[0].isupper():
                return match[0]  # an acronym: "AS" is no word
            glosses = self._of_word(match[0].lower(), own)
            return " ".join([match[0], *(f"{MARK} {gloss}" for gloss in glosses)])

        return _WORD.sub(with_glosses, source.replace(MARK, " "))

    def _of_word(self, word: str, own: set[str]) -> list[str]:
        found = self._glosses.get(word)
        if found is None:
            found = self._glosses.get(_CLITIC.sub("", word).partition("-")[0], [])
        counts = [(count - (gloss.lower() in own), gloss) for gloss, count in found]
        counts.sort(key=lambda pair: -pair[0])
        given: list[str] = []
        for count, gloss in counts:
            if count < max(_LEAST_COUNT, _LEAST_SHARE * counts[0][0]):
                break
            # Of "report" and "reported" one is enough.
            stem = gloss[:_STEM].lower()
            if len(given) < _MOST_GLOSSES and all(
                other[:_STEM].lower() != stem for other in given
            ):
                given.append(gloss)
        return given
