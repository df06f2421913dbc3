import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dwibahasa.document import BlockKind
from dwibahasa.errors import NoArticle
from dwibahasa.extract import article, fetch_article

PAGE = """<!doctype html><html lang="id"><head>
<title>Presiden Tiba di Bogor - Berita</title>
<meta property="og:title" content="Presiden Tiba di Bogor">
<meta property="article:published_time" content="2024-05-03T10:00:00+07:00">
</head><body><nav><a href="/">Beranda</a> <a href="/p">Politik</a></nav>
<article><h1>Presiden Tiba di Bogor</h1>
<p>JAKARTA – Presiden <b>tiba</b> di Bogor pada hari Senin untuk membuka rapat bersama
para menteri.</p>
<h2>Latar belakang</h2>
<p>Rapat itu membahas harga beras yang naik 2,5 persen.<br>Harga gula tetap,
kata juru bicara presiden<br>kepada wartawan di istana.</p>
<blockquote>“Harga akan turun,” katanya kepada wartawan yang menunggu.</blockquote>
<ul><li>Beras naik tajam di pasar</li><li>Gula turun sedikit saja</li></ul>
</article><footer>Tentang kami</footer></body></html>"""


def test_article_comes_with_title_date_and_typed_blocks():
    found = article(PAGE, "https://berita.example/a")
    assert (found.title, found.date) == ("Presiden Tiba di Bogor", "2024-05-03")
    assert found.source == "https://berita.example/a"
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.TITLE, "Presiden Tiba di Bogor"),
        (
            BlockKind.PARAGRAPH,
            "JAKARTA – Presiden tiba di Bogor pada hari Senin untuk membuka rapat"
            " bersama para menteri.",
        ),
        (BlockKind.HEADING, "Latar belakang"),
        (BlockKind.PARAGRAPH, "Rapat itu membahas harga beras yang naik 2,5 persen."),
        (
            BlockKind.PARAGRAPH,
            "Harga gula tetap, kata juru bicara presiden kepada wartawan di istana.",
        ),
        (
            BlockKind.QUOTE,
            "“Harga akan turun,” katanya kepada wartawan yang menunggu.",
        ),
        (BlockKind.LIST_ITEM, "Beras naik tajam di pasar"),
        (BlockKind.LIST_ITEM, "Gula turun sedikit saja"),
    ]


@pytest.mark.parametrize("html", ["", "<html><body></body></html>", "<p></p>"])
def test_page_without_article_is_told(html):
    with pytest.raises(NoArticle, match="paste it instead"):
        article(html, "https://berita.example/a")


@pytest.fixture
def address():
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            is_text = self.path == "/a.txt"
            self.send_response(200)
            content_type = "text/plain" if is_text else "text/html; charset=utf-8"
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(
                "Halo dunia.".encode("utf-16") if is_text else PAGE.encode()
            )

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_article_is_fetched_from_its_address(address):
    found = fetch_article(f"{address}/berita", is_allowed=lambda _: True)
    assert found.title == "Presiden Tiba di Bogor"
    assert found.source == f"{address}/berita"


def test_plain_text_is_fetched_as_it_is(address):
    found = fetch_article(f"{address}/a.txt", is_allowed=lambda _: True)
    assert [block.text for block in found.blocks] == ["Halo dunia."]
