"""ZIP archives that hold a document: unpacked within limits, written the same way."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from dwibahasa.errors import DamagedFile, ExpandsTooFar, PasswordProtected

_MOST_ENTRIES = 10_000
_MOST_BYTES = 300_000_000
# Deflate cannot shrink a member by more than about 1000; real documents stay below
# 50 as a whole, pages of white pictures included.
_HIGHEST_RATIO = 200
_SMALL = 10_000_000  # bytes; an archive that expands to less is never a bomb
_ENCRYPTED = 0x1  # APPNOTE.TXT, section 4.4.4


def members(content: bytes, name: str, format_name: str) -> dict[str, bytes]:
    """Unpack an archive in memory.

    Args:
        content: The archive.
        name: What the user calls it, for messages.
        format_name: What it should be, for messages.

    Returns:
        The content of each file by its name in the archive, in the archive's order.

    Raises:
        DamagedFile: It is cut off, or a checksum does not match.
        ExpandsTooFar: It has too many files or would be too large.
        PasswordProtected: A file in it is encrypted.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            _check(files, len(content), name)
            unpacked: dict[str, bytes] = {}
            left = _MOST_BYTES
            for info in files:
                with archive.open(info) as file:
                    # The size in the directory may be a lie.
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise ExpandsTooFar(name, f"over {_MOST_BYTES / 1e6:.0f} MB inside")
                unpacked[info.filename] = data
            return unpacked
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise DamagedFile(name, format_name, str(error) or "it is cut off") from error
    except NotImplementedError as error:
        reason = "it is packed in a way that is not known"
        raise DamagedFile(name, format_name, reason) from error


def repacked(original: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The archive with some of its files changed; all else stays as it is."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(original)) as old,
        zipfile.ZipFile(written, "w") as new,
    ):
        for info in old.infolist():
            data = changed.get(info.filename)
            new.writestr(info, old.read(info) if data is None else data)
    return written.getvalue()


def _check(files: list[zipfile.ZipInfo], size_bytes: int, name: str) -> None:
    if any(info.flag_bits & _ENCRYPTED for info in files):
        raise PasswordProtected(name)
    if len(files) > _MOST_ENTRIES:
        raise ExpandsTooFar(name, f"{len(files)} files inside")
    expanded = sum(info.file_size for info in files)
    if expanded > max(_SMALL, min(_MOST_BYTES, _HIGHEST_RATIO * size_bytes)):
        raise ExpandsTooFar(name, f"{expanded / 1e6:.0f} MB inside")
