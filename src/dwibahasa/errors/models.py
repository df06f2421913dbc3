"""Errors of models, and of the engines that run them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dwibahasa.errors.base import DwibahasaError


class ModelError(DwibahasaError):
    """A model cannot be found, installed, loaded or used."""

    http_status = 500


class ModelNotFound(ModelError):
    """No model of that name is installed."""

    http_status = 404

    def __init__(self, name: str, searched: Iterable[Path]) -> None:
        folders = ", ".join(map(str, searched))
        super().__init__(
            f"no model {name!r} in {folders}; install one with"
            f" 'dwibahasa models install {name}'"
        )
        self.name = name


class UnknownModel(ModelError):
    """The name is neither in the catalogue, nor a Hub id, nor a folder."""

    http_status = 404

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            f"{name!r} is no model that can be installed; give one of"
            f" {', '.join(known)}, a Hugging Face id such as owner/name, or a folder"
        )


class ModelDamaged(ModelError):
    """A file of a model is missing or not what it was."""

    def __init__(self, name: str, file: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} is damaged: {file} {reason}; install it again with"
            f" 'dwibahasa models install {name} --force'"
        )


class ModelIncomplete(ModelError):
    """What is to be installed lacks a file that every model has."""

    http_status = 422

    def __init__(self, name: str, missing: str) -> None:
        super().__init__(
            f"model {name!r} cannot be installed: it has no {missing}; choose one in"
            " Hugging Face or CTranslate2 form"
        )


class ModelUnsupported(ModelError):
    """The model is of an architecture that no engine here runs."""

    def __init__(self, name: str, architecture: str) -> None:
        super().__init__(
            f"model {name!r} is of type {architecture!r}, which is not supported;"
            " choose a Marian, M2M100, NLLB, T5 or decoder-only model"
        )


class ModelInstalled(ModelError):
    """Another model, or another revision of it, is installed under the name."""

    http_status = 409

    def __init__(self, name: str, origin: str) -> None:
        super().__init__(
            f"a model {name!r} is installed already, from {origin}; give --force to"
            " replace it"
        )


class ModelProtected(ModelError):
    """The model comes with dwibahasa and can be neither removed nor replaced."""

    http_status = 403

    def __init__(self, name: str) -> None:
        super().__init__(
            f"model {name!r} comes with dwibahasa and is neither removed nor replaced;"
            " choose an installed one, or another name (see 'dwibahasa models list')"
        )


class ModelBusy(ModelError):
    """Another process is installing the model."""

    http_status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            f"model {name!r} is being installed by another process; wait for it to"
            " end and try again"
        )


class DownloadFailed(ModelError):
    """A model could not be downloaded."""

    http_status = 502

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} could not be downloaded: {reason}; check the network"
            " and run the same command again, it goes on where it stopped"
        )


class ConversionFailed(ModelError):
    """A downloaded model could not be converted."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"model {name!r} could not be converted: {reason}; try it as it is with"
            f" 'dwibahasa models install {name} --engine transformers'"
        )


class ExtraMissing(ModelError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs more packages; install them with"
            f" 'pip install dwibahasa[{extra}]'"
        )


class EngineUnsuited(ModelError):
    """The model has no weights in the form that the engine reads."""

    http_status = 400

    def __init__(self, name: str, engine: str, own: str) -> None:
        super().__init__(
            f"model {name!r} is there for the {own} engine and not for {engine};"
            " leave --engine out"
        )


class EngineFailed(ModelError):
    """The engine stopped in the middle of a translation."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"the engine of model {name!r} failed: {reason}; check the model with"
            f" 'dwibahasa models verify {name}'"
        )
