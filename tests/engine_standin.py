"""A deterministic engine for tests of what stands above the engine.

`english("Ia tiba.")` is "Ia-en tiba-en.": quick, the same each time, and with nothing
for the checks to doubt. Numbers are dropped from sources with the word "RAGU", which
makes them doubtful; a source with the word "MACET" makes the engine fail. What it
finds less probable ends in "-eng", "-engg" and so on: `english(source, 1)`.
"""

import re
import threading
import time

from dwibahasa.document import Hypothesis
from dwibahasa.translator import Translator

MODEL = "stand-in"


def english(source, rank=0):
    target = re.sub(r"([^\W\d_]+)", r"\1-en" + "g" * rank, source)
    return re.sub(r"\d+", "", target) if "RAGU" in source else target


class StandInEngine:
    max_source_subwords = 256

    def __init__(self, delay_s=0.0):
        self.delay_s = delay_s
        self.sources = []
        self._permits = None

    def hold(self, after=0):
        """Let so many more segments through, then wait for `release`."""
        self._permits = threading.Semaphore(after)

    def release(self, segments=10_000):
        for _ in range(segments if self._permits else 0):
            self._permits.release()

    def count_subwords(self, source):
        return len(source.split())

    def translate(self, sources, decoding):
        for index, source in enumerate(sources):
            if self._permits:
                self._permits.acquire()
            time.sleep(self.delay_s)
            if "MACET" in source:
                raise RuntimeError("out of memory")
            self.sources.append(source)
            yield (
                index,
                [
                    Hypothesis(english(source, rank), -0.25 - rank)
                    for rank in range(decoding.hypotheses)
                ],
            )


def translator(engine, model=MODEL):
    return Translator(engine, model=model, beam_size=1)
