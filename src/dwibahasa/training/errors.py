"""Every error of training.

DwibahasaError
└── TrainingError
    ├── RecipeError
    ├── RecipeChanged
    ├── BitextError
    ├── DevSetError
    ├── GlossaryError
    ├── StartError
    ├── RunBusy
    ├── RunInterrupted
    ├── LossDiverged
    ├── CheckpointDamaged
    └── ExportError
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dwibahasa.errors import DwibahasaError


class TrainingError(DwibahasaError):
    """Training cannot begin or go on."""


class RecipeError(TrainingError):
    """The recipe cannot be followed."""

    exit_code = 2

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"recipe {path} cannot be followed: {problem}")


class RecipeChanged(TrainingError):
    """The run that is to go on followed another recipe."""

    exit_code = 2

    def __init__(self, output: Path, names: Iterable[str]) -> None:
        super().__init__(
            f"the run in {output} began with other values of {', '.join(names)}; put"
            " them back, or choose another output to begin anew"
        )


class BitextError(TrainingError):
    """The bitext cannot be read."""

    exit_code = 2

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"bitext {path} cannot be read: {problem}")


class DevSetError(TrainingError):
    """A dev set cannot be read."""

    exit_code = 2

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"dev set {path} cannot be read: {problem}")


class GlossaryError(TrainingError):
    """The glossary cannot be read."""

    exit_code = 2

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"glossary {path} cannot be read: {problem}; correct 'glosses' in the"
            " recipe"
        )


class StartError(TrainingError):
    """The model that a run is to start from cannot be read."""

    exit_code = 2

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(
            f"training cannot start from {folder}: {problem}; correct 'start' in the"
            " recipe"
        )


class RunBusy(TrainingError):
    """Another process trains in the same folder."""

    def __init__(self, output: Path) -> None:
        super().__init__(
            f"another run is at work in {output}; wait for it to end, or choose"
            " another output in the recipe"
        )


class RunInterrupted(TrainingError):
    """The user stopped the run; its checkpoint is written."""

    exit_code = 130  # as shells tell of Ctrl-C

    def __init__(self, recipe: Path, step: int) -> None:
        super().__init__(
            f"stopped after step {step}, which is saved; go on with"
            f" 'dwibahasa train {recipe}'"
        )


class LossDiverged(TrainingError):
    """The loss is no number any more."""

    def __init__(self, step: int, loss: float, output: Path) -> None:
        super().__init__(
            f"the loss of step {step} is {loss}; lower the learning rate of the"
            f" recipe, delete {output} and begin again"
        )


class CheckpointDamaged(TrainingError):
    """The checkpoint cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is damaged, or of another model; delete it to begin the run anew"
        )


class RunMissing(TrainingError):
    """Another run that a recipe names has no weights."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has neither best.pt nor checkpoint.pt; train that run first, or"
            " take it out of other_runs"
        )


class ExportError(TrainingError):
    """The weights do not fit the model that they are to replace."""
