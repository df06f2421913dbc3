"""How far a job is, for people and for programs, and the report at its end."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from tqdm import tqdm

from dwibahasa.jobs import SourceRecord, SourceState

_LEAST_BAR = 13  # characters, with the percentage before it and the marks around
_INTERVAL_S = 1.0  # between two lines for programs


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run.

    Attributes:
        job: The job's number.
        model: Name of the model.
        done: Sources that are written.
        failed: Sources that are not, each with the reason.
        blocks: Paragraphs and other blocks that were read.
        blocks_written: Those that were written; always as many.
        segments: Segments of the sources that are done.
        flags: How many of those have each flag.
        words: Source words that were translated now, not in a run before.
        seconds: Time that the engine took for them.
        left_out: Files of folders that are in no format that is read, by suffix.
    """

    job: int
    model: str
    done: int
    failed: dict[str, str]
    blocks: int
    blocks_written: int
    segments: int
    flags: dict[str, int]
    words: int
    seconds: float
    left_out: dict[str, int]

    @property
    def words_per_second(self) -> float:
        """The speed of the engine; 0 where it had nothing to do."""
        return self.words / self.seconds if self.seconds else 0.0

    @property
    def sentences(self) -> list[str]:
        """The report for people, a line each."""
        told = f"{self.done} of {self.done + len(self.failed)} files done"
        if self.failed:
            why = f"'dwibahasa jobs show {self.job}'"
            told += f", {len(self.failed)} failed; {why} tells why"
        lines = [told]
        if self.left_out:
            kinds = ", ".join(f"{kind} {n}" for kind, n in self.left_out.items())
            lines.append(f"files of other kinds, left out: {kinds}")
        lines.append(
            f"{self.blocks} paragraphs in, {self.blocks_written} out;"
            f" {self.segments} sentences"
        )
        if self.flags:
            reasons = ", ".join(f"{name} {n}" for name, n in self.flags.items())
            lines.append(f"sentences to doubt, by reason: {reasons}")
        if self.words:
            speed = f"{self.words_per_second:.1f} words per second"
            lines.append(f"{self.words} words translated by {self.model}, {speed}")
        elif self.done:
            lines.append("all of it was translated before")
        return lines


def report(
    job_id: int,
    model: str,
    records: Sequence[SourceRecord],
    words: int,
    seconds: float,
    left_out: Counter[str],
) -> Report:
    """Sum up what became of the sources."""
    done = [record for record in records if record.state is SourceState.DONE]
    flags: Counter[str] = Counter()
    for record in done:
        flags.update(record.flags)
    return Report(
        job_id,
        model,
        len(done),
        {r.name: r.error for r in records if r.state is SourceState.FAILED},
        blocks=sum(record.blocks for record in done),
        blocks_written=sum(record.blocks_written for record in done),
        segments=sum(record.segments for record in done),
        flags=dict(flags.most_common()),
        words=words,
        seconds=seconds,
        left_out=dict(left_out.most_common()),
    )


class Progress:
    """Counts what is done of a job, and shows nothing of it."""

    def __init__(self) -> None:
        self.files = self.files_done = self.files_failed = 0
        self.segments = self.words = 0
        self._size_bytes = self._done_bytes = 0.0
        self._new_words = 0
        self._new_since: float | None = None
        self._unit = (0.0, 0.0)  # bytes, and bytes for each of its words
        self._unit_done = 0.0

    def begin(self, files: int, size_bytes: int) -> None:
        """A run begins."""
        self.files, self._size_bytes = files, size_bytes

    def unit(self, size_bytes: int, words: int) -> None:
        """A source, or a window of it, was read and is translated now."""
        self._unit = size_bytes, size_bytes / max(words, 1)
        self._unit_done = 0.0

    def segment(self, source: str, is_new: bool) -> None:
        """A segment was found or translated."""
        words = len(source.split())
        self.segments += 1
        self.words += words
        if is_new:
            self._new_since = self._new_since or time.monotonic()
            self._new_words += words
        size_bytes, of_word = self._unit
        self._unit_done = min(size_bytes, self._unit_done + words * of_word)
        self.show()

    def unit_done(self) -> None:
        """The source or window is translated."""
        self._done_bytes += self._unit[0]
        self._unit = (0.0, 0.0)
        self._unit_done = 0.0
        self.show()

    def source_done(self, record: SourceRecord, *, is_new: bool) -> None:  # noqa: ARG002
        """A source is done or failed, now or, if not `is_new`, in a former run."""
        if record.state is SourceState.FAILED:
            self.files_failed += 1
        else:
            self.files_done += 1
        self.show()

    def close(self) -> None:
        """The run ends, well or by an error."""

    def end(self, report: Report) -> None:
        """The run has ended well."""

    def show(self) -> None:
        """Show how far it is."""

    @property
    def share(self) -> float:
        """How much of the sources is done, 0 to 1."""
        if not self._size_bytes:
            return 0.0
        return min(1.0, (self._done_bytes + self._unit_done) / self._size_bytes)

    @property
    def words_per_second(self) -> float:
        """The speed of what is translated anew."""
        if self._new_since is None:
            return 0.0
        return self._new_words / max(time.monotonic() - self._new_since, 1e-3)

    @property
    def seconds_left(self) -> float | None:
        """The time that the rest will take; None while nothing tells."""
        speed, share = self.words_per_second, self.share
        if not speed or not share:
            return None
        return self.words / share * (1 - share) / speed

    def sentence(self, room: int) -> str:
        """How far it is in so many characters, or what cannot be left out of it."""
        failed = f", {self.files_failed} failed" if self.files_failed else ""
        files = f"{self.files_done}/{self.files} files{failed}"
        segments = f"{self.segments} segments"
        speed = f"{self.words_per_second:.0f} words/s"
        parts = [files, segments]
        if (left := self.seconds_left) is not None:
            parts += [speed, f"{tqdm.format_interval(left)} left"]
        for least in (segments, speed):
            if len(", ".join(parts)) > room and least in parts:
                parts.remove(least)
        return ", ".join(parts)


