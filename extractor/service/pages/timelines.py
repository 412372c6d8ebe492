"""An expert's claims for the eye: positions by topic, and everything in the order of publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from extractor.render.phrases import plain
from extractor.schemas import Position
from extractor.schemas.stored import Reversal, StoredClaim, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Positions on one topic, newest first, and how many take which side."""

    name: str
    claims: tuple[StoredClaim, ...]
    favor: int
    against: int
    neutral: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A claim of a timeline, and the ids of the claims that it may contradict."""

    claim: StoredClaim
    partners: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What was published in one month, newest first; undated articles come last, without a month."""

    name: str
    entries: tuple[Entry, ...]


def topics(claims: Sequence[StoredClaim], /) -> tuple[Topic, ...]:
    """The positions among claims (oldest first) by topic, those with the most positions first."""
    grouped: dict[str, list[StoredClaim]] = {}
    for claim in reversed(claims):
        if isinstance(claim.claim, Position):
            grouped.setdefault(plain(claim.claim.topic).casefold(), []).append(claim)
    return tuple(_topic(group) for group in sorted(grouped.values(), key=len, reverse=True))


def periods(timeline: Timeline, /) -> tuple[Period, ...]:
    """A timeline by month, the newest first."""
    partners = _partners(timeline.reversals)
    dated = [claim for claim in timeline.claims if claim.article.published]
    undated = [claim for claim in timeline.claims if not claim.article.published]
    ordered = [*reversed(dated), *reversed(undated)]
    return tuple(
        Period(name=month, entries=tuple(Entry(claim=one, partners=partners.get(one.id, ())) for one in group))
        for month, group in groupby(ordered, key=_month)
    )


def _topic(claims: Sequence[StoredClaim]) -> Topic:
    sides = Counter(claim.claim.stance for claim in claims if isinstance(claim.claim, Position))
    return Topic(
        name=plain(claims[0].claim.topic) or "No topic",
        claims=tuple(claims),
        favor=sides["favor"],
        against=sides["against"],
        neutral=sides["neutral"],
    )


def _month(claim: StoredClaim) -> str:
    published = claim.article.published
    return f"{published:%B} {published.year}" if published else "Undated"


def _partners(reversals: Sequence[Reversal]) -> dict[int, tuple[int, ...]]:
    """By claim the claims that it may contradict."""
    found: dict[int, tuple[int, ...]] = {}
    for reversal in reversals:
        first, second = reversal.earlier.id, reversal.later.id
        found[first] = (*found.get(first, ()), second)
        found[second] = (*found.get(second, ()), first)
    return found
