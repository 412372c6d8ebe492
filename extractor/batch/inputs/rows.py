"""A row of a table as an article to be read, or as what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from extractor.articles.decoding import shown
from extractor.errors import InputError

from .dates import publication_date
from .item import Field, Item
from .places import is_web

Cells = Mapping[Field, object]
Row = tuple[str, Cells | InputError]
"""Where a row stands, and its cells by field or why it cannot be read."""

_UNPAIRED = re.compile(r"[\ud800-\udfff]")
_TYPES = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", bytes: "bytes"}


def item_of(row: Row, /) -> Item:
    """The item of a row. A row with a URL and no text is read from there; one that cannot be used has an error."""
    place, cells = row
    try:
        if isinstance(cells, InputError):
            raise cells
        return _item(place, cells)
    except InputError as error:
        return Item(place=place, error=InputError(f"{place}: {error}"))


def _item(place: str, cells: Cells, /) -> Item:
    text = _text(cells, "text", strip=False)
    url = _text(cells, "url")
    if text is None and url is None:
        raise InputError("there is no text, nor a URL to read it from; fill one of them in")
    if text is None and not is_web(url or ""):
        raise InputError(f"there is no text, and {shown(url)} is not an http or https URL to read it from; mend one")
    return Item(
        place=place,
        text=text,
        source=url if text is None else None,
        title=_text(cells, "title"),
        url=url if text is not None else None,
        author=_author(cells),
        published=publication_date(_known(cells.get("published"))),
        language=_text(cells, "language"),
    )


def _author(cells: Cells, /) -> str | None:
    value = cells.get("author")
    if not isinstance(value, list | tuple):
        return _text(cells, "author")
    names = (_text({"author": name}, "author") for name in value)
    return ", ".join(name for name in names if name) or None


def _text(
    cells: Cells, field: Literal["text", "title", "url", "author", "language"], /, *, strip: bool = True
) -> str | None:
    """The text of a cell; None where it is empty or blank."""
    value = _known(cells.get(field))
    if value is None:
        return None
    if not isinstance(value, str):
        kind = _TYPES.get(type(value), type(value).__name__)
        raise InputError(f"the {field} is {kind}, not a text; write it as a text")
    if "\0" in value:
        raise InputError(f"the {field} has NUL characters; take them out")
    if not value.isascii() and (found := _UNPAIRED.search(value)):
        raise InputError(_undecoded(field, found))
    plain = value.strip()
    return (plain if strip else value) if plain else None


def _undecoded(field: str, found: re.Match[str], /) -> str:
    if "\udc80" <= found[0] <= "\udcff":
        return f"the {field} has bytes that are not valid UTF-8 (at character {found.start()}); save it as UTF-8"
    return f"the {field} has half of a surrogate pair at character {found.start()}; decode it properly"


def _known(value: object, /) -> object:
    """The value, None for the NaN by which some programs write that there is none."""
    return None if isinstance(value, float) and value != value else value
