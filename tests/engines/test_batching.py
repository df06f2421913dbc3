import pytest
from hypothesis import given
from hypothesis import strategies as st

from dwibahasa.engines.batching import batches, max_target_subwords


@given(st.lists(st.integers(1, 300), max_size=600), st.integers(1, 3000))
def test_every_segment_is_in_exactly_one_batch(lengths, max_subwords):
    indices = [i for batch in batches(lengths, max_subwords) for i in batch]
    assert sorted(indices) == list(range(len(lengths)))


@given(st.lists(st.integers(1, 300), max_size=600), st.integers(1, 3000))
def test_padded_batch_stays_within_the_bound_unless_one_segment_is_longer(
    lengths, max_subwords
):
    for batch in batches(lengths, max_subwords):
        padded = len(batch) * max(lengths[i] for i in batch)
        assert padded <= max_subwords or len(batch) == 1


def test_first_segments_are_in_the_first_batches():
    lengths = [50] * 8 + [5] * 100
    assert set(next(batches(lengths, 10_000))) == set(range(8))


@pytest.mark.parametrize(("source", "target"), [(1, 18), (30, 76)])
def test_target_is_bounded_from_the_source_length(source, target):
    assert max_target_subwords(source) == target
