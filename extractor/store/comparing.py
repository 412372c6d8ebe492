"""Claims beside each other: an expert's over time, and who favours and who opposes something.

A *possible reversal* is a pair of claims of one expert, the later one after the earlier one, of which a reader has to
decide whether it is one. Positions: the stance was in favor and is against, or the other way round, and the targets
are the same (`SAME_TARGET`). Predictions: one expects the event to occur, the other expects it not to, the statements
are alike (`SAME_EVENT`) when words of negation are left out, and the horizons do not exclude each other. Figures or
opposites that set targets or statements apart ("no sanctions", "sanctions") make them different ones. Rejected claims
and annulled predictions take no part.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, false, func, select

from extractor.grounding.guards import conflict, negates
from extractor.grounding.normalization import WORD, fold
from extractor.schemas import Horizon, Position, Prediction
from extractor.schemas.stored import Disagreement, Reversal, StoredClaim, Timeline

from .experts import linking
from .filters import Filters
from .reading import read_claims, read_expert
from .search import asking
from .search.query_words import Term, read_terms
from .similar import similar
from .similarity import content_words
from .tables import claims, experts

SAME_TARGET: Final = 0.8
"""Dice coefficient of the content words of two targets from which on they are taken for the same."""
SAME_EVENT: Final = 0.6
"""Dice coefficient of the content words of two statements from which on they may be about the same event."""

_OPPOSITE: Final = {"favor": "against", "against": "favor", "occurs": "does_not_occur", "does_not_occur": "occurs"}
_YEAR: Final = re.compile(r"\b(?:19|20|21)\d\d\b")


@dataclass(frozen=True, slots=True)
class _Side:
    """What a claim takes a side on, in folded words: the target of a position, the event of a prediction."""

    place: int
    claim: StoredClaim
    side: str
    text: str
    words: frozenset[str]


def timeline(connection: Connection, expert: int | str, /, *, about: str) -> Timeline:
    """What an expert held, in order of publication, undated last, with possible reversals marked.

    ``about``: only claims that hold these words. Raises InputError for an unknown expert and for too many words.
    """
    root = linking.find_expert(connection, expert)
    ours = (claims.c.listed, claims.c.expert_id.in_(linking.members(connection, root)))
    query = select(claims.c.id).where(*ours)
    if about.strip():
        terms = read_terms(about)
        found = asking.candidates(connection, terms, Filters(expert=root), bound=asking.BOUND) if terms else None
        query = query.where(claims.c.id.in_(select(found.subquery().c.id)) if found is not None else false())
    order = (claims.c.date_published.asc().nulls_last(), claims.c.id)
    held = tuple(read_claims(connection, connection.scalars(query.order_by(*order)).all()))
    return Timeline(expert=read_expert(connection, root), claims=held, reversals=reversals(held))


def reversals(claims: Sequence[StoredClaim], /) -> tuple[Reversal, ...]:
    """The possible reversals among claims of one expert in order of publication, by the later claim.

    A claim is set against the last one before it that takes the other side, unless one at least as similar that takes
    its own side stands between them: who changes his mind once and repeats himself is told once.
    """
    counting = [(place, claim) for place, claim in enumerate(claims) if _counts(claim)]
    stances = [_position(place, one, one.claim) for place, one in counting if isinstance(one.claim, Position)]
    events = [_prediction(place, one, one.claim) for place, one in counting if isinstance(one.claim, Prediction)]
    found = [*_turns(stances, "stance", SAME_TARGET), *_turns(events, "expected", SAME_EVENT)]
    return tuple(reversal for _, reversal in sorted(found, key=lambda one: one[0]))


def disagreements(connection: Connection, words: str, /, *, limit: int) -> Disagreement:
    """Positions whose statement, target or topic holds all these words, by stance, newest first.

    One of each expert, stance and article, and at most ``limit`` of each stance. Raises InputError for too many words.
    """
    sides: dict[str, list[int]] = {"favor": [], "against": [], "neutral": []}
    terms = read_terms(words)
    seen: set[tuple[Any, ...]] = set()
    for row in _positions(connection, terms) if terms else ():
        key = row.stance, row.root, row.article_id
        if key not in seen and len(sides[row.stance]) < limit:
            seen.add(key)
            sides[row.stance].append(row.id)
    return Disagreement(**{stance: tuple(read_claims(connection, side)) for stance, side in sides.items()})


def _positions(connection: Connection, terms: Sequence[Term]) -> Iterable[Row[Any]]:
    """Row, stance, expert and article of the positions that hold the terms, newest first."""
    fields = ("statement", "topic", "target")
    positions = Filters(kind="position")
    found = asking.candidates(connection, terms, positions, bound=asking.BOUND, fields=fields).subquery()
    root = func.coalesce(experts.c.root_id, experts.c.id).label("root")
    query = select(claims.c.id, claims.c.stance, root, claims.c.article_id)
    query = query.join(found, found.c.id == claims.c.id).join(experts, experts.c.id == claims.c.expert_id)
    return connection.execute(query.order_by(claims.c.date_published.desc().nulls_last(), claims.c.id.desc()))


def _counts(claim: StoredClaim) -> bool:
    return not claim.rejected and (claim.resolution is None or claim.resolution.outcome != "annulled")


def _position(place: int, claim: StoredClaim, position: Position) -> _Side:
    text = fold(position.target).text
    return _Side(place, claim, position.stance, text, _content(position.target, claim))


def _prediction(place: int, claim: StoredClaim, prediction: Prediction) -> _Side:
    """The event without words of negation: `expected` tells on which side it is. Years are the horizon's affair."""
    folded = fold(prediction.statement).text
    text = _YEAR.sub(" ", WORD.sub(lambda word: "" if negates(word[0]) else word[0], folded))
    return _Side(place, claim, prediction.expected, text, _content(text, claim))


