"""What the store gives back: claims, experts, runs and track records with their ids there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from .article import Frozen
from .claims import Band, ExpertKind, Position, Prediction

ClaimKind = Literal["position", "prediction"]
Outcome = Literal["yes", "no", "ambiguous", "annulled"]
Status = Literal["open", "closed", "resolved"]
Task = Literal["extract", "summarize"]


class ArticleRef(Frozen):
    """An article as one of its appearances tells it, without its text."""

    id: str = Field(description="SHA-256 of the text, hexadecimal.")
    title: str | None = None
    url: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


class ExpertRef(Frozen):
    """An expert of the store."""

    id: int
    name: str
    kind: ExpertKind
    role: str | None = None
    affiliation: str | None = None


class StoredExpert(ExpertRef):
    """An expert with the names that lead to it and the number of its listed claims."""

    aliases: tuple[str, ...] = ()
    merged: tuple[int, ...] = Field(default=(), description="Ids of the experts that were merged into this one.")
    articles: int = 0
    positions: int = 0
    predictions: int = 0


class MergeCandidate(Frozen):
    """Two experts that may be one; nothing merges them but a person."""

    first: ExpertRef
    second: ExpertRef
    reasons: tuple[str, ...]


class ExpertChange(Frozen):
    """What somebody said about who is who.

    ``merge``: ``other`` became part of ``expert``; ``unmerge``: no more; ``split``: ``other`` was made of what
    ``expert`` held in ``articles``; ``alias``: ``name`` was recorded for ``expert``; ``unalias``: no more.
    """

    id: int
    action: Literal["merge", "unmerge", "split", "alias", "unalias"]
    expert: ExpertRef
    other: ExpertRef | None = None
    name: str | None = None
    articles: tuple[str, ...] = Field(default=(), description="Ids of the articles.")
    reason: str | None = None
    changed_at: datetime


class Resolution(Frozen):
    """How a prediction turned out, as somebody recorded it; ``yes``: the event in its statement happened."""

    id: int
    claim_id: int
    outcome: Outcome
    note: str | None = None
    evidence_url: str | None = None
    resolver: str | None = None
    resolved_at: datetime


class Rejection(Frozen):
    """That somebody took a claim out of lists and scores."""

    reason: str | None = None
    rejected_by: str | None = None
    rejected_at: datetime


class StoredClaim(Frozen):
    """A claim of an article's current run. ``claim`` is as in the result, with the ids that are local to its run."""

    id: int = Field(description="Id in the store; the same in later runs that find the claim again.")
    kind: ClaimKind
    claim: Position | Prediction
    quote: str = Field(description="The content, its parts joined.")
    expert: ExpertRef
    reported_by: ExpertRef | None = None
    article: ArticleRef
    run_id: int
    status: Status | None = Field(
        default=None,
        description="Of a prediction: resolved, closed (its horizon is over) or open. Null for positions.",
    )
    resolution: Resolution | None = Field(default=None, description="The latest one.")
    rejected: bool = Field(default=False, description="True when somebody rejected it: it is out of lists and scores.")
    rejection: Rejection | None = Field(default=None, description="Who rejected it, when and why.")


class Piece(Frozen):
    """A piece of a snippet; ``hit``: it is what was looked for."""

    text: str
    hit: bool


class Hit(Frozen):
    """A claim that a search found. ``score`` ranks hits of one search; larger is better."""

    found: StoredClaim
    score: float
    snippet: tuple[Piece, ...]


class Context(Frozen):
    """A claim's evidence in the text around it: the text before, the evidence and the text after, in turn."""

    claim: StoredClaim
    pieces: tuple[Piece, ...]
    appearances: tuple[ArticleRef, ...] = Field(
        default=(), description="Everywhere that the article was published, by date, undated ones last."
    )
    resolutions: tuple[Resolution, ...] = ()
    reason: str | None = Field(default=None, description="Why it was rejected.")


class Reversal(Frozen):
    """Two claims of one expert that may contradict each other; a reader decides whether they do."""

    earlier: StoredClaim
    later: StoredClaim
    what: Literal["stance", "expected"]
    similarity: float = Field(ge=0, le=1, description="Of the targets or the statements (Dice coefficient of words).")


