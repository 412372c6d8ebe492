"""Claims in one form, whether an engine found them or a person settled them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from extractor.schemas import Expert, Extraction, Position, Prediction, Span
from extractor.schemas.claims import Band, Expected, ExpertKind, PositionKind, Stance

from .attributions import Stretches
from .gold import GoldExpert, GoldPosition, GoldPrediction, GoldRecord


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds or reports a claim."""

    name: str
    kind: ExpertKind
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name, then the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class PositionLabels:
    """What is labelled of a position."""

    stance: Stance
    target: str
    kind: PositionKind


@dataclass(frozen=True, slots=True)
class PredictionLabels:
    """What is labelled of a prediction; ``start`` and ``end`` are its horizon."""

    expected: Expected
    band: Band | None
    start: date | None
    end: date | None

    @property
    def dated(self) -> bool:
        """True when the horizon has a date."""
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class Claim:
    """A position or a prediction: by its labels."""

    id: str
    holder: Holder
    reporter: Holder | None
    source: Stretches
    cue: Stretches
    content: Stretches
    statement: str
    labels: PositionLabels | PredictionLabels


@dataclass(frozen=True, slots=True)
class Record:
    """The holders of an article and their claims, by first content offset."""

    holders: tuple[Holder, ...]
    claims: tuple[Claim, ...]

    @property
    def dated(self) -> bool:
        """True when the horizon of a prediction has a date."""
        return any(isinstance(claim.labels, PredictionLabels) and claim.labels.dated for claim in self.claims)


def record_of(found: Extraction | GoldRecord, /, *, shift: int = 0) -> Record:
    """The claims of an extraction, or of gold; ``shift`` is taken off every offset."""
    holders = {expert.id: _holder(expert) for expert in found.experts}
    claims = sorted((_claim(claim, holders, shift) for claim in _claims(found)), key=lambda claim: claim.content)
    return Record(tuple(holders.values()), tuple(claims))


def _claims(found: Extraction | GoldRecord, /) -> Iterable[Position | Prediction | GoldPosition | GoldPrediction]:
    yield from found.positions
    yield from found.predictions


def _holder(expert: Expert | GoldExpert, /) -> Holder:
    return Holder(expert.name, expert.kind, expert.aliases)


def _claim(
    claim: Position | Prediction | GoldPosition | GoldPrediction, holders: Mapping[str, Holder], shift: int, /
) -> Claim:
    return Claim(
        id=claim.id,
        holder=holders[claim.expert_id],
        reporter=holders[claim.reported_by] if claim.reported_by else None,
        source=_stretches(claim.source, shift),
        cue=_stretches(claim.cue, shift),
        content=_stretches(claim.content, shift),
        statement=claim.statement,
        labels=_labels(claim),
    )


def _labels(claim: Position | Prediction | GoldPosition | GoldPrediction, /) -> PositionLabels | PredictionLabels:
    if isinstance(claim, Position | GoldPosition):
        return PositionLabels(claim.stance, claim.target, claim.kind)
    band = claim.band if isinstance(claim, GoldPrediction) else claim.likelihood.band
    horizon = claim.horizon
    start, end = (horizon.start, horizon.end) if horizon else (None, None)
    return PredictionLabels(claim.expected, band, start, end)


def _stretches(spans: Sequence[Span], shift: int, /) -> Stretches:
    return tuple(sorted((max(span.start - shift, 0), span.end - shift) for span in spans))
