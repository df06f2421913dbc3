"""Train a model after a recipe, in steps that a later run can take up again."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import torch
from sentencepiece import SentencePieceProcessor
from transformers import AutoModelForCausalLM, GgufConfig, PreTrainedModel

from dwibahasa.errors import DwibahasaError, storage_error
from dwibahasa.training.batches import Batch, batch_of_step, make_batches
from dwibahasa.training.corpus import Pair, augment, sample_pairs
from dwibahasa.training.dev import DevSet, read_dev_sets, score_dev_sets
from dwibahasa.training.normalization import speed_up_norms
from dwibahasa.training.objective import TargetLoss
from dwibahasa.training.recipe import Recipe, read_recipe


class TrainingError(DwibahasaError):
    """Training cannot go on."""


@dataclass(slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: Updates done.
        share: Of the run's schedule that is done, 0 to 1; decides the learning rate.
        best_chrf: Mean chrF of the dev sets at the best checkpoint so far.
        trained_s: Seconds spent on updates.
    """

    step: int = 0
    share: float = 0.0
    best_chrf: float = 0.0
    trained_s: float = 0.0


def load_model(folder: Path) -> PreTrainedModel:
    """Load the `model.gguf` of a folder with float32 weights."""
    model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file="model.gguf",
        dtype=torch.float32,
        # For segments of some dozen subwords plain matrix products beat the fused
        # kernel, which PyTorch tiles for long sequences.
        attn_implementation="eager",
        quantization_config=GgufConfig(dequantize=True),
    )
    return model


