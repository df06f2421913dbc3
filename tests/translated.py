"""Articles with English that a person wrote, for tests of what words mean."""

from dwibahasa.document import (
    BilingualBlock,
    Block,
    BlockKind,
    Document,
    Segment,
    Translation,
)


def add_translated(library, pairs, title=""):
    """Add an article with one pair of sentences a paragraph, finished."""
    blocks = tuple(Block(BlockKind.PARAGRAPH, source) for source, _ in pairs)
    article_id = library.add(Document(blocks, title=title))
    library.set_translating(article_id, "by hand", ())
    for index, (source, target) in enumerate(pairs):
        translation = Translation(Segment(index, 0, source), target, 0.0)
        library.save_block(
            article_id, BilingualBlock(index, blocks[index], (translation,))
        )
    library.set_done(article_id)
    return article_id
