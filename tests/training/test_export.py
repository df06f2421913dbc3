import hashlib
import shutil

import gguf
import pytest
import torch

from dwibahasa.model import Architecture, EngineName, read_model
from dwibahasa.training.batches import make_batches
from dwibahasa.training.causal import CausalModel
from dwibahasa.training.corpus import Pair
from dwibahasa.training.equalization import equalize
from dwibahasa.training.errors import CheckpointDamaged, ExportError
from dwibahasa.training.export import export_model
from dwibahasa.training.start import load_network


@pytest.fixture
def weights(start):
    """Other weights for the tiny model, without its embedding."""
    torch.manual_seed(1)
    return {
        name: torch.randn(weight.shape)
        for name, weight in load_network(start).named_parameters()
        if "embed" not in name
    }


def test_exported_model_reads_back_within_the_error_of_q8(start, weights, tmp_path):
    torch.save(weights, tmp_path / "best.pt")
    model = export_model(tmp_path / "best.pt", start, tmp_path / "model")
    read = dict(load_network(tmp_path / "model").named_parameters())
    for name, weight in weights.items():
        # Q8_0: 32 numbers share a float16 scale, the largest is 127 of it.
        bound = 0 if weight.ndim == 1 else weight.abs().max().item() / 127 * 0.51
        assert (read[name] - weight).abs().max().item() <= bound + 1e-6
    embedding = "model.embed_tokens.weight"
    before = dict(load_network(start).named_parameters())[embedding]
    assert torch.equal(read[embedding], before)
    assert model.name == "model.gguf"


def test_export_keeps_metadata_and_names_and_signs_them(start, weights, tmp_path):
    torch.save(weights, tmp_path / "best.pt")
    folder = tmp_path / "model"
    model = export_model(tmp_path / "best.pt", start, folder)
    old, new = gguf.GGUFReader(start / "model.gguf"), gguf.GGUFReader(model)
    assert {key: field.contents() for key, field in new.fields.items()} == {
        key: field.contents() for key, field in old.fields.items()
    }
    assert [(t.name, t.tensor_type) for t in new.tensors] == [
        (t.name, t.tensor_type) for t in old.tensors
    ]
    for line in (folder / "SHA256SUMS").read_text("ascii").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_export_reads_a_checkpoint_and_describes_the_model(start, weights, tmp_path):
    state = {"progress": {"step": 3}, "weights": weights, "optimizer": {}}
    torch.save(state, tmp_path / "checkpoint.pt")
    export_model(tmp_path / "checkpoint.pt", start, tmp_path / "model")
    read = dict(load_network(tmp_path / "model").named_parameters())
    assert torch.allclose(read["model.norm.weight"], weights["model.norm.weight"])
    model = read_model(tmp_path / "model")
    assert (model.engine, model.architecture) == (EngineName.ONNX, Architecture.CAUSAL)


def test_export_takes_licences_and_description_along(start, weights, tmp_path):
    torch.save(weights, tmp_path / "best.pt")
    own = tmp_path / "start"
    shutil.copytree(start, own)
    (own / "GEMMA_NOTICE.md").write_text("Gemma is provided under …", "utf-8")
    (own / "model.toml").write_text(
        'engine = "onnx"\narchitecture = "causal"\nlicence = "Gemma"\n', "utf-8"
    )
    export_model(tmp_path / "best.pt", own, tmp_path / "model")
    assert (tmp_path / "model/GEMMA_NOTICE.md").exists()
    assert read_model(tmp_path / "model").licence == "Gemma"
    sums = (tmp_path / "model/SHA256SUMS").read_text("utf-8").splitlines()
    assert len(sums) == 4


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("model.norm.weight", (5,), "has shape"),
        ("model.layers.9.mlp.up_proj.weight", (64, 32), "GGUF has no name"),
        ("model.unheard_of.weight", (5,), "GGUF has no name"),
    ],
)
def test_weights_of_another_model_are_refused(start, tmp_path, name, shape, expected):
    torch.save({name: torch.zeros(shape)}, tmp_path / "best.pt")
    with pytest.raises(ExportError, match=expected):
        export_model(tmp_path / "best.pt", start, tmp_path / "model")


def batches(start):
    model = CausalModel(start)
    pairs = [Pair("x", source, source) for source in ("harga beras naik", "ia pulang")]
    return make_batches(pairs, model.encode_source, model.encode_target, 200, 100)


def test_equalized_network_computes_the_same_with_flatter_activations(start, weights):
    network = load_network(start)
    own = dict(network.named_parameters())
    with torch.no_grad():
        for name, weight in weights.items():
            own[name].copy_(weight * 0.1)
        # One channel is a hundred times as large as the others.
        own["model.layers.0.input_layernorm.weight"][3] = 100.0
        own["model.layers.0.mlp.up_proj.weight"][3] *= 100
    ids = torch.tensor([[2, 9, 10, 11, 12]])
    before = network(ids).logits
    equalize(network, batches(start))
    after = network(ids).logits
    assert torch.allclose(before, after, atol=1e-4)
    gain = 1 + own["model.layers.0.input_layernorm.weight"]
    assert gain.abs().max() / gain.abs().median() < 50
    rows = own["model.layers.0.mlp.up_proj.weight"].abs().amax(1)
    assert rows.max() / rows.median() < 50


def test_export_takes_the_mean_with_the_start_and_other_runs(start, weights, tmp_path):
    torch.save(weights, tmp_path / "best.pt")
    others = {name: weight.roll(1) for name, weight in weights.items()}
    torch.save({"weights": others}, tmp_path / "other.pt")
    export_model(
        tmp_path / "best.pt",
        start,
        tmp_path / "model",
        start_share=0.25,
        others={tmp_path / "other.pt": 0.35},
    )
    read = dict(load_network(tmp_path / "model").named_parameters())
    before = dict(load_network(start).named_parameters())
    name = "model.layers.0.input_layernorm.weight"
    mean = 0.25 * before[name] + 0.4 * weights[name] + 0.35 * others[name]
    assert torch.allclose(read[name], mean, atol=1e-6)


def test_damaged_weights_are_named(start, weights, tmp_path):
    torch.save(weights, tmp_path / "best.pt")
    content = (tmp_path / "best.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(content[:-500])
    with pytest.raises(CheckpointDamaged, match=r"cut\.pt is damaged"):
        export_model(
            tmp_path / "best.pt",
            start,
            tmp_path / "model",
            others={tmp_path / "cut.pt": 0.5},
        )


def test_weights_of_another_size_have_no_mean_with_the_start(start, tmp_path):
    torch.save({"model.norm.weight": torch.zeros(5)}, tmp_path / "best.pt")
    with pytest.raises(ExportError, match="has no place for"):
        export_model(tmp_path / "best.pt", start, tmp_path / "model", start_share=0.5)
