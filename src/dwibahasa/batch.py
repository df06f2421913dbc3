"""Run a job: translate what is not recorded yet, write what is whole."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from dwibahasa import __version__, files
from dwibahasa.errors import (
    BlocksLost,
    CannotRewrite,
    DiskFull,
    DwibahasaError,
    EngineFailed,
    ModelError,
    Unexpected,
)
from dwibahasa.formats import FORMATS
from dwibahasa.jobs import JobStore, SourceRecord, SourceState
from dwibahasa.model import CHECKSUM_FILE, EngineName
from dwibahasa.model_store import find
from dwibahasa.progress import Progress, Report, report
from dwibahasa.records import FinishedRecords
from dwibahasa.settings import settings
from dwibahasa.sources import Request, Source, plan
from dwibahasa.translator import Records, Translator, load_translator

_BYTES_OF_A_PAGE = 5_000  # of text; what an address counts for


def run(store: JobStore, request: Request, folder: Path, progress: Progress) -> Report:
    """Do a job, or go on with it.

    Args:
        store: Where the job is kept.
        request: What is to be done.
        folder: Of the outputs, absolute; there is one job for each.
        progress: Told of each step.

    Returns:
        What came of it. A source that fails does not stop the others.

    Raises:
        JobRunning: Another process works at it.
        DiskFull: What is translated is kept; the same call goes on with it.
        ModelError: The model is not there.
    """
    model, fingerprint = identity(request)
    job_id = store.job_id(folder)
    with store.lock(job_id):
        sources = plan(request.sources, folder, request.format_name)
        store.begin(job_id, request, model, fingerprint, sources.values())
        files.remove_parts(source.target for source in sources.values())
        progress.begin(len(sources), sum(map(_size_bytes, sources.values())))
        known = store.source_records(job_id)
        done = []
        with store.records(job_id, fingerprint, progress.segment) as records:
            work = _Run(request, fingerprint, _translator(request, records), progress)
            for name, source in sources.items():
                record = work.outcome(source, known[name])
                records.commit()
                store.save(job_id, record)
                progress.source_done(record)
                done.append(record)
        store.end(job_id, records.words, records.seconds)
    measured = records.words, records.seconds
    return report(job_id, model, done, *measured)


def export(store: JobStore, job_id: int, format_name: str, folder: Path) -> list[str]:
    """Write what a job translated in another format, without an engine.

    Returns:
        Why each source failed that is not written.

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
        sources = plan(request.sources, folder, format_name).values()
        done = [work.attempt(source) for source in sources]
    return [record.error for record in done if record.error]


def identity(request: Request) -> tuple[str, bytes]:
    """The name of the model, and a digest of all that a target depends on.

    Raises:
        ModelError: There is no such model.
    """
    folder, model = find(request.model or settings().model)
    checksums = folder / CHECKSUM_FILE
    if checksums.is_file():
        version = checksums.read_text(encoding="utf-8")
    else:
        entries = sorted((p.name, p.stat()) for p in folder.iterdir() if p.is_file())
        version = str([(name, s.st_size, s.st_mtime_ns) for name, s in entries])
    parts = [
        __version__,
        model.name,
        version,
        request.engine or model.engine,
        request.beam_size or settings().beam_size,
    ]
    return model.name, hashlib.blake2b(json.dumps(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a job and what it works with."""

    request: Request
    fingerprint: bytes
    translator: Translator
    progress: Progress

    def outcome(self, source: Source, before: SourceRecord) -> SourceRecord:
        """Do a source, unless it is done and unchanged."""
        is_done = before.state is SourceState.DONE and source.target.exists()
        if is_done and before.digest == self._digest(source):
            self.progress.unit(_size_bytes(source), before.words)
            self.progress.unit_done()
            return before
        return self.attempt(source)

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
        """Translate a source as a whole and write it."""
        task, options = source.task, self.request.options
        digest = self._digest(source)
        if task.rewrites and not FORMATS[task.format_name].rewrites:
            written = (f.name for f in FORMATS.values() if f.writes)
            raise CannotRewrite(task.source, written)
        document, original = task.read(options)
        # Outputs that tell their source are the same wherever the folder lies.
        document = replace(document, source=source.name)
        words = sum(len(block.text.split()) for block in document.blocks)
        self.progress.unit(_size_bytes(source), words)
        bilingual = self.translator.translate(document)
        if len(bilingual.blocks) != len(document.blocks):
            raise BlocksLost(task.source, len(document.blocks), len(bilingual.blocks))
        files.write(task.written(bilingual, original, options), source.target)
        self.progress.unit_done()
        flags = Counter(f.value for t in bilingual.translations for f in t.flags[:1])
        return SourceRecord(
            task.source,
            source.target,
            SourceState.DONE,
            digest=digest,
            blocks=len(document.blocks),
            blocks_written=len(bilingual.blocks),
            segments=len(bilingual.translations),
            words=words,
            flags=flags,
        )

    def _digest(self, source: Source) -> bytes:
        """A digest of all that the output depends on; empty if it cannot be read."""
        task = source.task
        what = [str(source.target), source.name, task.format_name, task.rewrites]
        what += [*self.request.fields, self.request.target_field]
        digest = hashlib.blake2b(self.fingerprint + json.dumps(what).encode())
        if source.path is not None:
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


def _size_bytes(source: Source) -> int:
    if source.path is None:
        return _BYTES_OF_A_PAGE
    return source.path.stat().st_size if source.path.is_file() else 0
