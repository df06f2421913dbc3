import gzip

import numpy as np
import pytest
from click.testing import CliRunner

from dwibahasa.engines.glossary import Glossary
from dwibahasa.lexicon import Lexicon
from dwibahasa.training.alignment import main

NAMES = "Ani Budi Citra Dewi Eko".split()
VERBS = {"melihat": "sees", "membeli": "buys", "membawa": "carries"}
THINGS = {"kelapa": "coconuts", "mangga": "mangoes", "teh": "Assam", "perahu": "boats"}


@pytest.fixture
def estimated(tmp_path):
    """The folder with what is estimated from sixty sentences."""
    pairs = [
        f"toy\t{name} {verb} {thing} hari ini.\tToday {name} {VERBS[verb]}"
        f" {THINGS[thing]}.\n"
        for name in NAMES
        for verb in VERBS
        for thing in THINGS
    ]
    entries = ["dict-hafiz-10000\tlangka\trare\n", "dict-hafiz-10000\tAni\tAnne\n"]
    (tmp_path / "bitext.tsv").write_text("".join(pairs + entries), encoding="utf-8")
    result = CliRunner().invoke(
        main, [str(tmp_path / "bitext.tsv"), str(tmp_path / "lexicon")]
    )
    assert result.exit_code == 0, result.output
    return tmp_path / "lexicon"


def test_glosses_are_the_words_that_stand_for_each_other(estimated):
    glossary = Glossary(estimated / "glosses.tsv")
    # Names stay as they are, and "Assam" is spelt as inside a sentence.
    annotated = glossary.annotate("Budi membawa kelapa dan teh")
    assert annotated == "Budi membawa ~ carries kelapa ~ coconuts dan teh ~ Assam"


def test_words_that_are_not_linked_have_the_gloss_of_a_dictionary(estimated):
    glossary = Glossary(estimated / "glosses.tsv")
    assert glossary.annotate("Ani melihat barang langka").endswith("langka ~ rare")


def test_lexicon_links_the_words_that_stand_for_each_other(estimated):
    source, target = "Dewi membawa mangga hari ini.", "Today Dewi carries mangoes."
    with np.load(estimated / "lexicon.npz") as arrays:
        links = Lexicon(dict(arrays)).align(source, target)
    words = {(source[slice(*x.source)], target[slice(*x.target)]) for x in links}
    assert {("Dewi", "Dewi"), ("membawa", "carries"), ("mangga", "mangoes")} <= words


def test_senses_come_with_their_share(estimated):
    lines = gzip.decompress((estimated / "senses.tsv.gz").read_bytes()).decode()
    assert "membeli\t1.00 buys\n" in lines
