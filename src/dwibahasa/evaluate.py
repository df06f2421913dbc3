"""Score models and other systems against human translations, with signatures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result

from dwibahasa.document import Block, BlockKind, Document
from dwibahasa.errors import EmptyInput, LinesMismatch, UnknownEncoding, UnreadableFile
from dwibahasa.faithfulness import Faithfulness, faithfulness
from dwibahasa.translator import Translator

_RESAMPLES = 1000  # sacrebleu's default for the paired bootstrap


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Segments with human translations.

    Attributes:
        name: Of the source file, without its suffix.
        sources: Indonesian, one segment a line; a line may be empty.
        references: English, as many.
    """

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """What a system made of a set.

    Attributes:
        system: Name of the system.
        targets: English, one for each source.
        seconds: Time that translating took; None for a file.
    """

    system: str
    targets: tuple[str, ...]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A corpus score.

    Attributes:
        score: 0 to 100.
        interval: Half the width of the 95 % interval of bootstrap resamples.
        p_value: That the difference from the first system is chance, by paired
            bootstrap resampling; None for the first.
    """

    score: float
    interval: float
    p_value: float | None


@dataclass(frozen=True, slots=True)
class SystemReport:
    """A system on a set.

    Attributes:
        system: Name of the system.
        bleu: Corpus BLEU.
        chrf: Corpus chrF2.
        faithfulness: What its targets keep of the sources.
        seconds: Time that translating took; None for a file.
    """

    system: str
    bleu: Score
    chrf: Score
    faithfulness: Faithfulness
    seconds: float | None


@dataclass(frozen=True, slots=True)
class SetReport:
    """All systems on a set.

    Attributes:
        name: Of the set.
        segments: How many it has.
        systems: The reports, that of the first system first.
        reference: What the human translations keep of the sources.
        bleu_signature: sacrebleu's.
        chrf_signature: sacrebleu's.
    """

    name: str
    segments: int
    systems: tuple[SystemReport, ...]
    reference: Faithfulness
    bleu_signature: str
    chrf_signature: str


def read_lines(path: Path) -> tuple[str, ...]:
    """Read a text file with a segment on each line; outer spaces are stripped.

    Raises:
        UnreadableFile: It cannot be opened.
        UnknownEncoding: It is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(path, error) from error
    except UnicodeDecodeError as error:
        raise UnknownEncoding(str(path), "another encoding than UTF-8") from error
    # Only a line feed ends a line: a segment may hold other separators.
    return tuple(line.strip() for line in text.removesuffix("\n").split("\n"))


def read_set(source: Path, reference: Path) -> EvaluationSet:
    """Read a set from its two files.

    Raises:
        InputError: A file cannot be read or is empty, or they differ in length.
    """
    sources, references = read_lines(source), read_lines(reference)
    for path, lines in ((source, sources), (reference, references)):
        if not any(lines):
            raise EmptyInput(str(path))
    if len(sources) != len(references):
        raise LinesMismatch(source, len(sources), reference, len(references))
    return EvaluationSet(source.stem, sources, references)


def read_output(path: Path, system: str, source: EvaluationSet) -> Output:
    """Read what another system made of a set; empty lines count as they are.

    Raises:
        InputError: The file cannot be read or has not a line for each source.
    """
    targets = read_lines(path)
    if len(targets) != len(source.sources):
        raise LinesMismatch(path, len(targets), source.name, len(source.sources))
    return Output(system, targets)


def translate_set(
    translator: Translator,
    system: str,
    source: EvaluationSet,
    advance: Callable[[], object],
) -> Output:
    """Translate a set as a document of one paragraph a line.

    Args:
        translator: The system.
        system: Its name in the report.
        source: The set.
        advance: Called after each segment, to show progress.

    Raises:
        EngineFailed: The engine stopped in the middle.
    """
    document = Document(tuple(Block(BlockKind.PARAGRAPH, s) for s in source.sources))
    began = time.monotonic()
    targets = []
    for block in translator.blocks(document):
        targets.append(block.target)
        advance()
    return Output(system, tuple(targets), time.monotonic() - began)


def report(source: EvaluationSet, outputs: Sequence[Output]) -> SetReport:
    """Score the outputs of a set.

    Args:
        source: The set.
        outputs: At least one; the others are compared with the first.
    """
    metrics = {"BLEU": BLEU(), "chrF2": CHRF()}
    test = PairedTest(
        [(output.system, output.targets) for output in outputs],
        metrics,
        references=[source.references],
        test_type="bs",
        n_samples=_RESAMPLES,
    )
    signatures, results = test()
    bleu, chrf = (results[name] for name in metrics)
    return SetReport(
        name=source.name,
        segments=len(source.sources),
        systems=tuple(
            SystemReport(
                output.system,
                _score(bleu[index]),
                _score(chrf[index]),
                faithfulness(source.sources, source.references, output.targets),
                output.seconds,
            )
            for index, output in enumerate(outputs)
        ),
        reference=faithfulness(source.sources, source.references, source.references),
        bleu_signature=signatures["BLEU"].format(),
        chrf_signature=signatures["chrF2"].format(),
    )


def _score(result: str | Result) -> Score:
    assert isinstance(result, Result)
    assert result.ci is not None
    return Score(float(result.score), float(result.ci), result.p_value)


def as_json(reports: Sequence[SetReport]) -> str:
    """All that the reports hold."""
    return json.dumps([asdict(report) for report in reports], indent=2) + "\n"


def as_markdown(reports: Sequence[SetReport]) -> str:
    """Two tables for each set: corpus scores, and what the targets keep."""
    return "\n".join(line for report in reports for line in _tables(report))


def _tables(report: SetReport) -> Iterator[str]:
    yield f"### {report.name}, {report.segments} segments\n"
    yield from _table(
        ("system", "BLEU", "chrF2", "p BLEU", "p chrF2", "seconds"),
        [
            (
                system.system,
                f"{system.bleu.score:.1f} ± {system.bleu.interval:.1f}",
                f"{system.chrf.score:.1f} ± {system.chrf.interval:.1f}",
                _p_value(system.bleu),
                _p_value(system.chrf),
                "-" if system.seconds is None else f"{system.seconds:.0f}",
            )
            for system in report.systems
        ],
    )
    yield f"\nBLEU: `{report.bleu_signature}`; chrF2: `{report.chrf_signature}`;"
    yield "±: 95 % interval; p: of the difference from the first system.\n"
    rows = [(system.system, system.faithfulness) for system in report.systems]
    yield from _table(
        ("system", "numbers", "names", "length", "repetitive", "sentences", "empty"),
        [
            (
                name,
                _share(kept.numbers_kept, kept.numbers),
                _share(kept.names_kept, kept.names),
                f"{kept.length_ratio:.2f}",
                str(kept.repetitive),
                f"{kept.target_sentences} of {kept.source_sentences}",
                str(kept.empty),
            )
            for name, kept in [*rows, ("reference", report.reference)]
        ],
    )
    yield ""


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|---|{'--:|' * (len(headings) - 1)}"
    for name, *cells in rows:
        name = name.replace("|", r"\|")
        yield f"| {' | '.join([name, *cells])} |"


def _p_value(score: Score) -> str:
    return "-" if score.p_value is None else f"{score.p_value:.3f}"


def _share(kept: int, count: int) -> str:
    if not count:
        return "-"
    return f"{kept} of {count} ({100 * kept / count:.1f} %)"
