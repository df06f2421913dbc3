"""Fetch a page of the public web, and nothing else.

Every address that a host name stands for is looked at before a connection is made to
it, and the connection goes to the very address that was looked at; so neither a
redirect nor a name that changes its address leads into the user's own network.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import urllib3
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TookTooLong
from urllib3.response import BaseHTTPResponse

from dwibahasa.errors import (
    BadURL,
    FetchError,
    FetchFailed,
    FetchTimeout,
    ForbiddenAddress,
    InputTooLarge,
)

_MOST_REDIRECTS = 5
_CHUNK_BYTES = 65_536
_HEADERS = {
    "User-Agent": "dwibahasa (reader of one page for one person)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "id,en;q=0.5",
}
_READ_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "")
# Ways of IPv6 to reach an IPv4 address: RFC 6052 and RFC 3056.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched.

    Attributes:
        url: Address after redirects.
        content_type: Such as "text/html", lower case, without parameters.
        content: The body, decompressed.
    """

    url: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Request:
    """One fetch with its bounds."""

    url: str
    deadline: float  # time.monotonic()
    timeout_s: float
    max_bytes: int
    is_allowed: Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def fetch(
    url: str,
    *,
    timeout_s: float,
    max_bytes: int,
    is_allowed: Callable[[str], bool] = is_public,
) -> Page:
    """Fetch a page by GET, following redirects.

    Args:
        url: An http or https address.
        timeout_s: The most that all of it may take, name look-up included.
        max_bytes: The most that the page may have, decompressed.
        is_allowed: Says of an IP address whether it may be connected to.

    Raises:
        BadURL: The address is not an http or https one.
        ForbiddenAddress: Its host, or one that it redirects to, is not public.
        FetchTimeout: It took too long.
        InputTooLarge: The page is too large.
        FetchFailed: The host or page does not exist, or is not a page of text.
    """
    deadline = time.monotonic() + timeout_s
    request = _Request(url, deadline, timeout_s, max_bytes, is_allowed)
    result: Future[Page] = Future()

    def run() -> None:
        try:
            result.set_result(_follow(request))
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            result.set_exception(error)

    # Name look-up has no time limit of its own, so the wait is on a thread.
    threading.Thread(target=run, daemon=True, name="fetch").start()
    try:
        return result.result(timeout=timeout_s)
    except FutureTimeout as error:
        raise FetchTimeout(url, timeout_s) from error


def _follow(request: _Request) -> Page:
    url = request.url
    for _ in range(_MOST_REDIRECTS + 1):
        response = _get(url, request)
        try:
            location = response.get_redirect_location()
            if not location:
                return _page(url, response, request)
            url = urljoin(url, location)
        finally:
            response.close()
    raise FetchFailed(request.url, "it redirects without end")


def _get(url: str, request: _Request) -> BaseHTTPResponse:
    """Send one GET, to the first address of the host that answers."""
    parts = _checked(url)
    addresses = _allowed_addresses(parts, request)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for address in addresses:
        try:
            return _pool(parts, address, _time_left(request)).urlopen(
                "GET",
                target,
                headers={**_HEADERS, "Host": parts.netloc},
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except NewConnectionError as error:
            if address == addresses[-1]:
                raise _failure(url, request, error) from error
        except HTTPError as error:
            raise _failure(url, request, error) from error
    raise FetchFailed(url, "its host has no address")


def _pool(parts: SplitResult, address: str, timeout_s: float) -> HTTPConnectionPool:
    """A connection to one address that speaks to the host of that name."""
    timeout = urllib3.Timeout(total=timeout_s)
    if parts.scheme == "http":
        return HTTPConnectionPool(address, parts.port or 80, timeout=timeout)
    return HTTPSConnectionPool(
        address,
        parts.port or 443,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _checked(url: str) -> SplitResult:
    """The parts of an address that may be fetched."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        _ = parts.port
    except ValueError as error:
        raise BadURL(url, "it is malformed") from error
    if parts.scheme not in ("http", "https"):
        reason = f"{parts.scheme}: is not read" if parts.scheme else "no https://"
        raise BadURL(url, reason)
    if not host:
        raise BadURL(url, "it names no host")
    if parts.username is not None or parts.password is not None:
        raise BadURL(url, "it carries a user name")
    quoted = urllib3.util.parse_url(parts.geturl())
    netloc = f"[{host}]" if ":" in host else host
    if parts.port:
        netloc += f":{parts.port}"
    return SplitResult(parts.scheme, netloc, quoted.path or "", quoted.query or "", "")


def _allowed_addresses(parts: SplitResult, request: _Request) -> list[str]:
    """The addresses of a host, which must all be allowed."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchFailed(request.url, f"there is no host {host}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(request.is_allowed(address) for address in addresses):
        raise ForbiddenAddress(host)
    return addresses


def _page(url: str, response: BaseHTTPResponse, request: _Request) -> Page:
    """Read the body within the bounds."""
    if response.status != 200:
        raise FetchFailed(url, f"the server answered {response.status}")
    content_type = response.headers.get("Content-Type", "")
    content_type = content_type.partition(";")[0].strip().lower()
    if content_type not in _READ_TYPES:
        raise FetchFailed(url, f"it is {content_type}, not a page of text")
    content = bytearray()
    try:
        for chunk in response.stream(_CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > request.max_bytes:
                raise InputTooLarge(url, len(content), request.max_bytes)
            _time_left(request)
    except HTTPError as error:
        raise _failure(url, request, error) from error
    return Page(url, content_type, bytes(content))


def _time_left(request: _Request) -> float:
    left = request.deadline - time.monotonic()
    if left <= 0:
        raise FetchTimeout(request.url, request.timeout_s)
    return left


def _failure(url: str, request: _Request, error: HTTPError) -> FetchError:
    """What an error of the connection means for the user."""
    if isinstance(error, NewConnectionError):
        return FetchFailed(url, "the server does not answer")
    if isinstance(error, TookTooLong):
        return FetchTimeout(request.url, request.timeout_s)
    if isinstance(error, SSLError):
        return FetchFailed(url, "its certificate is not valid")
    return FetchFailed(url, "the connection broke off")
