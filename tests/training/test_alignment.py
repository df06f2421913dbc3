from click.testing import CliRunner

from dwibahasa.engines.glossary import Glossary
from dwibahasa.training.alignment import main

NAMES = "Ani Budi Citra Dewi Eko".split()
VERBS = {"melihat": "sees", "membeli": "buys", "membawa": "carries"}
THINGS = {"kelapa": "coconuts", "mangga": "mangoes", "teh": "Assam", "perahu": "boats"}


def test_glosses_are_the_words_that_stand_for_each_other(tmp_path):
    pairs = [
        f"toy\t{name} {verb} {thing} hari ini.\tToday {name} {VERBS[verb]}"
        f" {THINGS[thing]}.\n"
        for name in NAMES
        for verb in VERBS
        for thing in THINGS
    ]
    (tmp_path / "bitext.tsv").write_text("".join(pairs), encoding="utf-8")
    result = CliRunner().invoke(
        main, [str(tmp_path / "bitext.tsv"), str(tmp_path / "lexicon")]
    )
    assert result.exit_code == 0, result.output
    glossary = Glossary(tmp_path / "lexicon/glosses.tsv")
    # Names stay as they are, and "Assam" is spelt as inside a sentence.
    annotated = glossary.annotate("Budi membawa kelapa dan teh")
    assert annotated == "Budi membawa ~ carries kelapa ~ coconuts dan teh ~ Assam"
