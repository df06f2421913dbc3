"""Say in English who said it: "ujar Rudskoy" is "Rudskoy said".

News closes every other quotation so, in a handful of forms. A model that reads one
sentence at a time sees such a piece out of any context and makes a sentence of it.
"""

from __future__ import annotations

import re

_SAID = {
    "imbuh": "added",
    "jelas": "explained",
    "kata": "said",
    "lanjut": "continued",
    "papar": "explained",
    "pungkas": "concluded",
    "sebut": "said",
    "tambah": "added",
    "tandas": "stressed",
    "tanya": "asked",
    "tegas": "stressed",
    "terang": "explained",
    "tukas": "replied",
    "tutur": "said",
    "ucap": "said",
    "ujar": "said",
    "ungkap": "said",
}
# What is no name and has to be translated: "Presiden Joko Widodo", "Pak Budi".
_OFFICES = frozenset(
    """
    anggota asisten bapak bu bupati camat deputi direktur dokter dosen duta gubernur
    guru hakim ibu inspektur jaksa jenderal juru kabid kabag kadis kapolda kapolres
    kapolri kapolsek kepala ketua kolonel komandan komisaris komisioner koordinator
    letnan lurah manajer mantan mayor menko menlu menteri pak panglima pendeta
    pengacara pengamat peneliti perdana pemimpin polisi presiden profesor rektor saksi
    sekda sekjen sekretaris staf sultan uskup ustaz utusan wakil wali walikota warga
    """.split()
)
_PRONOUNS = {"nya": "he", "dia": "he", "ia": "he", "mereka": "they", "saya": "I"}
_WORD = r"[A-Z][\w'’-]*(?:\.(?=\s))?"
_NAME = rf"{_WORD}(?:\s+(?:{_WORD}|al-\w+|bin|binti)){{0,3}}"
_ATTRIBUTION = re.compile(
    rf"(?P<verb>{'|'.join(_SAID)})(?:(?P<clitic>nya)|\s+(?P<who>dia|ia|mereka|saya|{_NAME}))"
    r"(?P<end>[.,;]?)"
)


def attributed(source: str) -> str:
    """The English of an attribution that is a verb and a name or pronoun alone.

    Args:
        source: What follows the closing mark of a quotation.

    Returns:
        The English, or nothing where it is of another form: with an office, a place or
        what else was done.
    """
    found = _ATTRIBUTION.fullmatch(source.strip())
    if found is None:
        return ""
    who = found["clitic"] or found["who"]
    if not _OFFICES.isdisjoint(who.lower().split()):
        return ""
    return f"{_PRONOUNS.get(who, who)} {_SAID[found['verb']]}{found['end']}"
