"""Drafts of the audit: what a model answers when it is asked about passages that its draft does not cover."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .drafts import Draft, DraftExpert, DraftPosition, DraftPrediction

PassageNumber = Annotated[int, Field(description="The number of the passage that this answers.")]


class OfPassage(Draft):
    """What answers one of the listed passages."""

    passage: PassageNumber


class AuditedPosition(DraftPosition, OfPassage):
    """A position that a passage tells of."""


class AuditedPrediction(DraftPrediction, OfPassage):
    """A prediction that a passage tells of."""


class Dismissal(OfPassage):
    """A passage that gives no record."""

    reason: str = Field(description="Why, in a few words: already recorded in which item, or why nobody claims it.")


class DraftAudit(Draft):
    """Every passage recorded, in one item or several, or dismissed."""

    experts: list[DraftExpert] = Field(description="Only those that are not among the experts yet.")
    positions: list[AuditedPosition]
    predictions: list[AuditedPrediction]
    dismissed: list[Dismissal]
