"""Load the engine that serves a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from dwibahasa.document import Hypothesis
from dwibahasa.engines import Decoding, Engine
from dwibahasa.errors import EngineUnsuited
from dwibahasa.model import EngineName, Model

# What each runtime reads.
_WEIGHTS = {
    EngineName.ONNX: ("*.gguf",),
    EngineName.CTRANSLATE2: ("model.bin",),
    EngineName.TRANSFORMERS: ("*.safetensors", "*.gguf", "pytorch_model*.bin"),
}


class LazyEngine:
    """An engine that is loaded when it is first used."""

    def __init__(self, load: Callable[[], Engine]) -> None:
        self._load = load

    @cached_property
    def _engine(self) -> Engine:
        return self._load()

    @property
    def max_source_subwords(self) -> int:
        """Longest source that the model reads well, in subwords."""
        return self._engine.max_source_subwords

    def count_subwords(self, source: str) -> int:
        """How many subwords the model makes of a source segment."""
        return self._engine.count_subwords(source)

    def translate(
        self, sources: Sequence[str], decoding: Decoding
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Translate source segments as the engine does."""
        return self._engine.translate(sources, decoding)


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
