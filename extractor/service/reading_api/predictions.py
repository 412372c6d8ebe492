"""Predictions: which are open, due and resolved, and one in its context."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from extractor.schemas.stored import Context
from extractor.service.openapi import refusals
from extractor.service.problems import ProblemError
from extractor.service.state import Service, service
from extractor.store import Filters, Store

from .claim_pages import Claims, answer_page, narrow, search
from .cursors import ByDay
from .listing import PAGED, place_of
from .parameters import Id, PredictionsQuery
from .refusing import found

router = APIRouter(prefix="/predictions", tags=["Predictions"])


@router.get(
    "",
    summary="List predictions",
    response_description="Predictions: with `q` the best first.",
    responses={**PAGED, **refusals("not-found")},
)
def list_predictions(
    request: Request,
    response: Response,
    asked: Annotated[PredictionsQuery, Query()],
    shared: Annotated[Service, Depends(service)],
) -> Claims:
    """Predictions of each article's current run that nobody rejected, by state and filters.

    A filter that names an expert or an article which is not stored, or several of them, is answered with 404.
    """
    filters = _filters(asked)
    if asked.q.strip():
        return search(request, response, asked, asked.q, filters, shared.store)
    pages, after = shared.store.pages, place_of(request, asked, ByDay)
    turn = pages.open_predictions if asked.state in ("open", "due") else pages.claims
    with found():
        page = turn(filters, after=after, limit=asked.limit)
    return answer_page(request, response, asked, page)


@router.get(
    "/{prediction}",
    summary="Show a prediction",
    response_description="The prediction.",
    responses=refusals("not-found"),
)
def get_prediction(prediction: Id, shared: Annotated[Service, Depends(service)]) -> Context:
    """A prediction (also a rejected one) with its evidence in the text around it, and its resolutions."""
    return read_prediction(shared.store, prediction)


def read_prediction(store: Store, claim: int, /) -> Context:
    """The prediction with this id; a problem when there is none, or a position has it."""
    with found():
        context = store.show(claim)
    if context.claim.kind != "prediction":
        raise ProblemError("not-found", f"claim {claim} is a position; GET /v1/predictions lists predictions")
    return context


def _filters(asked: PredictionsQuery) -> Filters:
    status = {"all": None, "open": "unresolved", "due": "unresolved", "resolved": "resolved"}[asked.state]
    ends_by = asked.ends_by or (date.today() if asked.state == "due" else None)
    given = asked.model_dump(include={"expert", "since", "until", "article"})
    return narrow(**given, kind="prediction", status=status, ends_by=ends_by)
