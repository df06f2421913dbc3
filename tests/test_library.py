import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta

import pytest

from dwibahasa.article import ArticleState
from dwibahasa.document import (
    BilingualBlock,
    Block,
    BlockKind,
    Document,
    Flag,
    Origin,
    Segment,
    Translation,
)
from dwibahasa.errors import (
    ArticleNotFound,
    CannotWrite,
    DiskFull,
    LibraryDamaged,
)
from dwibahasa.formats import text
from dwibahasa.library import Library


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library.sqlite3")


DOCUMENT = Document(
    (
        Block(BlockKind.TITLE, "Harga naik", blank_lines=0),
        Block(BlockKind.LIST_ITEM, "Beras. Gula.", marker="- ", blank_lines=2),
        Block(BlockKind.NOTICE, "Hak cipta 2024"),
    ),
    title="Harga naik",
    source="https://contoh.id/harga",
    date="2024-05-01",
)


def finished(document, index, english="Prices rise"):
    """A finished block with one segment."""
    block = document.blocks[index]
    return BilingualBlock(
        index,
        block,
        (Translation(Segment(index, 0, block.text), english, -0.5, model="m"),),
    )


def translate(library, article_id, document):
    for index in range(len(document.blocks)):
        library.save_block(article_id, finished(document, index))


def test_article_comes_back_as_it_was_added(library):
    article = library.article(library.add(DOCUMENT))
    assert article.document == DOCUMENT
    assert article.blocks == {}
    assert article.summary.state is ArticleState.QUEUED
    assert (article.summary.blocks, article.summary.words) == (3, 7)


def test_saved_block_comes_back_as_it_was(library):
    article_id = library.add(DOCUMENT)
    block = BilingualBlock(
        1,
        DOCUMENT.blocks[1],
        (
            Translation(
                Segment(1, 0, "Beras."),
                "Rice.",
                -0.25,
                flags=(Flag.NUMBERS, Flag.LENGTH),
                model="m",
            ),
            Translation(Segment(1, 7, "Gula."), "Gula.", 0.0, origin=Origin.COPY),
        ),
    )
    library.save_block(article_id, block)
    article = library.article(article_id)
    assert article.blocks == {1: block}
    assert article.first_missing == 0
    assert article.summary.blocks_done == 1


def test_block_saved_twice_is_there_once(library):
    article_id = library.add(DOCUMENT)
    library.save_block(article_id, finished(DOCUMENT, 0, "first"))
    library.save_block(article_id, finished(DOCUMENT, 0, "second"))
    assert library.article(article_id).blocks[0].target == "second"


def test_finished_blocks_after_an_index_come_in_order(library):
    article_id = library.add(DOCUMENT)
    for index in (2, 0, 1):
        library.save_block(article_id, finished(DOCUMENT, index))
    assert [b.index for b in library.finished_blocks(article_id, -1)] == [0, 1, 2]
    assert [b.index for b in library.finished_blocks(article_id, 0)] == [1, 2]
    assert library.finished_blocks(article_id, 2) == []


def test_done_article_is_a_bilingual_document(library):
    article_id = library.add(DOCUMENT)
    library.set_translating(article_id, "m", ("looks like Javanese",))
    translate(library, article_id, DOCUMENT)
    library.set_done(article_id)
    bilingual = library.article(article_id).bilingual
    assert bilingual.title == "Prices rise"
    assert bilingual.model == "m"
    assert bilingual.warnings == ("looks like Javanese",)
    assert len(bilingual.blocks) == 3


def test_list_tells_titles_in_both_languages_latest_first(library):
    first = library.add(DOCUMENT)
    untitled = Document((Block(BlockKind.PARAGRAPH, "kata " * 50),))
    second = library.add(untitled)
    library.save_block(first, finished(DOCUMENT, 0))
    latest, earliest = library.articles()
    assert (earliest.id, earliest.title) == (first, "Harga naik")
    assert earliest.target_title == "Prices rise"
    assert latest.id == second
    assert latest.title.endswith("kata…")
    assert len(latest.title) <= 90
    assert latest.target_title == ""


