import errno
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from dwibahasa.errors import (
    DiskFull,
    DownloadFailed,
)
from dwibahasa.model_store import State, install, list_models, verify
from hub import Fault
from stored import contents, visible


def test_catalogue_pins_the_commit_and_names_the_licence_and_languages(
    store, hub, tiny
):
    hub.add("facebook/nllb-200-distilled-600M", tiny("nllb"), licence="unknown")
    model = install("nllb-200-distilled-600m")
    assert model.licence == "CC-BY-NC-4.0"
    assert (model.source_code, model.target_code) == ("ind_Latn", "eng_Latn")
    [asked] = {path for path in hub.requests if path.startswith("/api/")}
    assert asked.endswith("/revision/f8d333a098d19b4fd9a8b18f94170487ad3f821d")


def test_only_the_best_form_of_the_weights_is_downloaded(store, hub, tiny, tmp_path):
    folder = tmp_path / "many-forms"
    shutil.copytree(tiny("m2m100"), folder)
    for unneeded in ("pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "a.txt"):
        (folder / unneeded).write_bytes(b"x" * 1000)
    hub.add("someone/many-forms", folder)
    install("someone/many-forms")
    assert set(hub.served) == {path.name for path in tiny("m2m100").iterdir()}


def test_interrupted_download_goes_on_where_it_stopped(
    store, hub, offered, tiny, monkeypatch
):
    # What is not yet a full chunk is lost: 10 MB, more than a tiny model has.
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10_000)
    hub_id = offered("m2m100")
    size = (tiny("m2m100") / "model.safetensors").stat().st_size
    hub.faults["model.safetensors"] = Fault(cut_after=100_000)
    with pytest.raises(DownloadFailed, match="it goes on where it stopped"):
        install(hub_id)
    assert [m.name for m in list_models() if m.state is State.INSTALLED] == []
    already = dict(hub.served)
    assert already["model.safetensors"] == 100_000
    hub.faults.clear()
    hub.status = None
    install(hub_id)
    assert hub.served["model.safetensors"] == size  # each byte once
    assert hub.served["config.json"] == already["config.json"]  # not again


def test_download_of_another_commit_is_not_gone_on_with(
    store, hub, offered, tiny, tmp_path
):
    hub_id = offered("causal")
    hub.faults["model.safetensors"] = Fault(cut_after=50_000)
    with pytest.raises(DownloadFailed):
        install(hub_id)
    newer = tmp_path / "newer"
    shutil.copytree(tiny("causal"), newer)
    (newer / "chat_template.jinja").write_text("{{ messages[0].content }}")
    hub.reset()
    hub.add(hub_id, newer)
    install(hub_id)
    assert (
        hub.served["model.safetensors"] == (newer / "model.safetensors").stat().st_size
    )


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
def test_file_with_a_wrong_checksum_is_refused(store, hub, offered, file):
    hub.faults[file] = Fault(is_corrupt=True)
    hub_id = offered("causal")
    with pytest.raises(DownloadFailed, match=f"{file} is not what its checksum says"):
        install(hub_id)
    assert list_models()[-1].state is State.AVAILABLE
    hub.faults.clear()
    install(hub_id)
    verify("tiny-causal")


@pytest.mark.parametrize(
    ("hub_id", "revision", "message"),
    [
        ("someone/nothing", None, "the Hub has no model someone/nothing"),
        ("Someone/Tiny-causal", "no-such", "has no revision no-such"),
        ("Someone/gated", None, "asks for consent"),
        ("some--one/model", None, "some--one/model"),
    ],
)
def test_hub_without_the_model_is_told(store, hub, offered, hub_id, revision, message):
    offered("causal")
    hub.gated.add("Someone/gated")
    with pytest.raises(DownloadFailed, match=message):
        install(hub_id, revision=revision)
    assert visible(store) == []


def test_hub_that_fails_is_told(store, hub, offered):
    hub_id = offered("causal")
    hub.status = 500
    with pytest.raises(DownloadFailed, match="the Hub answered with status 500"):
        install(hub_id)


def test_answer_that_is_not_the_hubs_is_told(store, hub, offered):
    hub_id = offered("causal")
    hub.status = 200  # with an empty page, as from a hotel's network
    with pytest.raises(DownloadFailed, match="check the network"):
        install(hub_id)


def test_no_network_is_told(store, monkeypatch):
    def refuse(*_):
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(DownloadFailed, match="check the network"):
        install("someone/model")


def test_forbidden_network_is_told(store, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailed, match="HF_HUB_OFFLINE forbids it"):
        install("someone/model")


def test_disk_that_is_full_before_the_download_is_told(
    store, hub, offered, monkeypatch
):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(DiskFull, match="no space left"):
        install(offered("causal"))
    assert sum(hub.served.values()) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_disk_that_fills_in_the_download_leaves_what_was_there(
    store, installed, hub, offered
):
    hub_id = offered("causal")
    before = contents(installed)
    partial = store / ".partial" / "tiny-causal" / "download" / hub.commit(hub_id)
    partial.mkdir(parents=True)
    (partial / "model.safetensors.part").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="what was there before is unchanged"):
        install(hub_id, force=True)
    assert contents(installed) == before
