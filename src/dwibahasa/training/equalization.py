"""Let activations lose little in 8 bits, by weights that compute the same.

A few channels of Gemma's normalised states are many times as large as the others, and
take all the steps of a byte. As in SmoothQuant (Xiao et al. 2023, equation 4), such a
channel is made smaller in the norm and its column in the matrices behind it larger.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from dwibahasa.training.batches import PAD, Batch, pad

_STRENGTH = 0.5  # of the moving from activations to weights: Xiao et al., section 5.1
_LEAST = 1e-5  # of a channel that is never used or never read
# Norms, and the matrices that read what they wrote.
_READERS = {
    "input_layernorm": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "pre_feedforward_layernorm": ("mlp.gate_proj", "mlp.up_proj"),
}


@torch.no_grad()
def equalize(network: PreTrainedModel, batches: Sequence[Batch]) -> None:
    """Move the size of a Gemma 3's normalised channels to the matrices behind them.

    Args:
        network: In float32; it computes the same before and after.
        batches: What shows how large each channel gets.
    """
    weights = dict(network.named_parameters())
    for norm, largest in _largest_activations(network, batches).items():
        layer, _, kind = norm.rpartition(".")
        matrices = [weights[f"{layer}.{name}.weight"] for name in _READERS[kind]]
        columns = torch.cat([*matrices]).abs().amax(0).clamp_min(_LEAST)  # (width)
        moved = largest**_STRENGTH / columns ** (1 - _STRENGTH)  # (width)
        moved /= moved.log().mean().exp()  # what all share does not count
        gain = weights[f"{norm}.weight"]  # Gemma multiplies by 1 + gain
        gain.copy_((1 + gain) / moved - 1)
        for matrix in matrices:
            matrix.mul_(moved)


def _largest_activations(
    network: PreTrainedModel, batches: Sequence[Batch]
) -> dict[str, torch.Tensor]:
    """The largest absolute value of each channel behind each norm, (width)."""
    largest: dict[str, torch.Tensor] = {}
    is_subword = torch.empty(0, dtype=torch.bool)

    def watch(name: str, norm: torch.nn.Module) -> torch.utils.hooks.RemovableHandle:
        def hear(_module: object, _inputs: object, states: torch.Tensor) -> None:
            found = states[is_subword].abs().amax(0).clamp_min(_LEAST)
            largest[name] = torch.maximum(found, largest.get(name, found))

        return norm.register_forward_hook(hear)

    handles = [
        watch(name, module)
        for name, module in network.named_modules()
        if name.rpartition(".")[2] in _READERS
    ]
    for batch in batches:
        subwords, _ = pad(batch)
        is_subword = subwords != PAD
        network.base_model(input_ids=subwords, use_cache=False)
    for handle in handles:
        handle.remove()
    return largest
