"""Claims: positions and predictions, listed, searched, and one in its context."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from extractor.schemas.stored import Context
from extractor.service.openapi import refusals
from extractor.service.state import Service, service

from .claim_pages import Claims, answer_page, narrow, search
from .cursors import ByDay
from .listing import PAGED, place_of
from .parameters import ClaimsQuery, Id
from .refusing import found

router = APIRouter(prefix="/claims", tags=["Claims"])


@router.get(
    "",
    summary="List claims",
    response_description="Claims: with `q` the best first, else the newest.",
    responses={**PAGED, **refusals("not-found")},
)
def list_claims(
    request: Request,
    response: Response,
    asked: Annotated[ClaimsQuery, Query()],
    shared: Annotated[Service, Depends(service)],
) -> Claims:
    """Claims of each article's current run that nobody rejected, by the filters given.

    A filter that names an expert or an article which is not stored, or several of them, is answered with 404.
    """
    filters = narrow(**asked.model_dump(exclude={"q", "limit", "cursor"}))
    if asked.q.strip():
        return search(request, response, asked, asked.q, filters, shared.store)
    after = place_of(request, asked, ByDay)
    with found():
        page = shared.store.pages.claims(filters, after=after, limit=asked.limit)
    return answer_page(request, response, asked, page)


@router.get("/{claim}", summary="Show a claim", response_description="The claim.", responses=refusals("not-found"))
def get_claim(claim: Id, shared: Annotated[Service, Depends(service)]) -> Context:
    """A claim (also a rejected one) with its evidence in the text around it."""
    with found():
        return shared.store.show(claim)