def test_same_text_from_elsewhere_is_the_same_article(library):
    first = library.add(DOCUMENT)
    again = Document(DOCUMENT.blocks, source="berita.txt")
    assert library.add(again) == first
    assert len(library.articles()) == 1


def test_other_text_is_another_article(library):
    other = text.read("Harga turun")
    assert library.add(DOCUMENT) != library.add(other)


def test_queue_goes_on_with_what_was_begun_then_with_the_oldest(library):
    first, second = library.add(text.read("satu")), library.add(text.read("dua"))
    assert library.next_queued() == first
    library.set_translating(second, "m", ())
    assert library.next_queued() == second
    library.set_done(second)
    library.set_failed(first, "no")
    assert library.next_queued() is None
    library.retry(first)
    assert library.next_queued() == first
    assert library.summary(first).error == ""


def test_retry_leaves_an_article_that_did_not_fail(library):
    article_id = library.add(DOCUMENT)
    library.set_done(article_id)
    library.retry(article_id)
    assert library.summary(article_id).state is ArticleState.DONE


def test_failed_article_keeps_its_finished_blocks(library):
    article_id = library.add(DOCUMENT)
    library.save_block(article_id, finished(DOCUMENT, 0))
    library.set_failed(article_id, "the engine failed")
    article = library.article(article_id)
    assert article.summary.error == "the engine failed"
    assert article.first_missing == 1


def test_deleted_article_is_gone_until_restored(library):
    article_id = library.add(DOCUMENT)
    library.save_block(article_id, finished(DOCUMENT, 0))
    library.delete(article_id)
    assert library.articles() == []
    assert library.next_queued() is None
    for use in (library.article, library.summary, library.delete, library.retry):
        with pytest.raises(ArticleNotFound):
            use(article_id)
    with pytest.raises(ArticleNotFound):
        library.save_block(article_id, finished(DOCUMENT, 1))
    library.restore(article_id)
    assert library.article(article_id).first_missing == 1


def test_deleted_text_that_is_added_again_comes_back(library):
    article_id = library.add(DOCUMENT)
    library.save_block(article_id, finished(DOCUMENT, 0))
    library.delete(article_id)
    assert library.add(DOCUMENT) == article_id
    assert library.summary(article_id).blocks_done == 1


def test_purge_erases_only_what_was_deleted_long_enough_ago(library):
    kept, deleted = library.add(text.read("tetap")), library.add(text.read("rahasia"))
    library.delete(deleted)
    library.purge(timedelta(hours=1))
    library.restore(deleted)
    library.delete(deleted)
    library.purge(timedelta(0))
    with pytest.raises(ArticleNotFound):
        library.restore(deleted)
    assert [article.id for article in library.articles()] == [kept]


@pytest.mark.parametrize("is_kept_open", [False, True])
def test_purged_text_is_not_left_in_the_files(library, is_kept_open):
    if is_kept_open:
        library.database.keep_open()
    article_id = library.add(text.read("kata sandi rahasia"))
    library.delete(article_id)
    library.purge(timedelta(0))
    log = library.path.with_suffix(".sqlite3-wal")
    assert log.exists() is is_kept_open
    for path in library.path.parent.glob("library.sqlite3*"):
        assert b"rahasia" not in path.read_bytes()


@pytest.mark.parametrize("article_id", [0, -1, 99, 2**63, 2**70])
def test_unknown_article_is_told(library, article_id):
    with pytest.raises(ArticleNotFound, match=rf"article {article_id} is not in"):
        library.article(article_id)


def test_library_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "library.sqlite3"
    Library(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="newer version of dwibahasa"):
        Library(path)
    assert path.read_bytes() == before


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "library.sqlite3"
    path.write_text("Harga beras naik. " * 500)
    with pytest.raises(LibraryDamaged, match=re.escape(str(path)) + ".*no database"):
        Library(path)
    assert path.read_text().startswith("Harga beras naik.")


def test_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "library.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.close()
    with pytest.raises(LibraryDamaged, match="of another program"):
        Library(path)