class Bar(Progress):
    """A progress bar on standard error where that is a terminal, and a report."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = tqdm(
            total=1.0,
            bar_format="{percentage:3.0f}%|{bar}| {desc}",
            leave=False,
            dynamic_ncols=True,
            disable=None,  # where standard error is no terminal
        )

    def begin(self, files: int, size_bytes: int) -> None:
        """Show that it has begun: loading a model, or joining a cluster, takes time."""
        super().begin(files, size_bytes)
        self.show()
        self._bar.refresh()

    def show(self) -> None:
        """Show how far it is, a few times a second at most."""
        if self._bar.disable:
            return
        room = os.get_terminal_size(sys.stderr.fileno()).columns - _LEAST_BAR
        self._bar.set_description_str(self.sentence(room), refresh=False)
        self._bar.update(self.share - self._bar.n)

    def source_done(self, record: SourceRecord, *, is_new: bool) -> None:
        """Tell of a source that failed, or of which the user should know something."""
        super().source_done(record, is_new=is_new)
        told = [f"{record.name}: {warning}" for warning in record.warnings if is_new]
        if record.state is SourceState.FAILED:
            told.append(record.error)
        for sentence in told:
            self._bar.clear()
            click.echo(f"dwibahasa: {sentence}", err=True)

    def close(self) -> None:
        """Take the bar away, so that nothing is written behind it."""
        self._bar.close()

    def end(self, report: Report) -> None:
        """Show the report."""
        for sentence in report.sentences:
            click.echo(f"dwibahasa: {sentence}", err=True)


class Log(Progress):
    """A line on standard error for each source, with the time."""

    def source_done(self, record: SourceRecord, *, is_new: bool) -> None:
        """Tell what became of a source."""
        super().source_done(record, is_new=is_new)
        if record.state is SourceState.FAILED:
            log(f"failed: {record.error}")
        elif is_new:
            doubtful = sum(record.flags.values())
            told = f", {doubtful} doubts" if doubtful else ""
            log(
                f"{record.name}: {record.blocks} paragraphs, {record.segments}"
                f" sentences{told}, written to {record.target}"
            )
            for warning in record.warnings:
                log(f"{record.name}: {warning}")


class JsonLines(Progress):
    """A JSON object on each line of standard output: a feed for programs."""

    def __init__(self) -> None:
        super().__init__()
        self._told = time.monotonic()

    def show(self) -> None:
        """Tell how far it is, once a second at most."""
        if time.monotonic() - self._told < _INTERVAL_S:
            return
        self._told = time.monotonic()
        left = self.seconds_left
        _print(
            event="progress",
            files=self.files,
            files_done=self.files_done,
            files_failed=self.files_failed,
            segments=self.segments,
            words=self.words,
            words_per_second=round(self.words_per_second, 1),
            share=round(self.share, 4),
            seconds_left=None if left is None else round(left, 1),
        )

    def source_done(self, record: SourceRecord, *, is_new: bool) -> None:
        """Tell what became of a source."""
        super().source_done(record, is_new=is_new)
        _print(
            event="file",
            source=record.name,
            target=str(record.target),
            state=record.state.value,
            is_new=is_new,
            error=record.error,
            blocks=record.blocks,
            segments=record.segments,
            words=record.words,
            flags=dict(record.flags),
            warnings=record.warnings,
        )

    def end(self, report: Report) -> None:
        """Give the report."""
        values = asdict(report)
        values["words_per_second"] = round(report.words_per_second, 1)
        _print(event="report", **values)


def log(sentence: str) -> None:
    """A line with the time on standard error."""
    click.echo(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {sentence}", err=True)


def _print(**values: Any) -> None:
    try:
        click.echo(json.dumps(values, ensure_ascii=False))
    except BrokenPipeError:
        # Who listened has gone, which is no error of the source that is at work. What
        # is not written yet goes nowhere, or Python would try again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
