import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dwibahasa.errors import (
    DownloadFailed,
    ModelBusy,
    ModelDamaged,
    ModelInstalled,
    ModelNotFound,
    ModelProtected,
    StorageError,
)
from dwibahasa.model import EngineName
from dwibahasa.model_store import State, find, install, list_models, remove, verify
from hub import Fault
from stored import contents, translate, visible


def test_nothing_is_left_beside_an_installed_model(store, offered):
    model = install(offered("causal"))
    assert all(path.startswith(f"{model.name}/") for path in visible(store))


def test_model_that_is_installed_is_not_downloaded_again(store, hub, offered):
    hub_id = offered("causal")
    first = install(hub_id)
    hub.requests.clear()
    assert install(hub_id) == first
    assert hub.requests == []
    install(hub_id, force=True)
    assert hub.requests != []


def test_another_model_does_not_take_an_installed_ones_name_unasked(store, offered):
    install(offered("causal"))
    other = offered("causal", owner="else")
    with pytest.raises(ModelInstalled, match=r"from Someone/Tiny-causal; give --force"):
        install(other)
    assert install(other, force=True).origin == "else/Tiny-causal"


def test_old_model_stays_until_the_new_one_is_whole(installed, hub, offered):
    before = contents(installed)
    hub.faults["model.safetensors"] = Fault(is_corrupt=True)
    with pytest.raises(DownloadFailed):
        install(offered("causal"), force=True)
    assert contents(installed) == before
    translate("tiny-causal")


def test_old_model_is_found_when_the_run_dies_while_the_new_one_takes_its_place(
    installed, tiny, monkeypatch
):
    folder = str(tiny("causal"))
    before = contents(installed)
    rename = Path.rename

    def die(self, target):
        if self.name == "built":
            raise SystemExit("killed")
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", die)
        with pytest.raises(SystemExit):
            install(folder, force=True)
    assert not installed.exists()
    assert contents(find("tiny-causal")[0]) == before
    assert "tiny-causal" in [
        m.name for m in list_models() if m.state is State.INSTALLED
    ]
    verify("tiny-causal")
    install(folder)
    assert contents(installed) == before


def test_run_that_is_killed_in_conversion_leaves_the_old_model_and_blocks_nobody(
    store, installed, tiny
):
    folder = tiny("causal")
    before = contents(installed)
    # It stands still once the weights are converted.
    code = (
        "import shutil, sys, time\n"
        "from dwibahasa.model_store import install\n"
        "shutil.copyfile = lambda *_: time.sleep(100)\n"
        "install(sys.argv[1], force=True)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code, str(folder)])
    weights = store / ".partial" / "tiny-causal" / "built" / "model.bin"
    try:
        while not weights.exists():
            assert run.poll() is None
            time.sleep(0.05)
        with pytest.raises(ModelBusy, match="is being installed by another process"):
            install(str(folder), force=True)
        with pytest.raises(ModelBusy):
            remove("tiny-causal")
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert contents(find("tiny-causal")[0]) == before
    install(str(folder), force=True)
    verify("tiny-causal")
    assert not weights.exists()


def test_folder_may_be_used_where_it_lies(store, tiny, tmp_path):
    folder = tmp_path / "here"
    shutil.copytree(tiny("causal"), folder)
    (folder / "model.toml").write_text(
        'engine = "transformers"\narchitecture = "causal"\n'
    )
    assert find(str(folder))[0] == folder
    assert find(str(folder))[1].name == "here"


def test_flipped_and_missing_files_are_each_named(installed):
    weights = installed / "model.bin"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    (installed / "tokenizer.json").unlink()
    with pytest.raises(ModelDamaged) as raised:
        verify("tiny-causal")
    assert "model.bin is not what was installed" in str(raised.value)
    assert "tokenizer.json is missing" in str(raised.value)
    assert "config.json" not in str(raised.value)
    assert "--force" in str(raised.value)


def test_model_without_its_description_is_damaged_and_listed_so(installed, tiny):
    (installed / "model.toml").unlink()
    with pytest.raises(ModelDamaged, match=r"model\.toml is missing"):
        find("tiny-causal")
    with pytest.raises(ModelDamaged, match=r"model\.toml is missing"):
        verify("tiny-causal")
    [damaged] = [m for m in list_models() if m.name == "tiny-causal"]
    assert damaged.state is State.DAMAGED
    install(str(tiny("causal")), force=True)
    verify("tiny-causal")


def test_model_without_checksums_is_damaged(installed):
    (installed / "SHA256SUMS").unlink()
    with pytest.raises(ModelDamaged, match="SHA256SUMS is missing"):
        verify("tiny-causal")


def test_checksums_are_those_of_sha256sum(installed):
    subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=installed,
        check=True,
        capture_output=True,
    )


def test_removed_model_is_gone_with_its_download(store, installed, hub, offered):
    hub.faults["model.safetensors"] = Fault(cut_after=1000)
    with pytest.raises(DownloadFailed):
        install(offered("causal"), force=True)
    remove("tiny-causal")
    assert visible(store) == []
    with pytest.raises(ModelNotFound, match="models install tiny-causal"):
        find("tiny-causal")
    with pytest.raises(ModelNotFound):
        remove("tiny-causal")


def test_embedded_model_is_neither_removed_nor_replaced(store, tiny, tmp_path):
    with pytest.raises(ModelProtected):
        remove("id-en")
    with pytest.raises(ModelProtected):
        install("id-en", force=True)
    folder = tmp_path / "id-en"
    shutil.copytree(tiny("causal"), folder)
    with pytest.raises(ModelProtected):
        install(str(folder))
    assert find("id-en")[1].engine is EngineName.ONNX


@pytest.mark.parametrize(
    "name", ["../id-en", "..", ".partial", "a/../../b", "", "/etc"]
)
def test_name_cannot_lead_out_of_the_store(store, tmp_path, name):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "id-en").mkdir()
    for command in (find, verify, remove):
        with pytest.raises(ModelNotFound):
            command(name)
    assert (tmp_path / "data" / "id-en").is_dir()


def test_list_has_the_embedded_the_installed_and_the_available_models(installed):
    listed = [(model.name, model.state.value) for model in list_models()]
    assert listed == [
        ("id-en", "embedded"),
        ("tiny-causal", "installed"),
        ("opus-mt-id-en", "available"),
        ("m2m100-418m", "available"),
        ("nllb-200-distilled-600m", "available"),
        ("madlad400-3b-mt", "available"),
    ]


def test_catalogue_has_the_scores_of_the_published_outputs():
    from dwibahasa.catalogue import catalogue

    entries = catalogue()
    opus, nllb = entries["opus-mt-id-en"], entries["nllb-200-distilled-600m"]
    assert (opus.flores_dev_bleu, opus.flores_dev_chrf) == (35.1, 61.9)
    assert (nllb.flores_dev_bleu, nllb.flores_dev_chrf) == (39.2, 64.2)
    assert nllb.note == "non-commercial use only"
    assert all(len(entry.revision) == 40 for entry in entries.values() if entry.hub_id)


def test_store_that_cannot_be_written_is_told(tiny, monkeypatch, tmp_path, store):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot write"):
        install(str(tiny("causal")))
