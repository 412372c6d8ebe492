"""No claim twice: duplicates among the grounded claims of an article become one.

Two claims are duplicates when one expert holds both and

- both are positions, or both predictions, and their contents share at least half of their characters (Dice) or are the
  same words in another place (a pull quote), unless likelihood words or horizons in different places, or opposite
  stances toward different targets, show that they are about different things;
- one is a prediction and the other a position with the same content: a claim is in one list only;
- one reports the other: "A says that B believes X" is B's claim, not another one of A's with the same content.

Which of them stays depends on the claims alone, not on their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .grounding import ClaimSpans
from .schemas import Span
from .schemas.drafts import DraftPosition, DraftPrediction

_DUPLICATE: Final = 0.5
"""Dice coefficient over the characters of two contents from which on they are one claim told twice."""
_SAME: Final = 0.8
"""The coefficient from which on two contents count as the same although the claims are of different kinds."""
_REPEATED: Final = 25
"""Characters from which on the same words in two places are one claim, and not a stock phrase."""

_WORD = re.compile(r"\w+")
_Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KeyedClaim:
    """A grounded claim whose holder and reporter are known by the keys of their groups."""

    expert: int
    reported_by: int | None
    draft: DraftPosition | DraftPrediction
    spans: ClaimSpans

    @property
    def is_prediction(self) -> bool:
        """True for a prediction, False for a position."""
        return isinstance(self.draft, DraftPrediction)


def merge_claims(claims: Sequence[KeyedClaim], /) -> tuple[list[KeyedClaim], int]:
    """The claims without duplicates, ordered by first content offset, and how many were merged into others."""
    ordered = list(_distinct(claims))
    twins: dict[int, set[int]] = defaultdict(set)
    told: dict[int, set[int]] = defaultdict(set)
    for first, second in _candidates(ordered):
        one, other = ordered[first], ordered[second]
        if _is_told_by(one, other):
            told[first].add(second)
        elif _is_told_by(other, one):
            told[second].add(first)
        elif _is_twin(one, other):
            twins[first].add(second)
            twins[second].add(first)
    left = [place for place in range(len(ordered)) if not _is_told(place, told)]
    kept: set[int] = set()
    for place in sorted(left, key=lambda place: _rank(place, ordered, twins)):
        if twins[place].isdisjoint(kept):
            kept.add(place)
    return [ordered[place] for place in sorted(kept)], len(claims) - len(kept)


def _is_told(place: int, told: Mapping[int, set[int]]) -> bool:
    """True when another claim, which stays, says the same; of claims that only say so in a circle the first stays."""
    reached: set[int] = set()
    waiting = set(told.get(place, ()))
    while waiting:
        reached |= waiting
        waiting = {further for near in waiting for further in told.get(near, ())} - reached
    if place not in reached:
        return bool(reached)
    return min(reached) < place or any(not told.get(other) for other in reached)


def _distinct(claims: Iterable[KeyedClaim]) -> Iterator[KeyedClaim]:
    """Each claim once, though a model may repeat itself a lot, by its place in the article; its words settle ties."""
    by_place: dict[_Stretch, list[KeyedClaim]] = defaultdict(list)
    for claim in claims:
        by_place[_hull(claim)].append(claim)
    for _, here in sorted(by_place.items(), key=lambda item: item[0]):
        yield from here if len(here) == 1 else [claim for _, claim in sorted({repr(c): c for c in here}.items())]


def _hull(claim: KeyedClaim) -> _Stretch:
    content = claim.spans.content
    return (content[0].start, content[-1].end) if content else (0, 0)


def _candidates(ordered: Sequence[KeyedClaim]) -> Iterator[tuple[int, int]]:
    """The pairs of places that may be one claim: those that overlap, and those with the same words elsewhere."""
    active: list[int] = []
    repeated: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, claim in enumerate(ordered):
        start, _ = _hull(claim)
        active = [other for other in active if _hull(ordered[other])[1] > start]
        words = _words(claim)
        far = repeated[claim.expert, words] if len(words) >= _REPEATED else []
        near = set(active)
        yield from ((other, place) for other in active if _are_related(ordered[other], claim))
        yield from ((other, place) for other in far if other not in near)
        far.append(place)
        active.append(place)


def _are_related(one: KeyedClaim, other: KeyedClaim) -> bool:
    return one.expert == other.expert or one.expert == other.reported_by or other.expert == one.reported_by


def _is_told_by(one: KeyedClaim, other: KeyedClaim) -> bool:
    """True when ``other`` says what ``one`` says, and is the better place for it: a prediction, or the one reported."""
    if one.expert == other.expert:
        same = _dice(_content(one), _content(other)) >= _SAME or _is_repeated(one, other)
        return other.is_prediction and not one.is_prediction and same
    if other.reported_by != one.expert:
        return False
    reported = _without(_content(one), [*_stretches(other.spans.source), *_stretches(other.spans.cue)])
    return max(_dice(reported, _content(other)), _dice(_content(one), _content(other))) >= _SAME


def _is_twin(one: KeyedClaim, other: KeyedClaim) -> bool:
    if one.expert != other.expert or one.is_prediction != other.is_prediction:
        return False
    if _dice(_content(one), _content(other)) >= _DUPLICATE:
        return not _are_apart(one, other)
    return _is_repeated(one, other) and not _are_worded_apart(one, other)


def _is_repeated(one: KeyedClaim, other: KeyedClaim) -> bool:
    words = _words(one)
    return len(words) >= _REPEATED and words == _words(other)


def _are_apart(one: KeyedClaim, other: KeyedClaim) -> bool:
    """True when overlapping claims are about different things: their likelihoods, horizons or targets are."""
    for ours, theirs in ((one.spans.likelihood, other.spans.likelihood), (one.spans.horizon, other.spans.horizon)):
        if ours and theirs and not ours.overlaps(theirs):
            return True
    return _are_opposed(one, other)


def _are_worded_apart(one: KeyedClaim, other: KeyedClaim) -> bool:
    """The same of claims with the same words in different places."""
    for ours, theirs in ((one.spans.likelihood, other.spans.likelihood), (one.spans.horizon, other.spans.horizon)):
        if ours and theirs and ours.text.casefold() != theirs.text.casefold():
            return True
    return _are_opposed(one, other)


def _are_opposed(one: KeyedClaim, other: KeyedClaim) -> bool:
    """True for a position in favor of one thing and a position against another."""
    if not isinstance(one.draft, DraftPosition) or not isinstance(other.draft, DraftPosition):
        return False
    stances = {one.draft.stance, other.draft.stance}
    return stances == {"favor", "against"} and one.draft.target.casefold() != other.draft.target.casefold()


def _rank(
    place: int, ordered: Sequence[KeyedClaim], twins: Mapping[int, set[int]]
) -> tuple[bool, bool, bool, bool, int, int, int]:
    """Orders duplicates, the one that stays first.

    Last comes a claim that two others split between them. Else: with a source, with a cue, with its reporter, with
    more of condition, likelihood and horizon, with more content.
    """
    spans = ordered[place].spans
    told = sum(part is not None for part in (spans.condition, spans.likelihood, spans.horizon))
    size = sum(end - start for start, end in _content(ordered[place]))
    reporter = ordered[place].reported_by is not None
    return _is_split(place, ordered, twins), not spans.source, not spans.cue, not reporter, -told, -size, place


def _is_split(place: int, ordered: Sequence[KeyedClaim], twins: Mapping[int, set[int]]) -> bool:
    """True when two duplicates of a claim lie inside it and are none of each other: it holds two claims."""
    whole = _content(ordered[place])
    inside = [
        other
        for other in twins.get(place, ())
        if _shared(whole, _content(ordered[other])) >= _SAME * _size(_content(ordered[other]))
    ]
    smaller = [other for other in inside if _size(_content(ordered[other])) < _size(whole)]
    return any(second not in twins.get(first, ()) for first in smaller for second in smaller if first < second)


def _words(claim: KeyedClaim) -> str:
    return " ".join(_WORD.findall(" ".join(span.text for span in claim.spans.content).casefold()))


def _content(claim: KeyedClaim) -> list[_Stretch]:
    return _stretches(claim.spans.content)


def _stretches(spans: Iterable[Span]) -> list[_Stretch]:
    return [(span.start, span.end) for span in spans]


def _size(stretches: Iterable[_Stretch]) -> int:
    return sum(end - start for start, end in stretches)


def _dice(first: Sequence[_Stretch], second: Sequence[_Stretch]) -> float:
    """2 |A and B| / (|A| + |B|) over characters; 0 when both are empty."""
    total = _size(first) + _size(second)
    return 2 * _shared(first, second) / total if total else 0.0


def _shared(first: Sequence[_Stretch], second: Sequence[_Stretch]) -> int:
    """How many characters both have."""
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in first for begin, stop in second)


def _without(stretches: Iterable[_Stretch], holes: Iterable[_Stretch]) -> list[_Stretch]:
    """The stretches less the characters of the holes."""
    left = list(stretches)
    for begin, stop in holes:
        left = [
            (low, high)
            for start, end in left
            for low, high in ((start, min(end, begin)), (max(start, stop), end))
            if low < high
        ]
    return left
