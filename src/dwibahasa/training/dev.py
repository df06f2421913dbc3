"""Score a model on dev sets while it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sacrebleu
import torch
from sentencepiece import SentencePieceProcessor
from transformers import PreTrainedModel

from dwibahasa.training.batches import BOS, EOS, PAD, encode_prompt

_ROWS = 64  # segments translated at a time


@dataclass(frozen=True, slots=True)
class DevSet:
    """The first lines of a dev set.

    Attributes:
        name: Of its files.
        sources: Indonesian segments.
        references: Their human translations.
    """

    name: str
    sources: list[str]
    references: list[str]


@dataclass(frozen=True, slots=True)
class DevScore:
    """What greedy search made of a dev set.

    Attributes:
        name: Of the dev set.
        bleu: Corpus BLEU with sacrebleu's defaults, 0 to 100.
        chrf: chrF2 with sacrebleu's defaults, 0 to 100.
    """

    name: str
    bleu: float
    chrf: float


def read_dev_sets(folder: Path, lines: Mapping[str, int]) -> list[DevSet]:
    """Read the first lines of the named dev sets."""
    return [
        DevSet(
            name,
            (folder / f"{name}.id")
            .read_text("utf-8")
            .removesuffix("\n")
            .split("\n")[:count],
            (folder / f"{name}.en")
            .read_text("utf-8")
            .removesuffix("\n")
            .split("\n")[:count],
        )
        for name, count in lines.items()
    ]


def score_dev_sets(
    model: PreTrainedModel, vocabulary: SentencePieceProcessor, sets: Sequence[DevSet]
) -> list[DevScore]:
    """Translate the dev sets greedily and score them, in their order."""
    sources = [source for dev_set in sets for source in dev_set.sources]
    hypotheses = iter(translate_greedily(model, vocabulary, sources))
    scores = []
    for dev_set in sets:
        targets = [next(hypotheses) for _ in dev_set.sources]
        bleu = sacrebleu.corpus_bleu(targets, [dev_set.references]).score
        chrf = sacrebleu.corpus_chrf(targets, [dev_set.references]).score
        scores.append(DevScore(dev_set.name, bleu, chrf))
    return scores


@torch.inference_mode()
def translate_greedily(
    model: PreTrainedModel,
    vocabulary: SentencePieceProcessor,
    sources: Sequence[str],
) -> list[str]:
    """Translate source segments, in their order, without beam search."""
    prompts = [encode_prompt(vocabulary, source) for source in sources]
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    targets = [""] * len(prompts)
    for start in range(0, len(order), _ROWS):
        rows = order[start : start + _ROWS]
        length = max(len(prompts[row]) for row in rows)
        padded = [[PAD] * (length - len(prompts[row])) + prompts[row] for row in rows]
        subwords = torch.tensor(padded)  # (rows, length), padded on the left
        generated = model.generate(  # type: ignore[operator]
            input_ids=subwords,
            attention_mask=(subwords != PAD).long(),
            max_new_tokens=length * 3 // 2 + 16,
            do_sample=False,
            use_cache=True,
            bos_token_id=BOS,
            eos_token_id=EOS,
            pad_token_id=PAD,
        )
        for row, ids in zip(rows, generated[:, length:].tolist(), strict=True):
            end = ids.index(EOS) if EOS in ids else len(ids)
            targets[row] = vocabulary.decode(ids[:end]).strip()
    return targets
