"""Run a job: translate what is not recorded yet, write what is whole."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from dwibahasa import files
from dwibahasa.cluster import fill
from dwibahasa.document import BilingualDocument, Document
from dwibahasa.errors import (
    BlocksLost,
    DiskFull,
    DwibahasaError,
    EmptyInput,
    EngineFailed,
    ModelError,
    Unexpected,
)
from dwibahasa.identity import identity
from dwibahasa.jobs import JobStore, SourceRecord, SourceState
from dwibahasa.model import EngineName
from dwibahasa.progress import Progress, Report, report
from dwibahasa.records import FinishedRecords
from dwibahasa.sources import Request, Source, left_out, plan
from dwibahasa.translator import Records, Translator, load_translator
from dwibahasa.windows import Window, size_bytes, windows


class Batch:
    """A job and the model that does it, which is loaded when it is first needed."""

    def __init__(self, store: JobStore, request: Request, folder: Path) -> None:
        """Say what is to be done.

        Args:
            store: Where the job is kept.
            request: What is to be done.
            folder: Of the outputs, resolved; there is one job for each.

        Raises:
            ModelError: The model is not there.
        """
        self._store = store
        self._request = request
        self._folder = folder
        self._model, self._fingerprint = identity(request)
        self._translator: Translator | None = None

    def run(
        self,
        progress: Progress,
        *,
        cluster: str | None = None,
        is_ready: Callable[[Source], bool] = lambda _: True,
    ) -> Report:
        """Do the job, or go on with it.

        Args:
            progress: Told of each step.
            cluster: Address of the Ray cluster that translates; see `cluster.fill`.
            is_ready: Whether a source is to be done now; others wait.

        Returns:
            What came of it. A source that fails does not stop the others.

        Raises:
            JobRunning: Another process works at it.
            CannotWrite: The folder of outputs cannot be made or written.
            DiskFull: What is translated is kept; the same call goes on with it.
            ModelError: The model cannot be loaded.
            ClusterUnreachable: No cluster answers.
            ClusterFailed: What is translated is kept, as with DiskFull.
        """
        store, request, fingerprint = self._store, self._request, self._fingerprint
        job_id = store.job_id(self._folder)
        with store.lock(job_id):
            planned = self._plan()
            if planned:  # before a night's work, not after it
                files.make_folder(self._folder)
            store.begin(job_id, request, self._model, fingerprint, planned.values())
            known = store.source_records(job_id)
            ready = {name: s for name, s in planned.items() if is_ready(s)}
            files.remove_parts(source.target for source in ready.values())
            progress.begin(len(ready), sum(map(size_bytes, ready.values())))
            words, seconds, shown = 0, 0.0, progress
            if cluster is not None:
                with store.records(job_id, fingerprint, progress.segment) as records:
                    run = _Run(request, fingerprint, self._with(records), progress)
                    fill(records, run.waiting(ready.values(), known), cluster, request)
                # What it found and translated is told of.
                words, seconds, shown = records.words, records.seconds, Progress()
            done = []
            with store.records(job_id, fingerprint, shown.segment) as records:
                run = _Run(request, fingerprint, self._with(records), shown)
                for name, source in ready.items():
                    record = run.outcome(source, known[name])
                    records.commit()
                    store.save(job_id, record)
                    progress.source_done(record, is_new=record is not known[name])
                    done.append(record)
            words, seconds = words + records.words, seconds + records.seconds
            # The speed of a cluster tells nothing of this machine's.
            store.end(job_id, 0 if cluster else words, seconds)
        others = left_out(request.sources, self._folder)
        return report(job_id, self._model, done, words, seconds, others)

    def _plan(self) -> dict[str, Source]:
        request = self._request
        return plan(
            request.sources,
            self._folder,
            request.format_name,
            is_article=request.is_article,
        )

    def _with(self, records: Records) -> Translator:
        if self._translator is None:
            self._translator = _translator(self._request, records)
        return replace(self._translator, records=records)


def export(
    store: JobStore, job_id: int, format_name: str, folder: Path
) -> list[SourceRecord]:
    """Write what a job translated in another format, without an engine.

    Returns:
        What became of each source that is not in the folder.

    Raises:
        JobNotFound: There is none of that number.
        JobRunning: A process works at it.
    """
    request, fingerprint = store.request(job_id)
    progress = Progress()
    tell = progress.segment
    with store.lock(job_id), store.records(job_id, fingerprint, tell) as records:
        translator = _translator(request, FinishedRecords(records, job_id))
        work = _Run(request, fingerprint, translator, progress)
        is_article = request.is_article
        sources = plan(request.sources, folder, format_name, is_article=is_article)
        return [work.attempt(source) for source in sources.values()]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a job and what it works with."""

    request: Request
    fingerprint: bytes
    translator: Translator
    progress: Progress

    def outcome(self, source: Source, before: SourceRecord) -> SourceRecord:
        """Do a source, unless it is done and unchanged."""
        if self._is_done(source, before):
            self.progress.unit(size_bytes(source), before.words)
            self.progress.unit_done()
            return before
        return self.attempt(source)

    def waiting(
        self, sources: Iterable[Source], known: Mapping[str, SourceRecord]
    ) -> Iterator[list[str]]:
        """The segments of each window that is not done, of sources that can be read."""
        for source in sources:
            if self._is_done(source, known[source.task.source]):
                continue
            try:
                for window in windows(source, self.request.options):
                    self.progress.unit(window.size_bytes, _words(window.document))
                    yield self.translator.sources(window.document)
                    self.progress.unit_done()
            except DwibahasaError:
                continue  # writing it will say why

    def _is_done(self, source: Source, before: SourceRecord) -> bool:
        is_there = before.state is SourceState.DONE and source.target.exists()
        return is_there and before.digest == self._digest(source) != b""

    def attempt(self, source: Source) -> SourceRecord:
        """Do a source, or say why it failed."""
        try:
            return self._translated(source)
        except EngineFailed as error:
            failure: DwibahasaError = error
        except (DiskFull, ModelError, sqlite3.Error):
            raise  # the next source would meet it too
        except DwibahasaError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - a night's work goes on without it
            failure = Unexpected(source.task.source, error)
        return SourceRecord(
            source.task.source,
            source.target,
            SourceState.FAILED,
            error=str(failure),
        )

    def _translated(self, source: Source) -> SourceRecord:
        """Translate a source window by window and write it."""
        task, options = source.task, self.request.options
        digest = self._digest(source)
        blocks = written = segments = words = 0
        flags: Counter[str] = Counter()
        warnings: dict[str, None] = {}
        with files.writing(source.target) as file:
            for window in windows(source, options):
                bilingual = self._bilingual(window)
                file.write(window.written(bilingual))
                blocks += len(window.document.blocks)
                written += len(bilingual.blocks)
                segments += len(bilingual.translations)
                words += _words(window.document)
                flags.update(f.value for t in bilingual.translations for f in t.flags)
                warnings |= dict.fromkeys(bilingual.warnings)
            if blocks != written:
                raise BlocksLost(task.source, blocks, written)
            if not blocks:
                raise EmptyInput(task.source)
        return SourceRecord(
            task.source,
            source.target,
            SourceState.DONE,
            digest=digest,
            blocks=blocks,
            blocks_written=written,
            segments=segments,
            words=words,
            flags=flags,
            warnings=tuple(warnings),
        )

    def _bilingual(self, window: Window) -> BilingualDocument:
        self.progress.unit(window.size_bytes, _words(window.document))
        bilingual = self.translator.translate(window.document)
        self.progress.unit_done()
        return bilingual

    def _digest(self, source: Source) -> bytes:
        """A digest of all that the output depends on; empty if it cannot be known."""
        task = source.task
        what = [str(source.target), source.name, task.format_name, task.rewrites]
        what += [*astuple(self.request.options)]
        digest = hashlib.blake2b(self.fingerprint + json.dumps(what).encode())
        if source.path is not None:
            if source.path.exists() and not source.path.is_file():
                return b""  # a pipe, which is read once, or a device without end
            try:
                with source.path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "blake2b").digest())
            except OSError:
                return b""  # reading it will say why
        return digest.digest()


def _translator(request: Request, records: Records) -> Translator:
    return load_translator(
        request.model,
        engine=EngineName(request.engine) if request.engine else None,
        beam_size=request.beam_size,
        records=records,
    )


def _words(document: Document) -> int:
    return sum(len(block.text.split()) for block in document.blocks)
