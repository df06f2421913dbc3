"""The reference engine: any translation model that transformers and torch can load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dwibahasa.document import Hypothesis
from dwibahasa.engines import Decoding
from dwibahasa.engines.batching import batches, max_target_subwords
from dwibahasa.engines.tokenizer import load_tokenizer
from dwibahasa.errors import ExtraMissing, ModelDamaged
from dwibahasa.model import Architecture, Model

try:
    import torch
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForSeq2SeqLM,
        GenerationConfig,
        GgufConfig,
    )
    from transformers.utils import logging
except ImportError as error:
    raise ExtraMissing("the transformers engine", "hub") from error

_BATCH_SUBWORDS = 2048


class TransformersEngine:
    """A model in Hugging Face or GGUF form; see `Engine` for the contract."""

    def __init__(self, folder: Path, model: Model, *, threads: int = 0) -> None:
        """Load the model in a folder, on the GPU where there is one.

        Args:
            folder: Holds the weights and the tokenizer's files.
            model: What the folder says of itself.
            threads: Processor threads; 0 lets torch choose.

        Raises:
            ModelDamaged: The weights are missing or cannot be read.
        """
        if threads:
            torch.set_num_threads(threads)
        self.max_source_subwords = model.max_source_subwords
        self._tokenizer = load_tokenizer(folder, model)
        self._is_causal = model.architecture is Architecture.CAUSAL
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            with quiet():
                loaded = _load(folder, is_causal=self._is_causal)
            self._model = loaded.to(self._device)
        except (OSError, ValueError, RuntimeError) as error:
            reason = f"cannot be loaded ({error})"
            raise ModelDamaged(model.name, "its weights", reason) from error
        self._model.eval()
        self._pad = _pad_id(self._model)
        self._model.generation_config = self._generation_config(model)

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

    @torch.inference_mode()
    def _batch(
        self, sources: list[list[int]], decoding: Decoding
    ) -> list[list[Hypothesis]]:
        """Hypotheses of each source, best first."""
        ids, mask = self._padded(sources)  # (batch, source_length) each
        output = self._model.generate(
            input_ids=ids,
            attention_mask=mask,
            num_beams=decoding.beam_size,
            num_return_sequences=decoding.hypotheses,
            early_stopping=decoding.beam_size > 1,
            min_new_tokens=1,
            max_new_tokens=max_target_subwords(ids.shape[1]),
        )
        steps = self._model.compute_transition_scores(
            output.sequences,
            output.scores,
            getattr(output, "beam_indices", None),
        ).tolist()  # (batch * hypotheses, target_length)
        start = ids.shape[1] if self._is_causal else 1
        targets = [self._until_end(t) for t in output.sequences[:, start:].tolist()]
        n = decoding.hypotheses
        found = []
        for i, source in enumerate(sources):
            own = range(i * n, i * n + n)
            bound = max_target_subwords(len(source))
            if len(sources) > 1 and any(len(targets[j]) > bound for j in own):
                # Batched with longer sources, it ran on further than it does alone.
                found += self._batch([source], decoding)
                continue
            found.append([self._hypothesis(targets[j], steps[j]) for j in own])
        return found

    def _hypothesis(self, target: list[int], steps: list[float]) -> Hypothesis:
        score = sum(steps[: len(target)]) / len(target)
        return Hypothesis(self._tokenizer.decode(target), score)

    def _until_end(self, target: list[int]) -> list[int]:
        """Ids up to what ends the target; padding follows it."""
        ends = self._tokenizer.end_of_target
        last = next((i for i, subword in enumerate(target) if subword in ends), None)
        return target if last is None else target[: last + 1]

    def _padded(self, sources: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask, padded before the prompt or after the source."""
        width = max(map(len, sources))
        ids, mask = [], []
        for source in sources:
            padding, ones = [self._pad] * (width - len(source)), [1] * len(source)
            zeros = [0] * len(padding)
            ids.append(padding + source if self._is_causal else source + padding)
            mask.append(zeros + ones if self._is_causal else ones + zeros)
        return (
            torch.tensor(ids, device=self._device),
            torch.tensor(mask, device=self._device),
        )

    def _generation_config(self, model: Model) -> GenerationConfig:
        """How to search, without what the model's makers prefer.

        Their beam size, sampling, penalties and forced ends would make the targets
        other ones than those of CTranslate2.
        """
        theirs = self._model.generation_config
        prefix = self._tokenizer.target_prefix
        start = theirs.decoder_start_token_id
        if start is None:
            start = getattr(self._model.config, "decoder_start_token_id", None)
        return GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            length_penalty=1.0,  # scores are means over the target subwords
            bos_token_id=theirs.bos_token_id,
            eos_token_id=self._tokenizer.end_of_target,
            pad_token_id=self._pad,
            decoder_start_token_id=start,
            forced_bos_token_id=prefix[0] if prefix else None,
            # Marian's <pad> begins the target and is never said.
            suppress_tokens=(
                [self._pad] if model.architecture is Architecture.MARIAN else None
            ),
            # What is ruled out takes no part of the probability: so CTranslate2.
            renormalize_logits=True,
            return_dict_in_generate=True,
            output_scores=True,
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' bars and advice on loading off standard error.

    Errors are raised all the same; bars are of no use to what is loaded in seconds,
    and the advice is for the makers of a model.
    """
    verbosity, has_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if has_bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _load(folder: Path, *, is_causal: bool) -> Any:
    """Load float32 weights, from a GGUF file where there is one."""
    loader = AutoModelForCausalLM if is_causal else AutoModelForSeq2SeqLM
    options: dict[str, Any] = {}
    if gguf := next(folder.glob("*.gguf"), None):
        options["gguf_file"] = gguf.name
        options["quantization_config"] = GgufConfig(dequantize=True)
    return loader.from_pretrained(
        folder,
        dtype=torch.float32,
        local_files_only=True,
        trust_remote_code=False,
        **options,
    )


def _pad_id(model: Any) -> int:
    """The id that fills a batch; any will do where the model names none."""
    pad = model.config.pad_token_id
    if pad is None:
        pad = model.config.eos_token_id
    return int(pad[0] if isinstance(pad, list) else pad)
