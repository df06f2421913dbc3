import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import texts, translated
from dwibahasa.errors import EmptyInput, FieldNotFound, FieldTaken, MalformedInput
from dwibahasa.formats import FORMATS
from dwibahasa.formats.options import Options

CSV, TSV = FORMATS["csv"], FORMATS["tsv"]
CELL = st.text(st.sampled_from("ab cé\"',;\n1"), max_size=12)


def read(content, *fields, table=CSV):
    return texts(table.read(content.encode(), "tabel.csv", Options(fields)))


def rewrite(content, options=Options(), table=CSV):  # noqa: B008 - frozen
    data = content if isinstance(content, bytes) else content.encode()
    document = table.read(data, "tabel.csv", options)
    return table.rewrite(translated(document), data, options)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("no,text\n1,Ia tiba.\n", ["Ia tiba."]),
        (
            "id,isi,jumlah\na1,Ia tiba.,3\na2,Dia pulang.,4\n",
            ["Ia tiba.", "Dia pulang."],
        ),
        (
            "no;teks\n1;Harga beras naik.\n2;Ia tiba.\n",
            ["Harga beras naik.", "Ia tiba."],
        ),
        ("1;Halo\n2;Apa kabar?\n", ["Halo", "Apa kabar?"]),
        ("Halo;Hi\nApa kabar?;How are you?\n", ["Halo", "Apa kabar?"]),
        ("Id,En\nmakan,eat\nminum,drink\n", ["makan", "minum"]),
        (
            "1,Ia tiba kemarin.,x\n2,Dia pulang.,y\n",
            ["Ia tiba kemarin.", "Dia pulang."],
        ),
        ("Ia tiba.\nDia pulang.\n", ["Ia tiba.", "Dia pulang."]),
        ("source;target\nIa tiba, lalu pulang;\n", ["Ia tiba, lalu pulang"]),
        ("text|n\nIa; tiba, lalu|1\n", ["Ia; tiba, lalu"]),
        (
            'n,text\n1,"Ia tiba.\nIa ""pulang"", katanya."\n',
            ["Ia tiba.", 'Ia "pulang", katanya.'],
        ),
        ("text,n\n\nIa tiba.\n", ["Ia tiba."]),
    ],
)
def test_column_of_indonesian_is_found(content, expected):
    assert read(content) == expected


def test_columns_are_chosen_by_name_or_number():
    content = "kode,judul,isi\n1,Satu,Dua.\n2,Tiga,Empat.\n"
    assert read(content, "judul", "isi") == ["Satu", "Dua.", "Tiga", "Empat."]
    assert read("x,Ia tiba.\ny,Dia.\n", "2") == ["Ia tiba.", "Dia."]


def test_rewritten_rows_are_the_same_with_a_column_of_english():
    content = (
        'no;text;harga\r\n1;"Ia; tiba.";1,5\r\n\r\n2;—;2\r\n3;"Satu.\nDua.";\r\n\r\n'
    )
    assert rewrite(content).decode() == (
        'no;text;harga;en\r\n1;"Ia; tiba.";1,5;"Ia-en; tiba-en."\r\n;;;\r\n2;—;2;—\r\n'
        '3;"Satu.\nDua.";;"Satu-en.\nDua-en."\r\n'
    )


def test_mark_of_byte_order_is_kept_for_excel():
    assert rewrite("text\nIa\n".encode("utf-8-sig")) == "text,en\nIa,Ia-en\n".encode(
        "utf-8-sig"
    )


def test_name_of_the_added_column_is_chosen():
    written = rewrite("kode,isi\n1,Ia\n", Options(("isi",), "inggris"))
    assert written.decode() == "kode,isi,inggris\n1,Ia,Ia-en\n"


def test_table_with_tabs_may_have_single_quotation_marks():
    content = 'text\tn\n"Ya," kata Budi.\t1\n'
    assert read(content, table=TSV) == ['"Ya," kata Budi.']
    assert rewrite(content, table=TSV).decode() == (
        'text\tn\ten\n"Ya," kata Budi.\t1\t"Ya-en," kata-en Budi-en.\n'
    )


def test_table_with_tabs_may_have_cells_in_quotation_marks():
    assert read('text\tn\n"Ia\ttiba."\t1\n', table=TSV) == ["Ia tiba."]


@pytest.mark.parametrize(("table", "delimiter"), [(CSV, ","), (CSV, ";"), (TSV, "\t")])
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_rewritten_table_keeps_every_cell(table, delimiter, rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([("text", "catatan"), *rows])
    try:
        written = rewrite(stream.getvalue(), table=table)
    except EmptyInput:
        assert not any(char.isalnum() for text, _ in rows for char in text)
        return
    stream = io.StringIO(written.decode(), newline="")
    found = list(csv.reader(stream, delimiter=delimiter))
    assert found[0] == ["text", "catatan", "en"]
    assert [tuple(row[:2]) for row in found[1:]] == rows
    for text, _, target in found[1:]:
        assert len(target.split()) == len(text.split())


@pytest.mark.parametrize(("table", "delimiter"), [(CSV, ","), (TSV, "\t")])
def test_segments_are_written_with_scores_and_flags(table, delimiter):
    document = CSV.read(b"text\nIa tiba. Ia pulang.\n", "tabel.csv")
    written = table.write(translated(document))
    rows = list(csv.DictReader(io.StringIO(written.decode()), delimiter=delimiter))
    assert rows[1] == {
        "block": "0",
        "segment": "1",
        "kind": "paragraph",
        "source": "Ia pulang.",
        "target": "Ia-en pulang-en.",
        "score": "-0.25",
        "flags": "",
        "origin": "model",
        "model": "stand-in",
    }
    assert read(written.decode(), table=table) == ["Ia tiba.", "Ia pulang."]


@pytest.mark.parametrize(
    ("content", "fields", "error", "message"),
    [
        ("text,n\nIa tiba, lalu,1\n", (), MalformedInput, "line 2: it has 3 cells"),
        ('text,n\n"Ia tiba.,1\n', (), MalformedInput, "unexpected end of data"),
        ("text,n\nIa,1\n", ("isi",), FieldNotFound, "'isi'; choose .*: text, n"),
        ("text,n\nIa,1\n", ("3",), FieldNotFound, "'3'"),
        ("text,en\nIa,1\n", (), FieldTaken, "'en'; name another"),
        ("text,n\n,1\n", (), EmptyInput, "no text"),
        ("\n", (), EmptyInput, "no text"),
    ],
)
def test_bad_tables_are_refused_with_what_to_do(content, fields, error, message):
    with pytest.raises(error, match=message):
        rewrite(content, Options(fields))
