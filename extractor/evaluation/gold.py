"""Gold of our own with offsets: experts, positions and predictions of an article, settled by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from extractor.schemas import Span
from extractor.schemas.article import Frozen, text_id
from extractor.schemas.claims import Band, Expected, ExpertKind, Granularity, PositionKind, Stance
from extractor.schemas.extraction import iter_spans


class GoldHead(Frozen):
    """Which article a gold file is for, and what is known of it."""

    id: str
    title: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


class GoldExpert(Frozen):
    """A holder of claims."""

    id: str
    name: str = Field(min_length=1)
    kind: ExpertKind
    role: str | None = None
    affiliation: str | None = None
    aliases: tuple[str, ...] = ()


class GoldClaim(Frozen):
    """What positions and predictions share."""

    id: str
    expert_id: str
    reported_by: str | None = None
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    content: tuple[Span, ...] = Field(min_length=1)
    statement: str


class GoldPosition(GoldClaim):
    """A position with its labels."""

    target: str
    stance: Stance
    kind: PositionKind


class GoldHorizon(Frozen):
    """By when: the words and the inclusive dates that they stand for."""

    words: Span | None = None
    start: date | None = None
    end: date | None = None
    granularity: Granularity | None = None


class GoldPrediction(GoldClaim):
    """A prediction with its labels."""

    expected: Expected
    band: Band | None = None
    likelihood_words: Span | None = None
    condition: Span | None = None
    horizon: GoldHorizon | None = None


class GoldRecord(Frozen):
    """The gold of one article."""

    article: GoldHead
    experts: tuple[GoldExpert, ...] = ()
    positions: tuple[GoldPosition, ...] = ()
    predictions: tuple[GoldPrediction, ...] = ()

    @property
    def claims(self) -> tuple[GoldPosition | GoldPrediction, ...]:
        """Positions and predictions."""
        return (*self.positions, *self.predictions)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for kind, ids in (("expert", self.experts), ("claim", self.claims)):
            doubled = [name for name, times in Counter(item.id for item in ids).items() if times > 1]
            if doubled:
                raise ValueError(f"the {kind} id {doubled[0]!r} is there more than once")
        known = {expert.id for expert in self.experts}
        for claim in self.claims:
            for name, used in (("expert_id", claim.expert_id), ("reported_by", claim.reported_by)):
                if used is not None and used not in known:
                    raise ValueError(f"claim {claim.id!r}: {name} is the unknown expert {used!r}")
        return self


def faults(record: GoldRecord, text: str, /) -> Iterator[str]:
    """What does not fit between gold and its text: the identity, then spans that are not verbatim or overlap."""
    if record.article.id != text_id(text):
        yield f"article.id {record.article.id!r} is not the SHA-256 of the text, {text_id(text)!r}"
    for claim in record.claims:
        for span in iter_spans(claim):
            found = text[span.start : span.end]
            if found != span.text:
                place = f"{span.start}-{span.end}"
                yield f"claim {claim.id!r}: the span {place} is {found!r} in the text, not {span.text!r}"
        for role in ("source", "cue", "content"):
            for one, other in pairwise(sorted(getattr(claim, role), key=lambda span: span.start)):
                if one.overlaps(other):
                    yield f"claim {claim.id!r}: {role} has {one.text!r} and {other.text!r}, which overlap"
