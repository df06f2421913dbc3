import pytest
from sentencepiece import SentencePieceProcessor

from dwibahasa.training.batches import batch_of_step, make_batches, pad
from dwibahasa.training.causal import CausalModel
from dwibahasa.training.corpus import Pair


@pytest.fixture
def vocabulary(start):
    return SentencePieceProcessor(str(start / "source.spm"))


@pytest.fixture(scope="module")
def model(start):
    return CausalModel(start)


@pytest.fixture
def batched(model):
    def batched(pairs, batch_subwords, max_pair_subwords=1000):
        return make_batches(
            pairs,
            model.encode_source,
            model.encode_target,
            batch_subwords,
            max_pair_subwords,
        )

    return batched


@pytest.fixture
def pairs(sentences):
    return [Pair("loop", source, target) for source, target in sentences]


def test_row_is_prompt_newline_target_end(vocabulary, batched, pairs):
    (batch,) = batched(pairs[:1], 1000)
    subwords, predicts = pad(batch)
    row = subwords[0].tolist()
    newline = vocabulary.piece_to_id("\n")
    cut = row.index(newline)
    assert row[0] == vocabulary.bos_id()
    assert row[-1] == vocabulary.eos_id()
    assert vocabulary.decode(row[1:cut]) == pairs[0].source
    assert vocabulary.id_to_piece(row[cut + 1]).startswith("▁")
    assert vocabulary.decode(row[cut + 1 : -1]).strip() == pairs[0].target
    # The newline predicts the first subword, the last one predicts the end.
    assert predicts[0].nonzero().flatten().tolist() == list(range(cut, len(row) - 1))


def test_batches_keep_their_size_and_lose_no_pair(batched, pairs):
    batches = batched(pairs, 100)
    assert all(batch.size_subwords <= 100 for batch in batches)
    assert sum(len(batch.pairs) for batch in batches) == len(pairs)


def test_long_pair_is_left_out(batched, pairs):
    assert batched(pairs, 100, 3) == []


def test_every_round_has_every_batch_in_another_order(batched, pairs):
    batches = batched(pairs, 100)
    count = len(batches)
    rounds = [
        [
            id(batch_of_step(batches, step, seed=1))
            for step in range(start, start + count)
        ]
        for start in (0, count)
    ]
    assert sorted(rounds[0]) == sorted(rounds[1]) == sorted(map(id, batches))
    assert rounds[0] != rounds[1]
