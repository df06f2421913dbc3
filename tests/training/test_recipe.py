import pytest

from dwibahasa.training.errors import RecipeError
from dwibahasa.training.recipe import read_recipe

NEEDED = """
start = "start"
bitext = "bitext.tsv"
dev_sets = "/dev-sets"
output = "run"
steps = 10
"""


def test_recipe_has_defaults_and_paths_from_its_own_folder(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(NEEDED + "learning_rate = 1e-3\n[sources]\nnews = 5\n", "utf-8")
    recipe = read_recipe(path)
    assert recipe.start == tmp_path.resolve() / "start"
    assert recipe.dev_sets.as_posix() == "/dev-sets"
    assert recipe.learning_rate == 1e-3
    assert recipe.sources == {"news": 5}
    assert recipe.seed == 1


def test_other_runs_are_found_from_the_folder_of_the_recipe(tmp_path):
    path = tmp_path / "recipe.toml"
    tables = '[sources]\nnews = 5\n[other_runs]\n"../a" = 0.3\n"/b" = 0.2\n'
    path.write_text(NEEDED + tables, "utf-8")
    named = {f.as_posix(): share for f, share in read_recipe(path).other_runs.items()}
    assert named == {(tmp_path.resolve().parent / "a").as_posix(): 0.3, "/b": 0.2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("steps = ", "it is not TOML"),
        ("lerning_rate = 1\n" + NEEDED, "there is no 'lerning_rate'; known are bitext"),
        (NEEDED.replace("steps = 10", ""), "it lacks steps, sources; add them"),
        (NEEDED.replace("10", '"10"'), "steps is '10'; it must be a whole number"),
        (NEEDED.replace("10", "true"), "steps is True; it must be a whole number"),
        (NEEDED + "learning_rate = -1\n", "it must be a number, at least 0"),
        (NEEDED + 'method = "lor"\n', """it must be "full" or "lora\""""),
        (NEEDED + "[weights]\nnews = -1\n", "a table of names and numbers"),
        (NEEDED + "[sources]\nnews = 0\n", "it must be a table of names and whole"),
        (
            NEEDED + 'architecture = "marian"\nstart_share = 0.5\n[sources]\nn = 1\n',
            "means are exported of causal models alone",
        ),
        (NEEDED + "other_runs = 1\n", "it must be a table of folders and numbers"),
        (
            NEEDED + "start_share = 0.7\n[sources]\nn = 1\n[other_runs]\na = 0.6\n",
            "start_share and other_runs are 1.3 together; leave it at 1 or less",
        ),
    ],
)
def test_recipe_error_says_what_to_correct(tmp_path, text, expected):
    path = tmp_path / "recipe.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RecipeError, match="cannot be followed") as error:
        read_recipe(path)
    assert expected in str(error.value)


def test_missing_recipe_is_named(tmp_path):
    with pytest.raises(RecipeError, match="No such file"):
        read_recipe(tmp_path / "none.toml")
