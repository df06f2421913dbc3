"""What a job will take, before it is begun: words and time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dwibahasa import files
from dwibahasa.document import Document
from dwibahasa.errors import DwibahasaError
from dwibahasa.identity import identity
from dwibahasa.jobs import JobStore
from dwibahasa.model import EngineName
from dwibahasa.records import JobRecords
from dwibahasa.segment import segments
from dwibahasa.sources import Request, plan
from dwibahasa.translator import load_translator
from dwibahasa.windows import windows

_NOWHERE = Path(os.devnull)  # the folder of outputs where there are none
_BLOCKS_TO_MEASURE = 6  # of the sample article: some 110 words


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a job will take.

    Attributes:
        sources: Sources that can be read.
        failed: Those that cannot, each with the reason.
        words: Words of all sources that can be read.
        words_left: Those of distinct segments in a source that are not recorded.
        words_per_second: The speed of this machine with the model.
        is_measured_now: Whether no former job told the speed.
    """

    sources: int
    failed: dict[str, str]
    words: int
    words_left: int
    words_per_second: float
    is_measured_now: bool

    @property
    def seconds(self) -> float:
        """The time that it will take."""
        return self.words_left / self.words_per_second

    @property
    def sentence(self) -> str:
        """The estimate for people."""
        took = timedelta(seconds=round(self.seconds))
        how = "now" if self.is_measured_now else "in a former job"
        return (
            f"{self.sources} files, {self.words} words, {self.words_left} of them to"
            f" translate: about {took} at {self.words_per_second:.1f} words per second"
            f" (measured {how})"
        )


def estimate(store: JobStore, request: Request, folder: Path | None) -> Estimate:
    """Read all sources of a job, and tell what it will take; nothing is written.

    Args:
        store: Where jobs are kept.
        request: What is to be done.
        folder: Of the outputs, absolute; without one nothing is taken for done.

    Raises:
        ModelError: The model is not there.
    """
    _, fingerprint = identity(request)
    sources = plan(
        request.sources,
        folder or _NOWHERE,
        request.format_name,
        is_article=request.is_article,
    )
    words = words_left = 0
    failed = {}
    with _records(store, folder, fingerprint) as records:
        for name, source in sources.items():
            own = own_left = 0
            try:
                for window in windows(source, request.options):
                    own += sum(len(b.text.split()) for b in window.document.blocks)
                    own_left += _words_left(window.document, records)
            except DwibahasaError as error:
                failed[name] = str(error)
                continue
            words, words_left = words + own, words_left + own_left
    known = store.words_per_second(fingerprint)
    return Estimate(
        len(sources) - len(failed),
        failed,
        words,
        words_left,
        known or _measured(request),
        is_measured_now=known is None,
    )


@contextmanager
def _records(
    store: JobStore, folder: Path | None, fingerprint: bytes
) -> Iterator[JobRecords | None]:
    job_id = next((s.id for s in store.summaries() if s.folder == folder), None)
    if job_id is None:
        yield None
        return
    with store.records(job_id, fingerprint, lambda *_: None) as records:
        yield records


def _words_left(document: Document, records: JobRecords | None) -> int:
    sources = {segment.source for segment in segments(document)}
    found = records.found(list(sources)) if records else {}
    return sum(len(source.split()) for source in sources if source not in found)


def _measured(request: Request) -> float:
    """Words per second of the first paragraphs of the sample article."""
    translator = load_translator(
        request.model,
        engine=EngineName(request.engine) if request.engine else None,
        beam_size=request.beam_size,
    )
    sample = files.sample()
    # The first call of an engine takes longer than those that follow.
    translator.translate(Document(sample.blocks[:1]))
    measured = Document(sample.blocks[1 : _BLOCKS_TO_MEASURE + 1])
    began = time.monotonic()
    translator.translate(measured)
    words = sum(len(block.text.split()) for block in measured.blocks)
    return words / (time.monotonic() - began)
