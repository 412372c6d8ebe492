"""Results written by hand, for tests of what is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from extractor.schemas import (
    Article,
    Cited,
    Expert,
    ExpertLine,
    Extraction,
    Horizon,
    Likelihood,
    Position,
    Prediction,
    Provenance,
    Rejected,
    Span,
    Stated,
    Summary,
    Usage,
    Verifiability,
    Violation,
)

Sample = Callable[..., Extraction | Summary]
SAID = "the old quay of Varnsee will be full"


def sample_article(said: str = SAID, /, **known: Any) -> Article:
    """An article in which Ana Roe and Piet Maas say ``said``; ``known`` are its fields."""
    text = f"Ana Roe says: {said}. Piet Maas reports that Roe says: {said} by 2031, likely, if it rains."
    told = {"title": said, "author": said, "published": date(2026, 3, 17), "language": "en", "inferred": ("language",)}
    return Article(id=hashlib.sha256(text.encode()).hexdigest(), text=text, **{**told, **known})


def find(article: Article, words: str, number: int = 0, /) -> Span:
    """The span of the occurrence of ``words`` with this number, from 0."""
    start = -1
    for _ in range(number + 1):
        start = article.text.index(words, start + 1)
    return article.span(start, start + len(words))


def sample_provenance(**more: Any) -> Provenance:
    """A provenance of a run with a model."""
    told = {"engine": "fake", "model": "fake-1", "attempts": 1, "calls": 2, "lexicon_version": "1"}
    usage = Usage(input_tokens=3210, output_tokens=120)
    when = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    return Provenance(**{**told, "usage": usage, "started_at": when, "elapsed_seconds": 1.25, **more})


def sample_experts(article: Article, said: str, /) -> tuple[Expert, ...]:
    """Ana Roe, with ``said`` as her role, and Piet Maas."""
    roe = Expert(id="e1", name="Ana Roe", kind="person", role=said, mentions=(find(article, "Ana Roe"),))
    return roe, Expert(id="e2", name="Piet Maas", kind="person", mentions=(find(article, "Piet Maas"),))


def sample_extraction(said: str = SAID, /, **more: Any) -> Extraction:
    """A position, a prediction and a rejected item, with ``said`` wherever text of an article or a model goes."""
    article = sample_article(said)
    fault = Violation(rule="quote_absent", field="content", message=f"not in the article: {said}")
    parts: dict[str, Any] = {
        "experts": sample_experts(article, said),
        "positions": (sample_position(article, said),),
        "predictions": (sample_prediction(article, said),),
        "rejected": (Rejected(kind="position", item={"statement": said}, violations=(fault,)),),
        "provenance": sample_provenance(warnings=(said,)),
    }
    return Extraction(**{"article": article, **parts, **more})


def sample_position(article: Article, said: str, /) -> Position:
    """What Ana Roe says."""
    return Position(
        id="c1",
        expert_id="e1",
        source=(find(article, "Ana Roe"),),
        cue=(),
        content=(find(article, said),),
        quote_type="indirect",
        statement=said,
        topic=said,
        target=said,
        stance="against",
        kind="fact",
    )


def sample_prediction(article: Article, said: str, /) -> Prediction:
    """What Roe expects, as Piet Maas reports."""
    words = find(article, "likely")
    return Prediction(
        id="c2",
        expert_id="e1",
        reported_by="e2",
        source=(),
        cue=(),
        content=(find(article, said, 1),),
        quote_type="indirect",
        statement=said,
        topic=said,
        expected="occurs",
        likelihood=Likelihood(words=words, band="likely", low=55, high=80),
        condition=find(article, "if it rains"),
        horizon=Horizon(
            words=find(article, "by 2031"),
            start=date(2026, 3, 17),
            end=date(2031, 12, 31),
            granularity="year",
            basis="explicit",
        ),
        verifiability=Verifiability(level="partly", missing=("metric",)),
    )


def sample_summary(said: str = SAID, /, **more: Any) -> Summary:
    """A summary whose every sentence is ``said``."""
    article = sample_article(said)
    first, second = find(article, said), find(article, said, 1)
    parts: dict[str, Any] = {
        "experts": sample_experts(article, said),
        "headline": Cited(text=said, evidence=(first,)),
        "abstract": (Cited(text=said, evidence=(first, second)),),
        "by_expert": (ExpertLine(expert_id="e1", text=said, evidence=(second,)),),
        "agreements": (Cited(text=said, evidence=(first,)),),
        "disagreements": (Cited(text=said, evidence=(first,)),),
        "provenance": sample_provenance(),
    }
    return Summary(**{"article": article, **parts, **more})


def stated(span: Span, low: float, high: float, /) -> Stated:
    """A probability that the text gives, in percent."""
    return Stated(low=low, high=high, span=span)
