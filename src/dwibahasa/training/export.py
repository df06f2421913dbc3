"""Write trained weights as a model folder: GGUF Q8_0, vocabulary and checksums."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import gguf
import torch

from dwibahasa.errors import DwibahasaError, storage_error


class ExportError(DwibahasaError):
    """The weights do not fit the model they are to replace."""


def export_model(best: Path, start: Path, folder: Path) -> Path:
    """Write the model of a run.

    Args:
        best: `best.pt` of the run: float32 weights by their names in transformers.
        start: Folder of the model that training started from. Metadata, layout and
            weights that were not trained are taken from its `model.gguf`.
        folder: Receives `model.gguf`, `source.spm` and `SHA256SUMS`.

    Returns:
        The path of `model.gguf`.

    Raises:
        ExportError: The weights belong to another model.
        StorageError: The folder cannot be written.
    """
    weights: dict[str, torch.Tensor] = torch.load(best, weights_only=True)
    model = folder / "model.gguf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_gguf(weights, start / "model.gguf", model)
        shutil.copyfile(start / "source.spm", folder / "source.spm")
        sums = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
            for path in (model, folder / "source.spm")
        ]
        (folder / "SHA256SUMS").write_text("".join(sums), "ascii")
    except OSError as error:
        raise storage_error(folder, error) from error
    return model


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
    _copy_metadata(reader, writer)
    replaced = _name_as_gguf(weights, _count_blocks(reader, architecture))
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


def _copy_metadata(reader: gguf.GGUFReader, writer: gguf.GGUFWriter) -> None:
    for key, entry in reader.fields.items():
        # The writer adds the counts of the header and the architecture by itself.
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        kind, *rest = entry.types
        writer.add_key_value(
            key, entry.contents(), kind, sub_type=rest[-1] if rest else None
        )


def _name_as_gguf(
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
