"""The result of a summary."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .article import Article, Frozen, Span
from .claims import Expert
from .extraction import check_spans, iter_spans
from .provenance import SCHEMA_VERSION, Provenance, Rejected


class Cited(Frozen):
    """A sentence and the passages that prove it."""

    text: str
    evidence: tuple[Span, ...] = Field(min_length=1)


class ExpertLine(Cited):
    """What one expert holds, in a sentence."""

    expert_id: str


class Summary(Frozen):
    """A summary whose every sentence is tied to the text."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    article: Article
    experts: tuple[Expert, ...] = ()
    headline: Cited
    abstract: tuple[Cited, ...] = ()
    by_expert: tuple[ExpertLine, ...] = ()
    agreements: tuple[Cited, ...] = ()
    disagreements: tuple[Cited, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    provenance: Provenance

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_spans(self.article, iter_spans(self))
        known = {expert.id for expert in self.experts}
        for line in self.by_expert:
            if line.expert_id not in known:
                raise ValueError(f"by_expert names the unknown expert id {line.expert_id!r}")
        return self
