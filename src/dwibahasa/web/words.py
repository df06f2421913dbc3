"""Words in the reader: which belong together, and what one of them means."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template

from dwibahasa.counterparts import word_rows
from dwibahasa.dictionary import forms_of, look_up, phrases_at
from dwibahasa.errors import SegmentNotFound
from dwibahasa.lexicon import load_lexicon, word_ranges
from dwibahasa.library import Library
from dwibahasa.search import FoundSentence, sentences_with

words = Blueprint("words", __name__, url_prefix="/articles/<int:article_id>/words")
_MOST_SENTENCES = 5


def read_data() -> None:
    """Read the data files, so that the first look-up is as quick as the others."""
    load_lexicon()
    look_up("rumah")


@words.get("/<int:block>")
def rows(article_id: int, block: int) -> Response:
    """The `word_rows` of every segment of a finished block."""
    return jsonify(
        [word_rows(t) for t in _library().block(article_id, block).translations]
    )


@words.get("/<int:block>-<int:position>/<int:number>")
def meaning(article_id: int, block: int, position: int, number: int) -> str:
    """What a source word means; its place stands for it, so addresses hold no text."""
    translations = _library().block(article_id, block).translations
    if position >= len(translations):
        raise SegmentNotFound
    source, target = (
        translations[position].segment.source,
        translations[position].target,
    )
    ranges = word_ranges(source)
    if number >= len(ranges):
        raise SegmentNotFound
    own = [source[slice(*one)] for one in ranges]
    word = own[number]
    here = [
        target[slice(*link.target)]
        for link in load_lexicon().align(source, target)
        if link.source == ranges[number]
    ]
    entry = look_up(word)
    base = entry.analysis.root if entry.analysis else word
    return render_template(
        "_word.html",
        entry=entry,
        here=list(dict.fromkeys(here)),
        phrases=phrases_at(own, number),
        has_previous=number > 0,
        has_next=number + 1 < len(ranges),
        sentences=_elsewhere((article_id, block, position), {word, *forms_of(base)}),
    )


def _elsewhere(place: tuple[int, int, int], forms: set[str]) -> list[FoundSentence]:
    """Sentences of the library that have one of the forms, save that of a place."""
    found = sentences_with(_library().database, sorted(forms), _MOST_SENTENCES + 1)
    others = [s for s in found if (s.article_id, s.block, s.position) != place]
    return others[:_MOST_SENTENCES]


def _library() -> Library:
    library: Library = current_app.extensions["library"]
    return library
