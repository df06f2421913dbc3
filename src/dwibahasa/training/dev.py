"""Score a model on dev sets while it is trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sacrebleu

from dwibahasa.training.errors import DevSetError


@dataclass(frozen=True, slots=True)
class DevSet:
    """The first lines of a dev set.

    Attributes:
        name: Of its files.
        sources: Indonesian segments.
        references: Their human translations.
    """

    name: str
    sources: list[str]
    references: list[str]


@dataclass(frozen=True, slots=True)
class DevScore:
    """What greedy search made of a dev set.

    Attributes:
        name: Of the dev set.
        bleu: Corpus BLEU with sacrebleu's defaults, 0 to 100.
        chrf: chrF2 with sacrebleu's defaults, 0 to 100.
    """

    name: str
    bleu: float
    chrf: float


def read_dev_sets(folder: Path, lines: Mapping[str, int]) -> list[DevSet]:
    """Read the first lines of the named dev sets.

    Raises:
        DevSetError: A file is missing or is no text, or its two differ in length.
    """
    sets = []
    for name, count in lines.items():
        sources = _read_lines(folder / f"{name}.id")
        references = _read_lines(folder / f"{name}.en")
        if len(sources) != len(references):
            raise DevSetError(
                folder / f"{name}.en",
                f"it has {len(references)} lines and {name}.id has {len(sources)};"
                " give as many",
            )
        sets.append(DevSet(name, sources[:count], references[:count]))
    return sets


def _read_lines(path: Path) -> list[str]:
    try:
        # Only a line feed ends a line: a segment may hold other separators.
        return path.read_text("utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        reason = f"{error.strerror}; correct dev_sets and dev_lines in the recipe"
        raise DevSetError(path, reason) from error
    except UnicodeDecodeError as error:
        raise DevSetError(path, "it is not UTF-8; convert it") from error


def score_dev_sets(
    translate: Callable[[Sequence[str]], list[str]], sets: Sequence[DevSet]
) -> list[DevScore]:
    """Translate the dev sets and score them, in their order."""
    sources = [source for dev_set in sets for source in dev_set.sources]
    hypotheses = iter(translate(sources))
    scores = []
    for dev_set in sets:
        targets = [next(hypotheses) for _ in dev_set.sources]
        bleu = sacrebleu.corpus_bleu(targets, [dev_set.references]).score
        chrf = sacrebleu.corpus_chrf(targets, [dev_set.references]).score
        scores.append(DevScore(dev_set.name, bleu, chrf))
    return scores
