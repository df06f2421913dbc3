"""Recognise a model by its files, and convert it to int8 for CTranslate2."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from dwibahasa.errors import (
    ConversionFailed,
    EngineFailed,
    ModelError,
    ModelIncomplete,
    ModelUnsupported,
    storage_error,
)
from dwibahasa.model import MODEL_FILE, Architecture, EngineName, Model, read_model

CONVERTED_WEIGHTS = "model.bin"
_CONFIG = "config.json"
_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "*.spm",
    "*.model",
    # Not of the tokenizer, but what ends a target is said there.
    "generation_config.json",
)
_VOCABULARIES = ("*vocabulary.json", "*vocabulary.txt")
# The same weights are often there in several forms; the first that is found is taken.
_WEIGHTS = (
    ("model.safetensors",),
    ("model.safetensors.index.json", "model-*-of-*.safetensors"),
    ("pytorch_model.bin",),
    ("pytorch_model.bin.index.json", "pytorch_model-*-of-*.bin"),
    (CONVERTED_WEIGHTS,),
)
_ARCHITECTURES = {
    "marian": Architecture.MARIAN,
    "m2m_100": Architecture.M2M100,
    "t5": Architecture.T5,
    "mt5": Architecture.T5,
    "umt5": Architecture.T5,
}
_TOKENIZERS = {
    "MarianTokenizer": Architecture.MARIAN,
    "M2M100Tokenizer": Architecture.M2M100,
    "NllbTokenizer": Architecture.NLLB,
    "T5Tokenizer": Architecture.T5,
}
_CODES = {
    Architecture.M2M100: ("id", "en"),
    Architecture.NLLB: ("ind_Latn", "eng_Latn"),
    Architecture.T5: ("", "en"),
}
# What T5 models that know no <2en> were trained to be asked: Raffel et al. 2020,
# appendix D.
_T5_PROMPT = "translate Indonesian to English: {source}"
_LONGEST_SOURCE = 256
_MARIAN_POSITIONS = 512
_TRIAL = "Halo."


def needed_files(names: Iterable[str], model: str) -> list[str]:
    """Which files of a model are needed, each kind in its best form only.

    Args:
        names: Files at the top of its folder or repository.
        model: Its name, for errors.

    Raises:
        ModelIncomplete: There is no configuration, or no weights that can be read.
    """
    names = sorted(names)
    if _CONFIG not in names:
        raise ModelIncomplete(model, _CONFIG)
    for patterns in _WEIGHTS:
        weights = [n for n in names if any(fnmatch(n, p) for p in patterns)]
        if any(fnmatch(n, patterns[-1]) for n in weights):
            break
    else:
        raise ModelIncomplete(model, "weights as .safetensors or .bin")
    small = (_CONFIG, *_TOKENIZER_FILES, *_VOCABULARIES)
    return [n for n in names if n in weights or any(fnmatch(n, p) for p in small)]


def recognise(folder: Path, name: str) -> Model:
    """Say what the model in a folder is, as it lies there.

    Raises:
        ModelIncomplete: A file is missing.
        ModelUnsupported: No engine runs its architecture.
        ModelDamaged: Its model.toml is wrong.
    """
    if (folder / MODEL_FILE).is_file():
        return replace(read_model(folder), name=name)
    files = needed_files((path.name for path in folder.iterdir()), name)
    config = _json(folder / _CONFIG)
    is_converted = CONVERTED_WEIGHTS in files
    architecture = (
        _architecture_of_converted(folder, name)
        if is_converted
        else _architecture(folder, config, name)
    )
    source_code, target_code = _CODES.get(architecture, ("", ""))
    is_plain_t5 = architecture is Architecture.T5 and f"<2{target_code}>" not in _text(
        folder / "tokenizer.json", folder / "spiece.model"
    )
    return Model(
        name=name,
        engine=EngineName.CTRANSLATE2 if is_converted else EngineName.TRANSFORMERS,
        architecture=architecture,
        source_code=source_code,
        target_code=target_code,
        prompt=_T5_PROMPT if is_plain_t5 else "",
        max_source_subwords=_longest_source(architecture, config),
    )


def convert(folder: Path, target: Path, name: str, quantization: str = "int8") -> None:
    """Convert a model in Hugging Face form.

    Args:
        folder: Where it lies.
        target: Where the converted one goes, with its tokenizer; it must not exist.
        name: Its name, for errors.
        quantization: Type of the converted weights, as CTranslate2 calls it.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        ConversionFailed: CTranslate2 cannot convert it.
        DiskFull: There is no room for the converted model.
    """
    from dwibahasa.engines.transformers import quiet

    converter = _converter(folder)
    try:
        with quiet():
            converter.convert(str(target), quantization=quantization)
        for path in folder.iterdir():
            if any(fnmatch(path.name, pattern) for pattern in _TOKENIZER_FILES):
                shutil.copyfile(path, target / path.name)
    except OSError as error:
        if error.errno is None:
            raise ConversionFailed(name, _one_line(error)) from error
        raise storage_error(target, error) from error
    except Exception as error:
        # Converters are written for each architecture and fail in their own ways.
        raise ConversionFailed(name, _one_line(error)) from error


def check(folder: Path, model: Model) -> None:
    """Load a model and translate a word, to see that it is whole.

    Raises:
        ModelError: It does not load, or does not translate.
    """
    from dwibahasa.engines import Decoding
    from dwibahasa.engines.loading import load_engine

    try:
        next(load_engine(folder, model).translate([_TRIAL], Decoding()))
    except ModelError:
        raise
    except Exception as error:
        raise EngineFailed(model.name, _one_line(error)) from error


def _converter(folder: Path) -> Any:
    """CTranslate2's converter, reading T5 as transformers 5 means it."""
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc]  # untyped
        def load_model(self, *args: Any, **options: Any) -> Any:
            model = super().load_model(*args, **options)
            config = model.config
            # CTranslate2 4.8 scales the decoder's output where tie_word_embeddings
            # says that it is tied. transformers 5 sets that for every T5, and says
            # in another field whether to scale; its mT5 never scales.
            if config.model_type == "t5":
                config.tie_word_embeddings = config.scale_decoder_outputs
            elif config.model_type == "mt5":
                config.tie_word_embeddings = False
            return model

    return Converter(str(folder))


