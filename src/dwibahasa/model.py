"""What a model's folder says of itself, in its model.toml."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path

from dwibahasa.errors import ModelDamaged

MODEL_FILE = "model.toml"
CHECKSUM_FILE = "SHA256SUMS"


class EngineName(StrEnum):
    """The runtimes that can serve a model."""

    ONNX = "onnx"
    CTRANSLATE2 = "ctranslate2"
    TRANSFORMERS = "transformers"


class Architecture(StrEnum):
    """How source and target are put to a model."""

    MARIAN = "marian"
    M2M100 = "m2m100"
    NLLB = "nllb"
    T5 = "t5"
    CAUSAL = "causal"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that lies in a folder, ready to be loaded.

    Attributes:
        name: What the user calls it; also the folder's name.
        engine: The runtime that serves it unless another is asked for.
        architecture: How source and target are put to it.
        source_code: Its own name for Indonesian, such as "ind_Latn"; may be empty.
        target_code: Its own name for English; may be empty.
        prompt: For decoder-only models what is written before the target, with
            "{source}" where the source stands.
        max_source_subwords: Longest source segment that it reads well.
        licence: SPDX identifier or the licence's name.
        origin: Where its weights come from: a Hub id or a sentence.
        revision: Commit of the origin.
    """

    name: str
    engine: EngineName
    architecture: Architecture
    source_code: str = ""
    target_code: str = ""
    prompt: str = ""
    max_source_subwords: int = 256
    licence: str = ""
    origin: str = ""
    revision: str = ""


def read_model(folder: Path) -> Model:
    """Read the model.toml of a model's folder.

    Raises:
        ModelDamaged: There is none, or it does not say what it must.
    """
    try:
        values = tomllib.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        values["engine"] = EngineName(values["engine"])
        values["architecture"] = Architecture(values["architecture"])
        return Model(name=folder.name, **values)
    except FileNotFoundError as error:
        raise ModelDamaged(folder.name, MODEL_FILE, "is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(folder.name, MODEL_FILE, f"is wrong ({error})") from error


def write_model(model: Model, folder: Path) -> None:
    """Write the model.toml of a model's folder; fields left at default are not."""
    values = asdict(model)
    lines = [
        # A JSON string or number is a TOML one too.
        f"{field.name} = {json.dumps(values[field.name], ensure_ascii=False)}\n"
        for field in fields(model)
        if field.name != "name" and values[field.name] != field.default
    ]
    (folder / MODEL_FILE).write_text("".join(lines), encoding="utf-8")
