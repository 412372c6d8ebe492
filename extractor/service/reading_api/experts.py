"""Experts: who is cited, what they held, and how their predictions turned out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from extractor.schemas.stored import StoredExpert, Timeline, TrackRecord
from extractor.service.openapi import refusals
from extractor.service.state import Service, service

from .cursors import ByCount
from .listing import PAGED, Listing, link_next, place_of
from .parameters import Id, NamesQuery, ScoreQuery, TimelineQuery, check_words
from .refusing import found

router = APIRouter(prefix="/experts", tags=["Experts"])


class Experts(Listing[StoredExpert]):
    """A page of experts."""


@router.get("", summary="List experts", response_description="Experts, those with most claims first.", responses=PAGED)
def list_experts(
    request: Request,
    response: Response,
    asked: Annotated[NamesQuery, Query()],
    shared: Annotated[Service, Depends(service)],
) -> Experts:
    """Experts one of whose names holds all the words of `q` or their beginnings."""
    page = shared.store.pages.experts(asked.q, after=place_of(request, asked, ByCount), limit=asked.limit)
    return Experts(items=page.items, next=link_next(request, response, asked, page.after))


@router.get("/{expert}", summary="Show an expert", response_description="The expert.", responses=refusals("not-found"))
def get_expert(expert: Id, shared: Annotated[Service, Depends(service)]) -> StoredExpert:
    """An expert with names and numbers of claims; the id of one that was merged leads to what it is part of."""
    with found():
        return shared.store.expert(expert)


@router.get(
    "/{expert}/timeline",
    summary="Show what an expert held",
    response_description="Claims by publication, undated ones last.",
    responses=refusals("not-found"),
)
def get_timeline(
    expert: Id, asked: Annotated[TimelineQuery, Query()], shared: Annotated[Service, Depends(service)]
) -> Timeline:
    """An expert's claims in order of publication, with pairs marked that may contradict each other."""
    check_words(asked.about, "about")
    with found():
        return shared.store.timeline(expert, about=asked.about, limit=asked.limit)


@router.get(
    "/{expert}/score",
    summary="Show an expert's track record",
    response_description="The track record.",
    responses=refusals("not-found"),
)
def get_score(
    expert: Id, asked: Annotated[ScoreQuery, Query()], shared: Annotated[Service, Depends(service)]
) -> TrackRecord:
    """How an expert's resolved predictions turned out: hits, Brier score and calibration."""
    with found():
        return shared.store.score(expert, least=asked.least)