def _architecture(folder: Path, config: dict[str, Any], name: str) -> Architecture:
    kind = str(config.get("model_type", ""))
    architecture = _ARCHITECTURES.get(kind)
    if architecture is Architecture.M2M100:
        # NLLB calls itself m2m_100 too; its tokenizer and languages tell.
        files = (folder / file for file in _TOKENIZER_FILES if file.endswith(".json"))
        if _tokenizer_class(folder) == "NllbTokenizer" or '"eng_Latn"' in _text(*files):
            return Architecture.NLLB
    if architecture is not None:
        return architecture
    classes = config.get("architectures") or []
    is_causal = any(c.endswith(("ForCausalLM", "LMHeadModel")) for c in classes)
    if is_causal and not config.get("is_encoder_decoder"):
        return Architecture.CAUSAL
    raise ModelUnsupported(name, kind or "unknown")


def _architecture_of_converted(folder: Path, name: str) -> Architecture:
    """The architecture of a CTranslate2 model, whose configuration does not say it."""
    with (folder / CONVERTED_WEIGHTS).open("rb") as weights:
        head = weights.read(64)  # a version number, then the name of the specification
    if b"DecoderSpec" in head:
        return Architecture.CAUSAL
    tokenizer = _tokenizer_class(folder)
    if tokenizer not in _TOKENIZERS:
        raise ModelUnsupported(name, tokenizer or "unknown")
    return _TOKENIZERS[tokenizer]


def _tokenizer_class(folder: Path) -> str:
    config = _json(folder / "tokenizer_config.json")
    return str(config.get("tokenizer_class", "")).removesuffix("Fast")


def _longest_source(architecture: Architecture, config: dict[str, Any]) -> int:
    """Subwords of the longest source whose target still has a position each."""
    positions = config.get("max_position_embeddings") or config.get("n_positions")
    if architecture is Architecture.T5:
        return _LONGEST_SOURCE  # its positions are relative
    if architecture is Architecture.MARIAN:
        positions = positions or _MARIAN_POSITIONS
    if not positions:
        return _LONGEST_SOURCE
    # The inverse of batching.max_target_subwords; with source and target in one row.
    rows = 3 if architecture is Architecture.CAUSAL else 2
    return max(1, min(_LONGEST_SOURCE, (int(positions) - 16) // rows))


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelIncomplete(path.parent.name, f"readable {path.name}") from error
    return values if isinstance(values, dict) else {}


def _text(*paths: Path) -> str:
    """What the files that exist hold, with bytes that are no text left out."""
    return "".join(
        path.read_bytes().decode(errors="ignore") for path in paths if path.is_file()
    )


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()).partition(" (supported")[0]
    return text or type(error).__name__
