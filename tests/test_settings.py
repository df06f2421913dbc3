import pytest

from dwibahasa import settings as module
from dwibahasa.errors import SettingsError
from dwibahasa.settings import settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_environment_comes_before_the_configuration_file(monkeypatch, tmp_path):
    (tmp_path / "dwibahasa").mkdir()
    config = tmp_path / "dwibahasa" / "config.toml"
    config.write_text('beam_size = 2\nmodel = "opus-mt-id-en"\n')
    monkeypatch.setenv("DWIBAHASA_BEAM_SIZE", "5")
    assert settings().beam_size == 5
    assert settings().model == "opus-mt-id-en"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("BEAM_SIZE", "many", "must be a whole number"),
        ("BEAM_SIZE", "0", "greater than 0"),
        ("THREADS", "-1", "must be 0 or more"),
        ("FETCH_TIMEOUT_S", "soon", "must be a float"),
    ],
)
def test_unusable_value_is_told(monkeypatch, name, value, message):
    monkeypatch.setenv(f"DWIBAHASA_{name}", value)
    with pytest.raises(SettingsError, match=message):
        settings()


@pytest.mark.parametrize("content", ["beam_size =", "colour = 1"])
def test_wrong_configuration_file_is_told(tmp_path, content):
    (tmp_path / "dwibahasa").mkdir()
    (tmp_path / "dwibahasa" / "config.toml").write_text(content)
    with pytest.raises(SettingsError):
        settings()


def test_checkout_shows_its_own_pages_and_models():
    assert module.web_folder().parent == module.models_folder().parent
    assert (module.models_folder() / "id-en" / "model.toml").is_file()
    assert module.sample_path().is_file()
