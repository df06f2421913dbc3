"""The catalogue of open models that can be installed by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from dwibahasa.model import Architecture
from dwibahasa.settings import models_folder


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An open model of the Hugging Face Hub, or the embedded one.

    Attributes:
        name: What the user calls it.
        title: What it is.
        architecture: How source and target are put to it.
        licence: SPDX identifier or the licence's name.
        installed_mb: Size on disk once installed, in MB.
        hub_id: Its id on the Hub; empty if it is embedded.
        revision: Commit of the Hub that is installed.
        note: What one should know before installing it.
        source_code: Its own name for Indonesian; may be empty.
        target_code: Its own name for English; may be empty.
        download_mb: What is fetched from the Hub, in MB.
        flores_dev_bleu: Corpus BLEU on FLORES-200 dev, 0-100; None if not measured.
        flores_dev_chrf: chrF on FLORES-200 dev, 0-100; None if not measured.
    """

    name: str
    title: str
    architecture: Architecture
    licence: str
    installed_mb: int
    hub_id: str = ""
    revision: str = ""
    note: str = ""
    source_code: str = ""
    target_code: str = ""
    download_mb: int = 0
    flores_dev_bleu: float | None = None
    flores_dev_chrf: float | None = None


def catalogue() -> dict[str, CatalogueEntry]:
    """Every entry by its name, in the order of the file."""
    text = (models_folder() / "catalogue.toml").read_text(encoding="utf-8")
    return {
        name: CatalogueEntry(
            **values
            | {"name": name, "architecture": Architecture(values["architecture"])}
        )
        for name, values in tomllib.loads(text).items()
    }
