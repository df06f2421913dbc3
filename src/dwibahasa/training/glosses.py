"""Choose the glosses that the embedded model reads: of words, and of set phrases.

Words have those that the alignment links them to. Dictionaries add set phrases, and the
words that are linked to none; what they say must hold in the bitext where the bitext
says anything. Phrases that no dictionary has are found where two words side by side are
linked, again and again, to what neither of them alone stands for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from dwibahasa.engines.glossary import LONGEST_HEADWORD
from dwibahasa.lexicon import target_key
from dwibahasa.training.corpus import Pair

_WORDNET = "dict-wordnet-bahasa"
# Where the bitext is silent, the first are believed first.
_DICTIONARIES = (
    "dict-freedict-eng-ind",
    "dict-cldr-names",
    "dict-kamus-kilat",
    "dict-hafiz-10000",
    _WORDNET,
)
_MOST_OF_WORDNET = 3  # senses of a headword
_COMMON = 700  # what is there so often needs no gloss
_MOST_GLOSSES = 4
_MOST_VOTES = 3  # of a source of the bitext, for a gloss of a word
_LEAST_LINKS = 2  # of a word and a gloss of it
_ATTESTED = 0.25  # of the pairs with a headword, the share that has a sense of it
_FEW = 4  # pairs with a headword that say nothing against a dictionary
_MOST_UNATTESTED = 2
_FUNCTION_WORDS = 150  # the most frequent words of a language
_LEAST_PHRASE = 3  # pairs in which a phrase is linked to its gloss
_SURE_PHRASE = 0.4  # and their share of the pairs with that phrase
_BOUND = 0.03  # of the rarer of two words, the share that is in the phrase
_SENSES = 3  # that a word alone may stand for
_LEAST_SENSE = 0.1  # share of a word's links
_HEADWORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*(?: [^\W\d_]+(?:-[^\W\d_]+)*)*")
_GLOSS = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ -])*")

_Glosses = list[tuple[str, int]]
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A pair with the links of its words.

    Attributes:
        name: The source of the bitext.
        source: Its Indonesian words in small letters.
        target: Its English words.
        links: Numbers of a source and a target word that stand for each other.
    """

    name: str
    source: list[str]
    target: list[str]
    links: list[tuple[int, int]]


def choose_glosses(
    aligned: Sequence[Aligned], dictionaries: Iterable[Pair]
) -> dict[str, _Glosses]:
    """Glosses of the rarer words and of set phrases, with counts, likeliest first.

    Args:
        aligned: The bitext.
        dictionaries: Entries; pairs of other sources are passed over.
    """
    frequency = Counter(word for pair in aligned for word in pair.source)
    linked = _linked(aligned)
    spelling = _spelling(aligned)
    glosses: defaultdict[str, _Glosses] = defaultdict(list)
    names = set()
    for word, forms in linked.items():
        if forms.most_common(1)[0][0] == word:
            names.add(word)  # what else it is linked to would only mislead
        elif not any(map(str.isdigit, word)):
            glosses[word] = [
                (spelling.get(gloss, gloss), count)
                for gloss, count in forms.most_common()
                if count >= _LEAST_LINKS and gloss != word and gloss.isalpha()
            ]
    for headword, found in _from_dictionaries(aligned, dictionaries).items():
        if headword not in names and not glosses[headword]:
            glosses[headword] = found
    for phrase, found in _phrases(aligned, linked, frequency).items():
        glosses[phrase] = glosses[phrase] or found
    return {
        headword: found[:_MOST_GLOSSES]
        for headword, found in sorted(glosses.items())
        if found and len(headword) > 2 and frequency[headword] < _COMMON
    }


def summed(counts: Mapping[str, int], key_of: Callable[[str], _Key]) -> Counter[_Key]:
    """Counts of words under their keys."""
    by_key: Counter[_Key] = Counter()
    for word, count in counts.items():
        by_key[key_of(word)] += count
    return by_key


def write_glosses(path: Path, glosses: Mapping[str, _Glosses]) -> None:
    """Write them as Glossary reads them."""
    lines = [
        "\t".join([headword, *(f"{gloss}\t{count}" for gloss, count in found)]) + "\n"
        for headword, found in glosses.items()
    ]
    path.write_text("".join(lines), encoding="utf-8")


def _linked(aligned: Sequence[Aligned]) -> dict[str, Counter[str]]:
    """How often each English word, in small letters, is linked to each source word.

    A source of the bitext has few votes, so that much documentation has not more of
    them than some news.
    """
    votes = Counter(
        (pair.name, pair.source[i], pair.target[j].lower())
        for pair in aligned
        for i, j in pair.links
    )
    linked: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, word, gloss), count in votes.items():
        linked[word][gloss] += min(count, _MOST_VOTES)
    return linked


def _spelling(aligned: Sequence[Aligned]) -> dict[str, str]:
    """How each word is written most often inside a sentence, by its small letters."""
    counts = Counter(word for pair in aligned for word in pair.target[1:])
    return {word.lower(): word for word, _ in reversed(counts.most_common())}


