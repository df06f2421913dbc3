"""The command line with the stand-in engine, also on the workers of a Ray cluster.

Each worker leaves an empty file in the folder STANDIN_WORKERS that has its process id
for a name, and takes a little time for each segment.
"""

import os
import sys
from pathlib import Path

from dwibahasa import cli, cluster
from dwibahasa import translator as translators
from engine_standin import StandInEngine, translator

DELAY_S = 0.03


class StandInWorker(cluster.Worker):
    def __init__(self, request, fingerprint, threads):
        Path(os.environ["STANDIN_WORKERS"], str(os.getpid())).touch()
        self._translator = translator(StandInEngine(DELAY_S))


if __name__ == "__main__":
    cluster.Worker = StandInWorker
    translators.load_engine = lambda *args, **kwargs: StandInEngine()
    cli.main(sys.argv[1:], prog_name="dwibahasa")
