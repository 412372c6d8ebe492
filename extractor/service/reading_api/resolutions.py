"""Resolutions: how predictions turned out, as people record it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from extractor.errors import InputError
from extractor.schemas.stored import Outcome, Resolution
from extractor.service.openapi import refusals
from extractor.service.problems import ProblemError, tell
from extractor.service.state import Service, service

from .listing import Listing
from .parameters import Id
from .predictions import read_prediction

router = APIRouter(prefix="/predictions/{prediction}/resolutions", tags=["Predictions"])

LONGEST = 10_000
_SAYS = r"^[^\x00]*[^\s\x00-\x1f][^\x00]*$"
_ADDRESS = r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][^\s\x00-\x1f\x7f-\xa0]*)?$"


class Outcomes(Listing[Resolution]):
    """The resolutions of a prediction, all on one page."""


class ResolutionRequest(BaseModel):
    """How a prediction turned out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome = Field(
        description="Of the event in the statement, whatever was expected of it: `yes`, it happened; `no`, it did not;"
        " `ambiguous`, nobody can say; `annulled`, it does not count."
    )
    note: str | None = Field(default=None, max_length=LONGEST, pattern=_SAYS, description="What happened.")
    evidence_url: str | None = Field(
        default=None, max_length=2_000, pattern=_ADDRESS, description="A page of the web that shows it."
    )
    resolver: str | None = Field(default=None, max_length=200, pattern=_SAYS, description="Who says so.")


_EXAMPLES = {
    "happened": {
        "summary": "It happened",
        "value": {
            "outcome": "yes",
            "note": "The bank cut its rate on 4 June.",
            "evidence_url": "https://example.org/decision",
            "resolver": "Ida Falk",
        },
    },
    "unclear": {"summary": "Nobody can say", "value": {"outcome": "ambiguous"}},
}


@router.get(
    "", summary="List how a prediction turned out", response_description="Resolutions, oldest first: the last counts.",
    responses=refusals("not-found"),
)  # fmt: skip
def list_resolutions(prediction: Id, shared: Annotated[Service, Depends(service)]) -> Outcomes:
    """All that was recorded of a prediction; later records correct earlier ones."""
    return Outcomes(items=read_prediction(shared.store, prediction).resolutions)


@router.post(
    "",
    summary="Record how a prediction turned out",
    status_code=201,
    response_description="What was recorded.",
    responses={
        **refusals("not-found", "unsupported-media-type"),
        201: {"headers": {"Location": {"description": "Where the record is.", "schema": {"type": "string"}}}},
    },
)
def create_resolution(
    prediction: Id,
    said: Annotated[ResolutionRequest, Body(openapi_examples=_EXAMPLES)],
    shared: Annotated[Service, Depends(service)],
    response: Response,
) -> Resolution:
    """Nothing is overwritten: of several records the latest counts."""
    read_prediction(shared.store, prediction)
    try:
        made = shared.store.resolve(
            prediction, said.outcome, note=said.note, evidence_url=said.evidence_url, resolver=said.resolver
        )
    except InputError as error:
        raise ProblemError("invalid", tell(error)) from error
    response.headers["Location"] = f"/v1/predictions/{prediction}/resolutions/{made.id}"
    return made


@router.get(
    "/{resolution}",
    summary="Show one record",
    response_description="The record.",
    responses=refusals("not-found"),
)
def get_resolution(prediction: Id, resolution: Id, shared: Annotated[Service, Depends(service)]) -> Resolution:
    """What somebody recorded of a prediction."""
    recorded = read_prediction(shared.store, prediction).resolutions
    found = next((one for one in recorded if one.id == resolution), None)
    if found is None:
        raise ProblemError("not-found", f"prediction {prediction} has no resolution {resolution}; list all of it")
    return found
