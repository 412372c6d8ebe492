"""What the store gives back as rows of CSV: one line each, every value in a column of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.schemas import Position, Prediction
    from extractor.schemas.stored import (
        ArticleRef,
        CalibrationRow,
        ExpertRef,
        Rejection,
        Resolution,
        StoredArticle,
        StoredClaim,
        StoredExpert,
        StoredRun,
        TrackRecord,
    )

_ARTICLE = ("article_id", "title", "url", "author", "published", "language")
_EXPERT = ("expert_id", "expert", "expert_kind", "role", "affiliation")
CLAIM = (
    *("id", "kind", *_EXPERT, "reported_by", "statement", "topic", "quote", "quote_type", "target", "stance"),
    *("position_kind", "expected", "likelihood_words", "band", "likelihood_low", "likelihood_high", "stated_low"),
    *("stated_high", "condition", "horizon_words", "horizon_start", "horizon_end", "verifiability", "missing"),
    *("status", "outcome", "resolved_at", "rejected", "reason", "rejected_by", "rejected_at", *_ARTICLE, "run_id"),
)
HIT = ("score", *CLAIM)
CONTEXT = (*CLAIM, "before", "evidence", "after", "appearances")
ARTICLE = (
    *("id", "title", "url", "author", "published", "language", "appearances", "runs", "current", "positions"),
    *("predictions", "added_at"),
)
EXPERT = ("id", "name", "kind", "role", "affiliation", "aliases", "merged", "articles", "positions", "predictions")
CANDIDATE = (
    *("first_id", "first_name", "first_kind", "first_role", "first_affiliation"),
    *("second_id", "second_name", "second_kind", "second_role", "second_affiliation", "reasons"),
)
RUN = (
    *("id", "task", "status", "current", "chosen", "engine", "model", "positions", "predictions", "rejected"),
    *("started_at", "elapsed_seconds", "error", "input", *_ARTICLE, "key"),
)
RESOLUTION = ("id", "claim_id", "outcome", "note", "evidence_url", "resolver", "resolved_at")
TRACK_RECORD = (
    *("expert_id", "expert", "resolved", "repeated", "excluded", "leaning", "hits", "hit_rate", "hit_low", "hit_high"),
    *("scored", "imputed", "brier", "brier_low", "brier_high", "ranked"),
    *("band", "n", "forecast", "occurred", "occurred_low", "occurred_high"),
)


def claim_row(stored: StoredClaim, /) -> dict[str, Any]:
    """A claim in the columns of CLAIM."""
    from extractor.schemas import Prediction

    claim = stored.claim
    shared = {
        "id": stored.id,
        "kind": stored.kind,
        **_expert(stored.expert),
        "reported_by": stored.reported_by and stored.reported_by.name,
        "statement": claim.statement,
        "topic": claim.topic,
        "quote": stored.quote,
        "quote_type": claim.quote_type,
        "rejected": stored.rejected,
        **_rejection(stored.rejection),
        **_article(stored.article),
        "run_id": stored.run_id,
    }
    return {**shared, **(_prediction(claim, stored) if isinstance(claim, Prediction) else _position(claim))}


def _expert(expert: ExpertRef) -> dict[str, Any]:
    return dict(zip(_EXPERT, (expert.id, expert.name, expert.kind, expert.role, expert.affiliation), strict=True))


def _article(article: ArticleRef | None) -> dict[str, Any]:
    if article is None:
        return {}
    return {"article_id": article.id, **{name: getattr(article, name) for name in _ARTICLE[1:]}}


def _rejection(rejection: Rejection | None) -> dict[str, Any]:
    if rejection is None:
        return {}
    by = {"reason": rejection.reason, "rejected_by": rejection.rejected_by}
    return {**by, "rejected_at": moment(rejection.rejected_at)}


def article_row(article: StoredArticle, /) -> dict[str, Any]:
    """An article in the columns of ARTICLE, as it appeared first; everywhere that it appeared in one cell."""
    first = article.appearances[0] if article.appearances else None
    return {
        "id": article.id,
        **{name: getattr(first, name, None) for name in _ARTICLE[1:]},
        "appearances": appearances_cell(article.appearances),
        "runs": ", ".join(map(str, article.runs)),
        "current": ", ".join(map(str, article.current)),
        "positions": article.positions,
        "predictions": article.predictions,
        "added_at": moment(article.added_at),
    }


def appearances_cell(appearances: Sequence[ArticleRef], /) -> str:
    """Day and address of each, or what else is known of it."""
    return "; ".join(f"{one.published or 'undated'} {one.url or one.title or 'no address'}" for one in appearances)


def moment(when: datetime, /) -> str:
    """A point in time as JSON has it: ISO 8601 in UTC with ``Z``."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _position(claim: Position) -> dict[str, Any]:
    return {"target": claim.target, "stance": claim.stance, "position_kind": claim.kind}


def _prediction(claim: Prediction, stored: StoredClaim) -> dict[str, Any]:
    likelihood, horizon = claim.likelihood, claim.horizon
    return {
        "expected": claim.expected,
        "likelihood_words": likelihood.words and likelihood.words.text,
        "band": likelihood.band,
        "likelihood_low": likelihood.low,
        "likelihood_high": likelihood.high,
        "stated_low": likelihood.stated and likelihood.stated.low,
        "stated_high": likelihood.stated and likelihood.stated.high,
        "condition": claim.condition and claim.condition.text,
        "horizon_words": horizon.words and horizon.words.text,
        "horizon_start": horizon.start,
        "horizon_end": horizon.end,
        "verifiability": claim.verifiability.level,
        "missing": ", ".join(claim.verifiability.missing),
        "status": stored.status,
        "outcome": stored.resolution and stored.resolution.outcome,
        "resolved_at": stored.resolution and moment(stored.resolution.resolved_at),
    }


def expert_row(expert: StoredExpert, /) -> dict[str, Any]:
    """An expert in the columns of EXPERT."""
    lists = {"aliases": "; ".join(expert.aliases), "merged": "; ".join(map(str, expert.merged))}
    return {**{name: getattr(expert, name) for name in EXPERT}, **lists}


def run_row(run: StoredRun, /) -> dict[str, Any]:
    """A run in the columns of RUN."""
    own = {name: getattr(run, name) for name in RUN if name not in _ARTICLE}
    return {**own, "started_at": moment(run.started_at), **_article(run.article)}


def resolution_row(resolution: Resolution, /) -> dict[str, Any]:
    """A resolution in the columns of RESOLUTION."""
    return {
        **{name: getattr(resolution, name) for name in RESOLUTION},
        "resolved_at": moment(resolution.resolved_at),
    }


def track_record_row(record: TrackRecord, /) -> dict[str, Any]:
    """A track record in the columns of TRACK_RECORD, but for those of a band."""
    own = {name: getattr(record, name, None) for name in TRACK_RECORD}
    hit, brier = record.hit_interval, record.brier_interval
    return {
        **own,
        **_scored(record),
        "hit_low": hit and hit.low,
        "hit_high": hit and hit.high,
        "brier_low": brier and brier.low,
        "brier_high": brier and brier.high,
    }


def calibration_row(record: TrackRecord, row: CalibrationRow, /) -> dict[str, Any]:
    """A band of a track record in the columns of TRACK_RECORD."""
    return {
        **_scored(record),
        **row.model_dump(exclude={"interval"}),
        "occurred_low": row.interval and row.interval.low,
        "occurred_high": row.interval and row.interval.high,
    }


def _scored(record: TrackRecord) -> dict[str, Any]:
    expert = record.expert
    return {"expert_id": expert and expert.id, "expert": expert and expert.name}
