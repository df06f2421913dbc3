"""The command line with the stand-in engine, for tests that kill it.

`python jobs_standin.py DELAY_S translate …`: each segment takes so long. With KILL_AT
in the environment the process is killed from outside within some milliseconds of that
step, counted from 1: a segment, a connection to the records, or one of the three steps
by which an output is written. How many there were is written to the file STEPS. With
KILL_AT=rename it is killed right before the first output gets its name.
"""

import itertools
import os
import random
import signal
import sys
import time
from pathlib import Path

from dwibahasa import cli, records, translator
from engine_standin import StandInEngine

_EVENTS = {
    "standin.segment",
    "sqlite3.connect",
    "tempfile.mkstemp",
    "os.chmod",
    "os.rename",
}
_LATEST_KILL_S = 0.02


class StepEngine(StandInEngine):
    def translate(self, sources, decoding):
        for result in super().translate(sources, decoding):
            sys.audit("standin.segment")
            yield result


def kill_soon():
    parent = os.getpid()
    if os.fork() == 0:
        time.sleep(random.uniform(0, _LATEST_KILL_S))
        os.kill(parent, signal.SIGKILL)
        os._exit(0)


def main(delay_s, arguments, kill_at, told):
    steps = itertools.count(1)

    def count(event, _):
        if event == "os.rename" and kill_at == "rename":
            os.kill(os.getpid(), signal.SIGKILL)
        if event in _EVENTS and str(next(steps)) == kill_at:
            kill_soon()

    sys.addaudithook(count)
    # Records are written often, so that kills fall between them.
    records._LARGEST_COMMIT = 5 if told else records._LARGEST_COMMIT
    engine = StepEngine(delay_s)
    translator.load_engine = lambda *args, **kwargs: engine
    try:
        cli.main(arguments, prog_name="dwibahasa")
    finally:
        if told:
            Path(told).write_text(str(next(steps) - 1))


if __name__ == "__main__":
    environment = os.environ
    main(
        float(sys.argv[1]),
        sys.argv[2:],
        environment.get("KILL_AT", ""),
        environment.get("STEPS"),
    )
