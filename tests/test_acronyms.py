"""Acronyms that a model spells wrongly are put right, and no others."""

import pytest

from dwibahasa.acronyms import with_acronyms


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("ISIS berusaha.", "ISI tries.", "ISIS tries."),
        (
            "Pasukan ISIS hancur.",
            "ISL's forces and ISIs fell.",
            "ISIS's forces and ISIS fell.",
        ),
        ("ISIS Pusatkan Pasukan", "ISKES centres its force", "ISIS centres its force"),
        # Another acronym in English.
        ("PBB dan OKI bertemu.", "The UN and the OIC met.", None),
        # Of the source, a plural, an amount of money, and no telling which.
        ("ISIS, dulu ISIL, kalah.", "ISIS, once ISIL, lost.", None),
        ("Banyak UMKM tutup.", "Many UMKMs closed.", None),
        ("USD 5 dari AS.", "US$5 from the USA.", None),
        ("BUMN dan BUMD rugi.", "BUMS made losses.", None),
    ],
)
def test_acronym_is_spelt_as_in_the_source(source, target, expected):
    assert with_acronyms(source, target) == (expected or target)
