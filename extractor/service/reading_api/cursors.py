"""Cursors: where the next page of a list begins, as a word that clients hand back unread.

A cursor is base64url (without padding) of a JSON array: the version of its form, a digest of the query that it belongs
to, and either the key of the last item (`Page.after`) or, where hits are ranked, how many were told. It is validated,
and not signed: it holds nothing that its reader may not see.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, TypeAdapter
from pydantic_core import to_json

from extractor.errors import InputError
from extractor.store.keysets import Key

VERSION: Final = 1
LONGEST: Final = 200
"""Characters of a cursor at most; ours are shorter."""
DEEPEST: Final = 20_000
"""Ranked hits that can be paged through: so many are ranked."""

_Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]

ByDay: Final = TypeAdapter(tuple[date | None, _Id])
"""Keys of lists in order of a day."""
ByCount: Final = TypeAdapter(tuple[_Count, _Id])
"""Keys of lists in order of a number."""
Ranked: Final = TypeAdapter(Annotated[int, Field(ge=1, le=DEEPEST)])
"""Offsets of ranked lists."""

_Place = TypeVar("_Place")
_Said: Final = TypeAdapter(tuple[Literal[1], Annotated[str, Field(max_length=32)], object])


def digest(path: str, given: Mapping[str, object], /) -> str:
    """A digest of a query: the path of its list, and what narrows it down (neither the cursor nor the limit)."""
    narrowing = {name: value for name, value in given.items() if name not in ("cursor", "limit") and value is not None}
    said = to_json([path, sorted(narrowing.items())])
    return hashlib.sha256(said).hexdigest()[:16]


def write(place: Key | int, query: str, /) -> str:
    """The cursor to ``place`` in the list of the query with this digest."""
    return base64.urlsafe_b64encode(to_json([VERSION, query, place])).decode().rstrip("=")


def read(cursor: str, query: str, form: TypeAdapter[_Place], /) -> _Place:
    """The place that a cursor leads to; InputError when it is no cursor, or one of another query."""
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        _, of_query, place = _Said.validate_json(said, strict=True)
        found = form.validate_json(to_json(place), strict=True)
    except ValueError as error:  # a ValidationError is one
        raise InputError(
            f"{cursor[:LONGEST]!r} is no cursor; give one that a page told as 'next', or none for the first page"
        ) from error
    if of_query != query:
        raise InputError("the cursor belongs to another query; give it with the filters of the page that told it")
    return found