class Timeline(Frozen):
    """What an expert held, in order of publication (undated articles last)."""

    expert: ExpertRef
    claims: tuple[StoredClaim, ...]
    reversals: tuple[Reversal, ...] = ()
    omitted: int = Field(default=0, description="Claims published earlier, or undated, that a limit left out.")


class Disagreement(Frozen):
    """Positions about something, by stance."""

    favor: tuple[StoredClaim, ...]
    against: tuple[StoredClaim, ...]
    neutral: tuple[StoredClaim, ...] = ()
    bounded: int | None = Field(
        default=None, description="When more positions match than are looked at: how many were, those stored last."
    )


class Interval(Frozen):
    """A 95 % bootstrap interval."""

    low: float
    high: float


class CalibrationRow(Frozen):
    """Predictions of one likelihood band: what was said and what happened, as shares (0 to 1)."""

    band: Band
    n: int
    forecast: float = Field(description="Mean forecast.")
    occurred: float = Field(description="Share of those whose event happened.")
    interval: Interval | None = Field(
        default=None, description="Of that share; null for fewer than two, and where all turned out alike."
    )
    imputed: int = Field(description="How many forecasts are midpoints of the band, for want of a stated probability.")


class TrackRecord(Frozen):
    """How resolved predictions turned out. Shares and the Brier score are 0 to 1; a Brier score of 0 is perfect."""

    expert: ExpertRef | None = Field(default=None, description="Null: all experts together.")
    resolved: int = Field(description="Distinct predictions with outcome yes or no.")
    repeated: int = Field(default=0, description="Repetitions of the same forecast in other articles, not counted.")
    excluded: int = Field(default=0, description="Resolved as ambiguous or annulled, not counted.")
    leaning: int = Field(description="Those that lean: expected to occur or not to occur.")
    hits: int
    hit_rate: float | None = None
    hit_interval: Interval | None = None
    scored: int = Field(description="Those with a stated probability or a band.")
    imputed: int = Field(default=0, description="Those of them whose probability is the midpoint of their band.")
    brier: float | None = None
    brier_interval: Interval | None = None
    calibration: tuple[CalibrationRow, ...] = ()
    ranked: bool = Field(
        default=False,
        description="False below the least number of predictions for a ranking, and for all experts together.",
    )


class StoredArticle(Frozen):
    """An article without its text."""

    id: str = Field(description="SHA-256 of the text, hexadecimal.")
    appearances: tuple[ArticleRef, ...] = Field(description="Where it was published, by date, undated ones last.")
    runs: tuple[int, ...] = Field(default=(), description="Ids of all runs over it, newest first.")
    current: tuple[int, ...] = Field(default=(), description="Ids of those that count: of each task one.")
    positions: int = Field(default=0, description="Listed ones.")
    predictions: int = Field(default=0, description="Listed ones.")
    added_at: datetime


class StoredRun(Frozen):
    """A run over an article, or over an input that could not be read or processed."""

    id: int
    key: str = Field(description="Digest of article, date and configuration: the same key is stored once.")
    task: Task
    status: Literal["done", "failed"]
    article: ArticleRef | None = None
    input: str | None = Field(default=None, description="Where the article was read.")
    engine: str
    model: str | None = None
    current: bool = Field(default=False, description="True for the run whose claims are listed.")
    chosen: bool = Field(default=False, description="True when a person made it the current one.")
    error: str | None = None
    positions: int = 0
    predictions: int = 0
    rejected: int = 0
    started_at: datetime
    elapsed_seconds: float = 0


class Added(Frozen):
    """What storing a result came to; ``new`` is False when the same run was stored before."""

    run_id: int
    article_id: str | None
    new: bool
    appearance_new: bool = Field(
        default=False, description="True when the text was stored, but not with this title, address, author and date."
    )
    replaced: int | None = Field(default=None, description="The run that was current until this one took its place.")
    replaced_published: date | None = Field(default=None, description="The day of publication that it was made with.")
