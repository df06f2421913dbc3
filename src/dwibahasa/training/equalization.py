"""Let activations lose little in 8 bits, by weights that compute the same.

A few channels of Gemma's states are many times as large as the others, and take all
the steps of a byte. As in SmoothQuant (Xiao et al. 2023, equation 4), such a channel is
made smaller in what writes it, and its column in the matrices that read it larger.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from dwibahasa.training.batches import PAD, Batch, pad

_LEAST = 1e-5  # of a channel that is never used or never read
# What writes a channel, the matrices that read it, and the strength of the moving from
# activations to weights: as Xiao et al., section 5.1; for up_proj what lost least.
_CHANNELS = (
    (
        "input_layernorm",
        ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        0.5,
    ),
    ("pre_feedforward_layernorm", ("mlp.gate_proj", "mlp.up_proj"), 0.5),
    ("mlp.up_proj", ("mlp.down_proj",), 0.7),
)


@torch.no_grad()
def equalize(network: PreTrainedModel, batches: Sequence[Batch]) -> None:
    """Move the size of a Gemma 3's channels to the matrices that read them.

    Args:
        network: In float32; it computes the same before and after.
        batches: What shows how large each channel gets.
    """
    weights = dict(network.named_parameters())
    largest = _largest_activations(network, batches)
    for layer in (name for name, _ in network.named_modules()):
        for writer, readers, strength in _CHANNELS:
            if f"{layer}.{readers[0]}" not in largest:
                continue
            matrices = [weights[f"{layer}.{name}.weight"] for name in readers]
            columns = (
                torch.cat([*matrices]).abs().amax(0).clamp_min(_LEAST)
            )  # (channels)
            moved = largest[f"{layer}.{readers[0]}"] ** strength
            moved /= columns ** (1 - strength)
            moved /= moved.log().mean().exp()  # what all share does not count
            for matrix in matrices:
                matrix.mul_(moved)
            weight = weights[f"{layer}.{writer}.weight"]
            if weight.dim() == 1:  # Gemma's norms multiply by 1 + weight
                weight.copy_((1 + weight) / moved - 1)
            else:
                weight.div_(moved[:, None])


def _largest_activations(
    network: PreTrainedModel, batches: Sequence[Batch]
) -> dict[str, torch.Tensor]:
    """The largest absolute value of each channel that the first readers read."""
    largest: dict[str, torch.Tensor] = {}
    is_subword = torch.empty(0, dtype=torch.bool)

    def watch(name: str, matrix: torch.nn.Module) -> torch.utils.hooks.RemovableHandle:
        def hear(_module: object, inputs: tuple[torch.Tensor]) -> None:
            found = inputs[0][is_subword].abs().amax(0).clamp_min(_LEAST)
            largest[name] = torch.maximum(found, largest.get(name, found))

        return matrix.register_forward_pre_hook(hear)

    first_readers = tuple(readers[0] for _, readers, _ in _CHANNELS)
    handles = [
        watch(name, module)
        for name, module in network.named_modules()
        if name.endswith(first_readers)
    ]
    for batch in batches:
        subwords, _ = pad(batch)
        is_subword = subwords != PAD
        network.base_model(input_ids=subwords, use_cache=False)
    for handle in handles:
        handle.remove()
    return largest
