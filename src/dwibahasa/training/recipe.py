"""What a training run does, read from a TOML file that holds what is not default."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from dwibahasa.engines.glossary import GLOSSES
from dwibahasa.model import Architecture
from dwibahasa.training.errors import RecipeError


class Method(StrEnum):
    """Which weights are trained."""

    FULL = "full"
    LORA = "lora"


# What may change while a run lasts.
_FREE = {"steps", "dev_lines", "checkpoint_s", "dev_s", "threads", "start_share"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what a training run computes.

    Attributes:
        bitext: Tab-separated `source name, Indonesian, English`, `.tsv` or `.tsv.xz`.
        dev_sets: Folder with pairs of files `NAME.id` and `NAME.en`.
        dev_lines: Lines scored of each dev set, from its beginning; by name.
        output: Folder for checkpoints, log and curve.
        sources: Pairs taken of each source of the bitext; others are left out.
        architecture: "causal" for Gemma 3; "marian" for an encoder and a decoder that
            are trained from nothing.
        start: Folder with the `model.gguf` and `source.spm` of a Gemma 3.
        glosses: Glossary whose glosses stand in the sources, as the model reads them
            then; that of `start` where none is named. Gemma only.
        weights: How often a round has each pair of a source; 1 where none is named.
        method: "full" trains all weights but the embedding, "lora" adapters of low
            rank, which need a higher learning rate.
        lora_rank: Of the adapters.
        prune_vocabulary: Whether to leave out the subwords that the bitext does not
            use, and their weights, before training begins.
        encoder_layers: Of a Marian model, like all that follow up to label_smoothing.
        decoder_layers: Few make translating fast.
        width: Of the hidden states; a multiple of 32.
        vocabulary_size: Subwords of both languages together.
        dropout: Share of the hidden states that a step leaves out.
        label_smoothing: Share of the probability that is spread over all subwords.
        seed: Of sampling, augmentation and the order of batches.
        start_share: What the weights of `start` count, 0 to 1, in the mean with the
            trained ones that is exported; 0 for the trained ones alone. Gemma only.
        other_runs: Output folders of other runs from the same start, and what the
            weights of each count in that mean.
        steps: Updates of the weights in the whole run.
        batch_subwords: Subwords of a batch, padding included.
        max_pair_subwords: Longer pairs are dropped.
        max_looseness: Looser pairs are dropped: mean negative log-probability of the
            words of both sides by the lexicon. None is looser than 6.91.
        learning_rate: Peak, after the warm-up; falls linearly to 0.
        warmup_steps: Updates until the peak.
        beta2: Decay of AdamW's second moment.
        weight_decay: Of AdamW, decoupled.
        max_gradient_norm: Gradients are scaled down to this norm.
        vary_numbers: Share of the pairs whose numbers are replaced on both sides.
        capitals: Share of the pairs whose source is put in capitals.
        checkpoint_s: Seconds between checkpoints, each with a dev loss.
        dev_s: Seconds between dev scores; there is one before the first step, too.
        threads: Of PyTorch.
    """

    bitext: Path
    dev_sets: Path
    output: Path
    steps: int
    sources: Mapping[str, int]
    architecture: Architecture = Architecture.CAUSAL
    start: Path | None = None
    glosses: Path | None = None
    dev_lines: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    method: Method = Method.FULL
    lora_rank: int = 32
    prune_vocabulary: bool = False
    encoder_layers: int = 6
    decoder_layers: int = 2
    width: int = 256
    vocabulary_size: int = 16000
    dropout: float = 0.1
    label_smoothing: float = 0.1  # Vaswani et al. 2017, section 5.4
    seed: int = 1
    batch_subwords: int = 2048
    max_pair_subwords: int = 160
    max_looseness: float = 7.0
    learning_rate: float = 5e-5  # of all weights; above 1e-4 the dev loss rises
    warmup_steps: int = 30
    beta2: float = 0.98  # few updates: the second moment has to settle within 50
    weight_decay: float = 0.0
    max_gradient_norm: float = 1.0
    vary_numbers: float = 0.05
    capitals: float = 0.01
    checkpoint_s: float = 300
    dev_s: float = 900
    threads: int = 2
    start_share: float = 0.0
    other_runs: Mapping[Path, float] = field(default_factory=dict)

    @property
    def glossary(self) -> Path | None:
        """The file with the glosses that sources are to have, if they are."""
        if self.glosses is None and self.start is not None:
            own = self.start / GLOSSES
            return own if own.is_file() else None
        return self.glosses

    def fixed(self) -> dict[str, str]:
        """The values that decide the losses, so that a run keeps them to its end."""
        return {
            f.name: repr(getattr(self, f.name))
            for f in dataclasses.fields(self)
            if "Path" not in str(f.type) and f.name not in _FREE
        }


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; its relative paths begin at the folder of the file.

    Raises:
        RecipeError: The file is no TOML, or a key is unknown, missing or of a wrong
            type or range.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RecipeError(path, f"{error.strerror}; check its name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(path, f"it is not TOML ({error}); correct it") from error
    fields = {f.name: f for f in dataclasses.fields(Recipe)}
    for name, value in values.items():
        if name not in fields:
            known = ", ".join(fields)
            raise RecipeError(path, f"there is no {name!r}; known are {known}")
        values[name] = _read_value(path, name, str(fields[name].type), value)
    missing = [
        f.name
        for f in fields.values()
        if f.name not in values
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise RecipeError(path, f"it lacks {', '.join(missing)}; add them")
    recipe = Recipe(**values)
    if problem := _contradiction(recipe):
        raise RecipeError(path, problem)
    return recipe


def _contradiction(recipe: Recipe) -> str:
    """What does not go together in a recipe; nothing if all does."""
    is_marian = recipe.architecture is Architecture.MARIAN
    if is_marian and recipe.method is Method.LORA:
        return 'a Marian model begins with random weights; method must be "full"'
    if is_marian and recipe.glosses:
        return "glosses are read by causal models alone; leave them out"
    if is_marian and (recipe.start_share or recipe.other_runs):
        return "means are exported of causal models alone; leave out what asks for one"
    if is_marian and (recipe.width % 32 or not recipe.width):
        return f"width is {recipe.width}; it must be a multiple of 32"
    share = round(recipe.start_share + sum(recipe.other_runs.values()), 9)
    if share > 1:
        return f"start_share and other_runs are {share} together; leave it at 1 or less"
    if not is_marian and recipe.start is None:
        return "it lacks start, which a causal model needs; add it"
    return ""


def _read_value(path: Path, name: str, kind: str, value: object) -> object:
    """The value as the field wants it, or an error that says what it wants."""
    match kind, value:
        case "Path" | "Path | None", str():
            return _resolved(path, value)
        case "bool", bool():
            return value
        case "int", int() if not isinstance(value, bool) and value >= 0:
            return value
        case "float", int() | float() if not isinstance(value, bool) and value >= 0:
            return float(value)
        case "Mapping[str, int]", dict() if all(
            isinstance(number, int) and number > 0 for number in value.values()
        ):
            return value
        case "Mapping[str, float]" | "Mapping[Path, float]", dict() if all(
            isinstance(number, int | float) and number >= 0 for number in value.values()
        ):
            if kind == "Mapping[str, float]":
                return value
            return {_resolved(path, folder): share for folder, share in value.items()}
        case "Method", str() if value in list(Method):
            return Method(value)
        case "Architecture", "causal" | "marian":
            return Architecture(value)
    wanted = {
        "Path": "a path in quotation marks",
        "Path | None": "a path in quotation marks",
        "bool": "true or false",
        "int": "a whole number, at least 0",
        "float": "a number, at least 0",
        "Mapping[str, int]": "a table of names and whole numbers above 0",
        "Mapping[str, float]": "a table of names and numbers, at least 0",
        "Mapping[Path, float]": "a table of folders and numbers, at least 0",
        "Method": '"full" or "lora"',
        "Architecture": '"causal" or "marian"',
    }[kind]
    raise RecipeError(path, f"{name} is {value!r}; it must be {wanted}")


def _resolved(recipe: Path, path: str) -> Path:
    """A path as a recipe names it, from the folder of the recipe on."""
    return (recipe.parent / Path(path).expanduser()).resolve()
