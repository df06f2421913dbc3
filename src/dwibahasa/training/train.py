"""Train a model after a recipe, from the bitext to a folder to translate with."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import torch

from dwibahasa.engines.glossary import Glossary
from dwibahasa.model import Architecture
from dwibahasa.training.causal import CausalModel
from dwibahasa.training.corpus import Pair, augment, repeat_pairs, sample_pairs
from dwibahasa.training.curve import draw_curve
from dwibahasa.training.dev import read_dev_sets
from dwibahasa.training.errors import GlossaryError, RunInterrupted, RunMissing
from dwibahasa.training.loop import Progress, Training
from dwibahasa.training.marian import MarianModel, train_vocabulary
from dwibahasa.training.model import TrainableModel
from dwibahasa.training.recipe import Method, Recipe, read_recipe
from dwibahasa.training.run_folder import RunFolder
from dwibahasa.training.start import VOCABULARY_FILE
from dwibahasa.training.vocabulary import prune

_CALIBRATION_BATCHES = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run.

    Attributes:
        folder: With checkpoint, best weights, log and curve.
        progress: At the end.
        first_chrf: Mean chrF of the dev sets before the first step; None without any.
        pairs: Pairs that a round has; the weights of the recipe may repeat them.
    """

    folder: RunFolder
    progress: Progress
    first_chrf: float | None
    pairs: int


def train(recipe_path: Path, finish_by: datetime | None = None) -> Report:
    """Train after a recipe, or go on with a run that was interrupted.

    Args:
        recipe_path: TOML file, see Recipe.
        finish_by: With a time zone; when the steps cannot be done by then, the
            learning rate falls faster and the run ends in time.

    Raises:
        TrainingError: The recipe, the bitext or a dev set cannot be used, another
            run is at work, the user stopped this one, or the loss diverged.
        StorageError: Something cannot be written.
    """
    recipe = read_recipe(recipe_path)
    glossary = read_glossary(recipe)
    dev_sets = read_dev_sets(recipe.dev_sets, recipe.dev_lines)
    folder = RunFolder(recipe.output)
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    with folder.locked():
        pairs = read_pairs(recipe)
        if glossary:
            pairs = [
                replace(p, source=glossary.annotate(p.source, p.target)) for p in pairs
            ]
            dev_sets = [
                replace(d, sources=[glossary.annotate(s) for s in d.sources])
                for d in dev_sets
            ]
        model = load_model(recipe, folder, pairs)
        training = Training(
            recipe, model, folder, pairs=pairs, dev_sets=dev_sets, finish_by=finish_by
        )
        try:
            training.run()
        except KeyboardInterrupt as error:
            raise RunInterrupted(recipe_path, training.progress.step) from error
        draw_curve(folder.log, folder.curve)
        model.export(
            folder.weights, folder.model, training.some_batches(_CALIBRATION_BATCHES)
        )
    return Report(folder, training.progress, _first_chrf(folder.log), len(pairs))


def read_pairs(recipe: Recipe) -> list[Pair]:
    """The pairs that a run learns from: the same for the same recipe and bitext.

    Raises:
        BitextError: The bitext cannot be read or lacks a source of the recipe.
    """
    generator = random.Random(recipe.seed)  # noqa: S311 - no secret
    pairs = sample_pairs(recipe.bitext, recipe.sources, generator, recipe.max_looseness)
    if recipe.weights:
        pairs = repeat_pairs(pairs, recipe.weights, generator)
    return augment(pairs, recipe.vary_numbers, recipe.capitals, generator)


def read_glossary(recipe: Recipe) -> Glossary | None:
    """The glossary whose glosses the sources are to have, if they are.

    Raises:
        GlossaryError: It cannot be read.
    """
    path = recipe.glossary
    if path is None:
        return None
    try:
        return Glossary(path)
    except (OSError, ValueError) as error:
        raise GlossaryError(path, str(error)) from error


def load_model(
    recipe: Recipe, folder: RunFolder, pairs: Sequence[Pair]
) -> TrainableModel:
    """The model that a run begins with; its vocabulary is made when it is first used.

    Raises:
        StartError: It cannot be read.
        StorageError: The vocabulary cannot be written.
        RunMissing: Another run that the recipe names has no weights.
    """
    if recipe.architecture is Architecture.MARIAN:
        if not (folder.start / VOCABULARY_FILE).exists():
            train_vocabulary(pairs, recipe, folder.start)
        return MarianModel(recipe, folder.start)
    assert recipe.start is not None  # read_recipe makes sure
    start = recipe.start
    if recipe.prune_vocabulary:
        if not folder.start.exists():
            prune(start, pairs, folder.start)
        start = folder.start
    rank = recipe.lora_rank if recipe.method is Method.LORA else 0
    others = {RunFolder(run).weights: share for run, share in recipe.other_runs.items()}
    for weights in others:
        if not weights.is_file():
            raise RunMissing(weights.parent)
    return CausalModel(
        start,
        lora_rank=rank,
        glosses=recipe.glossary,
        start_share=recipe.start_share,
        others=others,
    )


def _first_chrf(log: Path) -> float | None:
    entries = map(json.loads, log.read_text("utf-8").splitlines())
    scores = [entry["mean_chrf"] for entry in entries if entry["event"] == "dev"]
    return scores[0] if scores else None
