"""What can be done with the translation of a sentence: edit, undo, translate again."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from dwibahasa.document import BilingualBlock
from dwibahasa.errors import SegmentNotFound
from dwibahasa.library import Library
from dwibahasa.memory import Memory, Place
from dwibahasa.quality import check
from dwibahasa.web.presentation import row_renderer
from dwibahasa.web.translators import Translators

corrections = Blueprint(
    "corrections", __name__, url_prefix="/articles/<int:article_id>"
)
_SEGMENT = "/segments/<int:block>-<int:position>"


@corrections.get(_SEGMENT)
def segment(article_id: int, block: int, position: int) -> Response:
    """What a segment says now."""
    found = _block(article_id, block, position).translations[position]
    return jsonify(source=found.segment.source, target=found.target)


@corrections.post(_SEGMENT)
def edit(article_id: int, block: int, position: int) -> Response:
    """Put what the user wrote in place of the target segment."""
    place = Place(article_id, block, position)
    _memory().edit(place, request.form["target"], request.form["seen"])
    return _row(article_id, block)


@corrections.post(f"{_SEGMENT}/undo")
def undo(article_id: int, block: int, position: int) -> Response:
    """Take back the last change of a segment."""
    _memory().undo(Place(article_id, block, position))
    return _row(article_id, block)


@corrections.get(f"{_SEGMENT}/alternatives")
def alternatives(article_id: int, block: int, position: int) -> Response:
    """What the model would propose too, most probable first."""
    found = _block(article_id, block, position).translations[position]
    source = found.segment.source
    with _translators().turn() as translator:
        hypotheses = translator.alternatives(source)
    return jsonify(
        [
            {
                "target": hypothesis.target,
                "score": round(hypothesis.score, 4),
                "flags": [flag.value for flag in check(source, hypothesis.target)],
            }
            for hypothesis in hypotheses
        ]
    )


@corrections.get(f"{_SEGMENT}/matches")
def matches(article_id: int, block: int, position: int) -> Response:
    """What the translation memory has for sources like this one."""
    source = _block(article_id, block, position).translations[position].segment.source
    return jsonify(
        [
            {
                "source": match.source,
                "target": match.target,
                "percent": match.percent,
                "flags": [flag.value for flag in check(source, match.target)],
            }
            for match in _memory().like(source)
        ]
    )


@corrections.post(f"{_SEGMENT}/again")
def translate_again(article_id: int, block: int, position: int) -> Response:
    """Translate one segment anew, with the model that the user names."""
    found = _block(article_id, block, position)
    return _translated_again(article_id, found, range(position, position + 1))


@corrections.post("/blocks/<int:block>/again")
def translate_block_again(article_id: int, block: int) -> Response:
    """Translate the segments of a block anew, save those that the user edited."""
    found = _block(article_id, block)
    return _translated_again(article_id, found, range(len(found.translations)))


def _translated_again(
    article_id: int, found: BilingualBlock, positions: range
) -> Response:
    before = found.translations[positions.start : positions.stop]
    own = [translation.segment for translation in before]
    with _translators().turn(request.form.get("model", "")) as translator:
        translations = translator.again(found.block, own)
    place = Place(article_id, found.index, positions.start)
    _memory().replace(place, translations, [t.target for t in before])
    return _row(article_id, found.index)


def _block(article_id: int, index: int, position: int = 0) -> BilingualBlock:
    """A finished block that has a segment at a position."""
    library: Library = current_app.extensions["library"]
    found = library.block(article_id, index)
    if position >= len(found.translations):
        raise SegmentNotFound
    return found


def _row(article_id: int, index: int) -> Response:
    """The block as it is now, as JSON."""
    return jsonify(index=index, html=row_renderer()(_block(article_id, index)))


def _memory() -> Memory:
    memory: Memory = current_app.extensions["memory"]
    return memory


def _translators() -> Translators:
    translators: Translators = current_app.extensions["translators"]
    return translators
