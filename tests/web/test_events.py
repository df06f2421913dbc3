import json
import threading

import pytest

from dwibahasa.formats import text
from dwibahasa.web import events as module
from engine_standin import english
from waiting import until

ARTICLE = "Harga beras naik\n\nPetani senang.\n\nPembeli tidak.\n\nMusim kering lama."


def parsed(stream):
    """The events of a stream as (name, id, data); comments are (None, None, text)."""
    found = []
    for part in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.splitlines())
        if "event" in fields:
            found.append(
                (fields["event"], fields.get("id"), json.loads(fields["data"]))
            )
        elif "" in fields:
            found.append((None, None, fields[""]))
    return found


def read(client, article_id, query="", **headers):
    answer = client.get(f"/articles/{article_id}/events{query}", headers=headers)
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    return parsed(answer.get_data(as_text=True))


def parts(answer):
    """The parts of a stream as they come."""
    return (part.decode() for part in answer.response)


def indices(events):
    return [data["index"] for name, _, data in events if name == "block"]


def test_finished_article_is_sent_whole_and_the_stream_ends(client, translated):
    events = read(client, translated(ARTICLE))
    assert indices(events) == [0, 1, 2, 3]
    assert [event[1] for event in events if event[0] == "block"] == list("0123")
    assert english("Petani senang.") in events[1][2]["html"]
    name, _, progress = events[4]
    assert name == "progress"
    assert (progress["blocks_done"], progress["blocks"]) == (4, 4)
    assert events[-1] == ("end", None, {"state": "done"})


@pytest.mark.parametrize(
    ("query", "last_event_id", "expected"),
    [
        ("", "1", [2, 3]),
        ("?after=0", None, [1, 2, 3]),
        # The browser asks for the same address again after a break.
        ("?after=0", "2", [3]),
        ("?after=3", None, []),
        ("?after=-1", None, [0, 1, 2, 3]),
        ("", "99999999999999999999", [0, 1, 2, 3]),
        ("", "none", [0, 1, 2, 3]),
    ],
)
def test_stream_goes_on_where_the_client_is(
    client, translated, query, last_event_id, expected
):
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    assert indices(read(client, translated(ARTICLE), query, **headers)) == expected


def test_blocks_come_while_they_are_translated(client, library, worker, engine):
    engine.hold(after=2)
    article_id = library.add(text.read(ARTICLE))
    worker.start()
    answer = client.get(f"/articles/{article_id}/events")
    stream = parts(answer)
    seen = ""
    while seen.count("event: block") < 2:
        seen += next(stream)
    assert "event: end" not in seen
    assert library.summary(article_id).blocks_done == 2
    engine.release()
    seen += "".join(stream)
    assert indices(parsed(seen)) == [0, 1, 2, 3]
    assert parsed(seen)[-1] == ("end", None, {"state": "done"})


def test_failed_article_ends_its_stream(client, library):
    article_id = library.add(text.read(ARTICLE))
    library.set_failed(article_id, "no")
    assert read(client, article_id)[-1] == ("end", None, {"state": "failed"})


def test_article_deleted_meanwhile_ends_its_stream(client, library):
    article_id = library.add(text.read(ARTICLE))
    answer = client.get(f"/articles/{article_id}/events")
    stream = parts(answer)
    seen = next(stream) + next(stream)
    library.delete(article_id)
    seen += "".join(stream)
    assert parsed(seen)[-1] == ("end", None, {"state": "deleted"})


def test_heartbeat_comes_while_nothing_else_does(client, library, monkeypatch):
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.01)
    article_id = library.add(text.read(ARTICLE))
    answer = client.get(f"/articles/{article_id}/events")
    stream = parts(answer)
    seen = ""
    while "still here" not in seen:
        seen += next(stream)
    assert seen.split("\n\n")[-2][0] == ":"
    answer.close()


def test_stream_of_a_client_that_is_gone_ends(client, library):
    article_id = library.add(text.read(ARTICLE))
    answer = client.get(
        f"/articles/{article_id}/events",
        environ_overrides={"waitress.client_disconnected": lambda: True},
    )
    assert indices(parsed(answer.get_data(as_text=True))) == []


def test_stream_over_the_limit_tells_what_there_is_and_ends(app, client, library):
    article_id = library.add(text.read(ARTICLE))
    streams = app.extensions["streams"]
    waiting = [
        client.get(f"/articles/{article_id}/events") for _ in range(streams.most)
    ]
    events = read(client, article_id)
    assert [event[0] for event in events] == ["progress"]
    for answer in waiting:
        answer.close()
    library.set_failed(article_id, "no")
    assert read(client, article_id)[-1][0] == "end"


def test_many_readers_see_every_block(client, library, worker, engine):
    engine.hold()
    article_id = library.add(text.read(ARTICLE))
    worker.start()
    seen = []
    readers = [
        threading.Thread(target=lambda: seen.append(indices(read(client, article_id))))
        for _ in range(5)
    ]
    for reader in readers:
        reader.start()
    engine.release()
    for reader in readers:
        reader.join(10)
    assert seen == [[0, 1, 2, 3]] * 5
    assert until(lambda: library.summary(article_id).is_finished)
