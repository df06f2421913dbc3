"""The CTranslate2 engine: encoder-decoder and decoder-only models in int8 on a CPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import ctranslate2

from dwibahasa.document import Hypothesis
from dwibahasa.engines import Decoding
from dwibahasa.engines.batching import batches, max_target_subwords
from dwibahasa.engines.tokenizer import load_tokenizer
from dwibahasa.errors import ModelDamaged
from dwibahasa.model import Architecture, Model

_BATCH_SUBWORDS = 2048


class CTranslate2Engine:
    """A converted model; see `Engine` for the contract."""

    def __init__(self, folder: Path, model: Model, *, threads: int = 0) -> None:
        """Load the model in a folder.

        Args:
            folder: Holds model.bin and the tokenizer's files.
            model: What the folder says of itself.
            threads: Processor threads; 0 lets CTranslate2 choose.

        Raises:
            ModelDamaged: The weights are missing or cannot be read.
            ExtraMissing: The tokenizer needs transformers, which is not installed.
        """
        self.max_source_subwords = model.max_source_subwords
        self._tokenizer = load_tokenizer(folder, model)
        self._is_causal = model.architecture is Architecture.CAUSAL
        runtime = ctranslate2.Generator if self._is_causal else ctranslate2.Translator
        try:
            self._runtime = runtime(str(folder), device="auto", intra_threads=threads)
        except (RuntimeError, ValueError) as error:
            reason = f"cannot be loaded ({error})"
            raise ModelDamaged(model.name, "model.bin", reason) from error

    def count_subwords(self, source: str) -> int:
        """How many subwords the model makes of a source segment, marks included."""
        return len(self._tokenizer.encode(source))

    def translate(
        self, sources: Sequence[str], decoding: Decoding
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Translate source segments; see `Engine`."""
        encoded = [self._tokenizer.encode(source) for source in sources]
        for batch in batches([len(ids) for ids in encoded], _BATCH_SUBWORDS):
            found = self._batch([encoded[i] for i in batch], decoding)
            yield from zip(batch, found, strict=True)

    def _batch(
        self, sources: list[list[int]], decoding: Decoding
    ) -> list[list[Hypothesis]]:
        """Hypotheses of each source, best first."""
        tokens = [self._tokenizer.tokens(ids) for ids in sources]
        found = []
        for source, (targets, scores) in zip(
            sources, self._search(tokens, decoding), strict=True
        ):
            bound = max_target_subwords(len(source))
            if len(sources) > 1 and any(len(t) >= bound for t in targets):
                # Batched with longer sources, it ran on further than it does alone.
                found += self._batch([source], decoding)
                continue
            found.append(
                [
                    Hypothesis(self._tokenizer.decode(self._tokenizer.ids(t)), score)
                    for t, score in zip(targets, scores, strict=True)
                ]
            )
        return found

    def _search(
        self, sources: list[list[str]], decoding: Decoding
    ) -> list[tuple[list[list[str]], list[float]]]:
        """Targets of each source and their scores, best first."""
        bound = max_target_subwords(max(map(len, sources)))
        options = {
            "beam_size": decoding.beam_size,
            "num_hypotheses": decoding.hypotheses,
            "length_penalty": 1,  # scores are means over the target subwords
            "return_scores": True,
            "end_token": self._tokenizer.tokens(self._tokenizer.end_of_target),
        }
        if self._is_causal:
            results = self._runtime.generate_batch(
                sources,
                min_length=1,
                max_length=bound,
                include_prompt_in_result=False,
                **options,
            )
            return [(r.sequences, r.scores) for r in results]
        prefix = self._tokenizer.tokens(self._tokenizer.target_prefix)
        results = self._runtime.translate_batch(
            sources,
            target_prefix=[prefix] * len(sources) if prefix else None,
            max_input_length=0,  # its default cuts what is longer than 1024
            min_decoding_length=1,
            max_decoding_length=bound,
            **options,
        )
        return [(r.hypotheses, r.scores) for r in results]
