import pytest

from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.settings import settings
from dwibahasa.web import create_app
from dwibahasa.web import worker as worker_module
from engine_standin import StandInEngine, translator


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    """Settings of their own: nothing of the user's is read or written."""
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("DWIBAHASA_MAX_TEXT_BYTES", "200000")
    monkeypatch.setattr(worker_module, "_POLL_S", 0.05)
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def library(data_folder):
    return Library(settings().library_path)


@pytest.fixture
def engine():
    engine = StandInEngine()
    yield engine
    engine.release()


@pytest.fixture
def app(library, engine):
    return create_app(library, lambda: translator(engine))


@pytest.fixture
def worker(app, engine):
    """A worker that a test starts."""
    worker = app.extensions["worker"]
    yield worker
    engine.release()
    worker.stop()


@pytest.fixture
def client(app):
    """A browser that sends the token of the start page with every post."""
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    post = client.post

    def post_with_token(path, data=None, **options):
        return post(path, data={"csrf_token": token} | (data or {}), **options)

    client.post = post_with_token
    return client


@pytest.fixture
def translated(library, engine):
    """Adds a text to the library, translated to its end."""

    def add(given, /, **about):
        document = text.read(given, **about)
        article_id = library.add(document)
        own = translator(engine)
        library.set_translating(article_id, own.model, own.warnings(document))
        for block in own.blocks(document):
            library.save_block(article_id, block)
        library.set_done(article_id)
        return article_id

    return add