def _content(text: str, claim: StoredClaim) -> frozenset[str]:
    return content_words(text, language=claim.article.language)


def _turns(
    sides: Sequence[_Side], what: Literal["stance", "expected"], least: float
) -> Iterator[tuple[tuple[int, int], Reversal]]:
    taken = [side for side in sides if side.side in _OPPOSITE]
    alike = similar({side.words for side in taken}, least=least)
    before: dict[frozenset[str], list[_Side]] = {}
    for later in taken:
        found = _opposed(later, [(before.get(words, []), close) for words, close in alike[later.words].items()])
        if found is not None:
            earlier, close = found
            reversal = Reversal(earlier=earlier.claim, later=later.claim, what=what, similarity=close)
            yield (later.place, earlier.place), reversal
        before.setdefault(later.words, []).append(later)


def _opposed(later: _Side, groups: Sequence[tuple[Sequence[_Side], float]]) -> tuple[_Side, float] | None:
    """The last one on the other side, with its similarity; None when one as similar on the same side came after it.

    ``groups``: similar ones in the order of their places, with their similarity.
    """
    most = max((close for _, close in groups), default=0.0)
    repeated = 0.0
    backwards = [((side, close) for side in reversed(group)) for group, close in groups]
    for earlier, close in heapq.merge(*backwards, key=lambda one: -one[0].place):
        if repeated >= most:
            break
        if not _comparable(earlier, later):
            continue
        if earlier.side == later.side:
            repeated = max(repeated, close)
        elif close > repeated:
            return earlier, close
    return None


def _comparable(earlier: _Side, later: _Side) -> bool:
    """True when two claims of different articles or dates are about the same."""
    first, second = earlier.claim.article, later.claim.article
    if (first.id, first.published) == (second.id, second.published):
        return False
    horizons = [side.claim.claim.horizon for side in (earlier, later) if isinstance(side.claim.claim, Prediction)]
    if horizons and not _overlap(*horizons):
        return False
    return conflict(earlier.text, later.text) not in ("figures", "negation")


def _overlap(first: Horizon, second: Horizon) -> bool:
    """True unless two horizons exclude each other; what is not known excludes nothing."""
    starts = [horizon.start or date.min for horizon in (first, second)]
    ends = [horizon.end or date.max for horizon in (first, second)]
    return max(starts) <= min(ends)
