import json
from datetime import UTC, datetime, timedelta

import pytest
import torch
from torch.nn import functional

from dwibahasa.training.curve import draw_curve
from dwibahasa.training.normalization import RMSNorm
from dwibahasa.training.objective import TargetLoss
from dwibahasa.training.train import Training, train


def losses(output):
    entries = map(json.loads, (output / "log.jsonl").read_text("utf-8").splitlines())
    return {e["step"]: e["loss"] for e in entries if e["event"] == "step"}


class Killed(Exception):
    pass


def kill_at(monkeypatch, step):
    """Let the run die as a kill would, between two checkpoints."""
    whole = Training._step

    def mortal(self, batch):
        if self.progress.step == step:
            raise Killed
        whole(self, batch)

    monkeypatch.setattr(Training, "_step", mortal)


def test_loss_falls_and_the_best_weights_are_kept(recipe):
    output = train(recipe)
    by_step = losses(output)
    assert sorted(by_step) == list(range(1, 41))
    assert by_step[40] < by_step[1] / 2
    assert (output / "best.pt").exists()
    log = (output / "log.jsonl").read_text("utf-8").splitlines()
    dev = [entry for entry in map(json.loads, log) if entry["event"] == "dev"]
    assert [entry["step"] for entry in dev] == [0, 40]
    assert dev[1]["mean_chrf"] > dev[0]["mean_chrf"]


def test_every_checkpoint_has_a_dev_loss(recipe):
    text = recipe.read_text("utf-8").replace("threads", "checkpoint_s = 0\nthreads")
    recipe.write_text(text.replace("steps = 40", "steps = 20"), "utf-8")
    log = (train(recipe) / "log.jsonl").read_text("utf-8").splitlines()
    dev = [entry for entry in map(json.loads, log) if entry["event"] == "dev_loss"]
    assert [entry["step"] for entry in dev] == list(range(1, 21))
    assert dev[-1]["loss"] < dev[0]["loss"]


def test_killed_run_goes_on_with_the_same_losses(recipe, tmp_path, monkeypatch):
    text = recipe.read_text("utf-8").replace("steps = 40", "steps = 12")
    # A checkpoint after every step; the run dies before the next.
    recipe.write_text(text.replace("threads", "checkpoint_s = 0\nthreads"), "utf-8")
    expected = losses(train(recipe))
    (tmp_path / "run").rename(tmp_path / "whole")
    with monkeypatch.context() as patch:
        kill_at(patch, 7)
        with pytest.raises(Killed):
            train(recipe)
    assert max(losses(tmp_path / "run")) == 7
    assert losses(train(recipe)) == expected


def test_run_that_must_finish_early_ends_early(recipe):
    recipe.write_text(
        recipe.read_text("utf-8").replace("steps = 40", "steps = 100000"), "utf-8"
    )
    output = train(recipe, finish_by=datetime.now(UTC) + timedelta(seconds=3))
    assert 1 < len(losses(output)) < 100000


def test_target_loss_is_the_cross_entropy_of_torch():
    torch.manual_seed(0)
    states = torch.randn(1100, 8, requires_grad=True)  # more than two slices
    output, wanted = torch.randn(50, 8), torch.randint(50, (1100,))
    ours = TargetLoss.apply(states, output, wanted)
    (gradient,) = torch.autograd.grad(ours, states)
    theirs = functional.cross_entropy(states @ output.T, wanted)
    (expected,) = torch.autograd.grad(theirs, states)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(gradient, expected)


def test_normalisation_and_its_gradient_are_right():
    torch.manual_seed(0)
    states = torch.randn(3, 5, 8, dtype=torch.float32, requires_grad=True)
    weight = torch.randn(8, requires_grad=True)
    upstream = torch.randn(3, 5, 8)
    expected = functional.rms_norm(states, (8,), 1 + weight, 1e-6)
    ours = RMSNorm.apply(states, weight, 1e-6)
    torch.testing.assert_close(ours, expected)
    for mine, theirs in zip(
        torch.autograd.grad(ours, (states, weight), upstream),
        torch.autograd.grad(expected, (states, weight), upstream),
        strict=True,
    ):
        torch.testing.assert_close(mine, theirs)


def test_curve_is_a_png(tmp_path):
    log = tmp_path / "log.jsonl"
    entries = [
        {"event": "start", "step": 0},
        {"event": "step", "step": 1, "loss": 2.0},
        {"event": "step", "step": 2, "loss": 1.5},
        {"event": "dev_loss", "step": 2, "loss": 1.6},
        {"event": "dev", "step": 2, "scores": [{"name": "a", "bleu": 1, "chrf": 20}]},
    ]
    log.write_text("\n".join(map(json.dumps, entries)), "utf-8")
    draw_curve(log, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
