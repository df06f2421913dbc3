"""Time word alignment and look-up, in milliseconds and as a share of translating.

python benchmarks/words.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable

from dwibahasa import files
from dwibahasa.dictionary import look_up
from dwibahasa.lexicon import load_lexicon, word_ranges
from dwibahasa.translator import load_translator

_ROUNDS = 5


def median_ms(
    call: Callable[..., object], arguments: Iterable[tuple[str, ...]]
) -> float:
    """Median time of a call over all arguments, after one round that warms up."""
    times = []
    for round_ in range(_ROUNDS + 1):
        for given in arguments:
            start = time.perf_counter()
            call(*given)
            if round_:
                times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the times."""
    start = time.perf_counter()
    lexicon = load_lexicon()
    print(f"load the lexicon      {(time.perf_counter() - start) * 1000:8.2f} ms")
    translator = load_translator()
    start = time.perf_counter()
    bilingual = translator.translate(files.sample())
    translations = bilingual.translations
    per_sentence_ms = (time.perf_counter() - start) * 1000 / len(translations)
    pairs = [(t.segment.source, t.target) for t in translations]
    words = [(s[slice(*place)],) for s, _ in pairs for place in word_ranges(s)]
    print(f"translate a sentence  {per_sentence_ms:8.2f} ms")
    for name, call, given in (
        ("align a sentence", lexicon.align, pairs),
        ("coverage of one", lexicon.coverage, pairs),
        ("look a word up", look_up, words),
    ):
        taken_ms = median_ms(call, given)
        share = taken_ms / per_sentence_ms
        print(f"{name:21} {taken_ms:8.2f} ms  {share:8.2%} of translating")


if __name__ == "__main__":
    main()
