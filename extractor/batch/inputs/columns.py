"""Which column of a table tells what of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from extractor.articles.decoding import shown
from extractor.errors import InputError

from .item import Field, Reading

USUAL: Final[dict[Field, tuple[str, ...]]] = {
    "text": ("text", "content", "body", "article_text", "article"),
    "title": ("title", "headline"),
    "url": ("url", "link"),
    "author": ("author", "byline"),
    "published": ("published", "date", "date_published", "publication_date"),
    "language": ("language", "lang"),
}
"""The usual names of columns, the first that is there counts; case, spaces and hyphens make no difference."""

_BETWEEN = re.compile(r"[\s_-]+")
_MOST_SHOWN = 30


def choose(names: Sequence[str], reading: Reading, /) -> dict[Field, str]:
    """The column of each field that has one. What the user names is looked for under just that name first.

    A named column that is not there is passed over.
    """
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(_folded(name), name)
    found: dict[Field, str] = {}
    for field, usual in USUAL.items():
        named = reading.named(field)
        if named is not None and named in names:
            found[field] = named
            continue
        column = next((folded[_folded(name)] for name in _wanted(named, usual) if _folded(name) in folded), None)
        if column is not None:
            found[field] = column
    return found


def choose_all(names: Sequence[str], reading: Reading, /) -> dict[Field, str]:
    """As `choose`, for a table whose every row has the same columns.

    Raises InputError, which lists the columns, when a named one is not there, when there is neither a text nor a URL,
    and when one that is used stands twice.
    """
    found = choose(names, reading)
    for field in USUAL:
        if reading.named(field) and field not in found:
            raise InputError(f"there is no column {reading.named(field)!r} for the {field}; {told(names)}")
    if not found.keys() & {"text", "url"}:
        raise missing(names)
    for column in found.values():
        if list(names).count(column) > 1:
            raise InputError(f"column {column!r} stands twice; rename one of them")
    return found


def missing(names: Iterable[str], /) -> InputError:
    """That no column holds the text or a URL to read it from."""
    return InputError(
        f"no column holds the text, nor a URL; {told(names)}: name the one of the text with --text-column"
    )


def told(names: Iterable[str], /) -> str:
    """The columns that there are, for a message."""
    listed = list(dict.fromkeys(names))
    if not listed:
        return "there are no columns"
    more = f" and {len(listed) - _MOST_SHOWN:,} more" if len(listed) > _MOST_SHOWN else ""
    return f"the columns are {', '.join(map(shown, listed[:_MOST_SHOWN]))}{more}"


def cells(row: Mapping[str, object], chosen: Mapping[Field, str], /) -> dict[Field, object]:
    """What a row tells, by fields."""
    return {field: row.get(column) for field, column in chosen.items()}


def _wanted(named: str | None, usual: tuple[str, ...], /) -> tuple[str, ...]:
    if named is None:
        return usual
    return (named,) if named else ()


def _folded(name: str, /) -> str:
    return _BETWEEN.sub("_", name.strip()).casefold()
