"""Answers of the store written by hand, for tests of how they are shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sample_results import SAID, sample_article, sample_position, sample_prediction

from extractor.schemas.stored import (
    ArticleRef,
    CalibrationRow,
    Context,
    Disagreement,
    ExpertChange,
    ExpertRef,
    Hit,
    Interval,
    MergeCandidate,
    Piece,
    Resolution,
    Reversal,
    StoredClaim,
    StoredExpert,
    StoredRun,
    Timeline,
    TrackRecord,
)

WHEN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def sample_ref(said: str = SAID, /, **known: Any) -> ArticleRef:
    """The article of `sample_article`, without its text."""
    article = sample_article(said, **known)
    return ArticleRef(**article.model_dump(exclude={"text", "inferred"}))


def sample_expert_ref(said: str = SAID, /, number: int = 1, name: str = "Ana Roe") -> ExpertRef:
    """An expert whose office is ``said``."""
    return ExpertRef(id=number, name=name, kind="person", role=said, affiliation=said)


def stored_position(said: str = SAID, /, **more: Any) -> StoredClaim:
    """A stored position of Ana Roe."""
    parts = {"expert": sample_expert_ref(said), "article": sample_ref(said), "run_id": 3}
    claim = sample_position(sample_article(said), said)
    return StoredClaim(**{"id": 11, "kind": "position", "claim": claim, "quote": said, **parts, **more})


def stored_prediction(said: str = SAID, /, **more: Any) -> StoredClaim:
    """A stored prediction of Ana Roe, through Piet Maas."""
    parts = {
        "id": 12,
        "kind": "prediction",
        "claim": sample_prediction(sample_article(said), said),
        "quote": said,
        "expert": sample_expert_ref(said),
        "reported_by": sample_expert_ref(said, 2, "Piet Maas"),
        "article": sample_ref(said),
        "run_id": 3,
        "status": "open",
    }
    return StoredClaim(**{**parts, **more})


def stored_resolution(said: str = SAID, /, **more: Any) -> Resolution:
    """An outcome that somebody recorded."""
    parts = {"note": said, "evidence_url": f"https://example.org/{said}", "resolver": said, "resolved_at": WHEN}
    return Resolution(**{"id": 1, "claim_id": 12, "outcome": "yes", **parts, **more})


def sample_hit(said: str = SAID, /, **more: Any) -> Hit:
    """What a search for "quay" found."""
    pieces = (
        Piece(text=f"{said} the old ", hit=False),
        Piece(text="quay", hit=True),
        Piece(text=" is full", hit=False),
    )
    return Hit(**{"found": stored_position(said), "score": 2.5, "snippet": pieces, **more})


def sample_context(said: str = SAID, /, **more: Any) -> Context:
    """A prediction between two texts, with an outcome."""
    pieces = (Piece(text="Before. ", hit=False), Piece(text=said, hit=True), Piece(text=" After.", hit=False))
    resolution = stored_resolution(said)
    claim = stored_prediction(said, status="resolved", resolution=resolution)
    return Context(**{"claim": claim, "pieces": pieces, "resolutions": (resolution,), **more})


def sample_timeline(said: str = SAID, /) -> Timeline:
    """Two positions of which the later may take back the earlier, and a prediction."""
    earlier = stored_position(said, id=7, article=sample_ref(said, published="2025-01-02"))
    later = stored_position(said)
    reversal = Reversal(earlier=earlier, later=later, what="stance", similarity=0.875)
    claims = (earlier, later, stored_prediction(said))
    return Timeline(expert=sample_expert_ref(said), claims=claims, reversals=(reversal,))


def sample_disagreement(said: str = SAID, /) -> Disagreement:
    """One side only."""
    other = stored_position(said, id=13, expert=sample_expert_ref(said, 5, "Oda Brekke"))
    return Disagreement(favor=(), against=(stored_position(said), other, stored_position(said, id=14)))


def stored_expert(said: str = SAID, /, **more: Any) -> StoredExpert:
    """An expert with another name, of whom another was part."""
    counts = {"articles": 2, "positions": 3, "predictions": 1}
    parts = {"aliases": (said,), "merged": (9,), **counts}
    return StoredExpert(**{**sample_expert_ref(said).model_dump(), **parts, **more})


def sample_candidate(said: str = SAID, /) -> MergeCandidate:
    """Two of one name."""
    return MergeCandidate(first=sample_expert_ref(said), second=sample_expert_ref(said, 2), reasons=("same name", said))


def sample_change(said: str = SAID, /, **more: Any) -> ExpertChange:
    """Somebody merged two experts."""
    parts = {"expert": sample_expert_ref(said, name=said), "other": sample_expert_ref(said, 2), "reason": said}
    return ExpertChange(**{"id": 1, "action": "merge", "changed_at": WHEN, **parts, **more})


def stored_run(said: str = SAID, /, **more: Any) -> StoredRun:
    """The current run of an article."""
    parts = {"engine": said, "model": said, "positions": 3, "predictions": 1, "rejected": 2, "started_at": WHEN}
    known = {"id": 3, "key": "0" * 64, "task": "extract", "status": "done", "article": sample_ref(said)}
    return StoredRun(**{**known, **parts, "current": True, **more})


def sample_record(said: str = SAID, /, **more: Any) -> TrackRecord:
    """A track record of twelve predictions, of which ten are scored."""
    parts = {
        "expert": sample_expert_ref(said),
        "resolved": 12,
        "repeated": 2,
        "excluded": 1,
        "leaning": 11,
        "hits": 8,
        "hit_rate": 8 / 11,
        "hit_interval": Interval(low=0.45, high=0.91),
        "scored": 10,
        "imputed": 4,
        "brier": 0.1234,
        "brier_interval": Interval(low=0.05, high=0.2),
        "calibration": (
            CalibrationRow(
                band="likely", n=10, forecast=0.675, occurred=0.8, interval=Interval(low=0.5, high=1), imputed=4
            ),
        ),
        "ranked": True,
    }
    return TrackRecord(**{**parts, **more})
