"""The commands on models: list, install, info, verify and remove them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dwibahasa.model import EngineName

if TYPE_CHECKING:
    from dwibahasa.model_store import StoredModel

_HEADINGS = ("NAME", "STATE", "ENGINE", "SIZE", "LICENCE", "BLEU / chrF")


@click.group()
def models() -> None:
    """List, install and remove models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_(*, as_json: bool) -> None:
    """List the models that are installed and those of the catalogue.

    BLEU and chrF are corpus scores on FLORES-200 dev, where they are known.
    """
    from dwibahasa.model_store import list_models

    stored = list_models()
    if as_json:
        click.echo(json.dumps([asdict(m) for m in stored], default=str, indent=2))
    else:
        click.echo(_table([_HEADINGS, *(_row(model) for model in stored)]))


@models.command()
@click.argument("source", metavar="NAME|ID|FOLDER")
@click.option(
    "--engine",
    type=click.Choice([EngineName.CTRANSLATE2.value, EngineName.TRANSFORMERS.value]),
    help="ctranslate2: convert to int8, the default. transformers: keep it as it is.",
)
@click.option("--revision", help="Commit, tag or branch of the Hub.")
@click.option("--force", is_flag=True, help="Install it anew where it is installed.")
def install(
    source: str, engine: str | None, revision: str | None, *, force: bool
) -> None:
    """Install a model, by name, by id of the Hugging Face Hub, or from a folder.

    A download that was cut goes on where it stopped when run again.
    """
    from dwibahasa.model_store import install as install_model

    model = install_model(
        source,
        engine=EngineName(engine) if engine else None,
        revision=revision,
        force=force,
        shows_progress=True,
    )
    click.echo(f"{model.name} is installed; use it with --model {model.name}")


@models.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def info(name: str, *, as_json: bool) -> None:
    """Show what is known of a model."""
    from dwibahasa.model_store import info as model_info

    stored = model_info(name)
    if as_json:
        click.echo(json.dumps(asdict(stored), default=str, indent=2))
    else:
        click.echo(_table(_facts(stored)))


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def verify(names: tuple[str, ...]) -> None:
    """Compare every file of a model with its checksum."""
    from dwibahasa.model_store import verify as verify_model

    for name in names:
        verify_model(name)
        click.echo(f"{name} is whole")


@models.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, *, yes: bool) -> None:
    """Delete an installed model."""
    from dwibahasa.model_store import remove as remove_model

    if not yes:
        click.confirm(f"Delete model {name!r} and its files?", abort=True)
    remove_model(name)
    click.echo(f"{name} is removed")


def _row(stored: StoredModel) -> tuple[str, ...]:
    model, entry = stored.model, stored.entry
    return (
        stored.name,
        stored.state.value,
        model.engine.value if model else "-",
        _size(stored.size_bytes),
        (model.licence if model else entry.licence if entry else "") or "-",
        _scores(stored),
    )


def _facts(stored: StoredModel) -> list[tuple[str, ...]]:
    model, entry = stored.model, stored.entry
    described = model or entry
    facts = {
        "name": stored.name,
        "title": entry.title if entry else "",
        "state": stored.state.value,
        "engine": model.engine.value if model else "",
        "architecture": described.architecture.value if described else "",
        "size": _size(stored.size_bytes),
        "licence": _row(stored)[4],
        "note": entry.note if entry else "",
        "BLEU / chrF": f"{_scores(stored)} (FLORES-200 dev)",
        "origin": model.origin if model else entry.hub_id if entry else "",
        "revision": model.revision if model else entry.revision if entry else "",
        "folder": str(stored.folder or ""),
    }
    return [(name, fact) for name, fact in facts.items() if fact]


def _scores(stored: StoredModel) -> str:
    entry = stored.entry
    if entry is None or entry.flores_dev_bleu is None or entry.flores_dev_chrf is None:
        return "-"
    return f"{entry.flores_dev_bleu:.1f} / {entry.flores_dev_chrf:.1f}"


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:.0f} kB"
    return f"{size_bytes / 1e6:,.0f} MB"


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
