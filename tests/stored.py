"""What the tests on models look at."""

import hashlib

from dwibahasa.engines import Decoding
from dwibahasa.engines.loading import load_engine
from dwibahasa.model_store import find

SOURCE = "Presiden tiba di Jakarta pada Senin pagi."


def translate(name):
    folder, model = find(name)
    [(_, [hypothesis])] = load_engine(folder, model).translate([SOURCE], Decoding())
    return hypothesis.target


def contents(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def visible(store):
    """Everything in the store but its locks, which are empty files."""
    if not store.is_dir():
        return []
    return sorted(
        str(path.relative_to(store))
        for path in store.rglob("*")
        if path.is_file() and ".locks" not in path.parts
    )
