"""Gemma 3 as a translator that is trained: prompts, loss, greedy search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from dwibahasa.training.batches import Batch
from dwibahasa.training.export import export_model
from dwibahasa.training.lora import add_adapters
from dwibahasa.training.normalization import speed_up_norms
from dwibahasa.training.objective import TargetLoss
from dwibahasa.training.start import load_network, load_vocabulary

PAD, EOS, BOS = 0, 1, 2
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
        self, start: Path, *, lora_rank: int = 0, glosses: Path | None = None
    ) -> None:
        """Load the model.

        Args:
            start: Its folder.
            lora_rank: Of the adapters that are trained; 0 to train all weights.
            glosses: Glossary that is exported with the model.

        Raises:
            StartError: It cannot be read.
        """
        self.start = start
        self._glosses = glosses
        self.network = load_network(start)
        self._vocabulary = load_vocabulary(start)
        speed_up_norms(self.network)
        self.network.get_input_embeddings().weight.requires_grad_(False)
        if lora_rank:
            add_adapters(self.network, lora_rank)
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

    def export(self, weights: Path, folder: Path) -> None:
        """Write the model with the weights of a run as a folder to translate with."""
        export_model(weights, self.start, folder, self._glosses)


def pad(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts and targets, one pair a row, padded on the right.

    Returns:
        Ids, and whether the next id is one of the target's; both (pairs, length).
    """
    # The last id is never read, only predicted: it needs no place in the input.
    length = max(len(source) + len(target) for source, target in batch.pairs)
    subwords = np.full((len(batch.pairs), length), PAD)
    predicts = np.zeros((len(batch.pairs), length), dtype=bool)
    for row, (source, target) in enumerate(batch.pairs):
        end = len(source) + len(target)
        subwords[row, :end] = np.concatenate([source, target])
        predicts[row, len(source) - 1 : end - 1] = True
    return torch.from_numpy(subwords), torch.from_numpy(predicts)
