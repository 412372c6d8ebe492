"""A page of a list as an answer, with where the next one is."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

from fastapi import Request, Response
from pydantic import Field, TypeAdapter

from extractor.errors import InputError
from extractor.schemas.article import Frozen
from extractor.store.keysets import Key

from . import cursors
from .parameters import PageQuery
from .refusing import invalid

Item = TypeVar("Item")
_Place = TypeVar("_Place")


class Listing(Frozen, Generic[Item]):
    """A page of a list."""

    items: tuple[Item, ...] = ()
    next: str | None = Field(default=None, description="Cursor of the next page; null: this is the last one.")
    bounded: int | None = Field(
        default=None, description="When more match than are ranked: how many were, those stored last."
    )


PAGED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": {"Link": {"description": "Leads to the next page.", "schema": {"type": "string"}}}}
}
"""What `responses` of a route says of a page."""


def query_of(request: Request, asked: PageQuery, /) -> str:
    """The digest of what is asked, to which cursors belong."""
    return cursors.digest(request.url.path, asked.model_dump(mode="json"))


def place_of(request: Request, asked: PageQuery, form: TypeAdapter[_Place], /) -> _Place | None:
    """Where the page begins; None: at the beginning. Raises a problem when the cursor is none of this query."""
    if asked.cursor is None:
        return None
    try:
        return cursors.read(asked.cursor, query_of(request, asked), form)
    except InputError as error:
        raise invalid("cursor", error) from error


def link_next(request: Request, response: Response, asked: PageQuery, place: Key | int | None, /) -> str | None:
    """The cursor to ``place``, which the answer's Link header leads to as well; None when no page follows."""
    if place is None:
        return None
    cursor = cursors.write(place, query_of(request, asked))
    following = request.url.include_query_params(cursor=cursor)
    response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return cursor
