"""English glosses of rarer words and set phrases, for models trained to read them.

A small model has seen few sentences, but a lexicon knows the words of all bitext: a
source is put to the model as "Ia menyiratkan ~ implied ~ suggested hal itu." or "Kapal
selam ~ submarine itu.", and the model takes a gloss or leaves it. Lexicons in neural
translation: Arthur et al. 2016.
"""

from __future__ import annotations

import re
from pathlib import Path

GLOSSES = "glosses.tsv"
MARK = "~"
LONGEST_HEADWORD = 3  # words
_MOST_GLOSSES = 2
# The second gloss stands for a share of the first one's counts at least.
_LEAST_SHARE = 0.4
# Counts below are chance as often as not.
_LEAST_COUNT = 2
_STEM = 4  # letters
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CLITIC = re.compile(r"(?<=\w{3})(?:nya|lah|kah|pun|ku|mu)$")


class Glossary:
    """Glosses of headwords, from lines of `headword TAB gloss TAB count TAB gloss ...`.

    A headword is one word, or some with single spaces between them.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            OSError: It cannot be read.
            ValueError: It is not of that form.
        """
        self._glosses: dict[str, list[tuple[str, int]]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            headword, *rest = line.split("\t")
            counts = map(int, rest[1::2])
            self._glosses[headword] = list(zip(rest[::2], counts, strict=True))

    def annotate(self, source: str, target: str | None = None) -> str:
        """Put its glosses after each word or phrase that has any.

        Of a phrase that is a headword, the words have no glosses of their own.

        Args:
            source: An Indonesian segment.
            target: In training, its translation: what this very pair added to the
                counts is taken off, for no unseen sentence has had that help.
        """
        own = {word.lower() for word in _WORD.findall(target)} if target else set()
        source = source.replace(MARK, " ")
        words = [match.span() for match in _WORD.finditer(source)]
        annotated: list[str] = []
        done = first = 0
        while first < len(words):
            few = words[first : first + LONGEST_HEADWORD]
            last, glosses = self._at(source, few, own)
            end = words[first + last][1]
            marked = (f"{MARK} {gloss}" for gloss in glosses)
            annotated.append(" ".join([source[done:end], *marked]))
            done = end
            first += last + 1
        return "".join(annotated) + source[done:]

    def _at(
        self, source: str, words: list[tuple[int, int]], own: set[str]
    ) -> tuple[int, list[str]]:
        """The glosses of the longest headword at the first of a few words.

        Returns:
            The number of the last word that they are for, and the glosses.
        """
        begin = words[0][0]
        for last in range(len(words) - 1, 0, -1):
            phrase = source[begin : words[last][1]].lower()
            if glosses := self._given(self._glosses.get(phrase, []), own):
                return last, glosses
        word = source[slice(*words[0])]
        if len(word) > 1 and word.isupper():
            return 0, []  # an acronym: "AS" is no word
        found = self._glosses.get(word.lower())
        if found is None:
            base = _CLITIC.sub("", word.lower()).partition("-")[0]
            found = self._glosses.get(base, [])
        return 0, self._given(found, own)

    @staticmethod
    def _given(found: list[tuple[str, int]], own: set[str]) -> list[str]:
        counts = [
            (count - own.issuperset(gloss.lower().split()), gloss)
            for gloss, count in found
        ]
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
