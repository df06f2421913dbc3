"""Translate documents: segments to the engine, checks, retries, blocks in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ftfy import fix_encoding

from dwibahasa.acronyms import with_acronyms
from dwibahasa.choice import least_doubtful, most_adequate_first
from dwibahasa.document import (
    BilingualBlock,
    BilingualDocument,
    Block,
    BlockKind,
    Document,
    Flag,
    Hypothesis,
    Origin,
    Segment,
    Translation,
)
from dwibahasa.engines import Decoding, Engine
from dwibahasa.engines.loading import LazyEngine, load_engine
from dwibahasa.errors import EngineFailed
from dwibahasa.formats.text import is_credit
from dwibahasa.language import language_warning
from dwibahasa.memory import Memory
from dwibahasa.model import EngineName
from dwibahasa.model_store import find
from dwibahasa.numerals import in_digits
from dwibahasa.segment import clauses, segments
from dwibahasa.settings import settings
from dwibahasa.speech import LOWERED, Part, parts
from dwibahasa.truecase import is_in_capitals, true_cased

# A doubtful segment of so many words is tried again in clauses.
_FEWEST_WORDS_TO_SPLIT = 10
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^\S+@\S+\.\w+$")
_FIRST_LETTER = re.compile(r"\W*[^\W\d_]")
# The parts of a segment, and for each which texts of an engine call are its clauses.
_Layout = list[tuple[Part, range]]
# By source: what the engine made of it, and why that is doubtful.
_Done = dict[str, tuple[Hypothesis, tuple[Flag, ...]]]
# A source segment, its target, and why that is doubtful.
Checked = tuple[str, Hypothesis, tuple[Flag, ...]]


class Records(Protocol):
    """What was translated before, kept where a killed process does not lose it."""

    def fill(
        self,
        sources: Sequence[str],
        translate: Callable[[Sequence[str]], Iterator[Checked]],
    ) -> Iterator[Checked]:
        """Give each of the sources; those without a record are translated and kept.

        Args:
            sources: Distinct source segments.
            translate: Translates those without a record, in any order.
        """
        ...


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates documents with one model.

    Attributes:
        engine: The loaded model.
        model: Its name, kept with every translation.
        beam_size: Hypotheses kept per step; 1 is greedy search.
        records: Asked before the engine, and told what it made.
        memory: What the user edited; it is asked before the engine.
    """

    engine: Engine
    model: str
    beam_size: int = 6
    records: Records | None = None
    memory: Memory | None = None

    def translate(self, document: Document) -> BilingualDocument:
        """Translate a whole document.

        Returns:
            The document with one block for each of its blocks, in order.

        Raises:
            EngineFailed: The engine stopped in the middle.
        """
        return BilingualDocument(
            document,
            tuple(self.blocks(document)),
            model=self.model,
            warnings=self.warnings(document),
        )

    def warnings(self, document: Document) -> tuple[str, ...]:
        """What the user should know before reading the translation."""
        text = "\n".join(block.text for block in document.blocks)
        warning = language_warning(text)
        return (*document.notes, warning) if warning else document.notes

    def blocks(self, document: Document, start: int = 0) -> Iterator[BilingualBlock]:
        """Translate a document block by block.

        All its segments go to the engine in one call, in batches of similar length
        across blocks; each block comes as soon as it and all before it are done.

        Args:
            document: What to translate.
            start: Index of the first block that is wanted.

        Yields:
            The blocks from `start` on, in order.

        Raises:
            EngineFailed: The engine stopped in the middle.
        """
        by_block = _by_block(document)
        wanted = range(start, len(document.blocks))
        matches = self._matches([s for index in wanted for s in by_block[index]])
        to_translate = {
            index: _to_translate(document.blocks[index], by_block[index])
            for index in wanted
        }
        sources = dict.fromkeys(s for own in to_translate.values() for s in own)
        results = self._recorded([s for s in sources if s not in matches])
        done: _Done = {}
        for index in wanted:
            matches |= self._matches(by_block[index])  # with edits made meanwhile
            for source in to_translate[index]:
                while source not in done and source not in matches:
                    found, hypothesis, flags = next(results)
                    done[found] = hypothesis, flags
            block = document.blocks[index]
            translations = [
                self._translation(segment, block, matches, done)
                for segment in by_block[index]
            ]
            yield BilingualBlock(index, block, tuple(translations))

    def sources(self, document: Document) -> list[str]:
        """The distinct segments of a document that go to the engine, in order."""
        by_block = _by_block(document)
        sources = (
            source
            for index, block in enumerate(document.blocks)
            for source in _to_translate(block, by_block[index])
        )
        return list(dict.fromkeys(sources))

    def again(self, block: Block, own: Sequence[Segment]) -> list[Translation]:
        """Translate segments of a block anew, whatever the memory has of them.

        Raises:
            EngineFailed: The engine stopped in the middle.
        """
        sources = list(dict.fromkeys(_to_translate(block, own)))
        done: _Done = {s: (h, flags) for s, h, flags in self.checked(sources)}
        return [self._translation(segment, block, {}, done) for segment in own]

    def alternatives(self, source: str, beam_size: int = 6) -> list[Hypothesis]:
        """What the model proposes for one segment, the best first.

        Args:
            source: The segment.
            beam_size: Hypotheses kept per step; about as many come back, each once.

        Raises:
            EngineFailed: The engine stopped in the middle.
        """
        wide = replace(self, beam_size=beam_size)
        ((_, hypotheses),) = wide._whole([source], self.engine.max_source_subwords)
        distinct: dict[str, Hypothesis] = {}
        for hypothesis in hypotheses:
            distinct.setdefault(hypothesis.target, hypothesis)
        return list(distinct.values())

    def _matches(self, own: Sequence[Segment]) -> dict[str, str]:
        return self.memory.matches([s.source for s in own]) if self.memory else {}

    def _translation(
        self, segment: Segment, block: Block, matches: Mapping[str, str], done: _Done
    ) -> Translation:
        """A segment with its target from the memory, its source, or the engine."""
        source = segment.source
        if source in matches:
            return Translation(segment, matches[source], 0.0, origin=Origin.MEMORY)
        if _is_copied(segment, block):
            return Translation(segment, source, 0.0, origin=Origin.COPY)
        hypothesis, flags = done[source]
        return Translation(
            segment,
            hypothesis.target,
            hypothesis.score,
            flags=flags,
            model=self.model,
        )

    def _recorded(self, sources: Sequence[str]) -> Iterator[Checked]:
        if self.records is None:
            return self.checked(sources)
        return self.records.fill(sources, self.checked)

    def checked(self, sources: Sequence[str]) -> Iterator[Checked]:
        """Translate segments, each with the least doubtful of its hypotheses."""
        for index, hypotheses in self._whole(sources, self.engine.max_source_subwords):
            source = sources[index]
            hypothesis, flags = least_doubtful(source, hypotheses)
            if flags and len(source.split()) >= _FEWEST_WORDS_TO_SPLIT:
                half = self.engine.count_subwords(source) // 2 + 2
                (_, in_clauses), *_ = self._whole([source], half)
                candidates = [hypothesis, *in_clauses]
                hypothesis, flags = least_doubtful(source, candidates)
            if Flag.NUMBERS in flags and (rewritten := in_digits(source)) != source:
                # The model knows 40 where it does not know "empat puluh".
                longest = self.engine.max_source_subwords
                (_, others), *_ = self._whole([rewritten], longest)
                hypothesis, flags = least_doubtful(source, [hypothesis, *others])
            yield source, hypothesis, flags

    def _whole(
        self, sources: Sequence[str], max_subwords: int
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """Hypotheses of segments of any length, in the order that they are done.

        Speech goes to the engine apart from who said it and without its marks, what
        has more than `max_subwords` in clauses, headlines in the case of running text,
        and letters that were decoded wrongly ("BarÃ§a") as they once were.
        """
        sources = [fix_encoding(source) for source in sources]
        texts: list[str] = []
        layouts: list[_Layout] = []
        for source in sources:
            layout: _Layout = []
            for part in parts(true_cased(source)):
                cut: list[str] = []
                if not part.known:
                    cut = clauses(part.text, max_subwords, self.engine.count_subwords)
                layout.append((part, range(len(texts), len(texts) + len(cut))))
                texts += cut
            layouts.append(layout)
        owners = [
            i for i, layout in enumerate(layouts) for _, own in layout for _ in own
        ]
        found: dict[int, list[Hypothesis]] = {}
        for text, hypotheses in self._engine_output(texts):
            found[text] = hypotheses
            index = owners[text]
            own = [i for _, within in layouts[index] for i in within]
            if all(i in found for i in own):
                joined = [
                    Hypothesis(_with_capital(sources[index], h.target), h.score)
                    for h in _joined(layouts[index], found)
                ]
                if is_in_capitals(sources[index]):
                    joined = [Hypothesis(h.target.upper(), h.score) for h in joined]
                yield index, joined

    def _engine_output(
        self, sources: Sequence[str]
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        decoding = Decoding(beam_size=self.beam_size, hypotheses=self.beam_size)
        try:
            for index, hypotheses in self.engine.translate(sources, decoding):
                source = sources[index]
                spelt = [
                    replace(h, target=with_acronyms(source, h.target))
                    for h in hypotheses
                ]
                yield index, most_adequate_first(source, spelt)
        except (RuntimeError, MemoryError) as error:
            raise EngineFailed(self.model, str(error)) from error


def load_translator(
    model: str | None = None,
    *,
    engine: EngineName | None = None,
    beam_size: int | None = None,
    records: Records | None = None,
    threads: int | None = None,
) -> Translator:
    """Load a model and make a translator of it.

    Args:
        model: Name of an installed model, or a model's folder; None for the one of
            the settings.
        engine: The runtime, where it is not to be the model's own.
        beam_size: Hypotheses kept per step; None for the one of the settings.
        records: Asked before the engine, which is then only loaded where they lack
            something.
        threads: Processor threads of the engine; None for those of the settings.

    Raises:
        ModelNotFound: No model of that name is installed.
        ModelDamaged: One of its files is missing or cannot be read.
        ExtraMissing: The runtime is not installed.
        EngineUnsuited: The model is not there in the form that the runtime reads.
    """
    options = settings()
    folder, found = find(model or options.model)

    def load() -> Engine:
        own = options.threads if threads is None else threads
        return load_engine(folder, found, engine=engine, threads=own)

    return Translator(
        load() if records is None else LazyEngine(load),
        model=found.name,
        beam_size=beam_size or options.beam_size,
        records=records,
    )


def _joined(
    layout: _Layout, found: Mapping[int, Sequence[Hypothesis]]
) -> list[Hypothesis]:
    """Hypotheses of a whole segment from those of its clauses, best with best."""
    own = [i for _, within in layout for i in within]
    return [
        Hypothesis(
            " ".join(
                part.restored(
                    part.known or _run_on([found[i][rank].target for i in within])
                )
                for part, within in layout
            ),
            sum(found[i][rank].score for i in own) / len(own),
        )
        for rank in range(min(len(found[i]) for i in own))
    ]


def _with_capital(source: str, target: str) -> str:
    """A target that begins with a capital where its source does."""
    of_source, of_target = _FIRST_LETTER.match(source), _FIRST_LETTER.match(target)
    if of_source and of_target and of_source[0][-1].isupper():
        return of_target[0].upper() + target[of_target.end() :]
    return target


def _by_block(document: Document) -> dict[int, list[Segment]]:
    by_block: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments(document):
        by_block[segment.block].append(segment)
    return by_block


def _run_on(targets: Sequence[str]) -> str:
    """Clauses of one sentence as one: their first words are capitals no more."""
    first, *others = targets
    return " ".join([first, *(LOWERED.sub(_lower, target) for target in others)])


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


def _to_translate(block: Block, own: Sequence[Segment]) -> list[str]:
    """The sources of a block's segments that are not copied as they are."""
    return [segment.source for segment in own if not _is_copied(segment, block)]


def _is_copied(segment: Segment, block: Block) -> bool:
    """Whether there is nothing to translate: no word, an address, a photo credit."""
    if not any(char.isalpha() for char in segment.source):
        return True
    if _ADDRESS.match(segment.source):
        return True
    return block.kind is BlockKind.CAPTION and is_credit(segment.source)
