"""What glosses are chosen from an aligned bitext and dictionaries."""

import itertools

import pytest

from dwibahasa.training.corpus import Pair
from dwibahasa.training.glosses import Aligned, choose_glosses

# More frequent than all that is tested, as function words are.
FREQUENT = ["".join(letters) for letters in itertools.product("pqr", repeat=5)][:150]


def aligned(source, target, links):
    return Aligned("news", source.split(), target.split(), links)


SUBMARINE = aligned("mereka melihat kapal selam", "they saw submarines", [(3, 2)])
BITEXT = [
    *[aligned(" ".join(FREQUENT), " ".join(FREQUENT), [])] * 50,
    *[aligned("kapal tua", "old ship", [(0, 1), (1, 0)])] * 9,
    *[aligned("mereka selam", "they dive", [(0, 0), (1, 1)])] * 9,
    *[SUBMARINE] * 4,
    aligned("panas bumi", "earth heat", []),
    *[aligned("panas bumi", "geothermal", [])] * 3,
    *[aligned("orang utan", "ape", [])] * 5,
    *[aligned("jumat lalu", "last Friday", [(0, 1), (1, 0)])] * 9,
    *[aligned("wahana itu", "that wizard", [(0, 1), (1, 0)])] * 9,
    *[
        Aligned(name, ["wahana", "itu"], ["that", "vehicle"], [(0, 1), (1, 0)])
        for name in ("news", "reports", "reports")
    ],
]
ENTRIES = [
    ("dict-wordnet-bahasa", "panas bumi", "earth heat"),
    ("dict-hafiz-10000", "panas bumi", "geothermal"),
    ("dict-freedict-eng-ind", "orang utan", "forest man"),
    ("dict-freedict-eng-ind", "anjing laut", "pinniped"),
    ("dict-wordnet-bahasa", "anjing laut", "eared seal"),
    ("dict-wordnet-bahasa", "Trakia", "Thrace"),
    ("dict-wordnet-bahasa", "kapal", "vessel"),
    ("dict-wordnet-bahasa", "sarah siddons", "Siddons"),
    ("dict-freedict-eng-ind", "kaki", "foot (of an animal)"),
    *[
        ("dict-wordnet-bahasa", "papan", word)
        for word in "plank sign board table".split()
    ],
    ("tatoeba", "apa kabar", "how are you"),
]


@pytest.fixture(scope="module")
def glosses():
    entries = [Pair(*entry) for entry in ENTRIES]
    return choose_glosses(BITEXT, entries)


@pytest.mark.parametrize(
    ("headword", "expected"),
    [
        ("kapal selam", [("submarines", 4)]),  # which neither word stands for
        ("kapal tua", None),  # each word says it
        ("kapal", [("ship", 3)]),  # so the dictionary is not asked
        ("jumat", [("Friday", 3)]),
        ("wahana", [("wizard", 3), ("vehicle", 3)]),  # one source has few votes
        ("panas bumi", [("geothermal", 3)]),  # not the one of four
        ("orang utan", None),  # the bitext has another
        ("anjing laut", [("pinniped", 2), ("eared seal", 2)]),  # it says nothing
        ("trakia", [("Thrace", 2)]),
        ("sarah siddons", None),  # a name that is shorter in English
        ("kaki", None),  # no gloss but a definition
        ("papan", None),  # too many senses, in no order
        ("apa kabar", None),  # no dictionary
    ],
)
def test_glosses(glosses, headword, expected):
    assert glosses.get(headword) == expected


def test_a_phrase_that_may_also_mean_its_words_is_none():
    apart = aligned("kapal selam", "ship dive", [(0, 0), (1, 1)])
    bitext = [*BITEXT, *[apart] * 7]
    assert "kapal selam" not in choose_glosses(bitext, [])
