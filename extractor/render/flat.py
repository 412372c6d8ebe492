"""What the store gives back as rows of CSV: one line each, every value in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.schemas import Position, Prediction
    from extractor.schemas.stored import (
        ArticleRef,
        ExpertRef,
        Resolution,
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
    *("status", "outcome", "resolved_at", "rejected", *_ARTICLE, "run_id"),
)
HIT = ("score", *CLAIM)
CONTEXT = (*CLAIM, "before", "evidence", "after", "reason")
EXPERT = ("id", "name", "kind", "role", "affiliation", "aliases", "merged", "articles", "positions", "predictions")
CANDIDATE = (
    *("first_id", "first_name", "first_kind", "first_role", "first_affiliation"),
    *("second_id", "second_name", "second_kind", "second_role", "second_affiliation", "reasons"),
)
RUN = (
    *("id", "task", "status", "current", "chosen", "engine", "model", "positions", "predictions", "rejected"),
    *("started_at", "elapsed_seconds", "error", "input", *_ARTICLE, "key"),
)
RESOLUTION = ("id", "outcome", "note", "evidence_url", "resolver", "resolved_at")
TRACK_RECORD = (
    *("expert_id", "expert", "resolved", "repeated", "excluded", "leaning", "hits", "hit_rate", "hit_low", "hit_high"),
    *("scored", "imputed", "brier", "brier_low", "brier_high", "ranked"),
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
        "resolved_at": stored.resolution and stored.resolution.resolved_at.isoformat(),
    }


def expert_row(expert: StoredExpert, /) -> dict[str, Any]:
    """An expert in the columns of EXPERT."""
    lists = {"aliases": "; ".join(expert.aliases), "merged": "; ".join(map(str, expert.merged))}
    return {**{name: getattr(expert, name) for name in EXPERT}, **lists}


def run_row(run: StoredRun, /) -> dict[str, Any]:
    """A run in the columns of RUN."""
    own = {name: getattr(run, name) for name in RUN if name not in _ARTICLE}
    return {**own, "started_at": run.started_at.isoformat(), **_article(run.article)}


def resolution_row(resolution: Resolution, /) -> dict[str, Any]:
    """A resolution in the columns of RESOLUTION."""
    return {
        **{name: getattr(resolution, name) for name in RESOLUTION},
        "resolved_at": resolution.resolved_at.isoformat(),
    }


def track_record_row(record: TrackRecord, /) -> dict[str, Any]:
    """A track record in the columns of TRACK_RECORD."""
    own = {name: getattr(record, name, None) for name in TRACK_RECORD}
    hit, brier = record.hit_interval, record.brier_interval
    return {
        **own,
        "expert_id": record.expert and record.expert.id,
        "expert": record.expert.name if record.expert else None,
        "hit_low": hit and hit.low,
        "hit_high": hit and hit.high,
        "brier_low": brier and brier.low,
        "brier_high": brier and brier.high,
    }
