"""One article of the inputs of a batch, and how inputs are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from extractor.articles import MAX_CHARS
from extractor.errors import InputError
from extractor.schemas import Article

Field = Literal["text", "title", "url", "author", "published", "language"]
"""What a column of a table can tell of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article to be read: where it stands, and its text or the place to read it from.

    ``place`` is what people see, different for each item and the same each time: a path, a URL, ``file.jsonl:17``. The
    numbers are those of the line where a row begins, in Parquet of the row, from 1. ``source`` is a path or a URL for
    `extractor.articles.read_article`. With an ``error`` there is nothing to read.
    """

    place: str
    text: str | None = None
    source: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    error: InputError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How inputs are taken.

    ``text_column`` names the column of the text, ``columns`` those of other fields (an empty name: no column is taken
    for it); the rest are found by their usual names. ``url_files`` are files of URLs, read after the inputs.
    What is known to be published before ``since`` is left out. ``leave_out`` are files that are not taken from folders
    and patterns, such as the one that results are written to. A text may have ``max_chars`` characters.

    Raises InputError when ``columns`` names a field that there is not.
    """

    text_column: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    url_files: tuple[str, ...] = ()
    since: date | None = None
    leave_out: tuple[Path, ...] = ()
    max_chars: int = MAX_CHARS

    def __post_init__(self) -> None:
        fields = get_args(Field)
        for name in self.columns:
            if name not in fields:
                raise InputError(f"column for {name!r}: there is no such field; the fields are {', '.join(fields)}")
        if self.text_column is not None and "text" in self.columns:
            raise InputError("the column of the text is named twice; name it once")

    def named(self, field: Field, /) -> str | None:
        """The column that the user named for a field; empty when none is to be taken."""
        if field == "text" and self.text_column is not None:
            return self.text_column
        return self.columns.get(field)


def is_since(article: Article | Item, since: date | None, /) -> bool:
    """False for what was published before ``since``; True where the date is not known."""
    return since is None or article.published is None or article.published >= since
