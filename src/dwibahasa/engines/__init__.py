"""The seam between the translator and the runtimes that run a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from dwibahasa.document import Hypothesis


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the engine searches for the target.

    Attributes:
        beam_size: Hypotheses kept per step; 1 is greedy search.
        hypotheses: How many are returned for each source; at most `beam_size`.
    """

    beam_size: int = 1
    hypotheses: int = 1


class Engine(Protocol):
    """A loaded model."""

    @property
    def max_source_subwords(self) -> int:
        """Longest source that the model reads well, in subwords."""
        ...

    def count_subwords(self, source: str) -> int:
        """How many subwords the model makes of a source segment."""
        ...

    def translate(
        self, sources: Sequence[str], decoding: Decoding
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Translate source segments of at most `max_source_subwords` each.

        Args:
            sources: Indonesian segments in reading order, none of them blank.
            decoding: How to search.

        Yields:
            An index into `sources` and its hypotheses, best first, as each batch is
            done; every index comes exactly once, in any order.
        """
        ...
