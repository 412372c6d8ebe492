"""Hypothesis strategies for extractions and summaries: whatever the schemas let through and a database can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

from hypothesis import strategies as st

from extractor.schemas import (
    Article,
    Audit,
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
from extractor.schemas import claims as words
from extractor.schemas.article import Inferrable, text_id

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5, minutes=45))])
_MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=_ZONES)
_PERCENT = st.floats(0, 100)
_COUNTS = st.integers(0, 2_000_000_000)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_OBJECTS = st.dictionaries(st.text(max_size=5), _JSON, max_size=3)


def _one(kind: Any, /) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(kind))


ARTICLES = st.builds(
    lambda text, **known: Article(id=text_id(text), text=text, **known),
    text=TEXTS.filter(bool),
    title=st.none() | TEXTS,
    url=st.none() | TEXTS,
    author=st.none() | TEXTS,
    published=st.none() | st.dates(),
    language=st.none() | TEXTS,
    inferred=st.lists(_one(Inferrable), unique=True).map(tuple),
)
_REJECTED = st.builds(
    Rejected,
    kind=st.sampled_from(["expert", "position", "prediction", "summary", "answer"]),
    item=_OBJECTS,
    violations=st.tuples(st.builds(Violation, rule=TEXTS, field=TEXTS, message=TEXTS)),
)
_PROVENANCES = st.builds(
    Provenance,
    engine=TEXTS,
    model=st.none() | TEXTS,
    prompts=st.dictionaries(TEXTS, TEXTS, max_size=2),
    lexicon_version=TEXTS,
    tagger_version=st.none() | TEXTS,
    settings=_OBJECTS,
    attempts=_COUNTS,
    calls=_COUNTS,
    usage=st.builds(Usage, input_tokens=_COUNTS, output_tokens=_COUNTS),
    merged=_COUNTS,
    repaired=_COUNTS,
    audit=st.none() | st.builds(Audit, asked=_COUNTS, recorded=_COUNTS, dismissed=_COUNTS),
    names_unchecked=st.booleans(),
    warnings=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    started_at=_MOMENTS,
    elapsed_seconds=st.floats(0, 1e6),
)


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """Extractions with spans anywhere in a short text."""
    article = draw(ARTICLES)
    experts = draw(_experts(article))
    claims = draw(st.lists(_claim(article, experts), max_size=4)) if experts else []
    numbered = [claim.model_copy(update={"id": f"c{number}"}) for number, claim in enumerate(claims, 1)]
    return Extraction(
        article=article,
        experts=experts,
        positions=tuple(claim for claim in numbered if isinstance(claim, Position)),
        predictions=tuple(claim for claim in numbered if isinstance(claim, Prediction)),
        rejected=draw(st.lists(_REJECTED, max_size=2).map(tuple)),
        provenance=draw(_PROVENANCES),
    )


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    """Summaries with evidence anywhere in a short text."""
    article = draw(ARTICLES)
    experts = draw(_experts(article))
    evidence = st.lists(_spans(article), min_size=1, max_size=2).map(tuple)
    sentences = st.lists(st.builds(Cited, text=TEXTS, evidence=evidence), max_size=2).map(tuple)
    holders = st.sampled_from([expert.id for expert in experts]) if experts else st.nothing()
    lines = st.lists(st.builds(ExpertLine, text=TEXTS, evidence=evidence, expert_id=holders), max_size=2).map(tuple)
    return Summary(
        article=article,
        experts=experts,
        headline=draw(st.builds(Cited, text=TEXTS, evidence=evidence)),
        abstract=draw(sentences),
        by_expert=draw(lines) if experts else (),
        agreements=draw(sentences),
        disagreements=draw(sentences),
        rejected=draw(st.lists(_REJECTED, max_size=2).map(tuple)),
        provenance=draw(_PROVENANCES),
    )


@st.composite
def _spans(draw: st.DrawFn, article: Article) -> Span:
    start = draw(st.integers(0, len(article.text) - 1))
    return article.span(start, draw(st.integers(start + 1, len(article.text))))


@st.composite
def _experts(draw: st.DrawFn, article: Article) -> tuple[Expert, ...]:
    expert = st.builds(
        Expert,
        id=st.just("e1"),
        name=TEXTS,
        kind=_one(words.ExpertKind),
        role=st.none() | TEXTS,
        affiliation=st.none() | TEXTS,
        aliases=st.lists(TEXTS, max_size=2).map(tuple),
        mentions=st.lists(_spans(article), max_size=3).map(tuple),
    )
    found = draw(st.lists(expert, max_size=3))
    return tuple(one.model_copy(update={"id": f"e{3 * number}"}) for number, one in enumerate(found, 1))


@st.composite
def _claim(draw: st.DrawFn, article: Article, experts: tuple[Expert, ...]) -> Position | Prediction:
    spans = _spans(article)
    several = st.lists(spans, max_size=2).map(tuple)
    ids = st.sampled_from([expert.id for expert in experts])
    shared = {
        "id": "c1",
        "expert_id": draw(ids),
        "reported_by": draw(st.none() | ids),
        "source": draw(several),
        "cue": draw(several),
        "content": draw(st.lists(spans, min_size=1, max_size=3).map(tuple)),
        "quote_type": draw(_one(words.QuoteType)),
        "statement": draw(TEXTS),
        "topic": draw(TEXTS),
    }
    if draw(st.booleans()):
        kinds = {"stance": draw(_one(words.Stance)), "kind": draw(_one(words.PositionKind))}
        return Position(**shared, target=draw(TEXTS), **kinds)
    return Prediction(**shared, **draw(_forecasts(spans)))


def _forecasts(spans: st.SearchStrategy[Span]) -> st.SearchStrategy[dict[str, Any]]:
    days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
    return st.fixed_dictionaries(
        {
            "expected": _one(words.Expected),
            "likelihood": st.builds(
                Likelihood,
                words=st.none() | spans,
                negated=st.booleans(),
                band=st.none() | _one(words.Band),
                low=st.none() | _PERCENT,
                high=st.none() | _PERCENT,
                stated=st.none() | st.builds(Stated, low=_PERCENT, high=_PERCENT, span=spans),
            ),
            "condition": st.none() | spans,
            "horizon": st.builds(
                Horizon,
                words=st.none() | spans,
                start=days,
                end=days,
                granularity=_one(words.Granularity),
                basis=_one(words.Basis),
            ),
            "verifiability": st.builds(
                Verifiability,
                level=_one(words.Level),
                missing=st.lists(_one(words.Missing), max_size=2).map(tuple),
            ),
        }
    )
