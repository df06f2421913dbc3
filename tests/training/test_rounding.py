import pytest
import torch

from dwibahasa.training.causal import CausalModel
from dwibahasa.training.rounding import Rounding


def test_the_largest_number_of_a_subword_is_127_steps_from_zero():
    states = torch.tensor([[[127.0, -1.4, 0.6], [0.0, -0.5, 0.2499]]])
    expected = torch.tensor([[[127.0, -1.0, 1.0], [0.0, -0.5, 63 / 254]]])
    torch.testing.assert_close(Rounding.apply(states), expected)


def test_nothing_but_zeros_stays_as_it_is():
    assert torch.equal(Rounding.apply(torch.zeros(2, 3)), torch.zeros(2, 3))


def test_gradients_pass_as_if_nothing_were_rounded():
    states = torch.tensor([[3.0, 0.01]], requires_grad=True)
    (Rounding.apply(states) * torch.tensor([[2.0, 5.0]])).sum().backward()
    assert torch.equal(states.grad, torch.tensor([[2.0, 5.0]]))


@pytest.mark.parametrize("lora_rank", [0, 2])
def test_what_enters_each_matrix_is_rounded(start, lora_rank):
    network = CausalModel(start, lora_rank=lora_rank).network
    inputs = {}
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Linear) and "lora_" not in name:
            module.register_forward_pre_hook(
                lambda _module, given, name=name: inputs.update({name: given[0]})
            )
    network(torch.arange(10)[None])
    assert len(inputs) == 6 * 7 + 1  # and the output matrix
    for states in inputs.values():
        torch.testing.assert_close(Rounding.apply(states), states)
