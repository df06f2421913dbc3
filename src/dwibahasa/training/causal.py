"""Gemma 3 as a translator that is trained: prompts, loss, greedy search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from dwibahasa.training.batches import PAD, Batch, pad
from dwibahasa.training.export import export_model
from dwibahasa.training.lora import add_adapters
from dwibahasa.training.normalization import speed_up_norms
from dwibahasa.training.objective import TargetLoss
from dwibahasa.training.rounding import round_activations
from dwibahasa.training.start import load_network, load_vocabulary

EOS, BOS = 1, 2
_ROWS = 64  # segments translated at a time


class CausalModel:
    """Gemma 3 that is asked `<bos>` source newline and goes on with the target.

    The embedding, which is the output matrix too, stays as it is: it needs a quarter
    of the optimiser's time and moves little.

    Attributes:
        network: The model of transformers.
        start: Folder with the `model.gguf` and `source.spm` that it came from.
    """

    def __init__(
        self,
        start: Path,
        *,
        lora_rank: int = 0,
        glosses: Path | None = None,
        start_share: float = 0.0,
        others: Mapping[Path, float] | None = None,
    ) -> None:
        """Load the model.

        Args:
            start: Its folder.
            lora_rank: Of the adapters that are trained; 0 to train all weights.
            glosses: Glossary that is exported with the model.
            start_share: What the weights of `start` count in those that are exported.
            others: Weights of other runs, and what each count there.

        Raises:
            StartError: It cannot be read.
        """
        self.start = start
        self._glosses = glosses
        self._start_share = start_share
        self._others = others
        self.network = load_network(start)
        self._vocabulary = load_vocabulary(start)
        speed_up_norms(self.network)
        self.network.get_input_embeddings().weight.requires_grad_(False)
        if lora_rank:
            add_adapters(self.network, lora_rank)
        round_activations(self.network)
        self._newline = self._vocabulary.piece_to_id("\n")

    def encode_source(self, source: str) -> list[int]:
        """What the model reads before it writes the target."""
        return [BOS, *self._vocabulary.encode(source.strip()), self._newline]

    def encode_target(self, target: str) -> list[int]:
        """What it has to write: the first subword begins a word, `<eos>` ends it."""
        return [*self._vocabulary.encode(" " + target.strip()), EOS]

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy of the targets' subwords.

        Padding is on the right and attention looks to the left, so that no position
        that counts sees any: no mask is needed.
        """
        subwords, predicts = pad(batch)
        states = self.network.base_model(
            input_ids=subwords, use_cache=False
        ).last_hidden_state  # (pairs, length, hidden)
        wanted = subwords.roll(-1, dims=1)[predicts]
        output = self.network.get_input_embeddings().weight  # tied
        loss: torch.Tensor = TargetLoss.apply(  # type: ignore[no-untyped-call]
            states[predicts], output, wanted
        )
        return loss

    @torch.inference_mode()
    def translate(self, sources: Sequence[str]) -> list[str]:
        """Translate source segments, in their order, without beam search."""
        prompts = [self.encode_source(source) for source in sources]
        order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        targets = [""] * len(prompts)
        for start in range(0, len(order), _ROWS):
            rows = order[start : start + _ROWS]
            length = max(len(prompts[row]) for row in rows)
            padded = [
                [PAD] * (length - len(prompts[row])) + prompts[row] for row in rows
            ]
            subwords = torch.tensor(padded)  # (rows, length), padded on the left
            generated = self.network.generate(  # type: ignore[operator]
                input_ids=subwords,
                attention_mask=(subwords != PAD).long(),
                max_new_tokens=length * 3 // 2 + 16,
                do_sample=False,
                use_cache=True,
                bos_token_id=BOS,
                eos_token_id=EOS,
                pad_token_id=PAD,
            )
            for row, ids in zip(rows, generated[:, length:].tolist(), strict=True):
                end = ids.index(EOS) if EOS in ids else len(ids)
                targets[row] = self._vocabulary.decode(ids[:end]).strip()
        return targets

    def export(self, weights: Path, folder: Path, batches: Sequence[Batch], /) -> None:
        """Write the model with the weights of a run as a folder to translate with."""
        export_model(
            weights,
            self.start,
            folder,
            glosses=self._glosses,
            start_share=self._start_share,
            others=self._others,
            batches=batches,
        )
