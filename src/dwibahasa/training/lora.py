"""Low-rank adapters on the matrices of a network, by peft (Hu et al. 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from transformers import PreTrainedModel

from dwibahasa.training.errors import ExportError
from dwibahasa.training.start import load_network

_MATRICES = [
    "q_proj",
    "k_proj",
    "v_proj",
    "o_proj",
    "gate_proj",
    "up_proj",
    "down_proj",
]


def add_adapters(network: PreTrainedModel, rank: int) -> None:
    """Put an adapter on every matrix of every layer; nothing else is trained then."""
    config = LoraConfig(r=rank, lora_alpha=rank, target_modules=_MATRICES)
    inject_adapter_in_model(config, network)
    for name, weight in network.named_parameters():
        weight.requires_grad_(is_adapter(name))


def is_adapter(name: str) -> bool:
    """Whether a weight of that name belongs to an adapter."""
    return ".lora_" in name


@torch.no_grad()
def merge(adapters: Mapping[str, torch.Tensor], start: Path) -> dict[str, torch.Tensor]:
    """The matrices of a model with trained adapters added to them.

    Args:
        adapters: By their names in the network.
        start: Folder of the model that the adapters were trained on.

    Raises:
        ExportError: The adapters belong to another model.
        StartError: The model cannot be read.
    """
    network = load_network(start)
    rank = next(w.shape[0] for name, w in adapters.items() if ".lora_A." in name)
    add_adapters(network, rank)
    weights = dict(network.named_parameters())
    for name, weight in adapters.items():
        if name not in weights or weights[name].shape != weight.shape:
            raise ExportError(
                f"{start} has no place for {name}; give the model that the run"
                " started from"
            )
        weights[name].copy_(weight)
    for module in network.modules():
        if isinstance(module, LoraLayer):
            module.merge()
    base = ".base_layer"
    return {n.replace(base, ""): w for n, w in weights.items() if base in n}
