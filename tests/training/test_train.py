import json
import re
import signal
from datetime import UTC, datetime, timedelta

import pytest
import torch
from click.testing import CliRunner
from torch.nn import functional

from dwibahasa.cli import main
from dwibahasa.document import Block, BlockKind, Document
from dwibahasa.errors import DiskFull
from dwibahasa.training import loop, precision
from dwibahasa.training.batches import make_batches
from dwibahasa.training.causal import CausalModel
from dwibahasa.training.corpus import Pair
from dwibahasa.training.curve import draw_curve
from dwibahasa.training.errors import (
    BitextError,
    CheckpointDamaged,
    DevSetError,
    GlossaryError,
    RecipeChanged,
    RunBusy,
    RunInterrupted,
    RunMissing,
    StartError,
)
from dwibahasa.training.loop import Training
from dwibahasa.training.normalization import RMSNorm
from dwibahasa.training.objective import TargetLoss
from dwibahasa.training.recipe import read_recipe
from dwibahasa.training.run_folder import RunFolder
from dwibahasa.training.train import train
from dwibahasa.translator import load_translator


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
        return whole(self, batch)

    monkeypatch.setattr(Training, "_step", mortal)


def test_loss_falls_and_the_best_weights_are_kept(recipe):
    output = train(recipe).folder.path
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
    log = train(recipe).folder.log.read_text("utf-8").splitlines()
    dev = [entry for entry in map(json.loads, log) if entry["event"] == "dev_loss"]
    assert [entry["step"] for entry in dev] == list(range(1, 21))
    assert dev[-1]["loss"] < dev[0]["loss"]


def test_killed_run_goes_on_with_the_same_losses(recipe, tmp_path, monkeypatch):
    text = recipe.read_text("utf-8").replace("steps = 40", "steps = 12")
    # A checkpoint after every step; the run dies before the next.
    recipe.write_text(text.replace("threads", "checkpoint_s = 0\nthreads"), "utf-8")
    expected = losses(train(recipe).folder.path)
    (tmp_path / "run").rename(tmp_path / "whole")
    with monkeypatch.context() as patch:
        kill_at(patch, 7)
        with pytest.raises(Killed):
            train(recipe)
    assert max(losses(tmp_path / "run")) == 7
    assert losses(train(recipe).folder.path) == expected


def test_run_that_must_finish_early_ends_early(recipe):
    recipe.write_text(
        recipe.read_text("utf-8").replace("steps = 40", "steps = 100000"), "utf-8"
    )
    report = train(recipe, finish_by=datetime.now(UTC) + timedelta(seconds=3))
    assert 0 < len(losses(report.folder.path)) < 100000


def shorten(recipe, steps=2, **values):
    text = recipe.read_text("utf-8").replace("steps = 40", f"steps = {steps}")
    extra = "".join(f"{name} = {value}\n" for name, value in values.items())
    recipe.write_text(text.replace("threads", extra + "threads"), "utf-8")


def test_run_that_is_done_is_not_trained_again(recipe):
    shorten(recipe)
    expected = losses(train(recipe).folder.path)
    report = train(recipe)
    assert losses(report.folder.path) == expected
    assert report.progress.step == 2


def test_ctrl_c_finishes_the_update_saves_and_says_how_to_go_on(
    recipe, tmp_path, monkeypatch
):
    shorten(recipe, steps=8)
    expected = losses(train(recipe).folder.path)
    (tmp_path / "run").rename(tmp_path / "whole")
    with monkeypatch.context() as patch:
        update = torch.optim.AdamW.step

        def interrupted(self, *arguments):
            update(self, *arguments)
            if len(losses(tmp_path / "run")) == 4:
                signal.raise_signal(signal.SIGINT)

        patch.setattr(torch.optim.AdamW, "step", interrupted)
        with pytest.raises(RunInterrupted, match="stopped after step 5") as error:
            train(recipe)
    assert f"dwibahasa train {recipe}" in str(error.value)
    state = torch.load(tmp_path / "run/checkpoint.pt", weights_only=True)
    assert state["progress"]["step"] == 5
    assert losses(train(recipe).folder.path) == expected


def test_second_run_in_the_same_folder_is_refused(recipe, tmp_path):
    with RunFolder(tmp_path / "run").locked(), pytest.raises(RunBusy):
        train(recipe)


