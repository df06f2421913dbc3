import os
import subprocess
import sys

import pytest

from dwibahasa import files
from dwibahasa.errors import (
    CannotWrite,
    DiskFull,
    EmptyInput,
    InputTooLarge,
    NoArticleInFile,
    UnreadableFile,
)
from dwibahasa.files import Task
from dwibahasa.formats.options import Options


def test_source_goes_to_standard_output_as_text_unless_told():
    assert files.tasks(["a.txt"], None, None) == [Task("a.txt", None, "text")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "html"),
        ("a.htm", "html"),
        ("a.md", "markdown"),
        ("a.json", "json"),
        ("a.txt", "text"),
        ("a", "text"),
    ],
)
def test_format_goes_by_the_name_of_the_output(tmp_path, name, expected):
    (task,) = files.tasks(["a.id.txt"], tmp_path / name, None)
    assert task.format_name == expected


def test_article_is_read_of_a_page_that_is_not_written_again(tmp_path):
    page = tmp_path / "berita.html"
    article = "<h1>Harga naik</h1>" + "<p>Ia tiba di kota kemarin malam.</p>" * 9
    menu = "<nav><ul><li><a href='/'>Beranda</a></li></ul></nav>"
    page.write_text(f"<html><body>{menu}<article>{article}</article></body></html>")
    options = Options(is_article=True)
    read = files.read(str(page), options)
    assert read.blocks[0].text == "Harga naik"
    assert "Beranda" not in [block.text for block in read.blocks]
    whole, _ = Task(str(page), None, "html", rewrites=True).read(options)
    assert whole == files.read(str(page))
    assert "Beranda" in [block.text for block in whole.blocks]


def test_page_without_an_article_is_refused_with_what_to_do(tmp_path):
    page = tmp_path / "kosong.html"
    page.write_text("<html><body><nav><a href='/'>Beranda</a></nav></body></html>")
    with pytest.raises(NoArticleInFile, match="leave --article out"):
        files.read(str(page), Options(is_article=True))


def test_same_format_is_that_of_each_source(tmp_path):
    sources = ["a.csv", "b.txt", "-", "https://c.id/y"]
    planned = files.tasks(sources, tmp_path, "same")
    assert [(task.target.name, task.rewrites) for task in planned] == [
        ("a.en.csv", True),
        ("b.en.txt", False),
        ("stdin.en.txt", False),
        ("y.en.html", True),
    ]


def test_several_sources_go_into_a_folder_each_to_a_file_of_its_own(tmp_path):
    planned = files.tasks(["a/x.txt", "b/x.txt", "https://c.id/y"], tmp_path, "json")
    assert [task.target.name for task in planned] == [
        "x.en.json",
        "x-2.en.json",
        "y.en.json",
    ]


def test_several_sources_do_not_go_into_one_file(tmp_path):
    (tmp_path / "out.txt").touch()
    with pytest.raises(ValueError, match="several sources need a folder"):
        files.tasks(["a.txt", "b.txt"], tmp_path / "out.txt", None)


def test_several_pages_do_not_go_to_one_stream():
    with pytest.raises(ValueError, match="-o FOLDER"):
        files.tasks(["a.txt", "b.txt"], None, "html")


def test_source_is_never_overwritten(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("Ia tiba.")
    with pytest.raises(ValueError, match="is the source itself"):
        files.tasks([str(source)], source, None)


def test_file_is_read_with_its_name(tmp_path):
    source = tmp_path / "berita.txt"
    source.write_bytes("Ia tiba.".encode("utf-16"))
    document = files.read(str(source))
    assert [block.text for block in document.blocks] == ["Ia tiba."]
    assert document.source == str(source)


def test_missing_file_and_folder_are_told(tmp_path):
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(UnreadableFile, match="check the name"):
            files.read(str(path))


def test_empty_file_is_told_by_name(tmp_path):
    source = tmp_path / "kosong.txt"
    source.touch()
    with pytest.raises(EmptyInput, match=r"kosong\.txt has no text"):
        files.read(str(source))


def test_file_over_the_limit_is_refused(tmp_path):
    source = tmp_path / "besar.txt"
    source.write_bytes(b"a " * 5_000_001)
    with pytest.raises(InputTooLarge, match=r"more than the 10\.0 MB"):
        files.read(str(source))


def test_written_file_replaces_the_old_one_whole(tmp_path):
    target = tmp_path / "new" / "a.txt"
    files.write(b"lama\n", target)
    files.write(b"baru\n", target)
    assert target.read_text() == "baru\n"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask


def test_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="choose another place"):
        files.write(b"a", tmp_path / "file" / "a.txt")


def test_full_disk_leaves_the_old_file_whole(tmp_path, monkeypatch):
    target = tmp_path / "a.txt"
    files.write(b"lama\n", target)

    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(DiskFull, match="no space left"):
        files.write(b"baru\n", target)
    assert target.read_text() == "lama\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_killed_write_leaves_the_old_file_whole(tmp_path):
    target = tmp_path / "a.txt"
    files.write(b"lama\n", target)
    script = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from dwibahasa import files\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"files.write(b'baru\\n', Path({str(target)!r}))\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -9
    assert target.read_text() == "lama\n"


def test_file_size_limit_of_the_system_is_told(tmp_path):
    script = (
        "import resource, signal\n"
        "from pathlib import Path\n"
        "from dwibahasa import files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"files.write(b'a' * 10_000, Path({str(tmp_path / 'a.txt')!r}))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "CannotWrite" in run.stderr
    assert list(tmp_path.iterdir()) == []
