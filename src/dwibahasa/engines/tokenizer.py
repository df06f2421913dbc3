"""Subwords of a segment, as each architecture wants to see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import sentencepiece

from dwibahasa.engines.glossary import GLOSSES, Glossary
from dwibahasa.errors import ExtraMissing, ModelDamaged
from dwibahasa.model import Architecture, Model

SOURCE_VOCABULARY = "source.spm"
# What a decoder-only model without a template of its own is asked.
DEFAULT_PROMPT = "Indonesian: {source}\nEnglish:"
_INSTRUCTION = (
    "Translate this Indonesian sentence into English. Answer with the translation"
    " only.\n\n{source}"
)


class Tokenizer(Protocol):
    """Turns segments into subword ids and back.

    Attributes:
        target_prefix: Ids that every target begins with, such as its language.
        end_of_target: Ids of which each ends a target.
    """

    target_prefix: list[int]
    end_of_target: list[int]

    def encode(self, source: str) -> list[int]:
        """Ids of a source segment, with every mark that the model expects."""
        ...

    def decode(self, target: Sequence[int]) -> str:
        """Detokenised text of target ids, marks left out."""
        ...

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The subwords themselves."""
        ...

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The ids of subwords."""
        ...


class PromptTokenizer:
    """A SentencePiece vocabulary; the prompt is `<bos>` source newline target.

    Where the model's folder has a glossary, the source stands with its glosses.
    """

    def __init__(self, folder: Path) -> None:
        """Read the vocabulary and the glossary.

        Raises:
            ModelDamaged: One of them is missing or cannot be read.
        """
        file = folder / SOURCE_VOCABULARY
        try:
            self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(file))
            file = folder / GLOSSES
            self._glossary = Glossary(file) if file.is_file() else None
        except (OSError, RuntimeError, ValueError) as error:
            reason = f"cannot be read ({error})"
            raise ModelDamaged(folder.name, file.name, reason) from error
        self.target_prefix: list[int] = []
        self._end_of_source = self._pieces.piece_to_id("\n")
        self.end_of_target: list[int] = [self._pieces.eos_id()]

    def encode(self, source: str) -> list[int]:
        """Ids of a source segment, in its prompt."""
        if self._glossary:
            source = self._glossary.annotate(source)
        ids: list[int] = self._pieces.encode(source.strip())
        return [self._pieces.bos_id(), *ids, self._end_of_source]

    def decode(self, target: Sequence[int]) -> str:
        """Detokenised text of target ids, marks left out."""
        text: str = self._pieces.decode(list(target))
        return text.strip()

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The subwords themselves."""
        return [self._pieces.id_to_piece(i) for i in ids]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The ids of subwords."""
        return [self._pieces.piece_to_id(token) for token in tokens]


class HubTokenizer:
    """The tokenizer that a Hugging Face model brings with it."""

    def __init__(self, folder: Path, model: Model) -> None:
        self._hub = _load(folder, model)
        self._is_causal = model.architecture is Architecture.CAUSAL
        self._is_chat = False
        self._template = self._source_template(model)
        self.target_prefix: list[int] = []
        if model.architecture is Architecture.M2M100:
            self.target_prefix = [self._hub.get_lang_id(model.target_code)]
        elif model.architecture is Architecture.NLLB:
            self.target_prefix = self.ids([model.target_code])
        self.end_of_target = _ends(folder) or [self._hub.eos_token_id]

    def encode(self, source: str) -> list[int]:
        """Ids of a source segment, in its prompt."""
        text = self._template.replace("{source}", source.strip())
        # Not verbose: it would warn of what is too long, which is split before.
        ids: list[int] = self._hub(
            text, add_special_tokens=not self._is_chat, verbose=False
        ).input_ids
        return ids

    def decode(self, target: Sequence[int]) -> str:
        """Detokenised text of target ids, marks left out."""
        prefix = self.target_prefix
        start = len(prefix) if list(target[: len(prefix)]) == prefix else 0
        text: str = self._hub.decode(
            list(target[start:]),
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        text = text.strip()
        if self._is_causal and not self._is_chat:
            # A model that was taught no end goes on with a source of its own.
            return text.partition("\n")[0].rstrip()
        return text

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The subwords themselves."""
        tokens: list[str] = self._hub.convert_ids_to_tokens(list(ids))
        return tokens

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The ids of subwords."""
        ids: list[int] = self._hub.convert_tokens_to_ids(list(tokens))
        return ids

    def _source_template(self, model: Model) -> str:
        """What stands around the source, with "{source}" in its place."""
        if model.architecture is Architecture.T5:
            return model.prompt or f"<2{model.target_code}> {{source}}"
        if model.architecture is not Architecture.CAUSAL:
            return "{source}"
        if model.prompt or not self._hub.chat_template:
            return model.prompt or DEFAULT_PROMPT
        self._is_chat = True
        chat: str = self._hub.apply_chat_template(
            [{"role": "user", "content": _INSTRUCTION}],
            tokenize=False,
            add_generation_prompt=True,
        )
        return chat


def _load(folder: Path, model: Model) -> Any:
    try:
        from transformers import AutoTokenizer, PreTrainedTokenizerFast
    except ImportError as error:
        raise ExtraMissing(f"model {model.name!r}", "hub") from error
    loader: Any = AutoTokenizer
    options: dict[str, Any] = {"trust_remote_code": False}
    if model.architecture in (Architecture.M2M100, Architecture.NLLB):
        options |= {"src_lang": model.source_code, "tgt_lang": model.target_code}
    elif (
        model.architecture is Architecture.T5 and (folder / "tokenizer.json").is_file()
    ):
        # T5Tokenizer of transformers 5 takes 2 for the id of <unk>, which is </s> in
        # MADLAD-400: a character that is not in its vocabulary would end the source.
        loader = PreTrainedTokenizerFast
    try:
        return loader.from_pretrained(folder, local_files_only=True, **options)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"cannot be read ({error})"
        raise ModelDamaged(model.name, "its tokenizer", reason) from error


def _ends(folder: Path) -> list[int]:
    """The ids that end a target by the model's generation_config.json, if it has one.

    Chat models have several, of which the tokenizer knows one.
    """
    path = folder / "generation_config.json"
    try:
        ends = json.loads(path.read_text(encoding="utf-8")).get("eos_token_id")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        reason = f"cannot be read ({error})"
        raise ModelDamaged(folder.name, path.name, reason) from error
    return ends if isinstance(ends, list) else [] if ends is None else [ends]


def load_tokenizer(folder: Path, model: Model) -> Tokenizer:
    """Load the tokenizer of the model in a folder.

    Raises:
        ExtraMissing: It is a Hugging Face one and transformers is not installed.
        ModelDamaged: Its files are missing or unreadable.
    """
    is_prompt_model = model.architecture is Architecture.CAUSAL and not model.prompt
    if is_prompt_model and (folder / SOURCE_VOCABULARY).is_file():
        return PromptTokenizer(folder)
    return HubTokenizer(folder, model)
