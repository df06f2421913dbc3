import pytest

from dwibahasa.sources import absolute, left_out, plan


@pytest.fixture
def folder(tmp_path):
    """A folder with files that are read and some that are not."""
    root = tmp_path / "in"
    for name in ("b.txt", "a.txt", "sub/c.jsonl", "sub/photo.png", ".git/x.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Ia tiba.")
    return root


def targets(sources, out, format_name=None):
    planned = plan([str(s) for s in sources], out, format_name).values()
    return [str(source.target.relative_to(out)) for source in planned]


def test_folder_gives_all_files_that_are_read_in_their_folders(folder, tmp_path):
    assert targets([folder], tmp_path / "out") == [
        "a.en.txt",
        "b.en.txt",
        "sub/c.en.jsonl",
    ]


def test_outputs_in_the_folder_of_sources_are_no_sources(folder):
    out = folder / "en"
    out.mkdir()
    (out / "a.en.txt").write_text("He arrived.")
    assert "a.en.en.txt" not in targets([folder], out)


def test_outputs_are_no_sources_by_whichever_way_they_are_come_to(folder):
    out = folder / "sub" / "en"
    out.mkdir()
    (out / "a.en.txt").write_text("He arrived.")
    (folder.parent / "link").symlink_to(folder)
    (folder / "alias").symlink_to(out)
    for way in (folder, folder / "sub" / "..", folder.parent / "link"):
        assert targets([way], out) == ["a.en.txt", "b.en.txt", "sub/c.en.jsonl"]
        assert targets([way / "**" / "*.txt"], out) == ["a.en.txt", "b.en.txt"]


def test_files_in_no_format_that_is_read_are_counted(folder, tmp_path):
    (folder / "letter.DOC").touch()
    (folder / "README").touch()
    counted = left_out([str(folder), str(folder / "a.txt")], tmp_path / "out")
    assert counted == {".png": 1, ".doc": 1, "README": 1}


def test_pattern_gives_what_matches_by_name(folder, tmp_path):
    pattern = folder / "**" / "*.*"
    out = tmp_path / "out"
    assert targets([pattern], out)[:2] == ["a.en.txt", "b.en.txt"]
    assert targets([folder / "?.txt"], out) == ["a.en.txt", "b.en.txt"]


def test_what_is_named_twice_is_one_source(folder, tmp_path):
    out = tmp_path / "out"
    assert targets([folder / "a.txt", folder / "*.txt"], out) == [
        "a.en.txt",
        "b.en.txt",
    ]


def test_sources_of_one_name_get_files_of_their_own(folder, tmp_path):
    other = tmp_path / "other" / "a.txt"
    other.parent.mkdir()
    other.write_text("Ia pulang.")
    out = tmp_path / "out"
    assert targets([folder / "a.txt", other], out) == ["a.en.txt", "a-2.en.txt"]


def test_address_is_named_by_its_page(tmp_path):
    addresses = ["https://contoh.id/berita/harga-naik.html?x=1", "https://contoh.id/"]
    assert targets(addresses, tmp_path) == ["harga-naik.en.txt", "contoh.en.txt"]
    assert absolute(addresses) == tuple(addresses)


def test_page_of_an_address_is_rewritten_only_if_that_is_asked_for(tmp_path):
    (source,) = plan(["https://contoh.id/berita.php"], tmp_path, "same").values()
    assert [source.target.name, source.task.rewrites] == ["berita.en.html", True]


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        (None, ["b.en.txt", False]),
        ("same", ["b.en.html", True]),
        ("tmx", ["b.en.tmx", False]),
    ],
)
def test_article_of_a_page_is_text_unless_told(tmp_path, format_name, expected):
    page = tmp_path / "b.html"
    page.write_text("<p>Ia tiba.")
    out = tmp_path / "out"
    (source,) = plan([str(page)], out, format_name, is_article=True).values()
    assert [source.target.name, source.task.rewrites] == expected


def test_what_names_nothing_stays_to_be_told(tmp_path):
    assert targets([tmp_path / "missing*.txt"], tmp_path / "out") == ["missing*.en.txt"]


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        (None, ["c.en.jsonl", True]),
        ("same", ["c.en.jsonl", True]),
        ("jsonl", ["c.en.jsonl", False]),
        ("html", ["c.en.html", False]),
    ],
)
def test_format_is_the_source_s_own_unless_another_is_chosen(
    folder, tmp_path, format_name, expected
):
    (source,) = plan([str(folder / "sub/c.jsonl")], tmp_path, format_name).values()
    assert [source.target.name, source.task.rewrites] == expected
