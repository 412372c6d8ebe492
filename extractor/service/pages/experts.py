"""Experts: a list, and a page of each with what they hold and how their predictions turned out."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from extractor.errors import InputError
from extractor.schemas.stored import StoredExpert
from extractor.service.problems import ProblemError
from extractor.store import Store

from .paging import page_number, paged, read_id
from .rendering import page, see
from .shared import Shared
from .timelines import periods, topics
from .wording import told

router = APIRouter(include_in_schema=False)

_CLAIMS: Final = 300
"""Claims of a timeline that a page shows: those published last."""


@router.get("/experts")
def list_experts(request: Request, shared: Shared) -> Response:
    """The experts with the most claims, or those of a name."""
    words = request.query_params.get("q", "").strip()
    shown = paged(
        lambda limit, offset: shared.store.experts(words, limit=limit, offset=offset),
        "/experts",
        {"q": words},
        number=page_number(request.query_params.get("page")),
    )
    return page(request, "experts.html", active="experts", words=words, shown=shown)


@router.get("/experts/{expert_id}")
def show_expert(expert_id: str, request: Request, shared: Shared) -> Response:
    """Positions by topic, the timeline with possible reversals, and the track record."""
    expert = _find(shared.store, expert_id)
    if str(expert.id) != expert_id:
        return see(f"/experts/{expert.id}")
    about = request.query_params.get("about", "").strip()
    timeline, error = shared.store.timeline(expert.id, about="", limit=_CLAIMS), ""
    if about:
        try:
            timeline = shared.store.timeline(expert.id, about=about, limit=_CLAIMS)
        except InputError as refused:
            error = told(refused)
    return page(
        request,
        "expert.html",
        status=422 if error else 200,
        active="experts",
        expert=expert,
        about=about,
        error=error,
        timeline=timeline,
        topics=topics(timeline.claims),
        periods=periods(timeline),
        record=shared.store.score(expert.id),
    )


def _find(store: Store, expert_id: str) -> StoredExpert:
    """A stored expert by id; of one that was merged into another the other one."""
    try:
        return store.expert(read_id(expert_id))
    except InputError:
        raise ProblemError("not-found", f"No expert {expert_id[:20]!r} is stored.") from None
