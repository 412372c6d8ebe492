"""From an attribution and its holder to a draft claim with exact spans."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from extractor.grounding import ClaimSpans
from extractor.horizon import find_horizon_words
from extractor.likelihood import find_likelihood_words, read_likelihood
from extractor.schemas import Article, Span
from extractor.schemas.claims import Band
from extractor.schemas.drafts import DraftPosition, DraftPrediction

from .attitudes import ATTITUDE_KINDS, ATTITUDE_STANCES, REPORTED, View, view
from .classification import Topics, doing, kind, stance, target
from .forecasts import (
    Event,
    affirm,
    find_condition,
    from_infinitive,
    future_at,
    future_clause,
    is_forecast,
    is_nominal,
    is_own,
    is_plan,
    lacks,
    told_affirmatively,
)
from .found import Attribution, Offsets
from .holders import Holder
from .statements import clause, name_subject, shape, speaks_of_holder, statement, with_antecedent
from .subjects import main_phrase
from .subjunctives import demanded
from .wording import finish, has_verb

LANGUAGE = "en"
_EDGES = " \t\n\r,;:—–-…"
_THAT = re.compile(r"that\s+", re.IGNORECASE)
_WORD = re.compile(r"\w")
_NEGATIVE = re.compile(r"\b(?:not|never|cannot|no|nobody|nothing)\b|n['’]t\b", re.IGNORECASE)
_SAYING = re.compile(r"^[^:]{1,80} says?: ")
_SHORTEST_EVENT = 2
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
    """What a claim is made of; ``said`` is its content as a plain sentence, ``view`` how the holder stands to it."""

    article: Article
    item: Attribution
    holder: Holder
    topics: Topics
    said: str
    view: View
    parts: Parts
    reported_by: str | None

    @property
    def own(self) -> bool:
        """True when the content is about the holder's own doing."""
        return speaks_of_holder(self.said, self.holder, quoted=self.item.quoted)


def make_claim(
    article: Article,
    item: Attribution,
    holder: Holder,
    topics: Topics,
    /,
    *,
    reporter: Holder | None = None,
    before: str | None = None,
) -> Claim | None:
    """The claim of an attribution, None when nothing is left of its content.

    ``before`` is the content of the claim before, where the same holder made it one sentence earlier: a leading
    "they" or "it" that cannot be the holder stands for its subject.
    """
    content = content_spans(article, item.parts)
    said = demanded(clause(item, article.text), item)
    if before is not None and not item.quoted:
        said = with_antecedent(said, before, holder)
    if not content or not said or _is_titled(item, article.text):
        return None
    cue = () if item.rule == "label" else (article.span(*item.cue),)
    source = () if item.source is None else (article.span(*item.source),)
    parts = (source, cue, content)
    name = reporter.name if reporter and reporter.name != holder.name else None
    material = _Material(article, item, holder, topics, said, view(item, said, article.text), parts, name)
    event = _event(material)
    return _prediction(material, event) if event else _position(material)


def _is_titled(item: Attribution, text: str, /) -> bool:
    """True for attributing words of a headline that the lexicon does not know: "I [Changed My Mind About] the Tram"."""
    return item.verb is None and item.rule != "label" and text[item.cue[0]].isupper()


def _event(made: _Material, /) -> Event | None:
    """The event that the claim predicts; None for a position, and where its polarity cannot be told safely."""
    attitude, said = made.view.attitude, made.view.said
    if attitude in ("withholds", "refuses") or not _predicts(made):
        return None
    if attitude == "affirms" and made.view.said == made.said and shape(made.item, said) == "phrase":
        text = from_infinitive(said)
        return Event(finish(text) if text else statement(made.item, made.holder, said, made.article.text), False)
    clausal = future_clause(said) if future_at(said) is not None else from_infinitive(said)
    if clausal is None:
        return None
    event = affirm(told_affirmatively(clausal) if attitude in ("doubts", "denies") else clausal)
    denied = attitude == "denies"
    if denied and (event.negated or _NEGATIVE.search(event.text) or _is_below_even(said)):
        return None
    return Event(name_subject(event.text, made.holder, made.item.quoted), event.negated or denied)


