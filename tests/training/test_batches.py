import pytest
from sentencepiece import SentencePieceProcessor

from dwibahasa.training.batches import batch_of_step, make_batches
from dwibahasa.training.corpus import Pair


@pytest.fixture
def vocabulary(start):
    return SentencePieceProcessor(str(start / "source.spm"))


@pytest.fixture
def pairs(sentences):
    return [Pair("loop", source, target) for source, target in sentences]


def test_row_is_prompt_newline_target_end(vocabulary, pairs):
    (batch,) = make_batches(pairs[:1], vocabulary, 1000, 1000)
    row = batch.subwords[0].tolist()
    newline = vocabulary.piece_to_id("\n")
    cut = row.index(newline)
    assert row[0] == vocabulary.bos_id()
    assert row[-1] == vocabulary.eos_id()
    assert vocabulary.decode(row[1:cut]) == pairs[0].source
    assert vocabulary.id_to_piece(row[cut + 1]).startswith("▁")
    assert vocabulary.decode(row[cut + 1 : -1]).strip() == pairs[0].target
    # The newline predicts the first subword, the last one predicts the end.
    assert batch.predicts[0].nonzero().flatten().tolist() == list(
        range(cut, len(row) - 1)
    )


def test_batches_keep_their_size_and_lose_no_pair(vocabulary, pairs):
    batches = make_batches(pairs, vocabulary, 100, 1000)
    assert all(batch.subwords.numel() <= 100 for batch in batches)
    assert sum(len(batch.subwords) for batch in batches) == len(pairs)


def test_long_pair_is_left_out(vocabulary, pairs):
    assert make_batches(pairs, vocabulary, 100, 3) == []


def test_every_round_has_every_batch_in_another_order(vocabulary, pairs):
    batches = make_batches(pairs, vocabulary, 100, 1000)
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
