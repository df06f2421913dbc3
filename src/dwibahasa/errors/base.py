"""The base of all errors."""

from __future__ import annotations


class DwibahasaError(Exception):
    """Base of all errors here.

    Attributes:
        exit_code: What the command line returns.
        http_status: What the web application answers with.
    """

    exit_code = 1
    http_status = 400
