"""From an attribution and its holder to a draft claim with exact spans."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractor.grounding import ClaimSpans
from extractor.horizon import find_horizon_words
from extractor.likelihood import find_likelihood_words
from extractor.schemas import Article, Span
from extractor.schemas.drafts import DraftPosition, DraftPrediction

from .classification import Topics, kind, stance, target
from .forecasts import Event, affirm, find_condition, is_forecast, is_own, is_plan, lacks
from .holders import Holder
from .reading import Attribution, Offsets
from .statements import clause, name_subject, shape, statement

LANGUAGE = "en"
_EDGES = " \t\n\r,;:—–-…"
_THAT = re.compile(r"that\s+", re.IGNORECASE)
_WORD = re.compile(r"\w")
Finder = Callable[[str], Offsets | None]
Parts = tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]
"""Source, cue and content."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A draft claim and where its parts stand."""

    draft: DraftPosition | DraftPrediction
    spans: ClaimSpans


@dataclass(frozen=True, slots=True)
class _Material:
    """What a claim is made of; ``said`` is its content as a plain sentence."""

    article: Article
    item: Attribution
    holder: Holder
    topics: Topics
    said: str
    parts: Parts
    reported_by: str | None


def make_claim(
    article: Article, item: Attribution, holder: Holder, topics: Topics, /, *, reporter: Holder | None = None
) -> Claim | None:
    """The claim of an attribution, None when nothing is left of its content."""
    content = content_spans(article, item.parts)
    said = clause(item, article.text)
    if not content or not said:
        return None
    cue = () if item.verb is None else (article.span(*item.cue),)
    parts = ((article.span(*item.source),), cue, content)
    name = reporter.name if reporter and reporter.name != holder.name else None
    material = _Material(article, item, holder, topics, said, parts, name)
    return _prediction(material) if _predicts(item, said) else _position(material)


def _predicts(item: Attribution, said: str, /) -> bool:
    warns_of = item.verb is not None and item.verb.entry.lemma == "warn" and item.verb.last > item.verb.head
    if not (warns_of or is_forecast(item.entry, said)):
        return False
    return not is_own(said) or (item.entry is not None and item.entry.sense == "expect")


def _position(made: _Material, /) -> Claim:
    source, cue, content = made.parts
    item, said, text = made.item, made.said, made.article.text
    topic = made.topics.topic(said)
    draft = DraftPosition(
        content=[span.text for span in content],
        cue=[span.text for span in cue],
        source=[span.text for span in source],
        expert=made.holder.name,
        reported_by=made.reported_by,
        statement=statement(item, made.holder, said, text),
        topic=topic,
        target=target(item.entry, said, topic),
        stance=stance(item.entry, said, text[item.group[0] : item.group[1]]),
        kind=kind(item.entry, said, is_plan(said) or said.startswith("to ")),
    )
    return Claim(draft, ClaimSpans(source, cue, content, None, None, None))


def _prediction(made: _Material, /) -> Claim:
    topic = made.topics.topic(made.said)
    if shape(made.item, made.said) == "phrase":
        told = Event(statement(made.item, made.holder, made.said, made.article.text), negated=False)
    else:
        event = affirm(made.said)
        told = Event(name_subject(event.text, made.holder, made.item.quoted), event.negated)
    return prediction(made.article, made.parts, made.holder.name, told, topic, reported_by=made.reported_by)


def prediction(
    article: Article,
    parts: Parts,
    expert: str,
    event: Event,
    topic: str,
    /,
    *,
    reported_by: str | None = None,
) -> Claim:
    """A draft prediction whose likelihood words, condition and horizon are looked up in its content."""
    source, cue, content = parts
    likelihood = _first(article, content, _likelihood)
    condition = next((c for span in content if (c := find_condition(article.text, span.start, span.end))), None)
    horizon = _first(article, content, _horizon)
    draft = DraftPrediction(
        content=[span.text for span in content],
        cue=[span.text for span in cue],
        source=[span.text for span in source],
        expert=expert,
        reported_by=reported_by,
        statement=event.text,
        topic=topic,
        likelihood_words=likelihood.text if likelihood else None,
        negated=event.negated,
        condition=condition.text if condition else None,
        horizon_words=horizon.text if horizon else None,
        missing=lacks(event.text),
    )
    return Claim(draft, ClaimSpans(source, cue, content, likelihood, condition, horizon))


def _likelihood(text: str, /) -> Offsets | None:
    return find_likelihood_words(text, language=LANGUAGE)


def _horizon(text: str, /) -> Offsets | None:
    return find_horizon_words(text, language=LANGUAGE)


def _first(article: Article, content: tuple[Span, ...], find: Finder, /) -> Span | None:
    for span in content:
        found = find(span.text)
        if found:
            return article.span(span.start + found[0], span.start + found[1])
    return None


def content_spans(article: Article, parts: list[Offsets], /) -> tuple[Span, ...]:
    """The parts without "that" and the marks around them, joined where nothing but blanks stands between."""
    joined: list[Offsets] = []
    for start, end in sorted(parts):
        start, end = _trim(article.text, start, end)
        if start >= end or not _WORD.search(article.text, start, end):
            continue
        if joined and not article.text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(article.span(start, end) for start, end in joined)


def _trim(text: str, start: int, end: int, /) -> Offsets:
    while start < end and text[start] in _EDGES:
        start += 1
    that = _THAT.match(text, start, end)
    if that:
        start = that.end()
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end
