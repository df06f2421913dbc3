import json
import re

import pytest
from click.testing import CliRunner

from dwibahasa.alignment_error import (
    AlignedPair,
    alignment_score,
    read_aligned_pairs,
    score_lexicon,
)
from dwibahasa.cli import main
from dwibahasa.errors import AlignmentUnreadable
from dwibahasa.lexicon import load_lexicon
from dwibahasa.settings import aligned_pairs_path


def test_error_rate_counts_sure_and_possible_links():
    # By hand, after Och and Ney: A = 3 links, of them 2 in S, all but one in P;
    # 1 - (2 + 2) / (3 + 3) = 1/3.
    pair = AlignedPair(
        "a b c",
        "x y z",
        sure=frozenset({(0, 0), (1, 1), (2, 2)}),
        possible=frozenset({(0, 0), (1, 1), (2, 2), (0, 1)}),
    )
    score = alignment_score([(pair, frozenset({(0, 0), (1, 1), (1, 2)}))])
    assert score.error_rate == pytest.approx(1 / 3)
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == pytest.approx(2 / 3)


def test_the_lexicon_links_as_people_do():
    score = score_lexicon(load_lexicon(), read_aligned_pairs(aligned_pairs_path()))
    assert score.pairs == 50
    assert score.error_rate <= 0.20


def test_command_prints_the_error_rate():
    answer = CliRunner().invoke(main, ["evaluate", "--alignment"])
    assert answer.exit_code == 0
    assert re.fullmatch(
        r"AER 0\.\d{3}, precision 0\.\d{3}, recall 0\.\d{3}, 50 pairs\n", answer.output
    )
    answer = CliRunner().invoke(main, ["evaluate", "--alignment", "--json"])
    assert json.loads(answer.output)["pairs"] == 50


def test_links_are_read_as_sure_or_possible(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("1\tRumah itu\tThe house\t0-1 1~0\n", encoding="utf-8")
    (pair,) = read_aligned_pairs(path)
    assert pair.sure == {(0, 1)}
    assert pair.possible == {(0, 1), (1, 0)}


@pytest.mark.parametrize("line", ["1\tRumah\tHouse", "1\tRumah\tHouse\t0=0"])
def test_a_line_that_is_no_linked_pair_is_named(tmp_path, line):
    path = tmp_path / "pairs.tsv"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(AlignmentUnreadable, match="line 1"):
        read_aligned_pairs(path)
