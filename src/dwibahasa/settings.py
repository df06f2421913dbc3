"""The only reader of the environment and of the configuration file."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from dwibahasa.errors import SettingsError

_CHECKOUT = Path(__file__).parents[2]
_ASSETS = Path(__file__).parent / "_assets"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user can set, each by DWIBAHASA_<NAME> or in config.toml.

    Attributes:
        data: Folder of the library and of installed models.
        model: Name of the model that translates where none is named.
        beam_size: Hypotheses kept per step where none is given.
        threads: Processor threads of an engine; 0 for one on each core.
        max_text_bytes: Largest text that is read, from a file, form or upload.
        max_document_bytes: Largest PDF, Office document or book that is read from a
            file; pictures make them large.
        fetch_timeout_s: Longest time that fetching a page may take.
        fetch_max_bytes: Largest page that is fetched.
    """

    data: Path
    model: str = "id-en"
    beam_size: int = 6
    threads: int = 0
    max_text_bytes: int = 10_000_000
    max_document_bytes: int = 100_000_000
    fetch_timeout_s: float = 15.0
    fetch_max_bytes: int = 5_000_000

    @property
    def library_path(self) -> Path:
        """The library's SQLite file."""
        return self.data / "library.sqlite3"

    @property
    def jobs_path(self) -> Path:
        """The SQLite file of jobs."""
        return self.data / "jobs.sqlite3"

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Folders that hold a folder for each model: installed ones, embedded ones."""
        return (self.data / "models", models_folder())


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: A setting has a value that cannot be used, or is unknown.
    """
    config = Path(platformdirs.user_config_dir("dwibahasa", appauthor=False))
    values: dict[str, Any] = {
        "data": platformdirs.user_data_dir("dwibahasa", appauthor=False)
    }
    values |= _config_file(config / "config.toml")
    for field in fields(Settings):
        if (value := os.environ.get(f"DWIBAHASA_{field.name.upper()}")) is not None:
            values[field.name] = value
    return Settings(**{name: _typed(name, value) for name, value in values.items()})


def sample_path() -> Path:
    """The sample article."""
    return _asset("article.id.txt", "tests/data/article.id.txt")


def web_folder() -> Path:
    """The folder of templates and static files."""
    return _asset("web", "web")


def models_folder() -> Path:
    """The folder of the embedded model and of the catalogue."""
    return _asset("models", "models")


def aligned_pairs_path() -> Path:
    """The segment pairs whose words were linked by hand."""
    return _asset("aligned-pairs.tsv", "tests/data/alignment/flores-dev.tsv")


def _asset(installed: str, checked_out: str) -> Path:
    """A checkout's own file where there is one, so that an edit shows at once."""
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "web").is_dir():
        return _CHECKOUT / checked_out
    return _ASSETS / installed


def _config_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(str(path), str(error), "a readable TOML file") from error


def _typed(name: str, value: Any) -> Any:
    """A value of the type that the setting has."""
    kinds: dict[str, type] = {
        "data": Path,
        "model": str,
        "beam_size": int,
        "threads": int,
        "max_text_bytes": int,
        "max_document_bytes": int,
        "fetch_timeout_s": float,
        "fetch_max_bytes": int,
    }
    if name not in kinds:
        raise SettingsError(name, str(value), f"one of {', '.join(sorted(kinds))}")
    kind = kinds[name]
    try:
        typed = kind(value)
    except (TypeError, ValueError) as error:
        expected = "a whole number" if kind is int else f"a {kind.__name__}"
        raise SettingsError(name, str(value), expected) from error
    if isinstance(typed, int | float) and typed <= (-1 if name == "threads" else 0):
        least = "0 or more" if name == "threads" else "greater than 0"
        raise SettingsError(name, str(value), least)
    return typed
