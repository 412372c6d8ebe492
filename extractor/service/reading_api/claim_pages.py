"""Pages of claims and of predictions: listed by a key, or searched and ranked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from extractor.errors import InputError
from extractor.schemas.stored import Piece, StoredClaim
from extractor.store import Filters, Store
from extractor.store.keysets import Page

from .cursors import DEEPEST, Ranked
from .listing import Listing, link_next, place_of
from .parameters import PageQuery, check_words
from .refusing import found, invalid


class ListedClaim(StoredClaim):
    """A claim of a list; of a search with how well it fits."""

    score: float | None = Field(
        default=None, description="With `q`: ranks the claims of one search; larger is better. Else null."
    )
    snippet: tuple[Piece, ...] = Field(default=(), description="With `q`: where the words stand. Else empty.")


class Claims(Listing[ListedClaim]):
    """A page of claims."""


def narrow(**given: Any) -> Filters:
    """The filters; a problem when the days are exchanged."""
    try:
        return Filters(**given)
    except InputError as error:
        raise invalid("since", error) from error


def answer_page(request: Request, response: Response, asked: PageQuery, page: Page[StoredClaim], /) -> Claims:
    """A page of a list by key."""
    return Claims(items=_listed(page.items), next=link_next(request, response, asked, page.after))


def search(
    request: Request, response: Response, asked: PageQuery, words: str, filters: Filters, store: Store, /
) -> Claims:
    """A page of what holds the words, the best first; its cursor tells how many were told."""
    check_words(words, "q")
    offset = place_of(request, asked, Ranked) or 0
    with found():
        hits = store.search(words, filters=filters, limit=asked.limit + 1, offset=offset)
    told = hits.hits[: asked.limit]
    passed = offset + len(told)
    following = passed if len(hits.hits) > asked.limit and passed <= DEEPEST else None
    items = tuple(ListedClaim(**dict(hit.found), score=hit.score, snippet=hit.snippet) for hit in told)
    return Claims(items=items, next=link_next(request, response, asked, following), bounded=hits.bounded)


def _listed(claims: Iterable[StoredClaim]) -> tuple[ListedClaim, ...]:
    return tuple(ListedClaim(**dict(claim)) for claim in claims)
