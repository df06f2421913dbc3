"""Errors of addresses whose page cannot be had from the web."""

from __future__ import annotations

from dwibahasa.errors.base import DwibahasaError


class FetchError(DwibahasaError):
    """A page on the web cannot be had."""

    http_status = 502


class BadURL(FetchError):
    """The address is not one of a web page."""

    http_status = 400

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url!r} is not an address that can be read: {reason}; give one that"
            " begins with https:// or http://"
        )


class ForbiddenAddress(FetchError):
    """The address leads into a private network."""

    http_status = 403

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is an address inside this computer or its network, which is"
            " never fetched; give the address of a public page"
        )


class FetchTimeout(FetchError):
    """The page did not come in time."""

    http_status = 504

    def __init__(self, url: str, timeout_s: float) -> None:
        super().__init__(
            f"{url} did not come within {timeout_s:g} seconds; try again later,"
            " or copy the text and paste it"
        )


class FetchFailed(FetchError):
    """The page could not be fetched."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url} could not be fetched: {reason}; check the address, or copy the"
            " text and paste it"
        )


class NoArticle(FetchError):
    """The page was fetched but holds no article."""

    http_status = 422

    def __init__(self, url: str) -> None:
        super().__init__(
            f"no article was found on {url}; copy its text and paste it instead"
        )
