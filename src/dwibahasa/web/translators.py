"""The models that the web reader has loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from dwibahasa import model_store
from dwibahasa.errors import ModelNotFound
from dwibahasa.memory import Memory
from dwibahasa.model_store import State
from dwibahasa.settings import settings

if TYPE_CHECKING:
    from dwibahasa.translator import Translator


class Translators:
    """Loads each model when it is first needed, with the user's translation memory.

    The server's own model is kept, and of the others the one that was used last.
    """

    def __init__(self, load: Callable[..., Translator], memory: Memory) -> None:
        """Load nothing yet.

        Args:
            load: Makes a translator of the model of a name, or without one of the
                server's own model.
            memory: What the translators ask before their engines.
        """
        self._load = load
        self._memory = memory
        self._own: Translator | None = None
        self._other: Translator | None = None
        self._loading = threading.Lock()
        self._turn = threading.Lock()

    def own(self) -> Translator:
        """The translator of the server's own model."""
        with self._loading:
            if self._own is None:
                self._own = replace(self._load(), memory=self._memory)
            return self._own

    @contextmanager
    def turn(self, model: str = "") -> Iterator[Translator]:
        """A translator for a request; they take turns, the queue goes on beside them.

        Args:
            model: Name of an embedded or installed model; else the server's own.

        Raises:
            ModelNotFound: No model of that name is installed.
            ModelError: It cannot be loaded.
        """
        with self._turn:
            own = self.own()
            yield own if model in ("", own.model) else self._named(model)

    def _named(self, model: str) -> Translator:
        if model not in installed():
            raise ModelNotFound(model, settings().model_folders)
        if self._other is None or self._other.model != model:
            self._other = None  # its memory is free before the next is loaded
            self._other = replace(self._load(model), memory=self._memory)
        return self._other


def installed() -> list[str]:
    """Names of the models that can be loaded."""
    return [
        model.name
        for model in model_store.list_models()
        if model.state in (State.EMBEDDED, State.INSTALLED)
    ]