def _from_dictionaries(
    aligned: Sequence[Aligned], dictionaries: Iterable[Pair]
) -> dict[str, _Glosses]:
    """What dictionaries say of words and phrases, where the bitext agrees."""
    entries: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for entry in dictionaries:
        headword, sense = entry.source.lower(), entry.target
        words, of_sense = headword.split(" "), sense.lower().split(" ")
        if (
            entry.name in _DICTIONARIES
            and max(len(words), len(of_sense)) <= LONGEST_HEADWORD
            and _HEADWORD.fullmatch(headword)
            and _GLOSS.fullmatch(sense)
            and not set(words) & set(of_sense)  # a name, longer in one language
        ):
            entries[headword].setdefault(entry.name, []).append(sense)
    for by_name in entries.values():
        if len(by_name.get(_WORDNET, ())) > _MOST_OF_WORDNET:
            del by_name[_WORDNET]  # in no order, and the rarest sense may be the first
    seen, attested = _attested(aligned, entries)
    return {
        headword: _believed(senses, seen[headword], attested[headword])
        for headword, senses in entries.items()
    }


def _attested(
    aligned: Sequence[Aligned], entries: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple[Counter[str], defaultdict[str, Counter[str]]]:
    """Pairs with each headword in the source, and those with a sense in the target."""
    stems = {
        headword: {
            sense: {target_key(word) for word in sense.split(" ")}
            for senses in by_name.values()
            for sense in senses
        }
        for headword, by_name in entries.items()
    }
    seen: Counter[str] = Counter()
    attested: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair in aligned:
        found = {phrase for phrase in _runs(pair.source) if phrase in stems}
        if not found or pair.name in _DICTIONARIES:
            continue
        of_target = {target_key(word) for word in pair.target}
        for headword in found:
            seen[headword] += 1
            attested[headword].update(
                sense for sense, own in stems[headword].items() if own <= of_target
            )
    return seen, attested


def _believed(
    by_name: Mapping[str, Sequence[str]], seen: int, attested: Counter[str]
) -> _Glosses:
    believed = [
        (sense, count)
        for sense, count in attested.most_common()
        if count >= max(_LEAST_LINKS, _ATTESTED * seen)
    ]
    if not believed and seen < _FEW:
        senses = dict.fromkeys(
            s for name in _DICTIONARIES for s in by_name.get(name, ())
        )
        likeliest = sorted(senses, key=lambda sense: -attested[sense])
        return [(sense, _LEAST_LINKS) for sense in likeliest[:_MOST_UNATTESTED]]
    return believed


def _runs(words: Sequence[str]) -> Iterator[str]:
    """The runs of up to LONGEST_HEADWORD words."""
    for begin in range(len(words)):
        for end in range(begin, min(begin + LONGEST_HEADWORD, len(words))):
            yield " ".join(words[begin : end + 1])


def _phrases(
    aligned: Sequence[Aligned],
    linked: Mapping[str, Counter[str]],
    frequency: Counter[str],
) -> dict[str, _Glosses]:
    """Two words that are often linked together to what neither of them stands for."""
    function_words = {word for word, _ in frequency.most_common(_FUNCTION_WORDS)}
    of_target = Counter(word.lower() for pair in aligned for word in pair.target)
    no_edges = {word for word, _ in of_target.most_common(_FUNCTION_WORDS)}
    pairs: Counter[tuple[str, str]] = Counter()
    together: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for pair in aligned:
        pairs.update(set(pairwise(pair.source)))
        for i, gloss in _linked_together(pair):
            together[pair.source[i], pair.source[i + 1]][gloss] += 1
    found: dict[str, _Glosses] = {}
    for words, forms in together.items():
        ((stems, count),) = summed(forms, _stems).most_common(1)
        gloss = next(f for f, _ in forms.most_common() if _stems(f) == stems)
        edges = gloss.lower().split(" ")
        is_bound = pairs[words] >= _BOUND * min(frequency[word] for word in words)
        if (
            count >= max(_LEAST_PHRASE, _SURE_PHRASE * pairs[words])
            and is_bound
            and all(len(w) > 2 and _HEADWORD.fullmatch(w) for w in words)
            and not function_words & set(words)
            and not no_edges & {edges[0], edges[-1]}
            and not set(edges) & set(words)
            and _GLOSS.fullmatch(gloss)
            and _is_idiom(stems, [_senses(linked.get(word)) for word in words])
        ):
            found[" ".join(words)] = [(gloss, count)]
    return found


def _linked_together(pair: Aligned) -> Iterator[tuple[int, str]]:
    """The first of two words in a row, and the English words for these two alone."""
    of_source: defaultdict[int, list[int]] = defaultdict(list)
    of_target: defaultdict[int, list[int]] = defaultdict(list)
    for i, j in pair.links:
        of_source[i].append(j)
        of_target[j].append(i)
    for i in range(len(pair.source) - 1):
        numbers = of_source[i] + of_source[i + 1]
        if not numbers:
            continue
        run = range(min(numbers), max(numbers) + 1)
        if len(run) <= LONGEST_HEADWORD and all(
            k in (i, i + 1) for j in run for k in of_target[j]
        ):
            yield i, " ".join(pair.target[j] for j in run)


def _senses(forms: Counter[str] | None) -> list[str]:
    """The stems that a word alone stands for, likeliest first."""
    if not forms:
        return []
    likeliest = summed(forms, target_key).most_common(_SENSES)
    return [stem for stem, n in likeliest if n >= _LEAST_SENSE * forms.total()]


def _is_idiom(stems: Sequence[str], senses: Sequence[Sequence[str]]) -> bool:
    """Whether a phrase stands for another thing than its words do."""
    if len(stems) == 1:
        return all(own[:1] != list(stems) for own in senses)
    return not set(stems) <= {stem for own in senses for stem in own}


def _stems(text: str) -> tuple[str, ...]:
    return tuple(target_key(word) for word in text.split(" "))
