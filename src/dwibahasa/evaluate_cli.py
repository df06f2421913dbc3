"""The command that scores models and other systems."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dwibahasa.errors import ExtraMissing, storage_error
from dwibahasa.model import EngineName

if TYPE_CHECKING:
    from dwibahasa.evaluate import EvaluationSet, Output


@click.command()
@click.argument("files", nargs=-1, metavar="[SOURCE REFERENCE]...")
@click.option(
    "--model",
    "models",
    multiple=True,
    help="Model to score; may be repeated. Default: that of the settings, or none"
    " where --hypotheses is the only option.",
)
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice([name.value for name in EngineName]),
    help="Runtime of the models; may be repeated. Default: each model's own.",
)
@click.option(
    "--beam-size",
    "beam_sizes",
    multiple=True,
    type=click.IntRange(1, 32),
    help="Hypotheses kept per step; may be repeated. Default: that of the settings.",
)
@click.option(
    "--hypotheses",
    multiple=True,
    metavar="NAME=FILE",
    help="What another system made of the set, a line for each segment. Of several"
    " files under one NAME the first is of the first set, and so on.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write what the models translated to, as SET.SYSTEM.en.",
)
@click.option(
    "--alignment",
    is_flag=True,
    help="Score the word links of the lexicon, on the segment pairs that were linked"
    " by hand, and nothing else.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def evaluate(
    files: tuple[str, ...],
    models: tuple[str, ...],
    engines: tuple[str, ...],
    beam_sizes: tuple[int, ...],
    hypotheses: tuple[str, ...],
    keep: Path | None,
    *,
    alignment: bool,
    as_json: bool,
) -> None:
    """Score models and other systems against human translations.

    Each SOURCE has an Indonesian segment a line, its REFERENCE the English one. Every
    model is scored with every engine and beam size, then the hypotheses of others;
    all are compared with the first. Each set gets corpus BLEU and chrF2 with
    sacrebleu's signatures, and counts of what the targets keep of the sources.
    """
    if alignment:
        click.echo(_alignment(as_json=as_json))
        return
    try:
        from dwibahasa import evaluate as evaluation
    except ImportError as error:
        raise ExtraMissing("evaluating", "evaluate") from error
    if not files or len(files) % 2:
        raise click.UsageError("give a SOURCE and a REFERENCE for each set")
    sets = [
        evaluation.read_set(Path(source), Path(reference))
        for source, reference in zip(files[::2], files[1::2], strict=True)
    ]
    outputs = _read_hypotheses(hypotheses, sets)
    if models or engines or beam_sizes or not hypotheses:
        translated = _translate(sets, models, engines, beam_sizes)
        if keep:
            _write(translated, sets, keep)
        outputs = [a + b for a, b in zip(translated, outputs, strict=True)]
    reports = [
        evaluation.report(own, of_set)
        for own, of_set in zip(sets, outputs, strict=True)
        if of_set
    ]
    click.echo((evaluation.as_json if as_json else evaluation.as_markdown)(reports))


def _alignment(*, as_json: bool) -> str:
    """The alignment error rate of the lexicon."""
    from dwibahasa import alignment_error
    from dwibahasa.lexicon import load_lexicon
    from dwibahasa.settings import aligned_pairs_path

    pairs = alignment_error.read_aligned_pairs(aligned_pairs_path())
    score = alignment_error.score_lexicon(load_lexicon(), pairs)
    if as_json:
        return json.dumps(dataclasses.asdict(score))
    return (
        f"AER {score.error_rate:.3f}, precision {score.precision:.3f},"
        f" recall {score.recall:.3f}, {score.pairs} pairs"
    )


def _read_hypotheses(
    hypotheses: tuple[str, ...], sets: list[EvaluationSet]
) -> list[list[Output]]:
    """The outputs of other systems, for each set those that there are."""
    from dwibahasa.evaluate import read_output

    files: dict[str, list[Path]] = {}
    for value in hypotheses:
        name, is_given, file = value.partition("=")
        if not (name and is_given and file):
            raise click.UsageError(f"--hypotheses is {value!r}; give NAME=FILE")
        files.setdefault(name, []).append(Path(file))
    for name, paths in files.items():
        if len(paths) > len(sets):
            raise click.UsageError(
                f"there are {len(paths)} files of {name!r} and {len(sets)} sets"
            )
    return [
        [
            read_output(paths[index], name, own)
            for name, paths in files.items()
            if index < len(paths)
        ]
        for index, own in enumerate(sets)
    ]


def _translate(
    sets: list[EvaluationSet],
    models: tuple[str, ...],
    engines: tuple[str, ...],
    beam_sizes: tuple[int, ...],
) -> list[list[Output]]:
    """What every model makes of each set, with every engine and beam size."""
    from tqdm import tqdm

    from dwibahasa.evaluate import translate_set
    from dwibahasa.translator import load_translator

    outputs: list[list[Output]] = [[] for _ in sets]
    for model, engine in itertools.product(models or [None], engines or [None]):
        loaded = load_translator(model, engine=EngineName(engine) if engine else None)
        for beam_size in beam_sizes or [loaded.beam_size]:
            translator = dataclasses.replace(loaded, beam_size=beam_size)
            parts = [model or loaded.model, engine, f"beam {beam_size}"]
            system = " ".join(part for part in parts if part)
            for own, of_set in zip(sets, outputs, strict=True):
                with tqdm(
                    total=len(own.sources),
                    desc=f"{own.name}, {system}",
                    unit=" segments",
                    leave=False,
                    disable=None,  # shown only where standard error is a terminal
                ) as bar:
                    of_set.append(translate_set(translator, system, own, bar.update))
    return outputs


def _write(
    outputs: list[list[Output]], sets: list[EvaluationSet], folder: Path
) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for own, of_set in zip(sets, outputs, strict=True):
            for output in of_set:
                system = output.system.replace("/", "_").replace(" ", "-")
                path = folder / f"{own.name}.{system}.en"
                path.write_text("\n".join([*output.targets, ""]), encoding="utf-8")
    except OSError as error:
        raise storage_error(folder, error) from error
