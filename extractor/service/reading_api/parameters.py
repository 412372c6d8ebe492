"""What queries may say. Unknown parameters are refused: a filter with a slip in its name would filter nothing."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from extractor.errors import InputError
from extractor.schemas.claims import Stance
from extractor.schemas.stored import ClaimKind, Status
from extractor.service.days import Day
from extractor.store.search.query_words import read_terms

from . import cursors
from .refusing import invalid

MOST_ITEMS: Final = 200
"""Items of a page at most."""

Id = Annotated[int, Path(ge=1, le=2**31 - 1, description="Id in the store.", examples=[12])]
ArticleId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{6,64}$",
        description="SHA-256 of the article's text, hexadecimal, or the first 6 or more digits of it.",
        examples=["9b2f41c07de5"],
    ),
]

_Words = Annotated[str, Field(max_length=400)]
_Since = Field(default=None, description="Published on that day or later.", examples=["2026-01-01"])
_Until = Field(default=None, description="Published on that day or earlier.", examples=["2026-06-30"])
_Expert = Field(
    default=None, min_length=1, max_length=200, description="An expert's id or name.", examples=["Mara Lind"]
)
_Article = Field(
    default=None,
    pattern=r"^[0-9a-f]{6,64}$",
    description="An article's id, or the first 6 or more digits of it.",
    examples=["9b2f41c07de5"],
)
_FULL_TEXT: Final = (
    "Words that have to occur in statement, quotation, topic or target; a phrase stands in quotation marks, `word*`"
    " finds beginnings. The best come first."
)


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PageQuery(_Query):
    """Which page of a list."""

    limit: int = Field(default=50, ge=1, le=MOST_ITEMS, description="Items of the page at most.", examples=[20])
    cursor: str | None = Field(
        default=None,
        max_length=cursors.LONGEST,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="What the page before told as `next`; it goes with the same filters.",
    )


class NamesQuery(PageQuery):
    """Words of what something is called."""

    q: _Words = Field(default="", description="Words that its names have to hold.", examples=["lind"])


class ClaimsQuery(PageQuery):
    """Which claims."""

    q: _Words = Field(default="", description=_FULL_TEXT, examples=['"interest rates" harbo*'])
    expert: str | None = _Expert
    kind: ClaimKind | None = Field(default=None, description="Only positions, or only predictions.")
    stance: Stance | None = Field(default=None, description="Positions with this stance.")
    since: Day | None = _Since
    until: Day | None = _Until
    article: str | None = _Article
    status: Status | None = Field(
        default=None, description="Predictions that are open, closed (their time is over) or resolved."
    )


class PredictionsQuery(PageQuery):
    """Which predictions."""

    q: _Words = Field(default="", description=_FULL_TEXT, examples=["inflation"])
    state: Literal["all", "open", "due", "resolved"] = Field(
        default="all",
        description="`open`: without an outcome; `due`: those of them whose horizon has ended; `resolved`: with one."
        " Open and due ones come by the end of their horizon, others newest first.",
        examples=["due"],
    )
    ends_by: Day | None = Field(
        default=None,
        description="Whose horizon ends by that day; with `state=due` it takes the place of today.",
        examples=["2026-12-31"],
    )
    expert: str | None = _Expert
    since: Day | None = _Since
    until: Day | None = _Until
    article: str | None = _Article


class TimelineQuery(_Query):
    """Which part of a timeline."""

    about: _Words = Field(default="", description="Words that the claims have to hold.", examples=["rates"])
    limit: int = Field(
        default=1_000, ge=1, le=1_000, description="Claims at most, those published last.", examples=[50]
    )


class ScoreQuery(_Query):
    """What a ranking asks for."""

    least: int = Field(
        default=10, ge=1, le=1_000_000, description="Scored predictions from which on an expert is ranked."
    )


def check_words(words: str, name: str, /) -> None:
    """Raise a problem that names the parameter when a full-text search cannot take the words."""
    try:
        read_terms(words)
    except InputError as error:
        raise invalid(name, error) from error
