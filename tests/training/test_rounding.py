import torch

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
