"""Train a translation model: bitext, recipe, loop, dev scores and export."""
