"""The command that trains a model."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dwibahasa.errors import ExtraMissing

if TYPE_CHECKING:
    from dwibahasa.training.train import Report


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="End within so many minutes, by fewer steps where need be; the last dev"
    " score and the export come after.",
)
def train(recipe: Path, minutes: float | None) -> None:
    """Train a model after RECIPE, or go on with a run that was interrupted.

    Ctrl-C writes a checkpoint; the same command goes on from there, with the same
    losses as if nothing had been.
    """
    try:
        from dwibahasa.training.train import train as run
    except ImportError as error:
        raise ExtraMissing("training", "train") from error
    now = datetime.now().astimezone()
    _tell(run(recipe, now + timedelta(minutes=minutes) if minutes else None))


def _tell(report: Report) -> None:
    progress, folder = report.progress, report.folder
    click.echo(
        f"{progress.step} steps on {report.pairs:,} pairs in"
        f" {progress.trained_s / 60:.1f} minutes"
    )
    if report.first_chrf is not None:
        click.echo(
            f"dev chrF2: {report.first_chrf:.1f} before the first step,"
            f" {progress.best_chrf:.1f} at best"
        )
    click.echo(f"curve: {folder.curve}")
    click.echo(f"model: {folder.model}; use it with --model {folder.model}")
