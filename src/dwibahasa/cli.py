"""The command line: every command reads, calls, prints."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dwibahasa import __version__
from dwibahasa.errors import DwibahasaError
from dwibahasa.evaluate_cli import evaluate
from dwibahasa.formats import FORMATS
from dwibahasa.formats.options import DEFAULTS, Options
from dwibahasa.model import EngineName
from dwibahasa.models_cli import models
from dwibahasa.train_cli import train

if TYPE_CHECKING:
    from dwibahasa.document import BilingualDocument, Document
    from dwibahasa.translator import Translator


class _Commands(click.Group):
    """Shows every error of dwibahasa as a sentence and returns its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DwibahasaError as error:
            click.echo(f"dwibahasa: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dwibahasa")
def main() -> None:
    """Translate Indonesian into English and read the two side by side."""


main.add_command(models)
main.add_command(evaluate)
main.add_command(train)


@main.command()
@click.argument("sources", nargs=-1, metavar="[FILE|URL]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, or a folder for several sources. Default: standard output.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["same", *(f.name for f in FORMATS.values() if f.writes)]),
    help="same: as the source, with English in place of Indonesian. text: English"
    " alone. markdown: a table. html: a page with both versions side by side. json,"
    " jsonl, csv, tsv: segments with scores and flags. Default: by the name of the"
    " output, else text.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="Field of JSON Lines, or column of a table by name or number, with"
    " Indonesian; may be repeated. Default: one of a usual name, else the column"
    " with sentences.",
)
@click.option(
    "--target-field",
    default=DEFAULTS.target_field,
    show_default=True,
    metavar="NAME",
    help="Field or column of English that --format same adds.",
)
@click.option("--model", help="Name of the model; see 'dwibahasa models list'.")
@click.option(
    "--engine",
    type=click.Choice([name.value for name in EngineName]),
    help="Runtime of the model. Default: the model's own.",
)
@click.option(
    "--beam-size",
    type=click.IntRange(1, 32),
    help="Hypotheses kept per step; 1 is fastest.",
)
@click.option("--quiet", is_flag=True, help="Show no progress and no notes.")
def translate(
    sources: tuple[str, ...],
    output: Path | None,
    format_name: str | None,
    fields: tuple[str, ...],
    target_field: str,
    model: str | None,
    engine: str | None,
    beam_size: int | None,
    *,
    quiet: bool,
) -> None:
    """Translate files, web pages or standard input.

    Each FILE is read in the format that its name tells; in plain Indonesian text a
    blank line ends a paragraph. Without one, or for "-", standard input is read.
    Where one of several fails, the others are translated and the exit code is 1.
    """
    from dwibahasa import files

    if not sources and sys.stdin.isatty():
        raise click.UsageError("give a FILE, or text on standard input")
    try:
        jobs = files.jobs(list(sources) or [files.STANDARD_INPUT], output, format_name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    options = Options(fields, target_field)
    translator = _translator(model, engine, beam_size)
    failed = 0
    for job in jobs:
        try:
            document, original = job.read(options)
            bilingual = _translated(translator, document, is_quiet=quiet)
            content = job.written(bilingual, original, options)
            if job.target is None:
                click.echo(content, nl=False)
            else:
                files.write(content, job.target)
        except DwibahasaError as error:
            if len(jobs) == 1:
                raise
            failed += 1
            click.echo(f"dwibahasa: {error}", err=True)
    if failed:
        click.echo(f"dwibahasa: {failed} of {len(jobs)} sources failed", err=True)
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
    app = web.create_app(library, lambda: load_translator(model), host=host)
    web.serve(app, host, port)


def _translator(
    model: str | None, engine: str | None, beam_size: int | None
) -> Translator:
    """A translator with the settings of the user."""
    from dwibahasa.translator import load_translator

    return load_translator(
        model,
        engine=EngineName(engine) if engine else None,
        beam_size=beam_size,
    )


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
    flags = Counter(f.value for t in bilingual.translations for f in t.flags[:1])
    if flags:
        reasons = ", ".join(f"{reason} {n}" for reason, n in flags.most_common())
        click.echo(
            f"dwibahasa: {name}: {flags.total()} of {len(bilingual.translations)}"
            f" sentences are doubtful ({reasons}); --format json marks them",
            err=True,
        )
