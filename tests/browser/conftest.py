import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from dwibahasa.library import Library
from dwibahasa.settings import settings
from dwibahasa.web import create_app
from dwibahasa.web import worker as worker_module
from engine_standin import StandInEngine, translator
from live_server import running

# Pages ask for news each 1.5 s, and the machine may have other work; what is there
# sooner is not waited for.
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    """Settings of their own: nothing of the user's is read or written."""
    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(worker_module, "_POLL_S", 0.05)
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture(scope="module")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def contexts():
    """What has to be closed before the server goes away."""
    contexts = []
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def complaints():
    """What a browser says in its console; a test takes out what it expects."""
    return []


@pytest.fixture
def new_page(browser, contexts, complaints):
    """Opens pages, and sees to it that nothing goes wrong in them unseen."""

    def open_page(**options):
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}} | options
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    assert complaints == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def library(data_folder):
    return Library(settings().library_path)


@pytest.fixture
def engine():
    engine = StandInEngine()
    yield engine
    engine.release()


@pytest.fixture
def reader(library, engine, contexts):
    """The address of a reader with the stand-in engine."""
    with running(create_app(library, lambda: translator(engine))) as address:
        yield address
        engine.release()
        while contexts:
            contexts.pop().close()
