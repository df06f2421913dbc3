"""What the training loop asks of a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from transformers import PreTrainedModel

from dwibahasa.training.batches import Batch


class TrainableModel(Protocol):
    """A translator that learns; Gemma and Marian are two.

    Attributes:
        network: The model of transformers; what requires a gradient is trained.
    """

    network: PreTrainedModel

    def encode_source(self, source: str) -> list[int]:
        """Ids of a source segment with the marks that the model needs."""
        ...

    def encode_target(self, target: str) -> list[int]:
        """Ids of a target segment, the end of the target last."""
        ...

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean loss of the subwords of the targets, with its gradient."""
        ...

    def translate(self, sources: Sequence[str]) -> list[str]:
        """Translate source segments, in their order, without beam search."""
        ...

    def export(self, weights: Path, folder: Path, batches: Sequence[Batch], /) -> None:
        """Write the model with trained weights as a folder to translate with.

        Args:
            weights: Float32 tensors by their names in the network; `best.pt` of a run.
            folder: Receives everything that `dwibahasa translate --model` reads.
            batches: Some of those that the model learnt from.

        Raises:
            ExportError: The weights belong to another model.
            StorageError: The folder cannot be written.
        """
        ...
