"""Round in training what the engine rounds, so that weights learn to bear it.

The engine puts what enters a matrix in bytes, with one scale for each subword. Training
rounds as Jacob et al. (2018, section 3) do: gradients pass as if nothing were rounded.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import PreTrainedModel

_STEPS = 127  # on each side of zero
_LEAST = 1e-12  # of the largest number of a subword, where all are zero
_WRITERS = ("input_layernorm", "pre_feedforward_layernorm", "model.norm")
_READERS = ("self_attn.o_proj", "mlp.down_proj")


class Rounding(torch.autograd.Function):
    """The nearest of 255 numbers, as far apart as the largest of a subword asks for."""

    @staticmethod
    def forward(_ctx: Any, states: torch.Tensor) -> torch.Tensor:
        """Round over the last dimension."""
        largest = states.abs().amax(-1, keepdim=True).clamp_min_(_LEAST)
        return (states * (_STEPS / largest)).round_().mul_(largest / _STEPS)

    @staticmethod
    def backward(_ctx: Any, *upstream: torch.Tensor) -> torch.Tensor:
        """Return the gradient of the states."""
        return upstream[0]


def round_activations(network: PreTrainedModel) -> None:
    """Let what enters each matrix of a Gemma 3 be rounded."""
    for name, module in network.named_modules():
        if name.endswith(_WRITERS):
            module.register_forward_hook(_round_output)
        elif name.endswith(_READERS):
            module.register_forward_pre_hook(_round_input)


def _round_output(_module: Any, _inputs: Any, output: torch.Tensor) -> torch.Tensor:
    rounded: torch.Tensor = Rounding.apply(output)  # type: ignore[no-untyped-call]
    return rounded


def _round_input(_module: Any, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    return (Rounding.apply(inputs[0]),)  # type: ignore[no-untyped-call]
