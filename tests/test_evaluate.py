import json
import re

import pytest
from click.testing import CliRunner
from sacrebleu.metrics import BLEU, CHRF

from dwibahasa.cli import main
from dwibahasa.document import Hypothesis
from dwibahasa.settings import settings

REFERENCES = [
    "The president arrived in Jakarta on Monday morning.",
    "The price of rice has risen by 2,518 rupiah since last month.",
    "They went home after the rain had stopped.",
    "The police closed the main road because of the flood.",
]
SOURCES = [
    "Presiden tiba di Jakarta pada Senin pagi.",
    "Harga beras naik 2.518 rupiah sejak bulan lalu.",
    "Mereka pulang setelah hujan berhenti.",
    "Polisi menutup jalan utama karena banjir.",
]


class Reciter:
    """An engine that knows the references, but at beam 1 only their first words."""

    max_source_subwords = 256

    def count_subwords(self, source):
        return len(source.split())

    def translate(self, sources, decoding):
        known = dict(zip(SOURCES, REFERENCES, strict=True))
        for index, source in enumerate(sources):
            words = known[source].split()
            target = " ".join(words if decoding.beam_size > 1 else words[:-2])
            yield index, [Hypothesis(target, -0.5)]


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(
        "dwibahasa.translator.load_engine", lambda *args, **kwargs: Reciter()
    )
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(
        main, ["evaluate", *map(str, arguments)]
    )
    settings.cache_clear()


@pytest.fixture
def files(tmp_path):
    return lines(tmp_path / "news.id", SOURCES), lines(tmp_path / "news.en", REFERENCES)


def lines(path, segments):
    path.write_text("".join(f"{segment}\n" for segment in segments), "utf-8")
    return path


def report(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_scores_are_those_of_sacrebleu_with_its_signature(run, files, tmp_path):
    targets = ["The president came.", *REFERENCES[1:]]
    peer = lines(tmp_path / "peer.en", targets)
    (news,) = report(run(*files, "--hypotheses", f"peer={peer}", "--json"))
    (system,) = news["systems"]
    bleu, chrf = BLEU(), CHRF()
    assert system["bleu"]["score"] == bleu.corpus_score(targets, [REFERENCES]).score
    assert system["chrf"]["score"] == chrf.corpus_score(targets, [REFERENCES]).score
    assert system["seconds"] is None
    for metric, name in ((bleu, "bleu"), (chrf, "chrf")):
        for part in metric.get_signature().format().split("|"):
            assert part in news[f"{name}_signature"]
        assert "bs:1000" in news[f"{name}_signature"]


def test_every_model_and_beam_size_is_scored_beside_others(run, files, tmp_path):
    peer = lines(tmp_path / "peer.en", REFERENCES)
    (news,) = report(
        run(
            *files,
            "--beam-size=1",
            "--beam-size=4",
            f"--hypotheses=peer={peer}",
            "--json",
        )
    )
    scores = {s["system"]: s["bleu"]["score"] for s in news["systems"]}
    assert list(scores) == ["id-en beam 1", "id-en beam 4", "peer"]
    assert scores["id-en beam 1"] < scores["id-en beam 4"] == pytest.approx(100)
    p_values = [system["bleu"]["p_value"] for system in news["systems"]]
    assert p_values[0] is None
    assert p_values[1] == p_values[2] < 0.1


def test_empty_target_counts_as_it_is(run, files, tmp_path):
    peer = lines(tmp_path / "peer.en", ["", *REFERENCES[1:]])
    (news,) = report(run(*files, f"--hypotheses=peer={peer}", "--json"))
    (system,) = news["systems"]
    assert system["bleu"]["score"] < 90  # the brevity penalty
    assert system["faithfulness"]["empty"] == 1


def test_tables_are_markdown_and_show_what_a_human_keeps(run, files):
    text = run(*files).stdout
    assert text.startswith("### news, 4 segments\n")
    assert re.search(r"^\| id-en beam 6 \| 100\.0 ± 0\.0 \| 100\.0", text, re.MULTILINE)
    assert "| reference | 1 of 1 (100.0 %) | 1 of 1 (100.0 %) | 1.00 | 0 |" in text


def test_several_sets_each_have_their_report(run, files, tmp_path):
    talk = lines(tmp_path / "talk.id", SOURCES[:2])
    talk_en = lines(tmp_path / "talk.en", REFERENCES[:2])
    peer = lines(tmp_path / "peer.en", REFERENCES)
    reports = report(run(*files, talk, talk_en, f"--hypotheses=a={peer}", "--json"))
    # The other system has no second file, and no model was asked for.
    assert [(r["name"], r["segments"]) for r in reports] == [("news", 4)]
    reports = report(run(*files, talk, talk_en, "--json"))
    assert [(r["name"], r["segments"]) for r in reports] == [("news", 4), ("talk", 2)]


def test_translations_are_kept_where_that_is_asked(run, files, tmp_path):
    assert run(*files, "--keep", tmp_path / "kept").exit_code == 0
    kept = tmp_path / "kept/news.id-en-beam-6.en"
    assert kept.read_text("utf-8").splitlines() == REFERENCES


def test_files_of_different_lengths_are_refused(run, files, tmp_path):
    short = lines(tmp_path / "short.en", REFERENCES[:3])
    result = run(files[0], short)
    assert result.exit_code == 1
    assert f"{files[0]} has 4 lines and {short} has 3" in result.stderr
    result = run(*files, f"--hypotheses=peer={short}")
    assert f"{short} has 3 lines and news has 4" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"", "has no text"),
        (b"\n\n", "has no text"),
        (b"Ia \xe9 tiba.", "save it as UTF-8"),
    ],
)
def test_bad_file_is_told(run, files, tmp_path, content, message):
    bad = tmp_path / "bad.id"
    if content is not None:
        bad.write_bytes(content)
    result = run(bad, files[1])
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a SOURCE and a REFERENCE"),
        (["a.id"], "give a SOURCE and a REFERENCE"),
        (["--hypotheses", "peer.en"], "give NAME=FILE"),
        (["--hypotheses=a=1.en", "--hypotheses=a=2.en"], "2 files of 'a' and 1 sets"),
    ],
)
def test_wrong_usage_has_exit_code_2(run, files, arguments, message):
    given = files if arguments and arguments[0].startswith("-") else ()
    result = run(*given, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
