"""Download a model from the Hugging Face Hub, going on where an earlier run stopped."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dwibahasa.conversion import needed_files
from dwibahasa.errors import DiskFull, DownloadFailed, ExtraMissing, storage_error

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling
    from tqdm import tqdm

_ANSWER_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Download:
    """A model that was downloaded whole.

    Attributes:
        folder: Where its files lie.
        commit: Of the Hub.
        licence: As its card names it; may be empty.
    """

    folder: Path
    commit: str
    licence: str


def download(
    hub_id: str, revision: str, folder: Path, *, name: str, shows_progress: bool
) -> Download:
    """Download the files of a model that are needed, and check each.

    Args:
        hub_id: Owner and name on the Hub.
        revision: A commit, tag or branch.
        folder: Where they go, in a folder for each commit. What an earlier run left
            there is kept if it is of the same commit, else deleted.
        name: What the user calls the model, for errors.
        shows_progress: Whether to draw a bar on standard error if that is a terminal.

    Raises:
        ExtraMissing: huggingface_hub is not installed.
        DownloadFailed: The Hub does not have it, cannot be reached, or a file is not
            what its checksum says. What was had of the others is kept.
        ModelIncomplete: It has no weights that can be read.
        DiskFull: There is no room for it.
    """
    try:
        from huggingface_hub import HfApi
        from tqdm import tqdm
    except ImportError as error:
        raise ExtraMissing(f"installing model {name!r}", "hub") from error

    with _failures(name, hub_id, revision, folder):
        info = HfApi().model_info(
            hub_id, revision=revision, files_metadata=True, timeout=_ANSWER_TIMEOUT_S
        )
        if not info.sha:
            raise DownloadFailed(name, f"the Hub names no commit of {hub_id}")
        remote = {file.rfilename: file for file in info.siblings or []}
        files = [
            remote[n] for n in needed_files((n for n in remote if "/" not in n), name)
        ]
        target = folder / info.sha
        for earlier in folder.iterdir() if folder.is_dir() else ():
            if earlier != target:
                shutil.rmtree(earlier)
        target.mkdir(parents=True, exist_ok=True)
        total = sum(file.size or 0 for file in files)
        done = sum(path.stat().st_size for path in target.iterdir())
        if shutil.disk_usage(target).free < total - done:
            raise DiskFull(target)
        bar: tqdm[Any] = tqdm(
            total=total,
            initial=done,
            desc=name,
            unit="B",
            unit_scale=True,
            disable=None if shows_progress else True,
        )
        with bar:
            for file in files:
                _fetch(info, file, target, name, bar)
    return Download(target, info.sha, _licence(info))


def _fetch(
    info: ModelInfo, file: RepoSibling, folder: Path, name: str, bar: tqdm[Any]
) -> None:
    """Download one file if it is not there, from where it stopped.

    huggingface_hub's own hf_hub_download keeps nothing of a file that was cut.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    path = folder / file.rfilename
    if path.is_file():
        return
    part = path.with_name(f"{path.name}.part")
    with part.open("ab") as stream:
        http_get(
            hf_hub_url(info.id, file.rfilename, revision=info.sha),
            stream,
            resume_size=stream.tell(),
            # A compressed answer cannot be gone on with in the middle.
            headers={**build_hf_headers(), "Accept-Encoding": "identity"},
            expected_size=file.size,
            tqdm_class=lambda **_: nullcontext(bar),  # type: ignore[arg-type]
        )
    if not _is_whole(part, file):
        part.unlink()
        raise DownloadFailed(name, f"{file.rfilename} is not what its checksum says")
    part.replace(path)


def _is_whole(path: Path, file: RepoSibling) -> bool:
    """Whether a file is what the Hub says: by SHA-256, or as Git names small ones."""
    with path.open("rb") as stream:
        if file.lfs is not None:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.lfs.sha256
        content = stream.read()
    blob = hashlib.sha1(usedforsecurity=False)
    blob.update(b"blob %d\0" % len(content) + content)
    return blob.hexdigest() == file.blob_id


def _licence(info: ModelInfo) -> str:
    card = info.card_data
    licence = (card.get("license_name") or card.get("license")) if card else None
    return str(licence or "")


@contextmanager
def _failures(name: str, hub_id: str, revision: str, folder: Path) -> Iterator[None]:
    """Turn what the Hub, the network and the disk do into errors of ours."""
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        reason = (
            f"{hub_id} asks for consent; give it on its page of the Hub, then run"
            " 'hf auth login'"
        )
        raise DownloadFailed(name, reason) from error
    except errors.RepositoryNotFoundError as error:
        reason = f"the Hub has no model {hub_id}, or it is private"
        raise DownloadFailed(name, reason) from error
    except errors.RevisionNotFoundError as error:
        raise DownloadFailed(name, f"{hub_id} has no revision {revision}") from error
    except errors.OfflineModeIsEnabled as error:
        raise DownloadFailed(name, "HF_HUB_OFFLINE forbids it") from error
    except errors.HfHubHTTPError as error:
        reason = f"the Hub answered with status {error.response.status_code}"
        raise DownloadFailed(name, reason) from error
    # HTTPError is that of httpx or of httpx2, as the version of huggingface_hub is; the
    # others come of an id that the Hub allows nobody, and of an answer that is not its.
    except (errors.HTTPError, ValueError, KeyError) as error:  # type: ignore[attr-defined]
        raise DownloadFailed(name, str(error) or type(error).__name__) from error
    except OSError as error:
        if error.errno is None:  # the file did not come whole
            raise DownloadFailed(name, str(error)) from error
        raise storage_error(folder, error) from error
