"""Serve a library with the stand-in engine: LIBRARY PORT SECONDS_PER_SEGMENT."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dwibahasa.library import Library
from dwibahasa.web import create_app, serve
from engine_standin import StandInEngine, translator

if __name__ == "__main__":
    path, port, delay_s = sys.argv[1:]
    engine = StandInEngine(delay_s=float(delay_s))
    app = create_app(Library(Path(path)), lambda: translator(engine))
    serve(app, "127.0.0.1", int(port))
