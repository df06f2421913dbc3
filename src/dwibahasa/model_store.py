"""The models on this machine: list, find, install, verify and remove them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dwibahasa.catalogue import CatalogueEntry, catalogue
from dwibahasa.errors import (
    ModelBusy,
    ModelDamaged,
    ModelNotFound,
    ModelProtected,
    storage_error,
)
from dwibahasa.installation import NAME, build, kept, resolve, sha256
from dwibahasa.model import CHECKSUM_FILE, MODEL_FILE, EngineName, Model, read_model
from dwibahasa.settings import models_folder, settings

# Folders of the store's own inside that of the installed models.
_PARTIAL = ".partial"  # downloads and conversions that are not done
_REPLACED = ".replaced"  # what was installed before, while the new one takes its place
_LOCKS = ".locks"


class State(StrEnum):
    """Where a model is."""

    EMBEDDED = "embedded"
    INSTALLED = "installed"
    DAMAGED = "damaged"
    AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model that is on this machine or could be.

    Attributes:
        name: What the user calls it.
        state: Where it is.
        size_bytes: Its size on disk, or that which it would have.
        model: What its folder says of it; None if it has none or is damaged.
        entry: What the catalogue says of it; None if it is not in there.
        folder: Where it lies; None if it is not on this machine.
    """

    name: str
    state: State
    size_bytes: int
    model: Model | None = None
    entry: CatalogueEntry | None = None
    folder: Path | None = None


def list_models() -> list[StoredModel]:
    """Every model: embedded ones, installed ones, then what the catalogue offers."""
    entries = catalogue()
    embedded = [_stored(path, State.EMBEDDED) for path in _models_in(models_folder())]
    installed = {
        path.name: _stored(path, State.INSTALLED)
        for folder in reversed(_installed_folders())
        for path in _models_in(folder)
    }
    there = [*embedded, *(installed[name] for name in sorted(installed))]
    names = {model.name for model in there}
    return [*there, *(_available(e) for e in entries.values() if e.name not in names)]


def info(name: str) -> StoredModel:
    """What is known of one model, on this machine or in the catalogue.

    Raises:
        ModelNotFound: It is in neither.
    """
    for model in list_models():
        if model.name == name:
            return model
    raise ModelNotFound(name, settings().model_folders)


def find(name: str) -> tuple[Path, Model]:
    """The folder of a model and what it says of itself; checksums are not computed.

    Args:
        name: Of an installed or embedded model, or the path of a model's folder.

    Raises:
        ModelNotFound: There is none of that name.
        ModelDamaged: Its model.toml is missing or wrong.
    """
    folder = _folder(name)
    if folder is None and (Path(name) / MODEL_FILE).is_file():
        folder = Path(name).resolve()
    if folder is None:
        raise ModelNotFound(name, settings().model_folders)
    return folder, read_model(folder)


def verify(name: str) -> None:
    """Compare every file of a model with its checksum.

    Raises:
        ModelNotFound: There is none of that name.
        ModelDamaged: Files are missing or changed; each is named.
    """
    folder = _folder(name)
    if folder is None:
        raise ModelNotFound(name, settings().model_folders)
    try:
        lines = (folder / CHECKSUM_FILE).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelDamaged(name, CHECKSUM_FILE, "is missing") from error
    damaged = []
    for line in lines:
        checksum, _, file = line.partition("  ")
        if not (folder / file).is_file():
            damaged.append(f"{file} is missing")
        elif sha256(folder / file) != checksum:
            damaged.append(f"{file} is not what was installed")
    if damaged:
        file, _, reason = damaged.pop().partition(" ")
        raise ModelDamaged(name, ", ".join([*damaged, file]), reason)


def remove(name: str) -> None:
    """Delete an installed model and what was downloaded for it.

    Raises:
        ModelNotFound: There is none of that name.
        ModelProtected: It comes with dwibahasa.
        ModelBusy: It is being installed.
    """
    if not NAME.fullmatch(name):
        raise ModelNotFound(name, settings().model_folders)
    target, partial = _store() / name, _store() / _PARTIAL / name
    if not (target.exists() or partial.exists() or _replaced(name).exists()):
        if (models_folder() / name).is_dir():
            raise ModelProtected(name)
        raise ModelNotFound(name, settings().model_folders)
    with _locked(name), _writing(target):
        if target.exists():
            # Aside first: a model is there whole or not at all.
            partial.mkdir(parents=True, exist_ok=True)
            aside = partial / "removed"
            shutil.rmtree(aside, ignore_errors=True)
            target.rename(aside)
        for folder in (_replaced(name), partial):
            shutil.rmtree(folder, ignore_errors=True)


def install(
    source: str,
    *,
    engine: EngineName | None = None,
    revision: str | None = None,
    force: bool = False,
    shows_progress: bool = False,
) -> Model:
    """Install a model: download, check, convert, try, and only then put it in place.

    An installation that is interrupted leaves what was there before; run again, it
    goes on with what it had downloaded.

    Args:
        source: A name of the catalogue, the path of a folder, or an id of the Hub.
        engine: The runtime that is to serve it; None converts it to CTranslate2
            unless it is in another form already.
        revision: Commit, tag or branch of the Hub; None for that of the catalogue,
            else "main".
        force: Whether to install it anew where it is installed.
        shows_progress: Whether to draw a bar on standard error if that is a terminal.

    Returns:
        The installed model.

    Raises:
        UnknownModel: There is no such name, id or folder.
        ModelProtected: An embedded model has the name.
        ModelInstalled: Another one is installed under the name.
        ModelBusy: Another process is installing it.
        ModelError: It cannot be downloaded, converted or run.
        StorageError: It cannot be written.
    """
    wanted = resolve(source, revision)
    if (models_folder() / wanted.name / MODEL_FILE).is_file():
        raise ModelProtected(wanted.name)
    target = _store() / wanted.name
    partial = _store() / _PARTIAL / wanted.name
    built = partial / "built"
    with _locked(wanted.name), _writing(target):
        _recover(wanted.name)
        if target.exists() and not force:
            return kept(read_model(target), wanted, engine)
        try:
            shutil.rmtree(built, ignore_errors=True)  # of a run that was killed
            partial.mkdir(parents=True, exist_ok=True)
            model = build(wanted, engine, built, shows_progress=shows_progress)
            _put(built, target)
        finally:
            shutil.rmtree(built, ignore_errors=True)
        shutil.rmtree(partial, ignore_errors=True)
    return model


def _put(built: Path, target: Path) -> None:
    """Put a new model in the place of an old one.

    `find` looks among the replaced ones too, so that at each moment, and after a
    kill at each moment, one of the two is found.
    """
    replaced = _replaced(target.name)
    if target.exists():
        replaced.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(replaced, ignore_errors=True)
        target.rename(replaced)
    built.rename(target)
    shutil.rmtree(replaced, ignore_errors=True)


def _recover(name: str) -> None:
    """Put back what a run that was killed had moved aside."""
    target, replaced = _store() / name, _replaced(name)
    if replaced.exists() and not target.exists():
        replaced.rename(target)
    shutil.rmtree(replaced, ignore_errors=True)


def _store() -> Path:
    return settings().data / "models"


def _replaced(name: str) -> Path:
    return _store() / _REPLACED / name


def _installed_folders() -> tuple[Path, ...]:
    return (_store(), _store() / _REPLACED)


def _folder(name: str) -> Path | None:
    """Where the model of a name lies, if it does."""
    if not NAME.fullmatch(name):
        return None
    for folder in (*_installed_folders(), models_folder()):
        if any(
            (folder / name / file).is_file() for file in (MODEL_FILE, CHECKSUM_FILE)
        ):
            return folder / name
    return None


def _models_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if NAME.fullmatch(path.name) and _folder(path.name) == path
    )


def _stored(folder: Path, state: State) -> StoredModel:
    size_bytes = sum(path.stat().st_size for path in folder.iterdir())
    entry = catalogue().get(folder.name)
    try:
        model = read_model(folder)
    except ModelDamaged:
        return StoredModel(
            folder.name, State.DAMAGED, size_bytes, entry=entry, folder=folder
        )
    return StoredModel(folder.name, state, size_bytes, model, entry, folder)


def _available(entry: CatalogueEntry) -> StoredModel:
    size_bytes = entry.installed_mb * 1_000_000
    return StoredModel(entry.name, State.AVAILABLE, size_bytes, entry=entry)


@contextmanager
def _locked(name: str) -> Iterator[None]:
    """Keep other processes from changing a model; a killed one holds nothing."""
    import fcntl  # not there on Windows, where models can be found and used at least

    path = _store() / _LOCKS / name
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("w")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelBusy(name) from error
        yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Name for the user what the disk says."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error
