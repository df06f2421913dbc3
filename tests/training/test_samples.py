"""The recipes and the bitext that docs/training.md lets a person try."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from dwibahasa.training.corpus import read_bitext
from dwibahasa.training.dev import read_dev_sets
from dwibahasa.training.recipe import Recipe, read_recipe
from dwibahasa.training.train import read_pairs

SAMPLES = Path(__file__).parents[1] / "data/training"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["adapters", "marian"])
def test_sample_recipe_finds_all_that_it_names(name):
    recipe = read_recipe(SAMPLES / f"{name}.toml")
    pairs = Counter(pair.name for pair in read_pairs(recipe))
    for source, quota in recipe.sources.items():
        assert pairs[source] == quota * recipe.weights.get(source, 1)
    (dev,) = read_dev_sets(recipe.dev_sets, recipe.dev_lines)
    assert len(dev.sources) == recipe.dev_lines["dev"]
    assert recipe.start is None or (recipe.start / "model.gguf").is_file()


def test_no_line_of_the_dev_set_is_in_the_bitext():
    pairs = list(read_bitext(SAMPLES / "bitext.tsv"))
    (dev,) = read_dev_sets(SAMPLES, {"dev": 20})
    assert not {pair.source for pair in pairs} & set(dev.sources)
    assert not {pair.target for pair in pairs} & set(dev.references)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Recipe)])
def test_page_on_training_tells_every_key_of_a_recipe(field):
    page = (DOCS / "training.md").read_text("utf-8")
    assert f"`{field}`" in page or f"\n{field} = " in page or f"\n[{field}]" in page
