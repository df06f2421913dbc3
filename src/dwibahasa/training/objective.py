"""The loss on the target subwords, and its gradient, without keeping the logits."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional


class TargetLoss(torch.autograd.Function):
    """Mean cross-entropy of the next subword, over a frozen output matrix.

    The logits of 48,537 subwords would be the largest tensor of a step. Here a slice
    of the positions is scored at a time and its gradient is taken at once, in place.
    """

    SLICE = 512  # positions scored at a time: 100 MB of float32 logits

    @staticmethod
    def forward(
        ctx: Any,
        states: torch.Tensor,  # (positions, hidden)
        output: torch.Tensor,  # (vocabulary, hidden)
        subwords: torch.Tensor,  # (positions,)
    ) -> torch.Tensor:
        """Return the loss as a float32 scalar."""
        total = torch.zeros(())
        gradients = torch.empty_like(states)
        for start in range(0, len(states), TargetLoss.SLICE):
            part = slice(start, start + TargetLoss.SLICE)
            wanted = subwords[part]
            logits = functional.linear(states[part], output).float()
            rows = torch.arange(len(wanted))
            total += (logits.logsumexp(dim=-1) - logits[rows, wanted]).sum()
            probabilities = torch.softmax(logits, dim=-1)
            probabilities[rows, wanted] -= 1
            gradients[part] = probabilities.to(states.dtype) @ output
        ctx.save_for_backward(gradients / len(states))
        return total / len(states)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Return the gradient of the states; the output matrix has none."""
        (gradients,) = ctx.saved_tensors
        return (gradients * upstream[0]).to(gradients.dtype), None, None
