"""From annotations that quote to gold with offsets: annotators copy words, code finds where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import ConfigDict, Field

from extractor.errors import InputError
from extractor.grounding import ClaimSpans, Grounder, Miss
from extractor.schemas import Article, Span
from extractor.schemas.article import Frozen
from extractor.schemas.claims import Band, Expected, ExpertKind, Granularity, PositionKind, Stance
from extractor.schemas.drafts import DraftPosition, DraftPrediction
from extractor.segmentation import sentences

from .gold import GoldExpert, GoldHead, GoldHorizon, GoldPosition, GoldPrediction, GoldRecord

_HEAD = {"title", "author", "published", "language"}


class Quoted(Frozen):
    """Base of what an annotator writes; the format is told in ``docs/annotation.md``."""

    model_config = ConfigDict(extra="forbid")


class QuotedHead(Quoted):
    """What is known of the article."""

    title: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None


class QuotedExpert(Quoted):
    """A holder of claims."""

    name: str = Field(min_length=1)
    kind: ExpertKind
    role: str | None
    affiliation: str | None
    aliases: tuple[str, ...]


class QuotedClaim(Quoted):
    """What positions and predictions share; ``near`` are words of the place that is meant."""

    expert: str
    reported_by: str | None
    source: tuple[str, ...]
    cue: tuple[str, ...]
    content: tuple[str, ...] = Field(min_length=1)
    near: str = ""
    statement: str


class QuotedPosition(QuotedClaim):
    """A position with its labels."""

    target: str
    stance: Stance
    kind: PositionKind


class QuotedPrediction(QuotedClaim):
    """A prediction with its labels."""

    expected: Expected
    band: Band | None
    likelihood_words: str | None
    condition: str | None
    horizon_words: str | None
    horizon_start: date | None
    horizon_end: date | None
    granularity: Granularity


class QuotedGold(Quoted):
    """What an annotator wrote about one article; without ``article`` the text tells what is known of it."""

    article: QuotedHead | None = None
    experts: tuple[QuotedExpert, ...]
    positions: tuple[QuotedPosition, ...]
    predictions: tuple[QuotedPrediction, ...]


def gold_from_quotes(article: Article, quoted: QuotedGold, /) -> GoldRecord:
    """The gold of an article, ids by order of the text. Raises InputError that names every quotation not found."""
    ids = {expert.name: f"e{number}" for number, expert in enumerate(quoted.experts, 1)}
    grounder = Grounder(article.text, language=article.language)
    written: list[QuotedPosition | QuotedPrediction] = [*quoted.positions, *quoted.predictions]
    faults = list(_inconsistencies(quoted, written))
    placed = [(claim, _place(grounder, article.text, claim, faults)) for claim in written]
    if faults:
        raise InputError(f"{'; '.join(faults)}; mend the gold, and copy what it quotes from the article")
    placed.sort(key=lambda pair: (pair[1].content[0].start, pair[1].content[-1].end))
    claims = [_claim(f"c{number}", claim, spans, ids) for number, (claim, spans) in enumerate(placed, 1)]
    return GoldRecord(
        article=GoldHead(id=article.id, **article.model_dump(include=_HEAD)),
        experts=tuple(GoldExpert(id=ids[expert.name], **expert.model_dump()) for expert in quoted.experts),
        positions=tuple(claim for claim in claims if isinstance(claim, GoldPosition)),
        predictions=tuple(claim for claim in claims if isinstance(claim, GoldPrediction)),
    )


def _inconsistencies(quoted: QuotedGold, claims: Sequence[QuotedClaim], /) -> Iterator[str]:
    """Experts and claims that are there twice, and experts that are not there."""
    named = Counter(expert.name for expert in quoted.experts)
    yield from (f"the expert {name!r} is listed {times} times" for name, times in named.items() if times > 1)
    holders = [name for claim in claims for name in (claim.expert, claim.reported_by) if name is not None]
    yield from (f"{name!r} is no expert" for name in dict.fromkeys(holders) if name not in named)
    yield from (f"the claim {claim.statement!r} is there {n} times" for claim, n in Counter(claims).items() if n > 1)


def _place(grounder: Grounder, text: str, claim: QuotedPosition | QuotedPrediction, faults: list[str], /) -> ClaimSpans:
    """Where the claim stands: in the sentence of the words of ``near`` or later, where they are given."""
    start = 0
    if claim.near:
        near = grounder.find(claim.near)
        if isinstance(near, Miss):
            faults.append(f"near {claim.near!r} is not in the text")
        else:
            start = max((first for first, _ in sentences(text) if first <= near.start), default=0)
    spans, misses = grounder.claim(_draft(claim), after=start)
    faults += [f"{miss.field} {miss.miss.quote!r} is not in the text, or not as often" for miss in misses]
    if not misses:
        faults += [f"{quote!r} is not verbatim" for quote, span in _quotations(claim, spans) if quote not in span]
    return spans


def _quotations(
    claim: QuotedPosition | QuotedPrediction, spans: ClaimSpans, /
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every quotation of a claim, with the words of the text that its field was found as."""
    for name in ("source", "cue", "content"):
        words = tuple(span.text for span in getattr(spans, name))
        yield from ((quote, words) for quote in getattr(claim, name))
    if isinstance(claim, QuotedPrediction):
        found = (spans.likelihood, spans.condition, spans.horizon)
        written = (claim.likelihood_words, claim.condition, claim.horizon_words)
        yield from ((quote, _words(span)) for quote, span in zip(written, found, strict=True) if quote is not None)


def _words(span: Span | None, /) -> tuple[str, ...]:
    return (span.text,) if span else ()


def _draft(claim: QuotedPosition | QuotedPrediction, /) -> DraftPosition | DraftPrediction:
    """The claim as a draft, which is what grounding reads; only its quotations matter."""
    shared: dict[str, Any] = {
        "content": list(claim.content),
        "cue": list(claim.cue),
        "source": list(claim.source),
        "expert": claim.expert,
        "reported_by": claim.reported_by,
        "statement": claim.statement,
        "topic": "",
    }
    if isinstance(claim, QuotedPosition):
        return DraftPosition(**shared, target=claim.target, stance=claim.stance, kind=claim.kind)
    return DraftPrediction(
        **shared,
        likelihood_words=claim.likelihood_words,
        negated=False,
        condition=claim.condition,
        horizon_words=claim.horizon_words,
        missing=[],
    )


def _claim(
    claim_id: str, claim: QuotedPosition | QuotedPrediction, spans: ClaimSpans, ids: dict[str, str], /
) -> GoldPosition | GoldPrediction:
    shared: dict[str, Any] = {
        "id": claim_id,
        "expert_id": ids[claim.expert],
        "reported_by": ids[claim.reported_by] if claim.reported_by else None,
        "source": spans.source,
        "cue": spans.cue,
        "content": spans.content,
        "statement": claim.statement,
    }
    if isinstance(claim, QuotedPosition):
        return GoldPosition(**shared, target=claim.target, stance=claim.stance, kind=claim.kind)
    horizon = GoldHorizon(
        words=spans.horizon, start=claim.horizon_start, end=claim.horizon_end, granularity=claim.granularity
    )
    return GoldPrediction(
        **shared,
        expected=claim.expected,
        band=claim.band,
        likelihood_words=spans.likelihood,
        condition=spans.condition,
        horizon=horizon,
    )
