import json

import pytest

from dwibahasa.web import create_app, translators
from engine_standin import english, translator

ARTICLE = "Harga naik\n\nPetani senang. Pembeli RAGU 316."
JSON = {"Accept": "application/json"}


@pytest.fixture
def article(translated):
    return f"/articles/{translated(ARTICLE)}"


@pytest.fixture
def targets(library):
    """The target segments of the second block."""
    return lambda: [t.target for t in library.block(1, 1).translations]


def sent(answer, status=200):
    assert answer.status_code == status
    return answer.get_json()


def test_edit_comes_back_as_a_row_with_its_mark(client, article, targets):
    seen = english("Petani senang.")
    form = {"target": "Farmers are glad.", "seen": seen}
    answer = sent(client.post(f"{article}/segments/1-0", form))
    assert answer["index"] == 1
    assert "Farmers are glad." in answer["html"]
    assert f"The model had: {seen}" in answer["html"]
    assert targets()[0] == "Farmers are glad."
    assert 'title="Edited' in client.get(article).get_data(as_text=True)


def test_undo_brings_the_text_of_the_model_back(client, article, targets):
    form = {"target": "Farmers are glad.", "seen": english("Petani senang.")}
    client.post(f"{article}/segments/1-0", form)
    answer = sent(client.post(f"{article}/segments/1-0/undo"))
    assert english("Petani senang.") in answer["html"]
    assert targets()[0] == english("Petani senang.")
    refused = client.post(f"{article}/segments/1-0/undo", headers=JSON)
    assert "nothing to undo" in sent(refused, 409)["error"]


def test_edit_of_what_was_not_seen_is_refused(client, article, targets):
    form = {"target": "Farmers are glad.", "seen": "something else"}
    answer = client.post(f"{article}/segments/1-0", form, headers=JSON)
    assert "changed meanwhile" in sent(answer, 409)["error"]
    assert targets()[0] == english("Petani senang.")


@pytest.mark.parametrize("place", ["1-9", "9-0"])
def test_sentence_that_is_not_there_is_told(client, article, place):
    for answer in (
        client.get(f"{article}/segments/{place}/alternatives", headers=JSON),
        client.post(f"{article}/segments/{place}/again", headers=JSON),
    ):
        assert "not there" in sent(answer, 404)["error"]


def test_alternatives_are_what_the_model_finds_less_probable(client, article):
    answer = sent(client.get(f"{article}/segments/1-1/alternatives"))
    source = "Pembeli RAGU 316."
    assert [a["target"] for a in answer] == [english(source, n) for n in range(6)]
    assert answer[1]["flags"] == ["numbers"]
    assert answer[1]["score"] == -1.25


def test_sentence_is_translated_again_without_the_memory(client, article, targets):
    form = {"target": "Farmers are glad.", "seen": english("Petani senang.")}
    client.post(f"{article}/segments/1-0", form)
    answer = sent(client.post(f"{article}/segments/1-0/again"))
    assert english("Petani senang.") in answer["html"]
    assert targets()[0] == english("Petani senang.")


class Louder:
    """An engine that finds other targets than the stand-in's."""

    max_source_subwords = 256

    def __init__(self, engine):
        self._engine = engine

    def count_subwords(self, source):
        return len(source.split())

    def translate(self, sources, decoding):
        for index, [best] in self._engine.translate(sources, decoding):
            yield index, [type(best)(best.target.upper(), best.score)]


def test_paragraph_is_translated_again_with_another_model(
    library, engine, translated, monkeypatch
):
    loaded = []

    def load(*name):
        loaded.append(name)
        return translator(Louder(engine), *name) if name else translator(engine)

    monkeypatch.setattr(translators, "installed", lambda: ["loud"])
    app = create_app(library, load)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    article = f"/articles/{translated(ARTICLE)}"
    form = {"target": "Farmers are glad.", "seen": english("Petani senang.")}
    client.post(f"{article}/segments/1-0", data=form)
    for _ in range(2):
        sent(client.post(f"{article}/blocks/1/again", data={"model": "loud"}))
    now = library.block(1, 1).translations
    assert [t.target for t in now] == [
        "Farmers are glad.",
        english("Pembeli RAGU 316.").upper(),
    ]
    assert now[1].model == "loud"
    assert loaded == [(), ("loud",)]
    refused = client.post(
        f"{article}/blocks/1/again", data={"model": "/etc"}, headers=JSON
    )
    assert "no model '/etc'" in sent(refused, 404)["error"]


def test_queued_article_takes_what_was_edited(client, article, worker, library):
    form = {"target": "Farmers are glad.", "seen": english("Petani senang.")}
    client.post(f"{article}/segments/1-0", form)
    client.post("/articles", {"text": "Kabar baik\n\nPetani senang. Sekali."})
    worker.start()
    events = client.get("/articles/2/events").get_data(as_text=True)
    assert "Farmers are glad." in events
    record = json.loads(client.get("/articles/2/export/json").get_data(as_text=True))
    assert [s["origin"] for s in record["blocks"][1]["segments"]] == ["memory", "model"]


def test_export_tells_edits_and_what_the_model_had(client, article):
    form = {"target": "Farmers are glad.", "seen": english("Petani senang.")}
    client.post(f"{article}/segments/1-0", form)
    record = json.loads(client.get(f"{article}/export/json").get_data(as_text=True))
    edited = record["blocks"][1]["segments"][0]
    assert edited["origin"] == "edit"
    assert edited["model_target"] == english("Petani senang.")
    page = client.get(f"{article}/export/html").get_data(as_text=True)
    assert f"The model had: {english('Petani senang.')}" in page


def test_matches_of_the_memory_are_offered_with_percent_and_source(client, translated):
    first = translated("Harga 316 beras naik.")
    form = {"target": "316 rices rise.", "seen": english("Harga 316 beras naik.")}
    sent(client.post(f"/articles/{first}/segments/0-0", form))
    second = translated("Harga 317 beras naik.")
    assert sent(client.get(f"/articles/{second}/segments/0-0/matches")) == [
        {
            "source": "Harga 316 beras naik.",
            "target": "316 rices rise.",
            "percent": 95,  # 2 x 20 of 42
            "flags": ["numbers"],
        }
    ]
    sent(client.get(f"/articles/{second}/segments/0-9/matches", headers=JSON), 404)