def test_damage_in_the_middle_is_told(library):
    for n in range(30):
        library.add(text.read(f"Kalimat nomor {n}. " * 200))
    content = bytearray(library.path.read_bytes())
    content[4096 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4096)
    library.path.write_bytes(content)
    with pytest.raises(LibraryDamaged, match="put a copy of it back"):
        [library.article(article.id) for article in library.articles()]


def test_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        Library(tmp_path / "file" / "library.sqlite3")


def test_library_is_readable_for_its_owner_alone(tmp_path):
    library = Library(tmp_path / "data" / "library.sqlite3")
    assert library.path.stat().st_mode & 0o077 == 0
    assert library.path.parent.stat().st_mode & 0o077 == 0


def test_threads_share_a_library(library):
    failures = []

    def add_and_translate(name):
        try:
            for n in range(10):
                document = text.read(f"Judul {name} {n}\n\nIsi {name} {n}. Lagi.")
                translate(library, library.add(document), document)
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=add_and_translate, args=(n,)) for n in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    articles = library.articles()
    assert len(articles) == 40
    assert all(article.blocks_done == article.blocks == 2 for article in articles)


def python(script, *args):
    """The command that runs a script with the names that the tests here use."""
    names = """
        import sys
        from pathlib import Path
        from dwibahasa.document import *
        from dwibahasa.errors import DiskFull
        from dwibahasa.formats import text
        from dwibahasa.library import Library
    """
    code = textwrap.dedent(names) + textwrap.dedent(script)
    return [sys.executable, "-c", code, *map(str, args)]


def started(command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_may_begin_and_fill_one_library(tmp_path):
    path = tmp_path / "library.sqlite3"
    script = """
        library = Library(Path(sys.argv[1]))
        for n in range(40):
            library.add(text.read(f"sama {n}"))
            library.add(text.read(f"hanya {sys.argv[2]} {n}"))
    """
    processes = [started(python(script, path, name)) for name in "ab"]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0]
    assert len(Library(path).articles()) == 120


def test_killed_process_loses_at_most_the_block_in_work(tmp_path):
    path = tmp_path / "library.sqlite3"
    script = """
        library = Library(Path(sys.argv[1]))
        document = text.read("\\n\\n".join(f"Alinea {n}." for n in range(3000)))
        article = library.add(document)
        for index, block in enumerate(document.blocks):
            segment = Segment(index, 0, block.text)
            library.save_block(article, BilingualBlock(
                index, block, (Translation(segment, f"Paragraph {index}.", -0.5),)))
            print(index, flush=True)
    """
    process = started(python(script, path))
    told = -1
    while told < 40:
        told = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    rest = process.communicate(timeout=30)[0].split()
    told = int(rest[-1]) if rest else told
    (summary,) = Library(path).articles()
    article = Library(path).article(summary.id)
    assert sorted(article.blocks) == list(range(article.first_missing))
    # The kill may fall between the commit and the telling of it.
    assert article.first_missing in (told + 1, told + 2)
    assert all(
        block.target == f"Paragraph {index}." for index, block in article.blocks.items()
    )


def test_full_disk_is_told_and_keeps_what_was_there(tmp_path):
    script = """
        library = Library(Path(sys.argv[1]) / "library.sqlite3")
        try:
            for n in range(10_000):
                library.add(text.read(f"Kalimat {n}. " * 200))
        except DiskFull as error:
            print(error)
        (Path(sys.argv[1]) / "ballast").unlink()
        print(len(library.articles()) == n)
        library.add(text.read("Ada tempat lagi."))
        print(len(library.articles()) == n + 1)
    """
    # A small disk of its own, in a name space of its own.
    mount = f"mount -t tmpfs -o size=600k tmpfs {tmp_path}"
    ballast = f"head -c 100000 /dev/zero > {tmp_path}/ballast"
    command = ["sh", "-c", f'{mount} && {ballast} && exec "$@"', "sh"]
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", *command, *python(script, tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("no small disk can be mounted here")
    sentence, was_kept, goes_on = done.stdout.splitlines()
    assert sentence == str(DiskFull(tmp_path / "library.sqlite3"))
    assert (was_kept, goes_on) == ("True", "True")
