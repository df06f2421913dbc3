from dataclasses import replace

import pytest

from dwibahasa.article import ArticleState
from dwibahasa.errors import ModelNotFound
from dwibahasa.formats import text
from dwibahasa.web.worker import Worker
from engine_standin import MODEL, StandInEngine, translator
from waiting import until

ARTICLE = "Harga beras naik\n\nPetani senang.\n\nPembeli tidak.\n\nMusim kering lama."


@pytest.fixture
def started(library):
    """Starts workers on the library and stops them in the end."""
    workers = []

    def start(load_translator):
        workers.append(Worker(library, load_translator))
        workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


def is_done(library, article_id):
    return lambda: library.summary(article_id).state is ArticleState.DONE


def test_queued_articles_are_translated_in_turn(library, started):
    engine = StandInEngine()
    articles = [library.add(text.read(f"Berita {n}")) for n in range(3)]
    started(lambda: translator(engine))
    for article in articles:
        until(is_done(library, article))
    assert engine.sources == ["Berita 0", "Berita 1", "Berita 2"]
    assert library.summary(articles[0]).model == MODEL


def test_notes_of_reading_stay_with_the_article(library, started):
    document = replace(text.read("Berita hari ini"), notes=("b.xhtml was mended",))
    article = library.add(document)
    started(lambda: translator(StandInEngine()))
    until(is_done(library, article))
    assert library.summary(article).warnings == ("b.xhtml was mended",)


def test_model_is_loaded_once_and_only_when_it_is_needed(library, started):
    loaded = []

    def load():
        loaded.append(1)
        return translator(StandInEngine())

    worker = started(load)
    assert loaded == []
    for n in range(2):
        article = library.add(text.read(f"Berita {n}"))
        worker.wake()
        until(is_done(library, article))
    assert loaded == [1]


def test_article_that_was_begun_goes_on_at_the_first_missing_block(library, started):
    document = text.read(ARTICLE)
    article = library.add(document)
    library.set_translating(article, MODEL, ())
    for block in list(translator(StandInEngine()).blocks(document))[:2]:
        library.save_block(article, block)
    engine = StandInEngine()
    started(lambda: translator(engine))
    until(is_done(library, article))
    assert engine.sources == ["Pembeli tidak.", "Musim kering lama."]
    assert sorted(library.article(article).blocks) == [0, 1, 2, 3]


def test_failing_article_does_not_keep_the_next_from_being_translated(library, started):
    failing = library.add(text.read("MACET di jalan"))
    next_one = library.add(text.read("Jalan lancar"))
    started(lambda: translator(StandInEngine()))
    until(is_done(library, next_one))
    assert library.summary(failing).state is ArticleState.FAILED
    assert "out of memory" in library.summary(failing).error


def test_unforeseen_error_fails_the_article_alone(library, started, caplog):
    class Broken(StandInEngine):
        def count_subwords(self, source):
            if "rahasia" in source:
                raise KeyError(source)
            return 1

    failing = library.add(text.read("kata rahasia"))
    next_one = library.add(text.read("Jalan lancar"))
    started(lambda: translator(Broken()))
    until(is_done(library, next_one))
    assert "unforeseen error (KeyError)" in library.summary(failing).error
    assert "kata rahasia" not in caplog.text


def test_missing_model_fails_the_article_until_it_is_there(library, started):
    answers = [ModelNotFound("nllb", []), translator(StandInEngine())]

    def load():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    article = library.add(text.read("Jalan lancar"))
    worker = started(load)
    until(lambda: library.summary(article).state is ArticleState.FAILED)
    assert "dwibahasa models install nllb" in library.summary(article).error
    library.retry(article)
    worker.wake()
    until(is_done(library, article))


def test_article_deleted_in_the_middle_goes_on_after_it_is_restored(library, started):
    engine = StandInEngine()
    engine.hold(after=2)
    article = library.add(text.read(ARTICLE))
    next_one = library.add(text.read("Jalan lancar"))
    started(lambda: translator(engine))
    until(lambda: library.summary(article).blocks_done == 2)
    library.delete(article)
    engine.release()
    until(is_done(library, next_one))
    library.restore(article)
    assert library.summary(article).blocks_done == 2
    until(is_done(library, article))


def test_stopped_worker_leaves_the_rest_for_the_next(library, started):
    engine = StandInEngine()
    engine.hold(after=1)
    article = library.add(text.read(ARTICLE))
    worker = started(lambda: translator(engine))
    until(lambda: library.summary(article).blocks_done == 1)
    worker.stop(timeout_s=0)
    engine.release()
    worker.stop()
    assert library.summary(article).state is ArticleState.TRANSLATING
    assert library.summary(article).blocks_done < 4
    started(lambda: translator(StandInEngine()))
    until(is_done(library, article))


def test_only_one_of_two_workers_translates_until_it_stops(library, started):
    engines = [StandInEngine(), StandInEngine()]
    article = library.add(text.read("Berita satu"))
    first = started(lambda: translator(engines[0]))
    until(is_done(library, article))
    started(lambda: translator(engines[1]))
    for n in range(5):
        article = library.add(text.read(f"Berita {n}"))
        until(is_done(library, article))
    assert engines[1].sources == []
    first.stop()
    article = library.add(text.read("Berita terakhir"))
    until(is_done(library, article))
    assert engines[1].sources == ["Berita terakhir"]
