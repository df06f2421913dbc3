"""Batches of source segments, and the bound on what may come out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# Segments looked at together: few at first, so that a reader sees the first
# paragraphs soon; more later, so that batches are full and even in length.
_FIRST_WINDOW = 8
_LARGEST_WINDOW = 256


def max_target_subwords(source_subwords: int) -> int:
    """The most subwords that a target may have, so that a loop cannot run away.

    English takes fewer subwords than twice those of its Indonesian source; the
    constant leaves room where a source of one word expands, as acronyms do.
    """
    return 2 * source_subwords + 16


def batches(lengths: Sequence[int], max_subwords: int) -> Iterator[list[int]]:
    """Batch source segments of similar length.

    Args:
        lengths: Subwords of each source segment, in reading order.
        max_subwords: The most that a batch may hold, padding included; a longer
            segment is a batch by itself.

    Yields:
        Indices into `lengths`; each occurs once. Segments far ahead in the document
        come after those at its beginning.
    """
    start, window = 0, _FIRST_WINDOW
    while start < len(lengths):
        batch: list[int] = []
        ahead = range(start, min(start + window, len(lengths)))
        for index in sorted(ahead, key=lambda i: lengths[i]):
            if batch and lengths[index] * (len(batch) + 1) > max_subwords:
                yield batch
                batch = []
            batch.append(index)
        yield batch
        start, window = start + window, min(2 * window, _LARGEST_WINDOW)
