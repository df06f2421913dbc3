import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dwibahasa.document import Flag, Origin, Segment, Translation
from dwibahasa.errors import (
    EmptyTarget,
    NothingToUndo,
    SegmentChanged,
    SegmentNotFound,
)
from dwibahasa.formats import text
from dwibahasa.library import Library
from dwibahasa.memory import Match, Memory, Place
from engine_standin import MODEL, StandInEngine, english, translator

DOCUMENT = text.read("Harga naik\n\nPetani senang. Pembeli 316 RAGU.\n\nHabis.")


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library.sqlite3")


@pytest.fixture
def memory(library):
    return Memory(library.database)


@pytest.fixture
def article_id(library):
    article_id = library.add(DOCUMENT)
    for block in translator(StandInEngine()).blocks(DOCUMENT):
        library.save_block(article_id, block)
    return article_id


@pytest.fixture
def segment(library, article_id):
    """The second sentence of the second block, as it is now."""
    return lambda: library.block(article_id, 1).translations[1]


@pytest.fixture
def place(article_id):
    return Place(article_id, 1, 1)


def test_edited_segment_keeps_the_text_of_the_model(memory, segment, place):
    before = segment()
    assert before.flags == (Flag.NUMBERS,)
    memory.edit(place, "  Buyers\n are not. ", before.target)
    edited = segment()
    assert edited.target == "Buyers are not."
    assert (edited.origin, edited.flags, edited.model) == (Origin.EDIT, (), "")
    assert edited.model_target == before.target


def test_every_change_is_undone_in_turn(memory, segment, place):
    versions = [segment()]
    for target in ("One.", "Two."):
        memory.edit(place, target, versions[-1].target)
        versions.append(segment())
    assert [v.revisions for v in versions] == [0, 1, 2]
    for version in reversed(versions[:-1]):
        memory.undo(place)
        assert segment() == version
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        memory.undo(place)


def test_memory_has_the_last_edit_of_a_source_until_it_is_undone(
    memory, segment, place
):
    source = segment().segment.source
    assert memory.matches([source, "Lain."]) == {}
    memory.edit(place, "One.", segment().target)
    memory.edit(place, "Two.", "One.")
    assert memory.matches([source, "Lain."]) == {source: "Two."}
    memory.undo(place)
    assert memory.matches([source]) == {source: "One."}
    memory.undo(place)
    assert memory.matches([source]) == {}


def test_undo_leaves_what_the_memory_learnt_elsewhere(library, memory, article_id):
    other = text.read("Habis.\n\nLagi.")
    other_id = library.add(other)
    for block in translator(StandInEngine()).blocks(other):
        library.save_block(other_id, block)
    memory.edit(Place(article_id, 2, 0), "Gone.", english("Habis."))
    memory.edit(Place(other_id, 0, 0), "Sold out.", english("Habis."))
    memory.undo(Place(article_id, 2, 0))
    assert memory.matches(["Habis."]) == {"Habis.": "Sold out."}


def test_edit_of_what_changed_meanwhile_is_refused(memory, segment, place):
    seen = segment().target
    memory.edit(place, "Mine.", seen)
    with pytest.raises(SegmentChanged, match="save again if yours is better"):
        memory.edit(place, "Yours.", seen)
    assert segment().target == "Mine."


def test_of_edits_at_the_same_time_one_is_kept_and_the_others_told(
    memory, segment, place
):
    seen = segment().target
    together = threading.Barrier(6)

    def edit(n):
        together.wait()
        try:
            memory.edit(place, f"Text {n}.", seen)
        except SegmentChanged:
            return None
        return f"Text {n}."

    with ThreadPoolExecutor(6) as threads:
        kept = [target for target in threads.map(edit, range(6)) if target]
    assert kept == [segment().target]
    memory.undo(place)
    assert segment().target == seen


def test_empty_edit_is_refused(memory, segment, place):
    with pytest.raises(EmptyTarget, match="cannot be empty"):
        memory.edit(place, " \n", segment().target)


@pytest.mark.parametrize("key", [(1, 1, 9), (1, 9, 0), (7, 0, 0)])
def test_segment_that_is_not_there_is_told(memory, article_id, key):
    with pytest.raises(SegmentNotFound):
        memory.edit(Place(*key), "x", "y")


def test_edit_of_a_deleted_article_is_refused(library, memory, segment, place):
    seen = segment().target
    library.delete(place.article_id)
    with pytest.raises(SegmentNotFound):
        memory.edit(place, "Mine.", seen)


def test_new_translation_takes_the_place_of_one_segment(memory, segment, place):
    seen = segment()
    new = replace(seen, target="Better.", flags=(), model="other")
    memory.replace(place, [new], [seen.target])
    now = segment()
    assert (now.target, now.origin, now.model) == ("Better.", Origin.MODEL, "other")
    assert memory.matches([seen.segment.source]) == {}
    memory.undo(place)
    assert segment() == seen


