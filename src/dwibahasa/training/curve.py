"""Draw the loss and the dev scores of a run."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # a file is drawn, never a window

from matplotlib import pyplot

from dwibahasa.errors import storage_error

_SMOOTHED = 25  # steps of the running mean: single batches differ by their length


def draw_curve(log: Path, image: Path) -> None:
    """Draw `log.jsonl` of a run as a PNG: loss above, chrF of the dev sets below.

    A step that was done again after an interruption is drawn as it was done last.

    Raises:
        StorageError: The PNG cannot be written.
    """
    entries = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    losses = {e["step"]: e["loss"] for e in entries if e["event"] == "step"}
    scores = {e["step"]: e["scores"] for e in entries if e["event"] == "dev"}
    dev_losses = {e["step"]: e["loss"] for e in entries if e["event"] == "dev_loss"}
    figure, (upper, lower) = pyplot.subplots(2, sharex=True, figsize=(8, 7))
    steps = sorted(losses)
    means = []
    for position in range(len(steps)):
        window = steps[max(0, position + 1 - _SMOOTHED) : position + 1]
        means.append(sum(losses[step] for step in window) / len(window))
    upper.plot(steps, [losses[step] for step in steps], color="0.8", linewidth=0.7)
    upper.plot(steps, means, color="C0", label="bitext, running mean")
    if dev_losses:
        upper.plot(*zip(*sorted(dev_losses.items()), strict=True), "C1o-", label="dev")
    upper.legend()
    upper.set_ylabel("loss per target subword (nats)")
    lines: dict[str, list[tuple[int, float]]] = {}
    for step in sorted(scores):
        for score in scores[step]:
            lines.setdefault(score["name"], []).append((step, score["chrf"]))
    for name, points in lines.items():
        lower.plot(*zip(*points, strict=True), marker="o", label=name)
    lower.set_ylabel("chrF2, greedy")
    lower.set_xlabel("step")
    if lines:
        lower.legend()
    figure.tight_layout()
    try:
        figure.savefig(image, dpi=120)
    except OSError as error:
        raise storage_error(image, error) from error
    finally:
        pyplot.close(figure)
