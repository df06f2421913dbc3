"""How long the reader takes to answer, with a large library and a large article.

    python benchmarks/reader_interaction.py [--articles N] [--sentences N]

Makes a library with the project's own code in a folder that is deleted afterwards,
serves it, and uses it in Chromium. For each action: the longest that any of its events
took from the press of a key or button to the next painted frame, as the browser's Event
Timing tells (in steps of 8 ms, nothing under 16 ms), in the median round; where an
answer of the server is shown, until it is there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import waitress
from playwright.sync_api import Page, sync_playwright

from dwibahasa.document import BilingualBlock, Block, BlockKind, Document, Translation
from dwibahasa.errors import ModelNotFound
from dwibahasa.library import Library
from dwibahasa.segment import segments
from dwibahasa.translator import Translator
from dwibahasa.web import create_app

LIMIT_MS = 100
_WORDS = (
    "pemerintah daerah warga kota harga beras pasar petani gubernur menteri anggaran"
    " sekolah jalan banjir hujan laut kapal nelayan pabrik buruh upah pajak hutan"
).split()
_OBSERVE = """
  window.slowest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) slowest = Math.max(slowest, duration);
  }).observe({ type: "event", durationThreshold: 16 });
"""


def sentence(number: int) -> str:
    """A made-up Indonesian sentence; each number has its own."""
    chosen = [_WORDS[(number * step) % len(_WORDS)] for step in (1, 3, 5, 7, 11, 13)]
    return f"Kabar {number} dari {' '.join(chosen)} disampaikan pada hari Senin."


def add(library: Library, first: int, sentences: int) -> int:
    """Add an article, translated to its end, and say its id."""
    texts = [
        " ".join(sentence(first + n + i) for i in range(min(4, sentences - n)))
        for n in range(0, sentences, 4)
    ]
    document = Document(
        (
            Block(BlockKind.TITLE, f"Berita nomor {first}"),
            *(Block(BlockKind.PARAGRAPH, text) for text in texts),
        ),
        title=f"Berita nomor {first}",
    )
    article_id = library.add(document)
    library.set_translating(article_id, "none", ())
    own: dict[int, list[Translation]] = {}
    for segment in segments(document):
        target = segment.source.replace("Kabar", "News").replace("dari", "of")
        translation = Translation(segment, target, -0.3, model="none")
        own.setdefault(segment.block, []).append(translation)
    for index, block in enumerate(document.blocks):
        library.save_block(article_id, BilingualBlock(index, block, tuple(own[index])))
    library.set_done(article_id)
    return article_id


def no_translator(*_: str) -> Translator:
    """All is translated."""
    raise ModelNotFound("none", ())


def event_ms(page: Page, act: Callable[[], object]) -> float:
    """The longest event of an action, in milliseconds."""
    page.evaluate("slowest = 0")
    act()
    page.wait_for_timeout(250)
    return float(page.evaluate("slowest"))


def until_ms(page: Page, act: Callable[[], object], shown: str) -> float:
    """How long an action takes until a condition of the page holds, in milliseconds."""
    page.evaluate(
        """(shown) => {
          const holds = new Function(`return ${shown}`);
          const start = performance.now();
          window.took = new Promise((done) => {
            const look = () =>
              holds() ? done(performance.now() - start) : requestAnimationFrame(look);
            look();
          });
        }""",
        shown,
    )
    act()
    return float(page.evaluate("took"))


def article_actions(page: Page) -> dict[str, Callable[[], float]]:
    """What is measured in the article."""

    def press(key: str) -> Callable[[], float]:
        return lambda: event_ms(page, lambda: page.keyboard.press(key))

    def point() -> float:
        def move() -> None:
            for y in range(150, 800, 50):
                page.mouse.move(900, y)

        return event_ms(page, move)

    def choose(name: str, value: str) -> Callable[[], float]:
        change = f"appearance.set('{name}', '{value}')"
        layout = "document.body.getBoundingClientRect()"
        return lambda: float(
            page.evaluate(
                f"""() => {{
                  const start = performance.now();
                  {change}; {layout};
                  return performance.now() - start;
                }}"""
            )
        )

    def edit() -> float:
        page.locator(".target .sentence").nth(2).click()
        page.keyboard.press("e")
        page.keyboard.type(str(time.monotonic_ns()))
        return until_ms(
            page,
            lambda: page.keyboard.press("Enter"),
            "document.activeElement.isConnected && !document.querySelector('.chosen')",
        )

    return {
        "next sentence (j)": press("j"),
        "previous sentence (k)": press("k"),
        "pointer over sentences": point,
        "settings open (s)": press("s"),
        "settings closed": press("Escape"),
        "next view (v), interleaved": press("v"),
        "next view (v), one language": press("v"),
        "next sentence, one language (j)": press("j"),
        "sentence revealed (r)": press("r"),
        "next view (v), side by side": press("v"),
        "list of keys (?)": press("?"),
        "list closed": press("Escape"),
        "text larger": choose("size", "130"),
        "text as before": choose("size", "100"),
        "columns apart": choose("columns", "apart"),
        "columns together": choose("columns", "together"),
        "edit saved": edit,
    }


def library_actions(page: Page) -> dict[str, Callable[[], float]]:
    """What is measured on the start page."""

    def search() -> float:
        page.locator("#query").fill("")
        page.wait_for_timeout(400)
        page.locator("#query").press_sequentially("Kabar 7", delay=80)
        return until_ms(
            page,
            lambda: page.keyboard.press("7"),
            "[...document.querySelectorAll('#results mark')]"
            ".some((mark) => mark.textContent.startsWith('77'))",
        )

    return {"search found, after the last of 8 letters": search}


def measure(
    page: Page, address: str, large: int, rounds: int
) -> dict[str, list[float]]:
    """The times of each action, in milliseconds."""
    times: dict[str, list[float]] = {}
    for path in ("/", f"/articles/{large}"):
        page.goto(address + path)
        name = "library" if path == "/" else "article"
        for _ in range(rounds):
            start = time.monotonic()
            page.request.get(address + path)
            answered = (time.monotonic() - start) * 1000
            times.setdefault(f"{name}: answer of the server", []).append(answered)
        actions = library_actions(page) if path == "/" else article_actions(page)
        for _ in range(rounds):
            for action, act in actions.items():
                times.setdefault(f"{name}: {action}", []).append(act())
    page.keyboard.press("Escape")
    found = page.evaluate("find('Kabar 1990')")
    print(f"found by the browser's search: {'yes' if found else 'NO'}")
    return times


def main() -> None:
    """Make the library, use it, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DWIBAHASA_DATA"] = folder
        library = Library(Path(folder) / "library.sqlite3")
        for n in range(options.articles - 1):
            add(library, 10_000 + 10 * n, 8)
        large = add(library, 0, options.sentences)
        app = create_app(library, no_translator)
        server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        address = f"http://127.0.0.1:{server.effective_port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(_OBSERVE)
            times = measure(page, address, large, options.rounds)
            browser.close()
    print(f"{'ms, median':>10}  {'most':>5}")
    for name, values in times.items():
        median = statistics.median(values)
        mark = "" if median < LIMIT_MS else f"  over {LIMIT_MS}"
        print(f"{median:10.0f}  {max(values):5.0f}  {name}{mark}")


if __name__ == "__main__":
    main()