def test_run_does_not_go_on_with_another_recipe(recipe):
    shorten(recipe)
    train(recipe)
    text = recipe.read_text("utf-8")
    recipe.write_text(text.replace("1e-2", "1e-3").replace("128", "64"), "utf-8")
    with pytest.raises(RecipeChanged, match="of batch_subwords, learning_rate;"):
        train(recipe)
    # More steps alone are no other recipe, but a run that is done stays so.
    recipe.write_text(text.replace("\nsteps = 2", "\nsteps = 3"), "utf-8")
    assert train(recipe).progress.step == 2


def test_checkpoint_without_a_recipe_is_gone_on_with(recipe, tmp_path):
    shorten(recipe)
    train(recipe)
    path = tmp_path / "run/checkpoint.pt"
    state = torch.load(path, weights_only=True)
    del state["recipe"], state["progress"]["scored_step"]
    torch.save(state, path)
    assert train(recipe).progress.step == 2


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04"])
def test_damaged_checkpoint_is_told(recipe, tmp_path, content):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/checkpoint.pt").write_bytes(content)
    with pytest.raises(CheckpointDamaged, match="delete it"):
        train(recipe)


def test_full_disk_is_told_and_keeps_the_last_checkpoint(recipe, tmp_path):
    shorten(recipe)
    train(recipe)
    before = (tmp_path / "run/checkpoint.pt").read_bytes()
    (tmp_path / "run/checkpoint.part").symlink_to("/dev/full")
    shorten_again = recipe.read_text("utf-8").replace("\nsteps = 2", "\nsteps = 3")
    recipe.write_text(shorten_again, "utf-8")
    with pytest.raises(DiskFull):
        train(recipe)
    assert (tmp_path / "run/checkpoint.pt").read_bytes() == before


def test_full_disk_is_told_of_the_curve_and_of_the_log(recipe, tmp_path):
    shorten(recipe)
    train(recipe)
    for name in ("curve.png", "log.jsonl"):
        (tmp_path / "run" / name).rename(tmp_path / name)
        (tmp_path / "run" / name).symlink_to("/dev/full")
        with pytest.raises(DiskFull, match=name):
            train(recipe)
        (tmp_path / name).replace(tmp_path / "run" / name)


def test_bitext_of_which_nothing_is_left_or_that_is_missing_is_told(recipe, tmp_path):
    text = recipe.read_text("utf-8")
    recipe.write_text(
        text.replace("threads", "max_pair_subwords = 3\nthreads"), "utf-8"
    )
    with pytest.raises(BitextError, match="no pair is left after cleaning"):
        train(recipe)
    (tmp_path / "bitext.tsv").unlink()
    result = CliRunner().invoke(main, ["train", str(recipe)])
    assert result.exit_code == 2
    assert f"bitext {tmp_path / 'bitext.tsv'} cannot be read: " in result.stderr


def test_missing_dev_set_or_start_is_told(recipe, tmp_path):
    (tmp_path / "dev/loop.en").write_text("One.\nTwo.\n", "utf-8")
    with pytest.raises(DevSetError, match=r"it has 2 lines and loop\.id has 1"):
        train(recipe)
    (tmp_path / "dev/loop.en").unlink()
    with pytest.raises(DevSetError, match="No such file"):
        train(recipe)
    text = re.sub("start = .*", 'start = "nowhere"', recipe.read_text("utf-8"))
    recipe.write_text(text.replace("[dev_lines]\nloop = 1", ""), "utf-8")
    with pytest.raises(StartError, match=r"it has no model\.gguf"):
        train(recipe)


def test_run_without_weights_to_average_with_is_told_before_training(recipe, tmp_path):
    with recipe.open("a", encoding="utf-8") as stream:
        stream.write("\n[other_runs]\nelsewhere = 0.5\n")
    with pytest.raises(RunMissing, match=r"elsewhere has neither best\.pt nor"):
        train(recipe)
    assert not (tmp_path / "run/log.jsonl").exists()


def test_command_trains_draws_exports_and_reports(recipe, tmp_path):
    shorten(recipe)
    result = CliRunner().invoke(main, ["train", str(recipe), "--minutes", "5"])
    assert result.exit_code == 0, result.stderr
    assert "2 steps on 18 pairs" in result.stdout
    assert "dev chrF2: " in result.stdout
    assert f"use it with --model {tmp_path / 'run/model'}" in result.stdout
    assert (tmp_path / "run/curve.png").read_bytes().startswith(b"\x89PNG")


def test_exported_model_translates(recipe, sentences, tmp_path, monkeypatch):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    recipe.write_text(recipe.read_text("utf-8").replace("= 40", "= 150"), "utf-8")
    folder = train(recipe).folder.model
    translator = load_translator(str(folder), beam_size=1)
    source, reference = sentences[0]
    document = Document((Block(BlockKind.PARAGRAPH, source),))
    assert translator.translate(document).blocks[0].target == reference


