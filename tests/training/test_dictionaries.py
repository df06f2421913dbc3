import gzip

from click.testing import CliRunner

from dwibahasa.training.dictionaries import main

BITEXT = """dict-freedict-eng-ind\tRumah\thouse
dict-freedict-eng-ind\trumah\thome
dict-freedict-eng-ind\trumah\thouse
dict-wordnet-bahasa\tkereta api\ttrain
dict-wordnet-bahasa\tradio\tradio
toy\tRumah itu besar.\tThe house is big.
"""


def test_senses_of_a_headword_are_gathered_by_dictionary(tmp_path):
    (tmp_path / "bitext.tsv").write_text(BITEXT, encoding="utf-8")
    result = CliRunner().invoke(main, [str(tmp_path / "bitext.tsv"), str(tmp_path)])
    assert result.exit_code == 0, result.output
    lines = gzip.decompress((tmp_path / "dictionary.tsv.gz").read_bytes()).decode()
    assert lines.splitlines() == [
        "kereta api\twordnet-bahasa\ttrain",
        "rumah\tfreedict-eng-ind\thouse\thome",
    ]
