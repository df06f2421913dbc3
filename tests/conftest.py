"""Fixtures of the tests on models: tiny ones, and a stand-in Hub that offers them."""

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

from hub import Hub

# On a busy machine an example now and then takes long.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_HUB = Hub()
# huggingface_hub reads these when it is imported. With a home of its own it sends no
# token of the user's anywhere.
os.environ["HF_ENDPOINT"] = _HUB.endpoint
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="dwibahasa-hf-")
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# Tiny models gain nothing by threads, which wait for each other on a busy machine.
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture
def hub():
    """A stand-in for the Hugging Face Hub that has nothing yet."""
    _HUB.start()
    _HUB.reset()
    return _HUB


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder of a tiny model in Hugging Face form, by its architecture."""
    from tiny_models import MAKERS

    made = {}

    def make(architecture):
        if architecture not in made:
            made[architecture] = (
                tmp_path_factory.mktemp(architecture) / f"tiny-{architecture}"
            )
            made[architecture].mkdir()
            MAKERS[architecture](made[architecture])
        return made[architecture]

    return make


@pytest.fixture
def store(monkeypatch, tmp_path):
    """The folder of installed models, empty, of settings that are the defaults."""
    from dwibahasa.settings import settings

    monkeypatch.setenv("DWIBAHASA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.cache_clear()
    yield tmp_path / "data" / "models"
    settings.cache_clear()


@pytest.fixture
def offered(hub, tiny):
    """Offer a tiny model on the Hub, and say its id."""

    def offer(architecture, owner="Someone"):
        hub_id = f"{owner}/Tiny-{architecture}"
        hub.add(hub_id, tiny(architecture))
        return hub_id

    return offer


@pytest.fixture(scope="session")
def built(tiny, tmp_path_factory):
    """The folder of an installed model, to be copied."""
    from dwibahasa.installation import build, resolve

    target = tmp_path_factory.mktemp("built") / "tiny-causal"
    build(resolve(str(tiny("causal")), None), None, target, shows_progress=False)
    return target


@pytest.fixture
def installed(built, store):
    """The folder of "tiny-causal", installed."""
    shutil.copytree(built, store / "tiny-causal")
    return store / "tiny-causal"