@pytest.mark.parametrize("prune", ["false", "true"])
def test_adapters_learn_resume_and_merge(
    recipe, sentences, tmp_path, monkeypatch, prune
):
    shorten(recipe, 8, method='"lora"', prune_vocabulary=prune, checkpoint_s=0)
    report = train(recipe)
    expected = losses(report.folder.path)
    assert expected[8] < expected[1]
    # Only the adapters are kept: rank 32 on the seven matrices of six layers.
    weights = torch.load(report.folder.best, weights_only=True)
    assert len(weights) == 2 * 7 * 6
    (tmp_path / "run").rename(tmp_path / "whole")
    with monkeypatch.context() as patch:
        kill_at(patch, 5)
        with pytest.raises(Killed):
            train(recipe)
    assert losses(train(recipe).folder.path) == expected
    # The merged model expects what the adapted one does.
    merged = CausalModel(tmp_path / "run/model")
    adapted = CausalModel(start_of(recipe), lora_rank=32)
    before = expected_loss(adapted, sentences)
    adapted.network.load_state_dict(weights, strict=False)
    learnt = before - expected_loss(adapted, sentences)
    assert learnt > 1
    assert before - expected_loss(merged, sentences) == pytest.approx(learnt, rel=0.01)


@torch.inference_mode()
def expected_loss(model, sentences):
    pairs = [Pair("x", source, target) for source, target in sentences]
    encode = model.encode_source, model.encode_target
    (batch,) = make_batches(pairs, *encode, 4000, 100)
    return model.loss(batch).item()


def start_of(recipe):
    pruned = recipe.parent / "run/start"
    return pruned if pruned.exists() else read_recipe(recipe).start


GLOSSES = "nasi\trice\t5\nair\twater\t5\n"


def test_glosses_stand_in_the_sources_and_go_with_the_model(
    recipe, tmp_path, monkeypatch
):
    (tmp_path / "words.tsv").write_text(GLOSSES, "utf-8")
    shorten(recipe, glosses='"words.tsv"')
    seen = []
    whole = CausalModel.encode_source
    monkeypatch.setattr(
        CausalModel,
        "encode_source",
        lambda self, source: seen.append(source) or whole(self, source),
    )
    folder = train(recipe).folder.model
    assert {source for source in seen if "nasi" in source} == {
        f"{subject} {verb} nasi ~ rice."
        for subject in ("Saya", "Kamu")
        for verb in ("makan", "minum", "lihat")
    }
    assert (folder / "glosses.tsv").read_text("utf-8") == GLOSSES
    assert "glosses.tsv" in (folder / "SHA256SUMS").read_text("utf-8")
    # A run that starts from such a model goes on with its glosses.
    text = re.sub("start = .*", f'start = "{folder}"', recipe.read_text("utf-8"))
    recipe.write_text(text.replace('glosses = "words.tsv"', ""), "utf-8")
    assert read_recipe(recipe).glossary == folder / "glosses.tsv"


@pytest.mark.parametrize("content", [None, "nasi\trice\tmany\n"])
def test_glossary_that_cannot_be_read_is_told(recipe, tmp_path, content):
    if content:
        (tmp_path / "words.tsv").write_text(content, "utf-8")
    shorten(recipe, glosses='"words.tsv"')
    with pytest.raises(GlossaryError, match=r"words\.tsv cannot be read"):
        train(recipe)


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


@pytest.mark.parametrize("faster", [torch.bfloat16, torch.float32])
def test_precision_is_the_one_whose_product_takes_less_time(monkeypatch, faster):
    monkeypatch.setattr(precision, "_product_s", lambda p: 1.0 if p == faster else 2.0)
    assert precision.fastest_precision() == faster


def test_run_keeps_the_precision_that_it_began_with(recipe, monkeypatch):
    precisions = iter([torch.bfloat16, torch.float32])
    monkeypatch.setattr(loop, "fastest_precision", lambda: next(precisions))
    kill_at(monkeypatch, 5)
    text = recipe.read_text("utf-8")
    recipe.write_text(text.replace("threads", "checkpoint_s = 0\nthreads"), "utf-8")
    for _ in range(2):
        with pytest.raises(Killed):
            train(recipe)
    state = RunFolder(read_recipe(recipe).output).read_checkpoint()
    assert state["precision"] == torch.bfloat16
    assert next(precisions) == torch.float32  # it was asked for once
