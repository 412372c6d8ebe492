"""Predictions: which are due, open and resolved, and how they turned out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Final, cast

from fastapi import APIRouter, Form, Request, Response

from extractor.errors import InputError
from extractor.schemas.stored import Context, Outcome, StoredClaim
from extractor.service.problems import ProblemError
from extractor.store import Store
from extractor.store.filters import Filters

from .paging import page_number, paged, read_id
from .rendering import page, see
from .shared import Shared
from .wording import told

router = APIRouter(include_in_schema=False)

_TABS: Final = {"due": "Due", "open": "Open", "resolved": "Resolved"}
Field = Annotated[str, Form()]


@router.get("/predictions")
def list_predictions(request: Request, shared: Shared) -> Response:
    """The predictions of a tab: those whose time is over, all that are open, or those that are resolved."""
    asked = request.query_params
    tab = asked.get("state") if asked.get("state") in _TABS else "due"
    fetch = _fetching(shared.store, str(tab))
    shown = paged(fetch, "/predictions", {"state": tab}, number=page_number(asked.get("page")))
    return page(
        request,
        "predictions.html",
        active="predictions",
        tabs=_TABS,
        tab=tab,
        shown=shown,
        today=date.today(),
        recorded=_recorded(shared.store, asked.get("recorded")),
        stored=bool(shown.rows) or _any(shared.store),
    )


@router.get("/predictions/{claim_id}")
def show_prediction(claim_id: str, request: Request, shared: Shared) -> Response:
    """A prediction in the text around it, how it turned out, and the form to say so."""
    return _prediction_page(request, _find(shared.store, claim_id))


@router.post("/predictions/{claim_id}/resolutions")
def resolve_prediction(
    claim_id: str,
    request: Request,
    shared: Shared,
    outcome: Field = "",
    note: Field = "",
    evidence_url: Field = "",
    resolver: Field = "",
    state: Field = "",
) -> Response:
    """Record how a prediction turned out, then go back to the list that the form stood in, or to the prediction."""
    found = _find(shared.store, claim_id)
    about = {"note": note.strip(), "evidence_url": evidence_url.strip(), "resolver": resolver.strip()}
    given = {name: text for name, text in about.items() if text}
    try:
        if not outcome:
            raise InputError("say how it turned out: choose one of the four outcomes")
        shared.store.resolve(found.claim.id, cast(Outcome, outcome), **given)
    except InputError as error:
        return _prediction_page(request, found, error=told(error), given={**about, "outcome": outcome})
    if state in _TABS:
        return see("/predictions", state=state, recorded=found.claim.id)
    return see(f"/predictions/{found.claim.id}", recorded="yes")


def _prediction_page(
    request: Request, found: Context, *, error: str = "", given: dict[str, str] | None = None
) -> Response:
    return page(
        request,
        "prediction.html",
        status=422 if error else 200,
        active="predictions",
        found=found,
        error=error,
        given=given or {},
        recorded=not error and bool(request.query_params.get("recorded")),
        today=date.today(),
    )


def _fetching(store: Store, tab: str) -> Callable[[int, int], Sequence[StoredClaim]]:
    """What gives the predictions of a tab."""
    if tab == "due":
        return lambda limit, offset: store.due(limit=limit, offset=offset)
    if tab == "open":
        return lambda limit, offset: store.open_predictions(limit=limit, offset=offset)
    return lambda limit, offset: store.resolved(limit=limit, offset=offset)


def _find(store: Store, claim_id: str) -> Context:
    """A stored prediction; there is no page for anything else."""
    try:
        found = store.show(read_id(claim_id))
    except InputError:
        found = None
    if found is None or found.claim.kind != "prediction":
        raise ProblemError("not-found", f"No prediction {claim_id[:20]!r} is stored.")
    return found


def _recorded(store: Store, claim_id: str | None) -> StoredClaim | None:
    """The prediction whose outcome was just recorded."""
    try:
        return _find(store, claim_id).claim if claim_id else None
    except ProblemError:
        return None


def _any(store: Store) -> bool:
    """True when any prediction is stored."""
    return bool(store.claims(Filters(kind="prediction"), limit=1))
