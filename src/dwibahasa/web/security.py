"""What keeps other pages and other hosts away from the reader."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import tempfile
import traceback
from pathlib import Path

from flask import Response

from dwibahasa.errors import storage_error

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LOOPBACK_NAMES = ("localhost", "127.0.0.1")


def add_headers(response: Response) -> Response:
    """Tell the browser what a page may do, and not to keep what is private."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def trusted_hosts(host: str) -> list[str] | None:
    """The names by which a browser may ask for a server that is bound to `host`.

    A page elsewhere could make its own name lead to this computer (DNS rebinding)
    and then read the library; its requests still carry its name.

    Returns:
        The names for a server that only this computer reaches, else None for any.
    """
    if host == "localhost":
        return list(_LOOPBACK_NAMES)
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    return [*_LOOPBACK_NAMES, host] if is_loopback else None


def secret_key(folder: Path) -> bytes:
    """The key that signs sessions, made once and readable for its owner alone.

    Raises:
        DiskFull: There is no room for it.
        CannotWrite: The folder cannot be written.
    """
    path = folder / "secret_key"
    try:
        if not path.exists():
            # Linked in place when it is whole: two servers may start at once.
            handle, draft = tempfile.mkstemp(dir=folder, prefix=".secret_key")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(secrets.token_bytes(32))
                with contextlib.suppress(FileExistsError):
                    path.hardlink_to(draft)
            finally:
                Path(draft).unlink()
        return path.read_bytes()
    except OSError as error:
        raise storage_error(path, error) from error


def where(error: BaseException) -> str:
    """Where an unforeseen error was raised, for the log; its message may hold text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{frames}"
