"""The result of an extraction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from .article import Article, Frozen, Span
from .claims import Claim, Expert, Position, Prediction
from .provenance import SCHEMA_VERSION, Provenance, Rejected


class Extraction(Frozen):
    """Experts, positions and predictions of one article, each tied to the characters that prove it."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    article: Article
    experts: tuple[Expert, ...] = ()
    positions: tuple[Position, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    rejected: tuple[Rejected, ...] = Field(default=())
    provenance: Provenance

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_spans(self.article, iter_spans(self))
        known = {expert.id for expert in self.experts}
        for claim in self.claims:
            for used in (claim.expert_id, claim.reported_by):
                if used is not None and used not in known:
                    raise ValueError(f"claim {claim.id!r} names the unknown expert id {used!r}")
        return self

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Positions and predictions in the order of the article."""
        return tuple(sorted((*self.positions, *self.predictions), key=lambda claim: int(claim.id[1:])))

    def expert(self, expert_id: str, /) -> Expert:
        """The expert with this id; KeyError when there is none."""
        for expert in self.experts:
            if expert.id == expert_id:
                return expert
        raise KeyError(expert_id)


def iter_spans(value: object, /) -> Iterator[Span]:
    """Every span inside a result, at any depth."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from iter_spans(getattr(value, name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from iter_spans(part)


def check_spans(article: Article, spans: Iterator[Span], /) -> None:
    """Raise ValueError unless every span is exact: ``article.text[start:end] == text``."""
    for span in spans:
        if article.text[span.start : span.end] != span.text:
            raise ValueError(f"span {span.start}-{span.end} is not {span.text!r} in the article")
