"""A stand-in for the Hugging Face Hub on 127.0.0.1, with faults on request."""

import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Kept with Git LFS, as the Hub does with what is no short text.
_LFS_SUFFIXES = {".bin", ".h5", ".safetensors", ".model", ".spm", ".msgpack"}


@dataclass
class Fault:
    """What goes wrong with a file: cut after so many bytes, or a byte changed."""

    cut_after: int | None = None
    is_corrupt: bool = False


class Hub:
    """The server and what it saw.

    Attributes:
        endpoint: Its address, for HF_ENDPOINT.
        served: Bytes of each file that were sent.
        requests: Path of every request.
        status: Answer to every request, where it is not None.
        faults: What goes wrong, by file name.
    """

    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.hub = self
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._started = False
        self.reset()

    def start(self):
        """Answer from now on."""
        if not self._started:
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
            self._started = True

    def reset(self):
        """Forget everything."""
        self.repositories: dict[str, tuple[Path, str]] = {}
        self.gated: set[str] = set()
        self.served: Counter[str] = Counter()
        self.requests: list[str] = []
        self.faults: dict[str, Fault] = {}
        self.status: int | None = None

    def add(self, hub_id: str, folder: Path, licence: str = "apache-2.0"):
        """Offer the files of a folder under an id."""
        self.repositories[hub_id] = (folder, licence)

    def commit(self, hub_id: str) -> str:
        """The commit of all revisions: a hash of the files."""
        folder, _ = self.repositories[hub_id]
        digest = hashlib.sha1()
        for path in sorted(folder.iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        hub = self.server.hub
        path = unquote(urlsplit(self.path).path)
        hub.requests.append(path)
        if hub.status is not None:
            self._answer(hub.status)
        elif path.startswith("/api/models/"):
            self._model(path.removeprefix("/api/models/"))
        elif "/resolve/" in path:
            self._file(path)
        else:
            self._cdn(path)

    def _model(self, path: str):
        hub_id, _, revision = path.partition("/revision/")
        hub = self.server.hub
        if hub_id in hub.gated:
            self._answer(403, headers={"X-Error-Code": "GatedRepo"})
        elif hub_id not in hub.repositories:
            self._answer(404, headers={"X-Error-Code": "RepoNotFound"})
        elif revision.startswith("no-"):
            self._answer(404, headers={"X-Error-Code": "RevisionNotFound"})
        else:
            folder, licence = hub.repositories[hub_id]
            body = {
                "id": hub_id,
                "sha": hub.commit(hub_id),
                "cardData": {"license": licence},
                "tags": [],
                "siblings": [_sibling(file) for file in sorted(folder.iterdir())],
            }
            self._answer(200, json.dumps(body).encode())

    def _file(self, path: str):
        """What is in Git comes at once, what is in LFS from elsewhere."""
        hub_id, _, rest = path.strip("/").partition("/resolve/")
        folder, _ = self.server.hub.repositories[hub_id]
        file = folder / rest.partition("/")[2]
        headers = {"X-Repo-Commit": self.server.hub.commit(hub_id)}
        if not file.is_file():
            self._answer(404, headers={"X-Error-Code": "EntryNotFound"})
        elif file.suffix in _LFS_SUFFIXES:
            self._answer(
                302, headers={**headers, "Location": f"/cdn/{hub_id}/{file.name}"}
            )
        else:
            self._content(file, headers)

    def _cdn(self, path: str):
        hub_id, _, name = path.removeprefix("/cdn/").rpartition("/")
        folder, _ = self.server.hub.repositories[hub_id]
        self._content(folder / name, {})

    def _content(self, file: Path, headers: dict[str, str]):
        hub = self.server.hub
        content = file.read_bytes()
        fault = hub.faults.get(file.name, Fault())
        if fault.is_corrupt:
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = 0
        if (wanted := self.headers.get("Range", "")).startswith("bytes="):
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            size = len(content)
            headers = {**headers, "Content-Range": f"bytes {start}-{size - 1}/{size}"}
        rest = content[start:]
        sent = rest if fault.cut_after is None else rest[: fault.cut_after]
        if fault.cut_after is not None:
            hub.status = 503  # the network is gone for what comes after
        hub.served[file.name] += len(sent)
        self.send_response(206 if start else 200)
        for name, value in {**headers, "ETag": f'"{_sha256(file)}"'}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(sent)
        self.close_connection = self.close_connection or len(sent) < len(rest)

    def _answer(self, status: int, body: bytes = b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def _sibling(file: Path) -> dict:
    content = file.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    sibling = {"rfilename": file.name, "size": len(content), "blobId": blob}
    if file.suffix in _LFS_SUFFIXES:
        sibling["lfs"] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "pointerSize": 130,
        }
    return sibling


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