def _predicts(made: _Material, /) -> bool:
    item, said, attitude = made.item, made.view.said, made.view.attitude
    sense = item.entry.sense if item.entry else ""
    own = speaks_of_holder(said, made.holder, quoted=item.quoted)
    if len(said.split()) < _SHORTEST_EVENT or (own and is_plan(said)):
        return False
    if attitude in ("hopes", "fears"):
        return future_at(said) is not None and _band(said) is not None
    if attitude in ("doubts", "denies"):
        infinitive = (sense == "expect" or said != made.said) and from_infinitive(said) is not None
        return infinitive or (future_at(said) is not None and (item.marked or not is_nominal(said)))
    warns_of = item.verb is not None and item.verb.entry.lemma == "warn" and item.verb.last > item.verb.head
    if not (warns_of or is_forecast(item.entry, said)):
        return False
    return not (own and is_own(said)) or sense in ("expect", "warn")


def _band(said: str, /) -> Band | None:
    """The band of the likelihood words of a clause, None when they have none."""
    found = find_likelihood_words(said, language=LANGUAGE)
    if found is None:
        return None
    words = Span(start=found[0], end=found[1], text=said[slice(*found)])
    return read_likelihood(words, negated=False, language=LANGUAGE)[0].band


def _is_below_even(said: str, /) -> bool:
    return _band(said) in ("almost_no_chance", "very_unlikely", "unlikely")


def _position(made: _Material, /) -> Claim:
    source, cue, content = made.parts
    item, said, text = made.item, made.said, made.article.text
    attitude = made.view.attitude
    with_cue = attitude in REPORTED and made.view.said == said
    told = statement(item, made.holder, said, text, with_cue=with_cue)
    about = told if len(said.split()) <= _SHORTEST_EVENT and main_phrase(said) is None else made.view.said
    own = (made.own and is_plan(said)) or said.startswith("to ")
    taken = "fact" if attitude == "refuses" else kind(item.entry, said, own)
    taken = taken if said.startswith("to ") else ATTITUDE_KINDS.get(attitude, taken)
    group = text[item.group[0] : item.group[1]]
    draft = DraftPosition(
        content=[span.text for span in content],
        cue=[span.text for span in cue],
        source=[span.text for span in source],
        expert=made.holder.name,
        reported_by=made.reported_by,
        statement=told,
        topic=made.topics.topic(about),
        target=_proposition(made)
        or doing(made.view.said, taken)
        or target(item.entry, made.view.said)
        or _SAYING.sub("", told).rstrip(".!?…"),
        stance=ATTITUDE_STANCES.get(attitude) or stance(item.entry, said, group, taken),
        kind=taken,
    )
    return Claim(draft, ClaimSpans(source, cue, content, None, None, None))


def _proposition(made: _Material, /) -> str | None:
    """The clause that is doubted, denied, hoped or feared, toward which the stance is; None for a noun phrase."""
    said = made.view.said
    clausal = made.view.attitude in REPORTED and not said.startswith("to ") and has_verb(said)
    return said.rstrip(".!?…") if clausal else None


def _prediction(made: _Material, told: Event, /) -> Claim:
    about = made.view.said
    topic = made.topics.topic(told.text if about.lower().startswith("there ") else future_clause(about))
    words = None
    if made.view.attitude == "doubts":
        words = made.parts[1][0] if made.view.said == made.said else None
    return prediction(
        made.article, made.parts, made.holder.name, told, topic, reported_by=made.reported_by, likelihood=words
    )


def prediction(
    article: Article,
    parts: Parts,
    expert: str,
    event: Event,
    topic: str,
    /,
    *,
    reported_by: str | None = None,
    likelihood: Span | None = None,
) -> Claim:
    """A draft prediction; condition, horizon and, where not given, likelihood words are looked up in its content."""
    source, cue, content = parts
    likelihood = likelihood or _first(article, content, _likelihood)
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
