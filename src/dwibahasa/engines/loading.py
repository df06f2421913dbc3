"""Load the engine that serves a model."""

from __future__ import annotations

from pathlib import Path

from dwibahasa.engines import Engine
from dwibahasa.errors import EngineUnsuited
from dwibahasa.model import EngineName, Model

# What each runtime reads.
_WEIGHTS = {
    EngineName.ONNX: ("*.gguf",),
    EngineName.CTRANSLATE2: ("model.bin",),
    EngineName.TRANSFORMERS: ("*.safetensors", "*.gguf", "pytorch_model*.bin"),
}


def load_engine(
    folder: Path, model: Model, *, engine: EngineName | None = None, threads: int = 0
) -> Engine:
    """Load the model in a folder.

    Args:
        folder: The model's folder.
        model: What the folder says of itself.
        engine: The runtime, where it is not to be the model's own.
        threads: Processor threads; 0 for one on each core.

    Raises:
        ModelDamaged: A file is missing or cannot be read.
        ExtraMissing: The runtime is not installed.
        EngineUnsuited: The model is not there in the form that the runtime reads.
    """
    chosen = engine or model.engine
    has_weights = any(any(folder.glob(pattern)) for pattern in _WEIGHTS[chosen])
    if chosen is not model.engine and not has_weights:
        raise EngineUnsuited(model.name, chosen, model.engine)
    match chosen:
        case EngineName.ONNX:
            from dwibahasa.engines.onnx_runtime import OnnxEngine

            return OnnxEngine(folder, model, threads=threads)
        case EngineName.CTRANSLATE2:
            from dwibahasa.engines.ctranslate2 import CTranslate2Engine

            return CTranslate2Engine(folder, model, threads=threads)
        case EngineName.TRANSFORMERS:
            from dwibahasa.engines.transformers import TransformersEngine

            return TransformersEngine(folder, model, threads=threads)
