"""Articles in which one expert says one thing after another, and the extractions of them, for tests of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from extractor.schemas import (
    Article,
    Expert,
    Extraction,
    Horizon,
    Likelihood,
    Position,
    Prediction,
    Provenance,
    Span,
    Verifiability,
)
from extractor.schemas.article import text_id
from extractor.schemas.claims import Expected, Stance

DAY = date(2026, 3, 1)
_NO_HORIZON = Horizon()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something said, in the words of the article (``quote``) and in a sentence of its own."""

    statement: str
    quote: str
    topic: str = "town affairs"
    target: str = "the plan"
    stance: Stance | None = None
    expected: Expected | None = None
    horizon: Horizon = _NO_HORIZON


def holds(statement: str, stance: Stance = "favor", /, *, target: str = "the plan", **more: Any) -> Said:
    """A position."""
    return Said(statement=statement, stance=stance, target=target, **{"quote": statement, **more})


def expects(statement: str, expected: Expected = "occurs", /, *, by: date | None = None, **more: Any) -> Said:
    """A prediction; ``by``: when its horizon ends."""
    horizon = Horizon(end=by, granularity="day", basis="explicit") if by else _NO_HORIZON
    return Said(statement=statement, expected=expected, **{"quote": statement, "horizon": horizon, **more})


def said_by(name: str, /, *said: Said, published: date | None = DAY, hours: int = 0, **more: Any) -> Extraction:
    """The extraction of an article in which an expert says all this; ``hours``: how much later
    than others it ran, with another model."""
    text = f"Notes of {published}.\n" + "".join(f"{name} says: {one.quote}\n" for one in said)
    article = Article(id=text_id(text), text=text, published=published, language="en", **more)
    places = [text.index(f"{name} says: {one.quote}\n") for one in said]
    mentions = tuple(article.span(place, place + len(name)) for place in places)
    claims = [_claim(article, number, name, *one) for number, one in enumerate(zip(said, places, strict=True), start=1)]
    started_at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC) + timedelta(hours=hours)
    return Extraction(
        article=article,
        experts=(Expert(id="e1", name=name, kind="person", role="engineer", mentions=mentions),),
        positions=tuple(claim for claim in claims if isinstance(claim, Position)),
        predictions=tuple(claim for claim in claims if isinstance(claim, Prediction)),
        provenance=Provenance(
            engine="fake", model=f"fake-{hours}", lexicon_version="1", started_at=started_at, elapsed_seconds=1
        ),
    )


def _claim(article: Article, number: int, name: str, said: Said, place: int) -> Position | Prediction:
    after = place + len(f"{name} says: ")
    shared: dict[str, Any] = {
        "id": f"c{number}",
        "expert_id": "e1",
        "source": _spans(article, place, len(name)),
        "cue": _spans(article, place + len(name) + 1, len("says")),
        "content": _spans(article, after, len(said.quote)),
        "quote_type": "indirect",
        "statement": said.statement,
        "topic": said.topic,
    }
    if said.stance is not None:
        return Position(**shared, target=said.target, stance=said.stance, kind="policy")
    assert said.expected is not None
    level = Verifiability(level="verifiable")
    return Prediction(
        **shared, expected=said.expected, likelihood=Likelihood(), horizon=said.horizon, verifiability=level
    )


def _spans(article: Article, start: int, length: int) -> tuple[Span, ...]:
    return (article.span(start, start + length),)
