"""The folder of a run: checkpoint, best weights and log, written so as to survive."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from dwibahasa.errors import storage_error
from dwibahasa.training.errors import CheckpointDamaged, RecipeChanged, RunBusy
from dwibahasa.training.recipe import Recipe

# What torch.load raises where a file is cut or no checkpoint.
DAMAGE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
    pickle.UnpicklingError,
)


class RunFolder:
    """Where a run keeps what it needs to go on, and what came of it.

    Attributes:
        path: The folder.
        checkpoint: All that a run needs to go on.
        best: The weights with the best dev scores.
        log: A JSON object a line for every step and score.
        curve: The log as a PNG.
        start: Folder of the model with a vocabulary of the run's own, if it has one.
        model: Folder of the model to translate with.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint = path / "checkpoint.pt"
        self.best = path / "best.pt"
        self.log = path / "log.jsonl"
        self.curve = path / "curve.png"
        self.start = path / "start"
        self.model = path / "model"

    @property
    def weights(self) -> Path:
        """The file with the weights to export: the best, or else the last ones."""
        return self.best if self.best.exists() else self.checkpoint

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder and keep other runs out; a killed one holds nothing.

        Raises:
            RunBusy: Another process trains in it.
            StorageError: It cannot be written.
        """
        import fcntl  # not there on Windows

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            stream = (self.path / ".lock").open("w")
        except OSError as error:
            raise storage_error(self.path, error) from error
        with stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunBusy(self.path) from error
            yield

    def read_checkpoint(self) -> dict[str, Any] | None:
        """What the last run left; None where there was none.

        Raises:
            CheckpointDamaged: It cannot be read.
        """
        if not self.checkpoint.exists():
            return None
        with self.checking_checkpoint():
            state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
            return state

    @contextmanager
    def checking_checkpoint(self) -> Iterator[None]:
        """Say of whatever goes wrong with its content that the checkpoint is damaged.

        Raises:
            CheckpointDamaged: It cannot be read, or is of another model.
        """
        try:
            yield
        except DAMAGE as error:
            raise CheckpointDamaged(self.checkpoint) from error

    def check_recipe(self, state: Mapping[str, Any], recipe: Recipe) -> None:
        """Refuse to go on with a run that began with another recipe.

        Raises:
            RecipeChanged: A value that decides the losses is another one.
        """
        now = recipe.fixed()
        before = state.get("recipe", {})
        changed = [n for n in now if before.get(n, now[n]) != now[n]]
        if changed:
            raise RecipeChanged(self.path, changed)

    def write_checkpoint(self, state: Mapping[str, Any]) -> None:
        """Replace the checkpoint.

        Raises:
            StorageError: It cannot be written; the last one is as it was.
        """
        self._write(self.checkpoint, state)

    def write_best(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Replace the best weights.

        Raises:
            StorageError: They cannot be written; the last ones are as they were.
        """
        self._write(self.best, weights)

    def write_log(self, entry: Mapping[str, Any]) -> None:
        """Add a line to the log.

        Raises:
            StorageError: It cannot be written.
        """
        try:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
        except OSError as error:
            raise storage_error(self.log, error) from error

    def _write(self, path: Path, state: object) -> None:
        """Write beside `path` and rename: a kill leaves the old file whole."""
        partial = path.with_suffix(".part")
        try:
            # Given a path, torch.save tells of a full disk without its error number.
            with partial.open("wb") as stream:
                torch.save(state, stream)
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise storage_error(path, error) from error
