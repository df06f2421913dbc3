"""ZIP packages of documents, with the same bytes each time they are written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP knows


def packed(members: Mapping[str, bytes]) -> bytes:
    """Pack files in the order given; one named "mimetype" is not compressed."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _DATE)
            # EPUB 3.3, section 4.2.3: read by those who do not unpack.
            is_stored = name == "mimetype"
            info.compress_type = (
                zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
            )
            archive.writestr(info, content)
    return written.getvalue()


def undated(package: bytes) -> bytes:
    """A package with the dates of its files taken away."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})
