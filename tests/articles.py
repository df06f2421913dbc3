"""Articles for tests of the library."""

from dwibahasa.document import BilingualBlock, Translation
from dwibahasa.formats import text
from dwibahasa.segment import segments


def add_translated(library, given, targets, /, **about):
    """Add a text whose sentences are translated by these, and say its id."""
    document = text.read(given, **about)
    article_id = library.add(document)
    translations = [
        Translation(segment, target, -0.5, model="m")
        for segment, target in zip(segments(document), targets, strict=True)
    ]
    library.set_translating(article_id, "m", ())
    for index, block in enumerate(document.blocks):
        own = tuple(t for t in translations if t.segment.block == index)
        library.save_block(article_id, BilingualBlock(index, block, own))
    library.set_done(article_id)
    return article_id
