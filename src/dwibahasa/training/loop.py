"""The training loop: updates, dev scores, and checkpoints to go on from."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from types import FrameType
from typing import Any

import torch
from tqdm import tqdm

from dwibahasa.training.batches import Batch, batch_of_step, make_batches
from dwibahasa.training.corpus import Pair
from dwibahasa.training.dev import DevSet, score_dev_sets
from dwibahasa.training.errors import BitextError, LossDiverged
from dwibahasa.training.model import TrainableModel
from dwibahasa.training.precision import fastest_precision
from dwibahasa.training.recipe import Recipe
from dwibahasa.training.run_folder import RunFolder


@dataclass(slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: Updates done.
        share: Of the run's schedule that is done, 0 to 1; decides the learning rate.
        best_chrf: Mean chrF of the dev sets at the best checkpoint so far.
        trained_s: Seconds spent on updates.
        scored_step: Step of the last dev score; -1 before the first.
    """

    step: int = 0
    share: float = 0.0
    best_chrf: float = -1.0
    trained_s: float = 0.0
    scored_step: int = -1


class Training:
    """A run: the model, its float32 weights, the optimiser, the log.

    The forward and backward pass run in bfloat16 where that is faster; updates are
    too small for its 8 bits and go to a float32 copy of the weights.
    """

    def __init__(
        self,
        recipe: Recipe,
        model: TrainableModel,
        folder: RunFolder,
        *,
        pairs: Sequence[Pair],
        dev_sets: Sequence[DevSet],
        finish_by: datetime | None = None,
    ) -> None:
        """Prepare the run, and go on from its checkpoint if it has one.

        Raises:
            BitextError: No pair is left to learn from.
            CheckpointDamaged: The checkpoint cannot be read.
            RecipeChanged: The checkpoint is of another recipe.
        """
        self.recipe = recipe
        self.finish_by = finish_by
        self.progress = Progress()
        self._model = model
        self._folder = folder
        self._dev_sets = dev_sets
        self._batches = self._make_batches(pairs)
        if not self._batches:
            raise BitextError(
                recipe.bitext,
                "no pair is left after cleaning; take other sources, or raise"
                " max_pair_subwords",
            )
        self._dev_batches = self._make_batches(
            Pair(dev_set.name, source, target)
            for dev_set in dev_sets
            for source, target in zip(dev_set.sources, dev_set.references, strict=True)
        )
        self._weights = {
            name: torch.nn.Parameter(weight.detach().clone())
            for name, weight in model.network.named_parameters()
            if weight.requires_grad
        }
        state = folder.read_checkpoint()
        # A run keeps its precision, or a resumption would change the losses.
        with folder.checking_checkpoint():
            self._precision: torch.dtype = (
                state["precision"] if state else fastest_precision()
            )
        torch.nn.Module.to(model.network, self._precision)
        model.network.train()
        self._parameters = dict(model.network.named_parameters())
        self._optimizer = torch.optim.AdamW(
            self._weights.values(),
            lr=recipe.learning_rate,
            betas=(0.9, recipe.beta2),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        if state:
            self._resume(state)

    @property
    def is_done(self) -> bool:
        """Whether the schedule is at its end."""
        return self.progress.share >= 1 or self.progress.step >= self.recipe.steps

    def some_batches(self, count: int) -> list[Batch]:
        """At most so many of the batches, of short pairs and of long ones."""
        step = max(1, len(self._batches) // count)
        return self._batches[step // 2 :: step][:count]

    def run(self) -> None:
        """Train to the end of the schedule and keep the best weights.

        Ctrl-C is heard between two updates; the checkpoint is written then.

        Raises:
            KeyboardInterrupt: The user stopped the run.
            LossDiverged: The loss is no number any more.
            StorageError: The checkpoint or the log cannot be written.
        """
        self._log(
            event="start",
            batches=len(self._batches),
            subwords=sum(batch.size_subwords for batch in self._batches),
            weights=sum(weight.numel() for weight in self._weights.values()),
        )
        try:
            self._train()
        except KeyboardInterrupt:
            self.save()
            raise

    def _train(self) -> None:
        if self.progress.scored_step < 0:
            self._score()
        saved = scored = time.monotonic()
        bar = tqdm(
            total=self.recipe.steps,
            initial=self.progress.step,
            desc="training",
            unit=" steps",
            disable=None,  # shown only where standard error is a terminal
        )
        with bar:
            while not self.is_done:
                step = self.progress.step
                loss = self._step(batch_of_step(self._batches, step, self.recipe.seed))
                bar.total = self.progress.step + round(self._remaining_steps() - 1)
                bar.set_postfix_str(self._postfix(loss), refresh=False)
                bar.update()
                now = time.monotonic()
                if now - scored > self.recipe.dev_s:
                    self._score()
                    scored = time.monotonic()
                if now - saved > self.recipe.checkpoint_s:
                    self.save()
                    self._log_dev_loss()
                    saved = time.monotonic()
        if self.progress.scored_step != self.progress.step:
            self._score()
        self.save()

    def _postfix(self, loss: float) -> str:
        best = self.progress.best_chrf
        return f"loss {loss:.3f}" + (f", dev chrF {best:.1f}" if best >= 0 else "")

    def _make_batches(self, pairs: Iterator[Pair] | Sequence[Pair]) -> list[Batch]:
        return make_batches(
            list(pairs),
            self._model.encode_source,
            self._model.encode_target,
            self.recipe.batch_subwords,
            self.recipe.max_pair_subwords,
        )

    def _step(self, batch: Batch) -> float:
        """Update the weights once; return the loss."""
        began = time.monotonic()
        progress, recipe = self.progress, self.recipe
        # Dropout is drawn from the step, so that it is the same after a resumption.
        torch.manual_seed(recipe.seed + progress.step)
        warmup = min(1.0, (progress.step + 1) / max(1, recipe.warmup_steps))
        rate = recipe.learning_rate * warmup * (1 - progress.share)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = self._model.loss(batch)
        if not torch.isfinite(loss):
            raise LossDiverged(progress.step + 1, loss.item(), recipe.output)
        loss.backward()  # type: ignore[no-untyped-call]
        for name, weight in self._weights.items():
            gradient = self._parameters[name].grad
            weight.grad = None if gradient is None else gradient.float()
            self._parameters[name].grad = None
        norm = torch.nn.utils.clip_grad_norm_(
            self._weights.values(), recipe.max_gradient_norm
        )
        with _uninterrupted():
            self._optimizer.step()
            self._copy_weights()
            progress.step += 1
            progress.trained_s += time.monotonic() - began
            progress.share += (1 - progress.share) / self._remaining_steps()
            self._log(
                event="step",
                loss=loss.item(),
                gradient_norm=norm.item(),
                learning_rate=rate,
                subwords=batch.size_subwords,
                seconds=round(time.monotonic() - began, 2),
            )
        return loss.item()

    @torch.no_grad()
    def _copy_weights(self) -> None:
        for name, weight in self._weights.items():
            self._parameters[name].copy_(weight)

    def _remaining_steps(self) -> float:
        """Steps to do, the last one included: fewer than planned if time is short."""
        progress = self.progress
        planned = self.recipe.steps - progress.step + 1.0
        if self.finish_by is None:
            return planned
        remaining_s = (
            self.finish_by - datetime.now(self.finish_by.tzinfo)
        ).total_seconds()
        return max(1.0, min(planned, remaining_s * progress.step / progress.trained_s))

    def _score(self) -> None:
        """Log the dev scores; keep the weights if they are the best so far."""
        if not self._dev_sets:
            return
        began = time.monotonic()
        self._model.network.train(False)
        scores = score_dev_sets(self._model.translate, self._dev_sets)
        self._model.network.train()
        chrf = sum(score.chrf for score in scores) / len(scores)
        self._log(
            event="dev",
            mean_chrf=chrf,
            scores=[asdict(score) for score in scores],
            seconds=round(time.monotonic() - began, 1),
        )
        self.progress.scored_step = self.progress.step
        if chrf > self.progress.best_chrf:
            self._folder.write_best(self._weights)
            self.progress.best_chrf = chrf

    @torch.no_grad()
    def _log_dev_loss(self) -> None:
        """Log the loss on the dev sets: seconds, where a dev score takes minutes.

        The loss of a step says little, for its batch is one of short segments or of
        long ones; this one is of the same segments each time.
        """
        if not self._dev_batches:
            return
        self._model.network.train(False)
        counts = [batch.target_subwords for batch in self._dev_batches]
        losses = [self._model.loss(batch).item() for batch in self._dev_batches]
        self._model.network.train()
        total = sum(n * loss for n, loss in zip(counts, losses, strict=True))
        self._log(event="dev_loss", loss=total / sum(counts))

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            StorageError: It cannot be written; the last one is as it was.
        """
        self._folder.write_checkpoint(
            {
                "progress": asdict(self.progress),
                "weights": self._weights,
                "optimizer": self._optimizer.state_dict(),
                "precision": self._precision,
                "recipe": self.recipe.fixed(),
            }
        )

    def _resume(self, state: Mapping[str, Any]) -> None:
        self._folder.check_recipe(state, self.recipe)
        with torch.no_grad(), self._folder.checking_checkpoint():
            self.progress = Progress(**state["progress"])
            for name, weight in self._weights.items():
                weight.copy_(state["weights"][name])
            self._optimizer.load_state_dict(state["optimizer"])
        self._copy_weights()

    def _log(self, **entry: Any) -> None:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        self._folder.write_log({"time": now, "step": self.progress.step} | entry)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the block is done."""
    heard = False

    def hear(_signal: int, _frame: FrameType | None) -> None:
        nonlocal heard
        heard = True

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt
