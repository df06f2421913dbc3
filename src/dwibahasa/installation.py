"""Make a model's folder from a model of the Hub or of a folder, ready to be used."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from dwibahasa.catalogue import CatalogueEntry, catalogue
from dwibahasa.conversion import check, convert, needed_files, recognise
from dwibahasa.download import download
from dwibahasa.errors import (
    ConversionFailed,
    EngineFailed,
    ModelDamaged,
    ModelInstalled,
    UnknownModel,
)
from dwibahasa.model import CHECKSUM_FILE, MODEL_FILE, EngineName, Model, write_model

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model to install.

    Attributes:
        name: What it will be called.
        hub_id: Its id on the Hub; empty for a folder.
        revision: Commit, tag or branch of the Hub.
        asked_revision: The revision that the user asked for, if any.
        folder: Where it lies; None for one of the Hub.
        entry: What the catalogue says of it, if it is in there.
    """

    name: str
    hub_id: str = ""
    revision: str = ""
    asked_revision: str | None = None
    folder: Path | None = None
    entry: CatalogueEntry | None = None


def resolve(source: str, revision: str | None) -> Wanted:
    """Say what a name of the catalogue, a folder or an id of the Hub stands for.

    Raises:
        UnknownModel: It is none of them.
    """
    entries = catalogue()
    ids = {entry.hub_id: entry for entry in entries.values() if entry.hub_id}
    if entry := entries.get(source) or ids.get(source):
        pinned = revision or entry.revision
        return Wanted(entry.name, entry.hub_id, pinned, revision, entry=entry)
    if Path(source).is_dir():
        folder = Path(source).resolve()
        wanted = Wanted(_name_of(folder.name), folder=folder)
    elif _HUB_ID.fullmatch(source):
        name = _name_of(source.rpartition("/")[2])
        wanted = Wanted(name, source, revision or "main", revision)
    else:
        raise UnknownModel(source, entries)
    if not NAME.fullmatch(wanted.name):
        raise UnknownModel(source, entries)
    return wanted


def kept(installed: Model, wanted: Wanted, engine: EngineName | None) -> Model:
    """The installed model, if it is the one that is wanted.

    Raises:
        ModelInstalled: It is another one.
    """
    is_wanted = (
        installed.origin == (wanted.hub_id or str(wanted.folder))
        and wanted.asked_revision in (None, installed.revision)
        and engine in (None, installed.engine)
    )
    if not is_wanted:
        raise ModelInstalled(installed.name, installed.origin or "an unknown place")
    return installed


def build(
    wanted: Wanted, engine: EngineName | None, target: Path, *, shows_progress: bool
) -> Model:
    """Make the folder of a model, with its model.toml and checksums, and try it.

    Args:
        wanted: What to make it of.
        engine: The runtime that is to serve it; None converts it to CTranslate2
            unless it is in another form already.
        target: The folder; it must not exist. Downloads are kept beside it.
        shows_progress: Whether to draw a bar on standard error if that is a terminal.

    Returns:
        What its model.toml says.

    Raises:
        ModelError: It cannot be downloaded, converted or run.
        StorageError: It cannot be written.
    """
    source, found = _source(wanted, target, shows_progress=shows_progress)
    is_described = (source / MODEL_FILE).is_file()
    chosen = engine or (found.engine if is_described else EngineName.CTRANSLATE2)
    is_converted = chosen is not found.engine
    model = replace(found, engine=chosen)
    if not is_converted:
        _copy(source, target, wanted)
    elif (found.engine, chosen) == (EngineName.TRANSFORMERS, EngineName.CTRANSLATE2):
        convert(source, target, wanted.name)
    else:
        reason = f"it is in {found.engine} form, which cannot be made {chosen} form"
        raise ConversionFailed(wanted.name, reason)
    write_model(model, target)
    try:
        check(target, model)
    except (EngineFailed, ModelDamaged) as error:
        if is_converted:
            raise ConversionFailed(model.name, str(error)) from error
        raise
    write_checksums(target)
    return model


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_checksums(folder: Path) -> None:
    """Write the checksum of every other file of a model's folder."""
    lines = [
        f"{sha256(path)}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != CHECKSUM_FILE
    ]
    (folder / CHECKSUM_FILE).write_text("".join(lines), encoding="utf-8")


def _source(
    wanted: Wanted, target: Path, *, shows_progress: bool
) -> tuple[Path, Model]:
    """The folder that a model is made from, and what the model is."""
    if wanted.folder is not None:
        model = recognise(wanted.folder, wanted.name)
        return wanted.folder, replace(model, origin=str(wanted.folder))
    got = download(
        wanted.hub_id,
        wanted.revision,
        target.parent / "download",
        name=wanted.name,
        shows_progress=shows_progress,
    )
    model = replace(
        recognise(got.folder, wanted.name),
        licence=got.licence,
        origin=wanted.hub_id,
        revision=got.commit,
    )
    if entry := wanted.entry:
        model = replace(
            model,
            licence=entry.licence,
            source_code=entry.source_code or model.source_code,
            target_code=entry.target_code or model.target_code,
        )
    return got.folder, model


def _copy(source: Path, target: Path, wanted: Wanted) -> None:
    """Copy the files of a model that is installed as it is."""
    names = [path.name for path in source.iterdir() if path.is_file()]
    if not (source / MODEL_FILE).is_file():
        names = needed_files(names, wanted.name)
    target.mkdir()
    for name in names:
        if wanted.folder is None:
            # A second name takes no room; the download is kept until all is done.
            os.link(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)


def _name_of(text: str) -> str:
    """A name made of an id or of a folder's name: lower case, no odd characters."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")
