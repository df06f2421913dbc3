"""Beam search for the target of one source, with a guard against loops."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dwibahasa.engines.batching import max_target_subwords

# A target loops when it ends in one n-gram for the fourth time, and that in more
# subwords than numbers and rows of dots have.
_LOOP_REPEATS = 4
_LONGEST_LOOP_NGRAM = 16
_FEWEST_LOOP_SUBWORDS = 24


@dataclass(frozen=True, slots=True)
class Target:
    """A target, or the beginning of one.

    Attributes:
        subwords: Ids; the last is that of `<eos>` where it has come to its end.
        sum: Of their log-probabilities.
    """

    subwords: tuple[int, ...] = ()
    sum: float = 0.0

    @property
    def score(self) -> float:
        """Mean log-probability of its subwords."""
        return self.sum / len(self.subwords)


@dataclass(slots=True)
class Beam:
    """The search for the target of one source.

    Attributes:
        index: Of the source.
        size: Targets that are kept in each step, each in a row of its own.
        prompt_length: Subwords of the source with its marks.
        end: Id of `<eos>`.
        live: Targets that go on, by row.
        ended: Targets that have ended.
    """

    index: int
    size: int
    prompt_length: int
    end: int
    live: list[Target] = field(default_factory=lambda: [Target()])
    ended: list[Target] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Subwords in each row."""
        return self.prompt_length + len(self.live[0].subwords)

    @property
    def is_done(self) -> bool:
        """As many targets have ended as are kept, or none may grow longer."""
        bound = max_target_subwords(self.prompt_length)
        return len(self.ended) >= self.size or len(self.live[0].subwords) >= bound

    @property
    def candidates(self) -> int:
        """How many subwords to find for each row.

        Of those of a row one may be `<eos>`, and one may close a loop: two n-grams
        that both do would be repeated so often that one is made of the other.
        """
        return 2 * self.size + 1

    def best(self) -> list[Target]:
        """Targets found, best first; those cut short count where too few ended."""
        missing = self.size - len(self.ended)
        cut = sorted(self.live, key=lambda target: -target.score)[: max(0, missing)]
        return sorted(self.ended + cut, key=lambda target: -target.score)

    def grow(
        self, scores: NDArray[np.float32], subwords: NDArray[np.int64]
    ) -> list[tuple[int, int]]:
        """Go on by one subword.

        Args:
            scores: Log-probabilities of each row's candidates, (rows, candidates).
            subwords: Their ids.

        Returns:
            Rows to copy, as (from, to): a target goes on in the row of the one that it
            continues, but where two continue one, the second moves to a free row.
        """
        grown = sorted(
            (
                (target.sum + score, row, subword)
                for row, target in enumerate(self.live)
                for score, subword in zip(
                    scores[row].tolist(), subwords[row].tolist(), strict=True
                )
                if not _closes_loop(target.subwords, subword)
            ),
            key=lambda candidate: -candidate[0],
        )
        kept: list[tuple[int, Target]] = []
        for rank, (total, row, subword) in enumerate(grown):
            target = Target((*self.live[row].subwords, subword), total)
            if subword != self.end:
                kept.append((row, target))
            elif rank < self.size:
                self.ended.append(target)
            if len(kept) == self.size:
                break
        return self._place(kept)

    def _place(self, kept: list[tuple[int, Target]]) -> list[tuple[int, int]]:
        """Give every kept target a row."""
        placed: dict[int, Target] = {}
        moved: list[tuple[int, Target]] = []
        for row, target in kept:
            if row in placed:
                moved.append((row, target))
            else:
                placed[row] = target
        free = [row for row in range(self.size) if row not in placed]
        copies = [(row, to) for (row, _), to in zip(moved, free, strict=True)]
        placed |= {to: target for (_, target), to in zip(moved, free, strict=True)}
        self.live = [placed[row] for row in range(self.size)]
        return copies


def _closes_loop(subwords: tuple[int, ...], following: int) -> bool:
    """Whether a target would repeat itself once too often with one subword more."""
    for n in range(1, min(len(subwords), _LONGEST_LOOP_NGRAM) + 1):
        if subwords[-n] != following:
            continue
        length = max(_LOOP_REPEATS * n, _FEWEST_LOOP_SUBWORDS)
        tail = (*subwords[1 - length :], following)
        if len(tail) == length and tail[n:] == tail[:-n]:
            return True
    return False
