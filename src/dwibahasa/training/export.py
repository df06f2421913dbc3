"""Write trained weights as a model folder: GGUF Q8_0, vocabulary and checksums."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gguf
import torch

from dwibahasa.engines.glossary import GLOSSES
from dwibahasa.errors import storage_error
from dwibahasa.installation import write_checksums
from dwibahasa.model import (
    MODEL_FILE,
    Architecture,
    EngineName,
    Model,
    write_model,
)
from dwibahasa.training.batches import Batch
from dwibahasa.training.equalization import equalize
from dwibahasa.training.errors import CheckpointDamaged, ExportError
from dwibahasa.training.lora import is_adapter, merge
from dwibahasa.training.run_folder import DAMAGE
from dwibahasa.training.start import (
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    copy_licences,
    load_network,
)


def export_model(
    best: Path,
    start: Path,
    folder: Path,
    *,
    glosses: Path | None = None,
    start_share: float = 0.0,
    others: Mapping[Path, float] | None = None,
    batches: Sequence[Batch] = (),
) -> Path:
    """Write the model of a run as a folder that `dwibahasa translate --model` reads.

    Args:
        best: `best.pt` of the run, float32 weights or adapters by their names in
            transformers; or its `checkpoint.pt`, for those of the last step.
        start: Folder of the model that training started from. Metadata, layout,
            licences and weights that were not trained are taken from there.
        folder: Receives `model.gguf`, `source.spm`, `model.toml` and `SHA256SUMS`.
        glosses: Glossary that the model was trained with, if it was.
        start_share: What the weights that training started from count, 0 to 1, in a
            mean with the trained ones (Wortsman et al. 2022, "Robust fine-tuning").
        others: Weights of other runs from the same start, and what each count there
            (Wortsman et al. 2022, "Model soups").
        batches: What the activations are equalised by; none to leave them.

    Returns:
        The path of `model.gguf`.

    Raises:
        CheckpointDamaged: A file with weights cannot be read.
        ExportError: The weights belong to another model.
        StorageError: The folder cannot be written.
    """
    weights = _read_weights(best, start)
    others = others or {}
    if start_share or others or batches:
        runs = [(weights, 1 - start_share - sum(others.values()))]
        runs += [(_read_weights(path, start), share) for path, share in others.items()]
        weights = _finished(runs, start, batches)
    model = folder / WEIGHTS_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_gguf(weights, start / WEIGHTS_FILE, model)
        shutil.copyfile(start / VOCABULARY_FILE, folder / VOCABULARY_FILE)
        if glosses:
            shutil.copyfile(glosses, folder / GLOSSES)
        copy_licences(start, folder)
        if (start / MODEL_FILE).is_file():
            shutil.copyfile(start / MODEL_FILE, folder / MODEL_FILE)
        else:
            write_model(
                Model(folder.name, EngineName.ONNX, Architecture.CAUSAL), folder
            )
        write_checksums(folder)
    except OSError as error:
        raise storage_error(folder, error) from error
    return model


def _read_weights(path: Path, start: Path) -> dict[str, torch.Tensor]:
    """The weights of a run, with its adapters merged if it trained such."""
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except DAMAGE as error:
        raise CheckpointDamaged(path) from error
    weights: dict[str, torch.Tensor] = state.get("weights", state)
    if any(is_adapter(name) for name in weights):
        return merge(weights, start)
    return weights


@torch.no_grad()
def _finished(
    runs: Sequence[tuple[Mapping[str, torch.Tensor], float]],
    start: Path,
    batches: Sequence[Batch],
) -> dict[str, torch.Tensor]:
    """Weights of some runs averaged with their start, then equalised, with norms."""
    network = load_network(start)
    own = dict(network.named_parameters())
    trained = {name for weights, _ in runs for name in weights}
    for name in trained:
        found = [(weights[name], share) for weights, share in runs if name in weights]
        if name not in own or any(w.shape != own[name].shape for w, _ in found):
            raise ExportError(
                f"{start} has no place for {name}; give the model that the run"
                " started from"
            )
        mean = (1 - sum(share for _, share in found)) * own[name]
        for weight, share in found:
            mean += share * weight
        own[name].copy_(mean)
    if batches:
        equalize(network, batches)
    return {
        name: weight
        for name, weight in own.items()
        if name in trained or name.endswith("norm.weight")
    }


def write_gguf(weights: Mapping[str, torch.Tensor], template: Path, path: Path) -> None:
    """Write `weights` in the layout of a GGUF file.

    Args:
        weights: By their names in transformers; what is missing is copied.
        template: Gives names, order, types of the tensors, and all metadata.
        path: The file to write.

    Raises:
        ExportError: A weight is not in the template or has another shape.
    """
    reader = gguf.GGUFReader(template)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(path, architecture)
    copy_metadata(reader, writer)
    replaced = name_as_gguf(weights, _count_blocks(reader, architecture))
    for tensor in reader.tensors:
        if tensor.name in replaced:
            values = replaced.pop(tensor.name).float().numpy()
            # GGUF states shapes fastest dimension first.
            if values.shape != tuple(reversed(tensor.shape.tolist())):
                raise ExportError(
                    f"{tensor.name} has shape {values.shape}, which is not that of"
                    f" {template}; give the model that the run started from"
                )
            data = gguf.quantize(values, tensor.tensor_type)
        else:
            data = tensor.data
        writer.add_tensor(tensor.name, data, raw_dtype=tensor.tensor_type)
    if replaced:
        raise ExportError(
            f"{template} has no tensor {min(replaced)}; give the model that the run"
            " started from"
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _count_blocks(reader: gguf.GGUFReader, architecture: str) -> int:
    blocks: int = reader.fields[f"{architecture}.block_count"].contents()
    return blocks


def copy_metadata(
    reader: gguf.GGUFReader,
    writer: gguf.GGUFWriter,
    leave_out: Callable[[str], bool] = lambda _key: False,
) -> None:
    """Copy what a GGUF file says of its model."""
    for key, entry in reader.fields.items():
        # The writer adds the counts of the header and the architecture by itself.
        is_own = key.startswith("GGUF.") or key == "general.architecture"
        if is_own or leave_out(key):
            continue
        kind, *rest = entry.types
        writer.add_key_value(
            key, entry.contents(), kind, sub_type=rest[-1] if rest else None
        )


def name_as_gguf(
    weights: Mapping[str, torch.Tensor], blocks: int
) -> dict[str, torch.Tensor]:
    """The weights by their names in GGUF, which holds norms as 1 + weight."""
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.GEMMA3, blocks)
    renamed = {}
    for name, weight in weights.items():
        new = names.get_name(name, try_suffixes=(".weight",))
        if new is None:
            raise ExportError(f"GGUF has no name for {name}; only Gemma 3 is exported")
        renamed[new] = (
            weight.detach() + 1 if name.endswith("norm.weight") else (weight.detach())
        )
    return renamed
