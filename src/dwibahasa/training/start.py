"""The model that training starts from: its weights, vocabulary and licences."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from sentencepiece import SentencePieceProcessor
from transformers import AutoModelForCausalLM, GgufConfig, PreTrainedModel

from dwibahasa.engines.transformers import quiet
from dwibahasa.training.errors import StartError

WEIGHTS_FILE = "model.gguf"
VOCABULARY_FILE = "source.spm"
_LICENCES = ("*NOTICE*", "*TERMS*", "LICENSE*")


def load_network(folder: Path) -> PreTrainedModel:
    """Load the `model.gguf` of a folder with float32 weights.

    Raises:
        StartError: There is none that can be read.
    """
    if not (folder / WEIGHTS_FILE).is_file():
        reason = (
            f"it has no {WEIGHTS_FILE}; a model in Hugging Face form needs"
            " prune_vocabulary = true"
        )
        raise StartError(folder, reason)
    try:
        with quiet():
            network: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                folder,
                gguf_file=WEIGHTS_FILE,
                dtype=torch.float32,
                # For segments of some dozen subwords plain matrix products beat the
                # fused kernel, which PyTorch tiles for long sequences.
                attn_implementation="eager",
                quantization_config=GgufConfig(dequantize=True),
            )
    except (OSError, ValueError, RuntimeError) as error:
        raise StartError(folder, f"{WEIGHTS_FILE} is wrong ({error})") from error
    return network


def load_vocabulary(folder: Path) -> SentencePieceProcessor:
    """Load the `source.spm` of a folder.

    Raises:
        StartError: There is none that can be read.
    """
    if not (folder / VOCABULARY_FILE).is_file():
        reason = (
            f"it has no {VOCABULARY_FILE}; put it there, or set prune_vocabulary ="
            " true to make it from the weights' own"
        )
        raise StartError(folder, reason)
    try:
        return SentencePieceProcessor(str(folder / VOCABULARY_FILE))
    except (OSError, RuntimeError) as error:
        raise StartError(folder, f"{VOCABULARY_FILE} is wrong ({error})") from error


def copy_licences(start: Path, folder: Path) -> None:
    """Let terms and notices go where the weights go."""
    for pattern in _LICENCES:
        for path in start.glob(pattern):
            shutil.copyfile(path, folder / path.name)
