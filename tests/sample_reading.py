"""A long article with overlapping claims, for tests of the view that people read; no character of it is to be lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from sample_results import find, sample_provenance

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
    Rejected,
    Stated,
    Summary,
    Verifiability,
    Violation,
)
from extractor.schemas.article import text_id

FILLER = "".join(
    f"Paragraph {number} tells of the weather,\tof  two gulls 🐦🏽 and of a café\u0301 that nobody visits.\r\n\r\n"
    for number in range(1, 25)
)
TEXT = (
    "  Varnsee argues about its quay 🚢\n\n"
    "Ana Roe, a harbour pilot, wants a second quay: “Ships wait for days, and a second quay must come.” "
    "Piet Maas calls that sentence about a second quay “a costly dream”.\r\n\r\n"
    + FILLER
    + "Ana Roe expects with 70 percent that the harbour will be full by the end of 2031 if tolls stay as they are. "
    "Ships of the north, she adds, are too long.\n"
    "The port office takes no side.\u2028 «Всё решит весна», говорит Лебедева.\n\n   "
)
QUAY = "Ships wait for days, and a second quay must come."
PART = "a second quay must come"
FULL = "the harbour will be full by the end of 2031"


def reading_article(**known: Any) -> Article:
    """The article."""
    told = {"title": "Varnsee argues about its quay", "author": "Ida Falk", "published": date(2026, 3, 17)}
    return Article(id=text_id(TEXT), text=TEXT, **{**told, "language": "en", **known})


def reading_extraction(**known: Any) -> Extraction:
    """Three positions, two of them in the same words, a prediction, and a rejected item."""
    article = reading_article(**known)
    fault = Violation(rule="quote_absent", field="content", message="not in the article")
    return Extraction(
        article=article,
        experts=_experts(article),
        positions=_positions(article),
        predictions=(_prediction(article),),
        rejected=(Rejected(kind="position", item={"statement": "Nobody said this."}, violations=(fault,)),),
        provenance=sample_provenance(),
    )


def reading_summary() -> Summary:
    """A summary whose sentences point at the beginning and at the end of the article."""
    article = reading_article()
    first, last = find(article, QUAY), find(article, FULL)
    return Summary(
        article=article,
        experts=_experts(article)[:1],
        headline=Cited(text="Varnsee argues about a quay.", evidence=(first,)),
        abstract=(Cited(text="The harbour may be full soon.", evidence=(last, first)),),
        by_expert=(ExpertLine(expert_id="e1", text="Roe wants a quay.", evidence=(first,)),),
        provenance=sample_provenance(),
    )


def _experts(article: Article) -> tuple[Expert, ...]:
    roe = Expert(id="e1", name="Ana Roe", kind="person", role="harbour pilot", mentions=(find(article, "Ana Roe"),))
    maas = Expert(id="e2", name="Piet Maas", kind="person", mentions=(find(article, "Piet Maas"),))
    lebedeva = Expert(id="e3", name="Лебедева", kind="person", mentions=(find(article, "Лебедева"),))
    return roe, maas, lebedeva


def _positions(article: Article) -> tuple[Position, ...]:
    wants: dict[str, Any] = {"quote_type": "direct", "topic": "a second quay", "target": "a second quay"}
    return (
        Position(
            **wants,
            id="c1",
            expert_id="e1",
            source=(find(article, "Ana Roe"),),
            cue=(find(article, "wants"),),
            content=(find(article, QUAY), find(article, "Ships of the north")),
            statement="A second quay must come.",
            stance="favor",
            kind="policy",
        ),
        Position(
            **wants,
            id="c2",
            expert_id="e2",
            source=(find(article, "Piet Maas"),),
            cue=(find(article, "calls"),),
            content=(find(article, PART), find(article, "a costly dream")),
            statement="A second quay is a costly dream.",
            stance="against",
            kind="value",
        ),
        Position(
            **{**wants, "topic": "spring", "target": "spring"},
            id="c4",
            expert_id="e3",
            source=(find(article, "Лебедева"),),
            cue=(find(article, "говорит"),),
            content=(find(article, "Всё решит весна"),),
            statement="Spring decides everything.",
            stance="neutral",
            kind="fact",
        ),
    )


def _prediction(article: Article) -> Prediction:
    words = find(article, "70 percent")
    return Prediction(
        id="c3",
        expert_id="e1",
        source=(find(article, "Ana Roe", 1),),
        cue=(find(article, "expects"),),
        content=(find(article, FULL),),
        quote_type="indirect",
        statement="The harbour will be full by the end of 2031.",
        topic="the harbour",
        expected="occurs",
        likelihood=Likelihood(words=words, stated=Stated(low=70, high=70, span=words), band="likely", low=70, high=70),
        condition=find(article, "if tolls stay as they are"),
        horizon=Horizon(
            words=find(article, "by the end of 2031"),
            start=date(2026, 3, 17),
            end=date(2031, 12, 31),
            granularity="year",
            basis="explicit",
        ),
        verifiability=Verifiability(level="verifiable", missing=()),
    )
