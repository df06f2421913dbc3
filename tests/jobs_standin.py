"""The command line with the stand-in engine, for tests that kill it.

`python jobs_standin.py DELAY_S translate …`: each segment takes so long.
"""

import sys

from dwibahasa import cli, translator
from engine_standin import StandInEngine

if __name__ == "__main__":
    engine = StandInEngine(float(sys.argv[1]))
    translator.load_engine = lambda *args, **kwargs: engine
    cli.main(sys.argv[2:], prog_name="dwibahasa")
