"""The command line: every command reads, calls, prints."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from dwibahasa import __version__
from dwibahasa.errors import DwibahasaError
from dwibahasa.evaluate_cli import evaluate
from dwibahasa.jobs_cli import (
    dry_run,
    jobs,
    progress_of,
    request_of,
    request_options,
    run_job,
    watch,
)
from dwibahasa.model import EngineName
from dwibahasa.models_cli import models
from dwibahasa.sources import absolute
from dwibahasa.train_cli import train

if TYPE_CHECKING:
    from dwibahasa.document import BilingualDocument, Document
    from dwibahasa.files import Task
    from dwibahasa.memory import Memory
    from dwibahasa.sources import Request
    from dwibahasa.translator import Translator


class _Commands(click.Group):
    """Shows every error of dwibahasa as a sentence and returns its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DwibahasaError as error:
            click.echo(f"dwibahasa: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("dwibahasa: interrupted", err=True)
            ctx.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dwibahasa")
def main() -> None:
    """Translate Indonesian into English and read the two side by side."""


main.add_command(models)
main.add_command(evaluate)
main.add_command(train)
main.add_command(jobs)
main.add_command(watch)


@main.command()
@click.argument("sources", nargs=-1, metavar="[FILE|URL]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, or a folder for several sources. Default: standard output.",
)
@click.option(
    "-d",
    "--output-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a job: SOURCES are files, folders, patterns and addresses, and"
    " the same command goes on where it was interrupted.",
)
@click.option(
    "--from-file",
    # As names of files are decoded, and without a mark that editors of Windows put.
    type=click.File(encoding="utf-8-sig", errors="surrogateescape"),
    help="File with a source on each line, for a job.",
)
@request_options
@click.option(
    "--progress",
    type=click.Choice(["bar", "json"]),
    default="bar",
    help="json: what a job does as JSON Lines on standard output.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let a Ray cluster do a job: its ray://HOST:PORT, or auto for that of this"
    " machine, or one of this machine's cores alone.",
)
@click.option(
    "--dry-run",
    "is_dry",
    is_flag=True,
    help="Count the words of named sources and estimate the time; translate nothing.",
)
@click.option(
    "--no-memory",
    "ignores_memory",
    is_flag=True,
    help="Leave out the corrections made in the reader; a job never takes them.",
)
@click.option("--quiet", is_flag=True, help="Show no progress and no notes.")
def translate(
    sources: tuple[str, ...],
    output: Path | None,
    output_dir: Path | None,
    from_file: TextIO | None,
    progress: str,
    cluster: str | None,
    *,
    is_dry: bool,
    ignores_memory: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Translate files, web pages or standard input.

    Each FILE is read in the format that its name tells; in plain Indonesian text a
    blank line ends a paragraph. Without one, or for "-", standard input is read.
    Where one of several fails, the others are translated and the exit code is 1.
    """
    from dwibahasa import files

    if from_file:
        sources += tuple(line for line in from_file.read().splitlines() if line.strip())
    if output_dir or is_dry:
        if output or not sources or files.STANDARD_INPUT in sources:
            raise click.UsageError("a job needs --output-dir alone, and named sources")
        request = request_of(absolute(sources), **chosen)
    if is_dry:
        dry_run(request, output_dir, as_json=progress == "json")
        return
    if output_dir:
        shown = progress_of(progress, is_quiet=quiet)
        run_job(request, output_dir, shown, cluster)
        return
    if cluster or progress == "json" or any(Path(s).is_dir() for s in sources):
        raise click.UsageError(
            "folders, --cluster and --progress json are for a job: give --output-dir"
        )
    if not sources and sys.stdin.isatty():
        raise click.UsageError("give a FILE, or text on standard input")
    request = request_of(sources or (files.STANDARD_INPUT,), **chosen)
    try:
        tasks = files.tasks(request.sources, output, request.format_name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    translator = _translator(request, ignores_memory=ignores_memory)
    failed = 0
    for task in tasks:
        try:
            _do(task, translator, request, is_quiet=quiet)
        except DwibahasaError as error:
            if len(tasks) == 1:
                raise
            failed += 1
            click.echo(f"dwibahasa: {error}", err=True)
    if failed:
        click.echo(f"dwibahasa: {failed} of {len(tasks)} sources failed", err=True)
        sys.exit(1)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535))
@click.option("--model", help="Name of the model; see 'dwibahasa models list'.")
@click.option("--sample", is_flag=True, help="Put the sample article in the library.")
def serve(host: str, port: int, model: str | None, *, sample: bool) -> None:
    """Serve the bilingual reader to a browser on this computer."""
    from dwibahasa import files, web
    from dwibahasa.library import Library
    from dwibahasa.settings import settings
    from dwibahasa.translator import load_translator

    library = Library(settings().library_path)
    if sample:
        library.add(files.sample())

    def load(name: str | None = model) -> Translator:
        return load_translator(name)

    app = web.create_app(library, load, host=host)
    web.serve(app, host, port)


def _translator(request: Request, *, ignores_memory: bool) -> Translator:
    """A translator with the settings and the corrections of the user."""
    from dwibahasa.translator import load_translator

    translator = load_translator(
        request.model,
        engine=EngineName(request.engine) if request.engine else None,
        beam_size=request.beam_size,
    )
    return replace(translator, memory=None if ignores_memory else _memory())


def _memory() -> Memory | None:
    """The translation memory of the user's library, where there is one."""
    from dwibahasa.database import Database
    from dwibahasa.memory import Memory
    from dwibahasa.settings import settings

    path = settings().library_path
    return Memory(Database(path)) if path.exists() else None


def _do(
    task: Task, translator: Translator, request: Request, *, is_quiet: bool
) -> None:
    """Read a source, translate it and write it."""
    from dwibahasa import files

    document, original = task.read(request.options)
    bilingual = _translated(translator, document, is_quiet=is_quiet)
    content = task.written(bilingual, original, request.options)
    if task.target is None:
        click.echo(content, nl=False)
    else:
        files.write(content, task.target)


def _translated(
    translator: Translator, document: Document, *, is_quiet: bool
) -> BilingualDocument:
    """Translate with a progress bar, and tell what the reader should doubt."""
    from tqdm import tqdm

    from dwibahasa.document import BilingualDocument
    from dwibahasa.segment import segments

    bar = tqdm(
        total=len(segments(document)),
        desc=document.source or "translating",
        unit=" sentences",
        leave=False,
        # None: only where standard error is a terminal.
        disable=True if is_quiet else None,
    )
    blocks = []
    with bar:
        for block in translator.blocks(document):
            blocks.append(block)
            bar.update(len(block.translations))
    bilingual = BilingualDocument(
        document,
        tuple(blocks),
        model=translator.model,
        warnings=translator.warnings(document),
    )
    if not is_quiet:
        _tell(bilingual)
    return bilingual


def _tell(bilingual: BilingualDocument) -> None:
    """Notes on standard error about what the reader should doubt."""
    name = bilingual.document.source or "standard input"
    for warning in bilingual.warnings:
        click.echo(f"dwibahasa: {name}: {warning}", err=True)
    origins = Counter(t.origin.value for t in bilingual.translations)
    if remembered := origins["memory"]:
        click.echo(
            f"dwibahasa: {name}: {remembered} of {len(bilingual.translations)}"
            " sentences are as you corrected them in the reader; --no-memory leaves"
            " that out",
            err=True,
        )
    flags = Counter(f.value for t in bilingual.translations for f in t.flags[:1])
    if flags:
        reasons = ", ".join(f"{reason} {n}" for reason, n in flags.most_common())
        click.echo(
            f"dwibahasa: {name}: {flags.total()} of {len(bilingual.translations)}"
            f" sentences are doubtful ({reasons}); --format json marks them",
            err=True,
        )
