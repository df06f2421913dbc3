"""Errors of settings, and of the address to serve on."""

from __future__ import annotations

from dwibahasa.errors.base import DwibahasaError


class CannotServe(DwibahasaError):
    """The address or port of the web reader cannot be had."""

    http_status = 500

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot serve on {host}, port {port}: {reason}; choose another with"
            " --host and --port (port 0 takes any that is free)"
        )


class SettingsError(DwibahasaError):
    """A setting has a value that cannot be used."""

    exit_code = 2
    http_status = 500

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"setting {name} is {value!r}; it must be {expected}")