class Training:
    """A run: the model in bfloat16, its float32 weights, the optimiser, the log.

    The forward and backward pass run in bfloat16, which CPUs with AVX512-BF16
    multiply twice as fast; updates are too small for its 8 bits and go to a float32
    copy of the weights. The embedding, which is the output matrix too, stays as it
    is: it needs a quarter of the optimiser's time and moves little.
    """

    def __init__(self, recipe: Recipe, finish_by: datetime | None = None) -> None:
        self.recipe = recipe
        self.finish_by = finish_by
        self.progress = Progress()
        self._vocabulary = SentencePieceProcessor(str(recipe.start / "source.spm"))
        self._model = load_model(recipe.start)
        speed_up_norms(self._model)
        self._model.get_input_embeddings().weight.requires_grad_(False)
        self._weights = {
            name: torch.nn.Parameter(weight.detach().clone())
            for name, weight in self._model.named_parameters()
            if weight.requires_grad
        }
        self._model.bfloat16()
        self._parameters = dict(self._model.named_parameters())
        self._optimizer = torch.optim.AdamW(
            self._weights.values(),
            lr=recipe.learning_rate,
            betas=(0.9, recipe.beta2),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self._checkpoint = recipe.output / "checkpoint.pt"
        self._log = recipe.output / "log.jsonl"

    def run(self) -> None:
        """Train to the end of the schedule; go on from the checkpoint if there is one.

        Raises:
            BitextError: The bitext cannot be read or lacks a source of the recipe.
            StorageError: The checkpoint or the log cannot be written.
            TrainingError: The loss is no number any more.
        """
        recipe = self.recipe
        recipe.output.mkdir(parents=True, exist_ok=True)
        batches = self._make_batches()
        dev_sets = read_dev_sets(recipe.dev_sets, recipe.dev_lines)
        if self._checkpoint.exists():
            self._resume()
        self._write_log(
            event="start",
            step=self.progress.step,
            batches=len(batches),
            subwords=sum(batch.subwords.numel() for batch in batches),
        )
        if self.progress.step == 0:
            self._score(dev_sets)
        dev_batches = self._make_dev_batches(dev_sets)
        saved = scored = time.monotonic()
        while self.progress.share < 1 and self.progress.step < recipe.steps:
            self._step(batch_of_step(batches, self.progress.step, recipe.seed))
            now = time.monotonic()
            if now - scored > recipe.dev_s:
                self._score(dev_sets)
                scored = now
            if now - saved > recipe.checkpoint_s:
                self._save()
                self._log_dev_loss(dev_batches)
                saved = now
        self._score(dev_sets)
        self._save()

    def _make_batches(self) -> list[Batch]:
        recipe = self.recipe
        generator = random.Random(recipe.seed)  # noqa: S311 - no secret
        pairs = sample_pairs(recipe.bitext, recipe.sources, generator)
        pairs = augment(pairs, recipe.vary_numbers, recipe.capitals, generator)
        return make_batches(
            pairs, self._vocabulary, recipe.batch_subwords, recipe.max_pair_subwords
        )

    def _make_dev_batches(self, dev_sets: Sequence[DevSet]) -> list[Batch]:
        pairs = [
            Pair(dev_set.name, source, target)
            for dev_set in dev_sets
            for source, target in zip(dev_set.sources, dev_set.references, strict=True)
        ]
        recipe = self.recipe
        return make_batches(
            pairs, self._vocabulary, recipe.batch_subwords, recipe.max_pair_subwords
        )

    def _step(self, batch: Batch) -> None:
        """Update the weights once."""
        began = time.monotonic()
        progress, recipe = self.progress, self.recipe
        warmup = min(1.0, (progress.step + 1) / max(1, recipe.warmup_steps))
        rate = recipe.learning_rate * warmup * (1 - progress.share)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = self._loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for name, weight in self._weights.items():
            gradient = self._parameters[name].grad
            weight.grad = None if gradient is None else gradient.float()
            self._parameters[name].grad = None
        norm = torch.nn.utils.clip_grad_norm_(
            self._weights.values(), recipe.max_gradient_norm
        )
        self._optimizer.step()
        self._copy_weights()
        progress.step += 1
        progress.trained_s += time.monotonic() - began
        progress.share += (1 - progress.share) / self._remaining_steps()
        self._write_log(
            event="step",
            step=progress.step,
            loss=loss.item(),
            gradient_norm=norm.item(),
            learning_rate=rate,
            subwords=batch.subwords.numel(),
            seconds=round(time.monotonic() - began, 2),
        )
        if not torch.isfinite(loss):
            raise TrainingError(
                f"the loss of step {progress.step} is {loss.item()}; lower the"
                " learning rate of the recipe and begin again"
            )

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy of the targets' subwords.

        Padding is on the right and attention looks to the left, so that no position
        that counts sees any: no mask is needed.
        """
        states = self._model.base_model(
            input_ids=batch.subwords, use_cache=False
        ).last_hidden_state  # (pairs, length, hidden)
        wanted = batch.subwords.roll(-1, dims=1)[batch.predicts]
        output = self._model.get_input_embeddings().weight  # tied
        loss: torch.Tensor = TargetLoss.apply(  # type: ignore[no-untyped-call]
            states[batch.predicts], output, wanted
        )
        return loss

    @torch.no_grad()
    def _copy_weights(self) -> None:
        for name, weight in self._weights.items():
            self._parameters[name].copy_(weight)

    def _remaining_steps(self) -> float:
        """Steps to do, this one included: fewer than planned if time is short."""
        progress = self.progress
        planned = self.recipe.steps - progress.step + 1.0
        if self.finish_by is None:
            return planned
        remaining_s = (
            self.finish_by - datetime.now(self.finish_by.tzinfo)
        ).total_seconds()
        return max(1.0, min(planned, remaining_s * progress.step / progress.trained_s))

    def _score(self, dev_sets: Sequence[DevSet]) -> None:
        """Log the dev scores; keep the weights if they are the best so far."""
        if not dev_sets:
            return
        began = time.monotonic()
        self._model.train(False)
        scores = score_dev_sets(self._model, self._vocabulary, dev_sets)
        self._model.train()
        chrf = sum(score.chrf for score in scores) / len(scores)
        self._write_log(
            event="dev",
            step=self.progress.step,
            mean_chrf=chrf,
            scores=[asdict(score) for score in scores],
            seconds=round(time.monotonic() - began, 1),
        )
        if chrf > self.progress.best_chrf:
            self.progress.best_chrf = chrf
            self._write(self.recipe.output / "best.pt", self._weights)

    @torch.no_grad()
    def _log_dev_loss(self, dev_batches: Sequence[Batch]) -> None:
        """Log the loss on the dev sets: seconds, where a dev score takes minutes.

        The loss of a step says little, for its batch is one of short segments or of
        long ones; this one is of the same segments each time.
        """
        if not dev_batches:
            return
        counts = [int(batch.predicts.sum()) for batch in dev_batches]
        losses = [self._loss(batch).item() for batch in dev_batches]
        total = sum(n * loss for n, loss in zip(counts, losses, strict=True))
        self._write_log(
            event="dev_loss", step=self.progress.step, loss=total / sum(counts)
        )

    def _save(self) -> None:
        state = {
            "progress": asdict(self.progress),
            "weights": self._weights,
            "optimizer": self._optimizer.state_dict(),
        }
        self._write(self._checkpoint, state)

    def _write(self, path: Path, state: object) -> None:
        """Write beside `path` and rename: a kill leaves the old file whole."""
        partial = path.with_suffix(".part")
        try:
            torch.save(state, partial)
            partial.replace(path)
        except OSError as error:
            raise storage_error(path, error) from error

    def _resume(self) -> None:
        state = torch.load(self._checkpoint, weights_only=True)
        self.progress = Progress(**state["progress"])
        with torch.no_grad():
            for name, weight in state["weights"].items():
                self._weights[name].copy_(weight)
        self._optimizer.load_state_dict(state["optimizer"])
        self._copy_weights()

    def _write_log(self, **entry: Any) -> None:
        entry = {
            "time": datetime.now().astimezone().isoformat(timespec="seconds")
        } | entry
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")


def train(recipe_path: Path, finish_by: datetime | None = None) -> Path:
    """Train after a recipe, or go on with a run that was interrupted.

    Args:
        recipe_path: TOML file, see Recipe.
        finish_by: With a time zone; when the steps cannot be done by then, the
            learning rate falls faster and the run ends in time.

    Returns:
        The folder with `best.pt`, `checkpoint.pt` and `log.jsonl`.
    """
    recipe = read_recipe(recipe_path)
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    Training(recipe, finish_by).run()
    return recipe.output
