"""From the reviewed drafts of an article's chunks to its result: pure functions, no calls, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .grounding import ClaimSpans
from .horizon import read_horizon
from .horizon import supports as supports_horizon
from .likelihood import read_likelihood
from .likelihood import supports as supports_likelihood
from .merging import KeyedClaim, merge_claims
from .people import Group, group_experts
from .quotations import quotations, quote_type
from .schemas import Article, Expert, Position, Prediction, Rejected, Verifiability, Violation
from .schemas.claims import Level, Missing
from .schemas.drafts import DraftExpert, DraftPosition, DraftPrediction

AnyClaim = DraftPosition | DraftPrediction


@dataclass(frozen=True, slots=True)
class ChunkDraft:
    """What a chunk's draft comes to after the review."""

    chunk: int
    experts: tuple[DraftExpert, ...]
    claims: tuple[tuple[AnyClaim, ClaimSpans], ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of an extraction that the drafts make up."""

    experts: tuple[Expert, ...]
    positions: tuple[Position, ...]
    predictions: tuple[Prediction, ...]
    rejected: tuple[Rejected, ...]
    merged: int
    warnings: tuple[str, ...]


def assemble(article: Article, drafts: Sequence[ChunkDraft], /) -> Assembled:
    """One expert per person, no duplicate claim, ids by order of the text."""
    named = [(draft.chunk, expert) for draft in drafts for expert in draft.experts]
    groups, keys = group_experts(named, article)
    keyed = [_keyed(draft.chunk, claim, spans, keys) for draft in drafts for claim, spans in draft.claims]
    kept, merged = merge_claims(keyed)
    used = [group for group in groups if any(group.key in (claim.expert, claim.reported_by) for claim in kept)]
    ids = _expert_ids(used, kept)
    experts = sorted((_expert(group, ids[group.key]) for group in used), key=lambda expert: int(expert.id[1:]))
    quoted = quotations(article.text)
    claims = [_claim(f"c{n}", claim, ids, article, quoted) for n, claim in enumerate(kept, 1)]
    positions = tuple(claim for claim in claims if isinstance(claim, Position))
    predictions = tuple(claim for claim in claims if isinstance(claim, Prediction))
    return Assembled(
        tuple(experts),
        positions,
        predictions,
        _without_claim(named, keys, {group.key for group in used}),
        merged + _folded(named, keys),
        _warnings(article, predictions),
    )


def resolve_experts(article: Article, drafts: Sequence[DraftExpert], /) -> tuple[tuple[Expert, ...], dict[str, str]]:
    """Experts that a summary names: the experts, ids by first mention, and the id of each draft's name."""
    groups, keys = group_experts([(0, draft) for draft in drafts], article)
    ids = _expert_ids(groups, ())
    experts = sorted((_expert(group, ids[group.key]) for group in groups), key=lambda expert: int(expert.id[1:]))
    return tuple(experts), {name: ids[key] for (_, name), key in keys.items()}


def _keyed(chunk: int, claim: AnyClaim, spans: ClaimSpans, keys: dict[tuple[int, str], int]) -> KeyedClaim:
    reporter = keys[chunk, claim.reported_by] if claim.reported_by is not None else None
    holder = keys[chunk, claim.expert]
    return KeyedClaim(holder, None if reporter == holder else reporter, claim, spans)


def _expert_ids(groups: Sequence[Group], claims: Sequence[KeyedClaim]) -> dict[int, str]:
    """e1.. by first mention; who is never mentioned (the author) stands where his first claim does."""
    first: dict[int, int] = {}
    for claim in claims:
        for key in (claim.expert, claim.reported_by):
            if key is not None:
                first.setdefault(key, claim.spans.content[0].start)
    ordered = sorted(groups, key=lambda g: (g.mentions[0].start if g.mentions else first.get(g.key, 0), g.key))
    return {group.key: f"e{number}" for number, group in enumerate(ordered, 1)}


def _expert(group: Group, expert_id: str) -> Expert:
    return Expert(
        id=expert_id,
        name=group.name,
        kind=group.kind,
        role=group.role,
        affiliation=group.affiliation,
        aliases=group.aliases,
        mentions=group.mentions,
    )


def _claim(
    claim_id: str, claim: KeyedClaim, ids: dict[int, str], article: Article, quoted: list[tuple[int, int]]
) -> Position | Prediction:
    draft, spans = claim.draft, claim.spans
    shared: dict[str, Any] = {
        "id": claim_id,
        "expert_id": ids[claim.expert],
        "reported_by": None if claim.reported_by is None else ids[claim.reported_by],
        "source": spans.source,
        "cue": spans.cue,
        "content": spans.content,
        "quote_type": quote_type(spans.content, quoted),
        "statement": draft.statement.strip(),
        "topic": draft.topic.strip(),
    }
    if isinstance(draft, DraftPosition):
        return Position(**shared, target=draft.target.strip(), stance=draft.stance, kind=draft.kind)
    found, expected = read_likelihood(spans.likelihood, negated=draft.negated, language=article.language)
    by_when = read_horizon(spans.horizon, published=article.published, language=article.language)
    return Prediction(
        **shared,
        expected=expected,
        likelihood=found,
        condition=spans.condition,
        horizon=by_when,
        verifiability=_verifiability(draft, dated=by_when.end is not None),
    )


def _verifiability(draft: DraftPrediction, *, dated: bool) -> Verifiability:
    """None missing: verifiable; one or two: partly; more: unverifiable. The date is code's own finding."""
    missing: list[Missing] = [] if dated else ["date"]
    missing += [lack for lack in ("metric", "threshold", "entity", "condition") if lack in draft.missing]
    level: Level = "verifiable" if not missing else "partly" if len(missing) <= 2 else "unverifiable"
    return Verifiability(level=level, missing=tuple(missing))


def _folded(named: Sequence[tuple[int, DraftExpert]], keys: dict[tuple[int, str], int]) -> int:
    """How many expert drafts were folded into another."""
    return len(named) - len({keys[chunk, expert.name] for chunk, expert in named})


def _without_claim(
    named: Sequence[tuple[int, DraftExpert]], keys: dict[tuple[int, str], int], used: set[int]
) -> tuple[Rejected, ...]:
    """Experts to whom no claim was given, once each: they are no part of the result, and are not lost either."""
    idle = {keys[chunk, expert.name]: expert for chunk, expert in reversed(named)}
    return tuple(
        Rejected(
            kind="expert",
            item=expert.model_dump(),
            violations=(
                Violation(rule="expert_without_claim", field="", message="no claim of this expert was recorded"),
            ),
        )
        for key, expert in sorted(idle.items())
        if key not in used
    )


def _warnings(article: Article, predictions: Sequence[Prediction]) -> tuple[str, ...]:
    found = []
    if predictions and not supports_likelihood(article.language):
        found.append(f"no lexicon of likelihood words for language {article.language!r}: bands are null")
    if predictions and not supports_horizon(article.language):
        found.append(f"no rules for time expressions in language {article.language!r}: dates are null")
    if article.published is None and any(prediction.horizon.words for prediction in predictions):
        found.append("the date of publication is not known: relative time expressions have no dates")
    return tuple(found)