def test_new_translations_of_a_block_leave_edits_alone(library, memory, segment, place):
    before = library.block(place.article_id, 1).translations
    memory.edit(place, "Mine.", before[1].target)
    new = [replace(t, target=f"New {t.target}") for t in before]
    memory.replace(Place(place.article_id, 1, 0), new, [before[0].target, "Mine."])
    now = library.block(place.article_id, 1).translations
    assert [t.target for t in now] == [f"New {before[0].target}", "Mine."]


def test_edit_made_while_a_segment_is_translated_again_is_kept(memory, segment, place):
    seen = segment()
    memory.edit(place, "Mine.", seen.target)
    with pytest.raises(SegmentChanged):
        memory.replace(place, [replace(seen, target="New.")], [seen.target])
    assert segment().target == "Mine."


def test_block_that_is_saved_again_keeps_its_edits(library, memory, segment, place):
    block = library.block(place.article_id, 1)
    memory.edit(place, "Mine.", segment().target)
    library.save_block(place.article_id, block)
    assert segment().target == "Mine."


def test_later_translation_takes_what_was_edited(memory, segment, place):
    source = segment().segment.source
    memory.edit(place, "Mine.", segment().target)
    engine = StandInEngine()
    own = replace(translator(engine), memory=memory)
    (block,) = own.translate(text.read(f"Baru. {source}")).blocks
    assert block.translations[0].origin is Origin.MODEL
    assert block.translations[1] == Translation(
        Segment(0, 6, source), "Mine.", 0.0, origin=Origin.MEMORY
    )
    assert engine.sources == ["Baru."]


def test_edit_made_while_a_document_is_translated_serves_its_later_blocks(
    library, memory
):
    document = text.read("Habis.\n\nLagi.\n\nHabis.")
    article_id = library.add(document)
    blocks = replace(translator(StandInEngine()), memory=memory).blocks(document)
    library.save_block(article_id, next(blocks))
    memory.edit(Place(article_id, 0, 0), "Gone.", english("Habis."))
    for block in blocks:
        library.save_block(article_id, block)
    found = library.article(article_id).blocks
    assert [found[n].target for n in range(3)] == ["Gone.", english("Lagi."), "Gone."]
    assert [found[n].translations[0].origin for n in range(3)] == [
        Origin.EDIT,
        Origin.MODEL,
        Origin.MEMORY,
    ]


def test_memory_is_not_asked_for_what_is_translated_again(memory, segment, place):
    now = segment()
    memory.edit(place, "Mine.", now.target)
    own = replace(translator(StandInEngine()), memory=memory)
    (again,) = own.again(DOCUMENT.blocks[1], [now.segment])
    assert (again.target, again.model) == (now.target, MODEL)


def remember(memory, library, source, target):
    article_id = library.add(text.read(source))
    document = text.read(source)
    for block in translator(StandInEngine()).blocks(document):
        library.save_block(article_id, block)
    memory.edit(Place(article_id, 0, 0), target, english(source))


@pytest.mark.parametrize(
    ("source", "percent"),
    [
        # Twice the letters in common, in order, by the letters of both: by hand.
        ("Harga beras naik kemarin.", 100),
        ("Harga cabai naik kemarin.", 88),  # 2 x 22 of 50
        ("Harga beras naik.", 80),  # 2 x 17 of 42
        ("Harga beras naik", 78),  # 2 x 16 of 41
        ("Harga beras", 61),  # 2 x 11 of 36: too little
    ],
)
def test_similar_source_is_a_fuzzy_match_with_its_percentage(
    memory, library, source, percent
):
    own = "Harga beras naik kemarin."
    remember(memory, library, own, "Rice went up yesterday.")
    remember(memory, library, "Presiden tiba di Jakarta.", "He came.")
    match = Match(own, "Rice went up yesterday.", percent)
    assert memory.like(source) == ([match] if percent >= 70 else [])


def test_most_alike_comes_first_and_only_the_same_is_100_percent(memory, library):
    long = "Harga beras di pasar induk kota itu naik lagi sejak hari Senin " * 4
    for n in range(4):
        remember(memory, library, f"{long}pekan {n}.", f"Target {n}.")
    found = memory.like(f"{long}pekan 2.")
    assert [match.percent for match in found] == [100, 99, 99]
    assert found[0].target == "Target 2."


def test_fuzzy_match_is_not_applied(memory, library):
    remember(memory, library, "Harga beras naik kemarin.", "Rice went up yesterday.")
    own = replace(translator(StandInEngine()), memory=memory)
    later = own.translate(text.read("Harga cabai naik kemarin."))
    (translation,) = later.translations
    assert translation.target == english("Harga cabai naik kemarin.")
    assert translation.origin is Origin.MODEL
