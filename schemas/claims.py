"""Experts, positions and predictions as users get them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from .article import Frozen, Span

ExpertKind = Literal["person", "organization", "group", "document", "author"]
QuoteType = Literal["direct", "indirect", "mixed"]
PositionKind = Literal["fact", "value", "policy", "intention"]
Stance = Literal["favor", "against", "neutral"]
Band = Literal[
    "almost_no_chance", "very_unlikely", "unlikely", "roughly_even", "likely", "very_likely", "almost_certain"
]
Expected = Literal["occurs", "does_not_occur", "uncertain"]
Granularity = Literal["day", "week", "month", "quarter", "season", "half", "year", "decade", "open"]
Basis = Literal["explicit", "inferred", "none"]
Level = Literal["verifiable", "partly", "unverifiable"]
Missing = Literal["date", "metric", "threshold", "entity", "condition"]


class Expert(Frozen):
    """Whoever the article gives a claim to."""

    id: str = Field(description="Local id, e1.. by first mention.")
    name: str = Field(description="The fullest mention, verbatim; for the author the name from the metadata.")
    kind: ExpertKind
    role: str | None = Field(default=None, description="Office or profession, in the article's words.")
    affiliation: str | None = Field(default=None, description="Organization, in the article's words.")
    aliases: tuple[str, ...] = Field(default=(), description="Other names that the article uses, verbatim.")
    mentions: tuple[Span, ...] = Field(
        default=(), description="Every occurrence of the name or an alias; no pronouns; may be empty for the author."
    )


class Claim(Frozen):
    """What positions and predictions share."""

    id: str = Field(description="Local id, c1.. over positions and predictions by first content offset.")
    expert_id: str = Field(description="Who holds it.")
    reported_by: str | None = Field(
        default=None, description="Id of the expert through whom it is reported ('A says that B believes ...': A)."
    )
    source: tuple[Span, ...] = Field(description="The words that name the holder here; may be empty.")
    cue: tuple[Span, ...] = Field(description="The words that attribute; may be empty.")
    content: tuple[Span, ...] = Field(min_length=1, description="What is attributed, in ascending parts.")
    quote_type: QuoteType = Field(description="Computed from the quotation marks around the content.")
    statement: str = Field(description="One self-contained sentence.")
    topic: str


class Position(Claim):
    """What a holder says, believes, denies, judges, demands or intends."""

    target: str = Field(description="Noun phrase or proposition that the stance is toward.")
    stance: Stance
    kind: PositionKind


class Stated(Frozen):
    """A probability that the text itself gives, in percent, about the event in ``statement``."""

    low: float = Field(ge=0, le=100)
    high: float = Field(ge=0, le=100)
    span: Span


class Likelihood(Frozen):
    """How likely the event in ``statement`` is, in the holder's words and on the ICD 203 scale."""

    words: Span | None = None
    negated: bool = Field(default=False, description="True when the words are about the event not happening.")
    band: Band | None = None
    low: float | None = Field(default=None, description="Lower end of the band, percent.")
    high: float | None = Field(default=None, description="Upper end of the band, percent.")
    stated: Stated | None = None
    scale: Literal["icd203"] = "icd203"


class Horizon(Frozen):
    """By when: inclusive dates resolved against the date of publication."""

    words: Span | None = None
    start: date | None = None
    end: date | None = None
    granularity: Granularity = "open"
    basis: Basis = "none"


class Verifiability(Frozen):
    """Whether the prediction could be settled later, and what it lacks."""

    level: Level
    missing: tuple[Missing, ...] = ()


class Prediction(Claim):
    """A claim that something will, may or will not happen, outside the holder's own decision."""

    expected: Expected
    likelihood: Likelihood
    condition: Span | None = None
    horizon: Horizon
    verifiability: Verifiability
