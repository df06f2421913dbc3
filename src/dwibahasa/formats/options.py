"""What the user chooses of a format beside its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that some formats heed.

    Attributes:
        fields: Fields of JSON Lines, or columns of a table by name or by number from
            1, with Indonesian text; empty to find one.
        target_field: The field or column that is added with English. Where several
            are translated, the name of each and "_" come before it.
        is_article: Whether of an HTML file only the article is read, without menus
            and advertisements.
    """

    fields: tuple[str, ...] = ()
    target_field: str = "en"
    is_article: bool = False


DEFAULTS = Options()
