"""What the target of a segment depends on beside its source."""

from __future__ import annotations

import hashlib
import json

from dwibahasa import __version__
from dwibahasa.model import CHECKSUM_FILE
from dwibahasa.model_store import find
from dwibahasa.settings import settings
from dwibahasa.sources import Request


def identity(request: Request) -> tuple[str, bytes]:
    """The name of the model, and a digest of all that a target depends on.

    Raises:
        ModelError: There is no such model.
    """
    folder, model = find(request.model or settings().model)
    checksums = folder / CHECKSUM_FILE
    if checksums.is_file():
        version = checksums.read_text(encoding="utf-8")
    else:
        entries = sorted((p.name, p.stat()) for p in folder.iterdir() if p.is_file())
        version = str([(name, s.st_size, s.st_mtime_ns) for name, s in entries])
    parts = [
        __version__,
        model.name,
        version,
        request.engine or model.engine,
        request.beam_size or settings().beam_size,
    ]
    return model.name, hashlib.blake2b(json.dumps(parts).encode()).digest()
