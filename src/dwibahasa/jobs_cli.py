"""The commands on jobs: run, list, show, retry, export and remove them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dwibahasa.formats import FORMATS
from dwibahasa.formats.options import DEFAULTS
from dwibahasa.model import EngineName
from dwibahasa.sources import SAME, Request, absolute

if TYPE_CHECKING:
    from dwibahasa.jobs import JobStore, JobSummary
    from dwibahasa.progress import Progress

_OUTPUT_FORMATS = [SAME, *(f.name for f in FORMATS.values() if f.writes)]
_HEADINGS = ("ID", "STATE", "SOURCES", "SEGMENTS", "MODEL", "UPDATED", "FOLDER")
_NO_SOURCES = (
    "there is no file that can be read in those folders; what is in the folder of the"
    " outputs is no source"
)
_REQUEST_OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice(_OUTPUT_FORMATS),
        help="same: as the source, with English in place of Indonesian. text: English"
        " alone. markdown: a table. html: a page with both versions side by side. docx,"
        " epub, epub-facing: both versions. tmx, xliff, xliff2, json, jsonl, csv, tsv:"
        " segments with scores and flags. Default: by the name of the"
        " output; in a folder of a job same where that can be, else text.",
    ),
    click.option(
        "--field",
        "fields",
        multiple=True,
        metavar="NAME",
        help="Field of JSON Lines, or column of a table by name or number, with"
        " Indonesian; may be repeated. Default: one of a usual name, else the column"
        " with sentences.",
    ),
    click.option(
        "--target-field",
        default=DEFAULTS.target_field,
        show_default=True,
        metavar="NAME",
        help="Field or column of English that --format same adds.",
    ),
    click.option(
        "--article",
        "is_article",
        is_flag=True,
        help="Read of HTML files the article alone, without menus and advertisements,"
        " as of addresses; not with --format same.",
    ),
    click.option("--model", help="Name of the model; see 'dwibahasa models list'."),
    click.option(
        "--engine",
        type=click.Choice([name.value for name in EngineName]),
        help="Runtime of the model. Default: the model's own.",
    ),
    click.option(
        "--beam-size",
        type=click.IntRange(1, 32),
        help="Hypotheses kept per step; 1 is fastest.",
    ),
)
_Command = TypeVar("_Command", bound=Callable[..., None])


def request_of(sources: tuple[str, ...], **chosen: Any) -> Request:
    """The request that the options of `request_options` make.

    Raises:
        click.UsageError: Two of them contradict each other.
    """
    if chosen["is_article"] and chosen["format_name"] == SAME:
        raise click.UsageError(
            "--article reads the article alone and --format same writes the whole"
            " page; leave out one of them"
        )
    return Request(sources, **chosen)


def request_options(command: _Command) -> _Command:
    """The options that make a Request with the sources."""
    for option in reversed(_REQUEST_OPTIONS):
        command = option(command)
    return command


def run_job(
    request: Request, folder: Path, progress: Progress, cluster: str | None = None
) -> None:
    """Do a job or go on with it, and exit with 1 where a source failed."""
    from dwibahasa.batch import Batch

    try:
        batch = Batch(_store(), request, folder.resolve())
        report = batch.run(progress, cluster=cluster)
    finally:
        progress.close()
    if not report.done and not report.failed:
        raise click.UsageError(_NO_SOURCES)
    progress.end(report)
    if report.failed:
        sys.exit(1)


def dry_run(request: Request, folder: Path | None, *, as_json: bool) -> None:
    """Tell what a job will take, and exit with 1 where a source cannot be read."""
    from dwibahasa.estimate import estimate

    told = estimate(_store(), request, folder and folder.resolve())
    if as_json:
        values = {**asdict(told), "seconds": round(told.seconds)}
        click.echo(json.dumps({"event": "estimate", **values}, ensure_ascii=False))
    else:
        for reason in told.failed.values():
            click.echo(f"dwibahasa: {reason}", err=True)
        click.echo(told.sentence)
    if told.failed:
        sys.exit(1)


def progress_of(kind: str, *, is_quiet: bool) -> Progress:
    """How a run shows what it does."""
    from dwibahasa.progress import Bar, JsonLines, Progress

    if kind == "json":
        return JsonLines()
    return Progress() if is_quiet else Bar()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-d",
    "--output-dir",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to.",
)
@click.option(
    "--settle",
    "settle_s",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    help="Seconds for which a file must not change before it is translated.",
)
@request_options
def watch(folder: Path, output_dir: Path, settle_s: float, **chosen: Any) -> None:
    """Translate each file that is in FOLDER or is put there, until interrupted."""
    from dwibahasa.batch import Batch
    from dwibahasa.progress import Log
    from dwibahasa.watch import watch as watch_folder

    request = request_of(absolute([str(folder)]), **chosen)
    batch = Batch(_store(), request, output_dir.resolve())
    watch_folder(batch, folder.absolute(), Log(), settle_s=settle_s)


@click.group()
def jobs() -> None:
    """List, show, retry, export and remove jobs of 'translate --output-dir'."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_(*, as_json: bool) -> None:
    """List the jobs, latest first."""
    summaries = _store().summaries()
    if as_json:
        click.echo(json.dumps([asdict(s) for s in summaries], default=str, indent=2))
        return
    rows = [_HEADINGS, *(_row(summary) for summary in summaries)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@jobs.command()
@click.argument("job_id", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def show(job_id: int, *, as_json: bool) -> None:
    """Show a job and each of its sources."""
    store = _store()
    summary = store.summary(job_id)
    records = [
        {name: v for name, v in asdict(record).items() if name != "digest"}
        for record in store.source_records(job_id).values()
    ]
    if as_json:
        told = {**asdict(summary), "files": records}
        click.echo(json.dumps(told, default=str, indent=2, ensure_ascii=False))
        return
    for heading, cell in zip(_HEADINGS, _row(summary), strict=True):
        click.echo(f"{heading.lower()}: {cell}")
    for record in records:
        why = f": {record['error']}" if record["error"] else ""
        click.echo(f"{record['state']}  {record['name']} -> {record['target']}{why}")
        notes = list(record["warnings"])
        if record["flags"]:
            reasons = ", ".join(f"{name} {n}" for name, n in record["flags"].items())
            notes.append(f"sentences to doubt, by reason: {reasons}")
        for sentence in notes:
            click.echo(f"  {sentence}")


@jobs.command()
@click.argument("job_id", type=int, metavar="ID")
@click.option("--quiet", is_flag=True, help="Show no progress and no report.")
def retry(job_id: int, *, quiet: bool) -> None:
    """Run a job again: what failed or was changed, not what is done."""
    store = _store()
    request, _ = store.request(job_id)
    folder = store.summary(job_id).folder
    run_job(request, folder, progress_of("bar", is_quiet=quiet))


@jobs.command()
@click.argument("job_id", type=int, metavar="ID")
@click.option(
    "--format",
    "format_name",
    required=True,
    type=click.Choice(_OUTPUT_FORMATS),
    help="As that of 'translate'.",
)
@click.option(
    "-d",
    "--output-dir",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to.",
)
def export(job_id: int, format_name: str, output_dir: Path) -> None:
    """Write what a job translated in another format; nothing is translated."""
    from dwibahasa.batch import export as export_job

    records = export_job(_store(), job_id, format_name, output_dir.resolve())
    if not records:
        raise click.UsageError(_NO_SOURCES)
    failed = [record.error for record in records if record.error]
    for reason in failed:
        click.echo(f"dwibahasa: {reason}", err=True)
    if failed:
        sys.exit(1)


@jobs.command()
@click.argument("job_id", type=int, metavar="ID")
def remove(job_id: int) -> None:
    """Forget a job and the texts kept of it; what it wrote stays."""
    _store().remove(job_id)


def _store() -> JobStore:
    from dwibahasa.jobs import JobStore
    from dwibahasa.settings import settings

    return JobStore(settings().jobs_path)


def _row(summary: JobSummary) -> tuple[str, ...]:
    return (
        str(summary.id),
        _state(summary),
        f"{summary.done}/{summary.sources}",
        str(summary.segments),
        summary.model,
        f"{datetime.fromisoformat(summary.updated).astimezone():%Y-%m-%d %H:%M}",
        str(summary.folder),
    )


def _state(summary: JobSummary) -> str:
    if summary.is_running:
        return "running"
    if not summary.sources:
        return "empty"
    if summary.done == summary.sources:
        return "done"
    return "failed" if summary.failed else "interrupted"
