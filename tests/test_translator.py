from dataclasses import dataclass, field

import pytest

from dwibahasa.document import Block, BlockKind, Document, Flag, Hypothesis, Origin
from dwibahasa.errors import EngineFailed
from dwibahasa.formats import text
from dwibahasa.translator import Translator


@dataclass
class Dictionary:
    """An engine that knows the hypotheses of a few sources and echoes the rest."""

    hypotheses: dict[str, list[str]] = field(default_factory=dict)
    max_source_subwords: int = 100
    calls: list[list[str]] = field(default_factory=list)

    def count_subwords(self, source):
        return len(source.split())

    def translate(self, sources, decoding):
        self.calls.append(list(sources))
        for index in reversed(range(len(sources))):  # any order is allowed
            known = self.hypotheses.get(sources[index], [f"EN {sources[index]}"])
            found = [Hypothesis(t, -0.1 * n) for n, t in enumerate(known, start=1)]
            yield index, found[: decoding.hypotheses]


def translated(source, engine=None):
    return Translator(engine or Dictionary(), "toy").translate(text.read(source))


def targets(source, engine=None):
    return [block.target for block in translated(source, engine).blocks]


def test_every_block_and_segment_has_its_counterpart_in_order():
    bilingual = translated("Satu. Dua.\n\nTiga.\n\nEmpat! Lima?")
    assert [[t.target for t in block.translations] for block in bilingual.blocks] == [
        ["EN Satu.", "EN Dua."],
        ["EN Tiga."],
        ["EN Empat!", "EN Lima?"],
    ]
    assert [block.index for block in bilingual.blocks] == [0, 1, 2]


def test_all_segments_of_a_document_go_to_the_engine_in_one_call():
    engine = Dictionary()
    targets("Satu. Dua.\n\nTiga.", engine)
    assert engine.calls == [["Satu.", "Dua.", "Tiga."]]


def test_repeated_sentence_is_translated_once_and_stands_in_every_place():
    engine = Dictionary()
    assert targets("Satu.\n\nSatu.", engine) == ["EN Satu."] * 2
    assert engine.calls == [["Satu."]]


def test_target_that_leaves_nothing_out_is_taken_before_a_likelier_one():
    source = "Presiden tiba di Jakarta dan menolak tuduhan itu."
    whole = "The president arrived in Jakarta and denied the accusations."
    engine = Dictionary({source: ["The president arrived in Jakarta.", whole]})
    assert targets(source, engine) == [whole]


def test_block_comes_before_later_blocks_are_translated():
    class InOrder(Dictionary):
        def translate(self, sources, decoding):
            for index, source in enumerate(sources):
                self.calls.append([source])
                yield index, [Hypothesis(f"EN {source}", -0.1)]

    engine = InOrder()
    blocks = Translator(engine, "toy").blocks(text.read("Satu.\n\nDua.\n\nTiga."))
    assert next(blocks).target == "EN Satu."
    assert engine.calls == [["Satu."]]


def test_translation_goes_on_at_a_later_block():
    blocks = Translator(Dictionary(), "toy").blocks(
        text.read("A.\n\nB.\n\nC."), start=1
    )
    assert [(block.index, block.target) for block in blocks] == [
        (1, "EN B."),
        (2, "EN C."),
    ]


@pytest.mark.parametrize(
    "source",
    ["2.518", "https://berita.example/a", "redaksi@berita.example", "Zuma/Global Look"],
)
def test_what_has_nothing_to_translate_is_copied(source):
    (block,) = translated(f"Ia tiba.\n\n{source}").blocks[1:]
    (translation,) = block.translations
    assert (translation.target, translation.origin) == (source, Origin.COPY)


def test_too_long_segment_goes_to_the_engine_in_clauses_and_comes_back_whole():
    engine = Dictionary(max_source_subwords=6)
    source = "Ia datang ke kota itu, tetapi semua toko masih tutup."
    assert targets(source, engine) == [
        "EN Ia datang ke kota itu, EN tetapi semua toko masih tutup."
    ]
    assert engine.calls[0] == [
        "Ia datang ke kota itu,",
        "tetapi semua toko masih tutup.",
    ]


def test_headline_in_capitals_is_translated_in_true_case_and_set_in_capitals():
    engine = Dictionary()
    assert targets("HARGA BERAS DI PASAR NAIK", engine) == [
        "EN HARGA BERAS DI PASAR NAIK"
    ]
    assert engine.calls == [["Harga beras di pasar naik"]]


