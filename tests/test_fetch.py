import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dwibahasa.errors import (
    BadURL,
    FetchFailed,
    FetchTimeout,
    ForbiddenAddress,
    InputTooLarge,
)
from dwibahasa.fetch import fetch, is_public


class Pages(BaseHTTPRequestHandler):
    """A site with a page for each thing that can happen."""

    def do_GET(self):
        getattr(self, "page_" + self.path.partition("?")[0].strip("/"))()

    def answer(self, body=b"", status=200, content_type="text/html", **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page_good(self):
        self.answer(b"<p>Halo</p>")

    def page_echo(self):
        self.answer(self.headers["Host"].encode() + b" " + self.path.encode())

    def page_moved(self):
        self.answer(status=302, Location="/good")

    def page_inward(self):
        self.answer(status=302, Location=f"http://127.0.0.2:{self.server.server_port}/")

    def page_to_file(self):
        self.answer(status=302, Location="file:///etc/passwd")

    def page_round(self):
        self.answer(status=301, Location="/round")

    def page_missing(self):
        self.answer(status=404)

    def page_picture(self):
        self.answer(b"\x89PNG", content_type="image/png")

    def page_large(self):
        self.answer(b"a" * 200_000)

    def page_bomb(self):
        self.answer(gzip.compress(b"a" * 20_000_000), Content_Encoding="gzip")

    def page_slow(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(50):
            time.sleep(0.1)
            self.wfile.write(b"a")

    def page_silent(self):
        time.sleep(3)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.handle_error = lambda *args: None  # clients hang up on purpose
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(url, timeout_s=5.0, max_bytes=100_000):
    """Fetch with 127.0.0.1 standing for the public internet."""
    return fetch(
        url,
        timeout_s=timeout_s,
        max_bytes=max_bytes,
        is_allowed=lambda address: address == "127.0.0.1",
    )


def test_page_is_fetched(site):
    page = get(f"{site}/good")
    assert (page.content, page.content_type) == (b"<p>Halo</p>", "text/html")


def test_redirect_is_followed_and_told(site):
    assert get(f"{site}/moved").url == f"{site}/good"


def test_host_path_and_query_reach_the_server(site):
    port = site.rpartition(":")[2]
    assert get(f"{site}/echo?q=a%20b&r=é").content == (
        f"127.0.0.1:{port} /echo?q=a%20b&r=%C3%A9".encode()
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_address_inside_a_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_private_address_is_refused_in_every_spelling(url):
    with pytest.raises(ForbiddenAddress, match="never fetched"):
        fetch(url, timeout_s=5, max_bytes=1000)


def test_redirect_into_the_network_is_refused(site):
    with pytest.raises(ForbiddenAddress, match=r"127\.0\.0\.2"):
        get(f"{site}/inward")


def test_host_with_one_private_address_among_its_addresses_is_refused(
    site, monkeypatch
):
    def both(host, port, **_):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("127.0.0.1", "10.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(ForbiddenAddress):
        get(f"{site}/good")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "example.com",
        "http://",
        "http://a:b@example.com/",
        "http://exa mple.com:x/",
        "http://[::1",
    ],
)
def test_other_schemes_and_malformed_addresses_are_refused(url):
    with pytest.raises(BadURL, match="give one that begins with https://"):
        fetch(url, timeout_s=5, max_bytes=1000)


def test_redirect_to_another_scheme_is_refused(site):
    with pytest.raises(BadURL):
        get(f"{site}/to_file")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("round", "redirects without end"),
        ("missing", "answered 404"),
        ("picture", "image/png, not a page of text"),
    ],
)
def test_page_that_cannot_be_read_is_told(site, path, message):
    with pytest.raises(FetchFailed, match=message):
        get(f"{site}/{path}")


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_page_over_the_limit_is_refused(site, path):
    with pytest.raises(InputTooLarge):
        get(f"{site}/{path}")


@pytest.mark.parametrize("path", ["slow", "silent"])
def test_page_that_takes_too_long_is_given_up(site, path):
    with pytest.raises(FetchTimeout, match=r"within 0\.5 seconds"):
        get(f"{site}/{path}", timeout_s=0.5)


def test_closed_port_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchFailed, match="does not answer"):
        get(f"http://127.0.0.1:{port}/")
