"""Translate the segments of a job on the machines of a Ray cluster.

The cluster only fills the job's records; sources are read and outputs written where the
command runs, by the same code and to the same bytes as without a cluster.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dwibahasa.document import Flag, Hypothesis
from dwibahasa.errors import (
    ClusterFailed,
    ClusterUnreachable,
    EngineFailed,
    ExtraMissing,
)
from dwibahasa.identity import identity
from dwibahasa.model import EngineName
from dwibahasa.records import JobRecords
from dwibahasa.settings import settings
from dwibahasa.sources import Request
from dwibahasa.translator import Checked, Translator, load_translator

if TYPE_CHECKING:
    import pyarrow

_SEGMENTS_AT_ONCE = 100_000  # in one run of Ray Data; the engines are loaded for each
# What is done again where a worker is lost is one task.
_TASKS_OF_WORKER = 8  # at the least, where there are as many segments
_LARGEST_TASK = 512  # segments
_LARGEST_OUTPUT_BYTES = 1_000_000  # of a task
_OBJECT_STORE_BYTES = 100_000_000  # of a cluster of one's own; segments are small
_HEAD = {"node:__internal_head__": 0.001}  # the resource by which Ray marks the head
_TOKEN = Path.home() / ".ray" / "auth_token"  # Ray's own place
_PATIENCE_S = 20.0  # for a head that refuses; Ray itself asks a silent one for 30 s
_ATTEMPTS = 5  # at a head that answers but starts nothing; one may take half a minute
_PAUSE_S = 1.0  # between two attempts


def fill(
    records: JobRecords,
    windows: Iterable[Sequence[str]],
    address: str,
    request: Request,
) -> None:
    """Translate all segments that have no record, on a cluster.

    Segments with which the engine fails get none.

    Args:
        records: Asked first, and told what is translated.
        windows: Segments, distinct in each.
        address: "auto" for the cluster that runs on this machine, or for one that is
            started for the job; else one that Ray knows, such as "ray://host:10001".
        request: The model and the decoding.

    Raises:
        ExtraMissing: Ray is not installed.
        ClusterUnreachable: No cluster answers at the address.
        ClusterFailed: It refuses the job, is lost, or cannot load the engines.
    """
    _set_environment(address)
    try:
        import ray
    except ImportError as error:
        raise ExtraMissing("--cluster", "cluster") from error
    with ExitStack() as stack:
        # Where all is there no cluster is asked for.
        join = cache(lambda: stack.enter_context(_joined(address)))

        def translate(sources: Sequence[str]) -> Iterator[Checked]:
            join()
            return _translated(sources, request)

        try:
            for wave in _waves(windows):
                for _ in records.fill(wave, translate):
                    pass
                records.commit()
        except (ray.exceptions.RayError, ConnectionError) as error:
            raise ClusterFailed(address, _reason(error)) from error


def load_worker(request: Request, fingerprint: bytes, threads: int) -> Translator:
    """The translator of a worker, which must be the same as where the job is run.

    Raises:
        ModelError: The model is not there or cannot be loaded.
        ValueError: It is another version than where the job is run.
    """
    if identity(request)[1] != fingerprint:
        raise ValueError("model or version of dwibahasa differ from those of the job")
    return load_translator(
        request.model,
        engine=EngineName(request.engine) if request.engine else None,
        beam_size=request.beam_size,
        threads=threads,
    )


class Worker:
    """An engine on one of the machines, as Ray Data wants it."""

    def __init__(self, request: Request, fingerprint: bytes, threads: int) -> None:
        self._translator = load_worker(request, fingerprint, threads)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        """Translate a column `source`; rows come in any order, failed ones not."""
        import pyarrow

        rows = list(_checked(self._translator, batch["source"].to_pylist()))
        columns = {
            "source": [source for source, _, _ in rows],
            "target": [hypothesis.target for _, hypothesis, _ in rows],
            "score": [hypothesis.score for _, hypothesis, _ in rows],
            "flags": [" ".join(flags) for _, _, flags in rows],
        }
        # Types are told: an empty column has none.
        text, number = pyarrow.string(), pyarrow.float64()
        types = [("source", text), ("target", text), ("score", number), ("flags", text)]
        return pyarrow.table(columns, schema=pyarrow.schema(types))


def _checked(translator: Translator, sources: Sequence[str]) -> Iterator[Checked]:
    """Translate segments; those with which the engine fails are left out."""
    done = set()
    try:
        for checked in translator.checked(sources):
            done.add(checked[0])
            yield checked
    except EngineFailed:
        left = [source for source in sources if source not in done]
        for source in left if len(sources) > 1 else ():
            yield from _checked(translator, [source])


def _waves(windows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """Windows joined to many distinct segments."""
    wave: dict[str, None] = {}
    for window in windows:
        wave |= dict.fromkeys(window)
        if len(wave) >= _SEGMENTS_AT_ONCE:
            yield list(wave)
            wave = {}
    if wave:
        yield list(wave)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """Ray Data with one engine for each worker.

    Attributes:
        worker: The class of the workers.
        arguments: What each worker is made with.
        threads: Cores of each worker.
        workers: How many there is room for.
    """

    worker: type[Worker]
    arguments: tuple[Request, bytes, int]
    threads: int
    workers: int

    def tables(self, sources: Sequence[str]) -> Iterator[pyarrow.Table]:
        """What the workers make of segments, as it is done."""
        import ray.data

        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        # Ray Data holds tasks back whose outputs might fill the object store; without
        # this it takes each for 128 MB.
        context.target_max_block_size = _LARGEST_OUTPUT_BYTES
        tasks = _tasks(len(sources), self.workers)
        dataset = ray.data.from_items(
            [{"source": source} for source in sources], override_num_blocks=tasks
        ).map_batches(
            self.worker,
            fn_constructor_args=self.arguments,
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=min(self.workers, tasks)),
            num_cpus=self.threads,
        )
        yield from dataset.iter_batches(batch_size=None, batch_format="pyarrow")

    def tables_from_head(self, sources: Sequence[str]) -> Iterator[pyarrow.Table]:
        """The same through a Ray client, which cannot run Ray Data: the head does."""
        import ray

        place = ray.remote(num_cpus=0, resources=_HEAD)(_Proxy)
        proxy = place.remote(self, sources)
        while (table := ray.get(proxy.next_table.remote())) is not None:
            yield table


class _Proxy:
    """Ray Data on the head, for a client that asks for one table after the other."""

    def __init__(self, pipeline: _Pipeline, sources: Sequence[str]) -> None:
        self._tables = pipeline.tables(sources)

    def next_table(self) -> pyarrow.Table | None:
        """Wait for the next table; None at the end."""
        return next(self._tables, None)


def _translated(sources: Sequence[str], request: Request) -> Iterator[Checked]:
    import ray

    threads, workers = _workers()
    arguments = request, identity(request)[1], threads
    pipeline = _Pipeline(Worker, arguments, threads, workers)
    is_client = ray.util.client.ray.is_connected()
    tables = pipeline.tables_from_head if is_client else pipeline.tables
    for table in tables(sources):
        for row in table.to_pylist():
            flags = tuple(Flag(flag) for flag in row["flags"].split())
            yield row["source"], Hypothesis(row["target"], row["score"]), flags


def _tasks(segments: int, workers: int) -> int:
    """Into how many tasks segments are cut: enough to keep all workers busy."""
    of_task = segments // (_TASKS_OF_WORKER * workers)
    return ceil(segments / min(max(of_task, 1), _LARGEST_TASK))


def _workers() -> tuple[int, int]:
    """Cores of each engine, and how many engines the cluster has room for."""
    import ray

    cores = [int(n["Resources"].get("CPU", 0)) for n in ray.nodes() if n["Alive"]]
    machines = [count for count in cores if count]
    threads = settings().threads or min(machines, default=1)
    return threads, max(1, sum(count // threads for count in machines))


def _set_environment(address: str) -> None:
    """Set what Ray reads when it is imported."""
    # Nothing that is done here is told to anybody.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # What its core finds worth a line would stand in the middle of the progress bar.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # Heads ask for a token where there is one, but a Ray client sends none unasked: it
    # would be turned away until it gives up.
    given = ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
    has_token = any(name in os.environ for name in given) or _TOKEN.is_file()
    if address.startswith("ray://") and has_token:
        os.environ.setdefault("RAY_AUTH_MODE", "token")


@contextmanager
def _joined(address: str) -> Iterator[None]:
    """A connection to a cluster, which ends with the context."""
    import ray

    try:
        _connect(address)
    except ConnectionAbortedError as error:  # a head answered
        raise ClusterFailed(address, _reason(error)) from error
    except ConnectionError as error:
        raise ClusterUnreachable(address) from error
    except (RuntimeError, ValueError) as error:
        raise ClusterFailed(address, _reason(error)) from error
    try:
        yield
    finally:
        ray.shutdown()


def _connect(address: str) -> None:
    """Connect to the cluster of an address, or for "auto" to a new one."""
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    end = time.monotonic() + _PATIENCE_S
    for attempt in count(1):
        try:
            with warnings.catch_warnings(action="ignore"):  # the error says the same
                ray.init(address, **options)
            return
        except ConnectionAbortedError:
            # A busy head now and then fails to start the process that serves a client.
            if attempt == _ATTEMPTS:
                raise
        except ConnectionError:
            if address == "auto":
                break
            # A head that has just lost a client may refuse the next one.
            if time.monotonic() > end:
                raise
        time.sleep(_PAUSE_S)
    ray.init(
        "local",
        include_dashboard=False,
        object_store_memory=_OBJECT_STORE_BYTES,
        **options,
    )


def _reason(error: Exception) -> str:
    """The last line of what Ray says, which is the error itself."""
    return str(error).strip().splitlines()[-1].strip()