@pytest.mark.parametrize(
    ("source", "repaired"),
    [
        ("Vidal bermain di BarÃ§a.", "Vidal bermain di Barça."),
        ("Rekornya 7â€“2.", "Rekornya 7–2."),
        ("Suhunya 35Â°C.", "Suhunya 35°C."),
        ("Ia minum “café au lait” di São Paulo – 7°C.",) * 2,
    ],
)
def test_letters_decoded_wrongly_go_to_the_engine_repaired(source, repaired):
    engine = Dictionary()
    (block,) = translated(source, engine).blocks
    assert engine.calls[0] == [repaired]
    assert block.translations[0].segment.source == source  # what is shown stays


def test_headline_in_capitals_is_one_although_it_was_decoded_wrongly():
    # The second letter of "Ãƒ" is a small one.
    assert targets("WARGA SÃƒO PAULO NAIK") == ["EN WARGA SÃO PAULO NAIK"]


def test_acronym_alone_keeps_its_capitals():
    engine = Dictionary()
    targets("KPK", engine)
    assert engine.calls == [["KPK"]]


def test_doubtful_hypothesis_gives_way_to_the_next_that_is_not():
    engine = Dictionary(
        {"Ada 20 orang.": ["There are 200 people.", "There are 20 people."]}
    )
    (block,) = translated("Ada 20 orang.", engine).blocks
    (translation,) = block.translations
    assert (translation.target, translation.flags) == ("There are 20 people.", ())


def test_segment_that_stays_doubtful_is_flagged():
    engine = Dictionary({"Ada 20 orang.": ["There are 200 people."]})
    (block,) = translated("Ada 20 orang.", engine).blocks
    assert block.translations[0].flags == (Flag.NUMBERS,)


def test_long_doubtful_segment_is_tried_again_in_clauses():
    source = "Penyanyi itu memulai malam yang panjang, diikuti oleh dua teman lamanya."
    engine = Dictionary(
        {
            source: ["The singer."],
            "Penyanyi itu memulai malam yang panjang,": ["The singer began the night,"],
            "diikuti oleh dua teman lamanya.": ["followed by two old friends."],
        }
    )
    (block,) = translated(source, engine).blocks
    (translation,) = block.translations
    assert translation.target == (
        "The singer began the night, followed by two old friends."
    )
    assert translation.flags == ()


def test_text_in_another_language_brings_a_warning():
    bilingual = translated(
        "The president arrived in the capital this morning, he said."
    )
    assert "looks like English" in bilingual.warnings[0]


def test_engine_that_stops_is_told_with_the_name_of_its_model():
    class Broken(Dictionary):
        def translate(self, sources, decoding):
            raise RuntimeError("out of memory")
            yield

    with pytest.raises(EngineFailed, match="model 'toy' failed: out of memory"):
        targets("Satu.", Broken())


def test_document_without_segments_keeps_its_blocks():
    document = Document((Block(BlockKind.PARAGRAPH, "***"),))
    (block,) = Translator(Dictionary(), "toy").translate(document).blocks
    assert block.target == "***"


def test_marks_of_speech_stay_around_what_was_said():
    engine = Dictionary({"Kami siap.": ["We are ready."], "kata Budi.": ["Budi said."]})
    assert targets("“Kami siap,” kata Budi.", engine) == ["“We are ready,” Budi said."]


def test_lost_number_in_words_is_tried_again_in_digits():
    source = "Empat puluh kendaraan hancur."
    engine = Dictionary(
        {
            source: ["Four hundred vehicles were destroyed."],
            "40 kendaraan hancur.": ["40 vehicles were destroyed."],
        }
    )
    (translation,) = translated(source, engine).blocks[0].translations
    assert translation.target == "40 vehicles were destroyed."
    assert translation.flags == ()


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Harga naik.", "prices rose.", "Prices rose."),
        ("harga naik", "prices rose", "prices rose"),
        ("(Harga naik.)", "(prices rose.)", "(Prices rose.)"),
        ("40 mobil rusak.", "40 cars were damaged.", "40 cars were damaged."),
    ],
)
def test_target_begins_with_a_capital_where_its_source_does(source, target, expected):
    assert targets(source, Dictionary({source: [target]})) == [expected]
