"""Claims beside each other: an expert's over time, and who favours and who opposes something.

A *possible reversal* is a pair of claims of one expert, the later one after the earlier one, of which a reader has to
decide whether it is one. Positions: the stance was in favor and is against, or the other way round, and the targets
are the same (`SAME_TARGET`) or one holds all words of the other. Predictions: one expects the event to occur, the other
expects it not to, the statements are alike (`SAME_EVENT`) when words of negation are left out, and the horizons do not
exclude each other. Figures or opposites that set targets or statements apart ("no sanctions", "sanctions") make them
different ones. Rejected claims and annulled predictions take no part.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
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
from .reading import bounds, read_claims, read_expert
from .search import asking
from .search.query_words import Term, read_terms
from .similar import Words, containing, similar
from .similarity import content_words, dice
from .tables import claims, experts

SAME_TARGET: Final = 0.8
"""Dice coefficient of the content words of two targets from which on they are taken for the same."""
SAME_EVENT: Final = 0.6
"""Dice coefficient of the content words of two statements from which on they may be about the same event."""
BOUND: Final = 5_000
"""How many positions `disagreements` looks at at most, those stored last."""

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


def timeline(connection: Connection, expert: int | str, /, *, about: str, limit: int) -> Timeline:
    """What an expert held, in order of publication, undated last, with possible reversals marked.

    ``about``: only claims that hold these words. Of more than ``limit`` claims those published last, and only they are
    compared. Raises InputError for an unknown expert and for too many words.
    """
    root = linking.find_expert(connection, expert)
    held = [claims.c.listed, claims.c.expert_id.in_(linking.members(connection, root))]
    if about.strip():
        terms = read_terms(about)
        found = asking.candidates(connection, terms, Filters(expert=root), bound=None) if terms else None
        only = None if found is None else found.with_only_columns(found.selected_columns.id).subquery()
        held.append(false() if only is None else claims.c.id.in_(select(only.c.id)))
    query = select(claims.c.id, claims.c.date_published).where(*held)
    newest = query.order_by(claims.c.date_published.desc().nulls_last(), claims.c.id.desc())
    rows = connection.execute(newest.limit(bounds(limit, 0)[0])).all()
    shown = sorted(rows, key=lambda row: (row.date_published is None, row.date_published or date.max, row.id))
    told = tuple(read_claims(connection, [row.id for row in shown]))
    omitted = (connection.scalar(select(func.count()).select_from(query.subquery())) or 0) - len(told)
    return Timeline(expert=read_expert(connection, root), claims=told, reversals=reversals(told), omitted=omitted)


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

    One of each expert, stance and article, that whose target fits the words best, and at most ``limit`` of each stance.
    Of more than `BOUND` positions those stored last are looked at. Raises InputError for too many words.
    """
    sides: dict[str, list[int]] = {"favor": [], "against": [], "neutral": []}
    terms = read_terms(words)
    found = _positions(connection, terms) if terms else []
    for row in _fittest(connection, found[:BOUND], terms):
        if len(sides[row.stance]) < limit:
            sides[row.stance].append(row.id)
    told = {stance: tuple(read_claims(connection, side)) for stance, side in sides.items()}
    return Disagreement(**told, bounded=BOUND if len(found) > BOUND else None)


def _positions(connection: Connection, terms: Sequence[Term]) -> Sequence[Row[Any]]:
    """Row, stance, article, date, target and expert of the positions that hold the terms, stored last first."""
    fields = ("statement", "topic", "target")
    found = asking.candidates(connection, terms, Filters(kind="position"), bound=BOUND + 1, fields=fields)
    held = found.with_only_columns(  # no score: it would have to be worked out for each
        claims.c.id,
        claims.c.stance,
        claims.c.article_id,
        claims.c.date_published,
        claims.c.target,
        claims.c.expert_id,
    ).subquery()
    root = func.coalesce(experts.c.root_id, experts.c.id).label("root")
    query = select(held, root).join(experts, experts.c.id == held.c.expert_id)
    return connection.execute(query.order_by(held.c.id.desc())).all()


def _fittest(connection: Connection, rows: Sequence[Row[Any]], terms: Sequence[Term]) -> list[Row[Any]]:
    """Of each expert, stance and article the position whose target fits the terms best; newest first."""
    groups: dict[tuple[Any, ...], list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault((row.stance, row.root, row.article_id), []).append(row)
    direct: set[int] = set()
    if len(groups) < len(rows):
        found = asking.candidates(connection, terms, Filters(kind="position"), bound=BOUND, fields=("target",))
        direct = set(connection.scalars(found.with_only_columns(claims.c.id)))
    asked = content_words(" ".join(term.text for term in terms))

    def fit(row: Row[Any]) -> tuple[bool, float, int]:
        return row.id in direct, dice(content_words(row.target or ""), asked), row.id

    fittest = [max(group, key=fit) if len(group) > 1 else group[0] for group in groups.values()]
    return sorted(fittest, key=lambda row: (row.date_published or date.min, row.id), reverse=True)


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
    alike = _alike({side.words for side in taken}, least, parts=what == "stance")
    before: dict[frozenset[str], list[_Side]] = {}
    for later in taken:
        found = _opposed(later, [(before.get(words, []), close) for words, close in alike[later.words].items()])
        if found is not None:
            earlier, close = found
            reversal = Reversal(earlier=earlier.claim, later=later.claim, what=what, similarity=close)
            yield (later.place, earlier.place), reversal
        before.setdefault(later.words, []).append(later)


def _alike(sets: set[Words], least: float, *, parts: bool) -> dict[Words, dict[Words, float]]:
    """For each set of words those it is compared with, and how similar they are; ``parts``: also what it is part of."""
    alike = similar(sets, least=least)
    return {words: alike[words] | others for words, others in containing(sets).items()} if parts else alike


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
