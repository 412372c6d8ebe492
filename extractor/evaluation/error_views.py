"""What the HTML page of errors shows, decided beforehand: its template holds no logic but loops and choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from extractor.render.html.segments import Mark, Role, Segment, cut
from extractor.render.phrases import count, plain
from extractor.segmentation import sentences

from .attributions import Attribution, Stretch, Stretches, overlap, union
from .marking import joined
from .outcomes import ArticleOutcomes, ClaimOutcome, Fault, Outcome, article_outcomes, kind_of
from .presenting import sections
from .reading import GoldArticle
from .records import Claim
from .reports import Report
from .systems import Found

KINDS: Final = {
    "found": "check",
    "right": "check",
    "wrong source": "versus",
    "wrong label": "versus",
    "missed": "neutral",
    "false alarm": "warning",
    "left out": "info",
}
"""What can have become of an attribution or a claim, in the order in which it is told, and the icon for it."""
_GOOD: Final = ("found", "right")

Passage = tuple[Segment, ...]
"""A piece of the text cut by role; its offsets count from its own beginning."""


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome: how the gold and how the system marks it, each as passages, and what there is to say about it.

    ``predicted`` is empty where it is as in the gold and ``same`` says so.
    """

    id: str
    number: int
    kind: str
    what: str
    place: int
    gold: tuple[Passage, ...]
    predicted: tuple[Passage, ...]
    same: bool
    statements: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of the whole text, and the rows whose content begins with it."""

    segment: Segment
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The rows of one comparison; ``pieces`` is the whole text, where it is shown beside them."""

    id: str
    title: str
    told: str
    pieces: tuple[Piece, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ArticleErrors:
    """An article: ``id`` is its anchor, ``errors`` counts the rows that are not right."""

    id: str
    name: str
    title: str
    language: str | None
    errors: int
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class ErrorsView:
    """The whole page: ``kinds`` are those that occur and how often, ``tables`` the report's figures."""

    kinds: tuple[tuple[str, int], ...]
    icons: Mapping[str, str]
    tables: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    articles: tuple[ArticleErrors, ...]


def errors_view(report: Report, articles: Iterable[GoldArticle], found: Mapping[str, Found], /) -> ErrorsView:
    """The view of what was found, missed and wrong in the articles that have a result."""
    told = [article_outcomes(gold, found[gold.name]) for gold in articles if gold.name in found]
    anchors = _anchors([one.gold.name for one in told])
    views = tuple(_article(one, anchor) for one, anchor in zip(told, anchors, strict=True))
    number = Counter(row.kind for view in views for side in view.sides for row in side.rows)
    tables = ((title, tuple(rows)) for title, rows in sections(report).items() if rows)
    kinds = tuple((kind, number[kind]) for kind in KINDS if number[kind])
    return ErrorsView(kinds, KINDS, tuple(tables), views)


def _anchors(names: Sequence[str], /) -> Iterator[str]:
    """An id for each article that its name makes: letters, digits and hyphens, each once."""
    seen: Counter[str] = Counter()
    for name in names:
        anchor = f"article-{re.sub(r'[^0-9A-Za-z_]+', '-', name).strip('-')}"
        seen[anchor] += 1
        yield anchor if seen[anchor] == 1 else f"{anchor}.{seen[anchor]}"


def _article(told: ArticleOutcomes, anchor: str, /) -> ArticleErrors:
    bounds = sentences(told.gold.article.text)
    sides = list(_sides(told, anchor, bounds))
    return ArticleErrors(
        id=anchor,
        name=plain(told.gold.name),
        title=plain(told.gold.article.title or ""),
        language=told.gold.article.language,
        errors=sum(row.kind not in (*_GOOD, "left out") for side in sides for row in side.rows),
        sides=tuple(sides),
    )


def _sides(told: ArticleOutcomes, anchor: str, bounds: Sequence[Stretch], /) -> Iterator[Side]:
    text = told.gold.article.text
    statements = {claim.id: claim.statement for claim in told.found.record.claims} if told.found.record else {}
    for place, (annotator, outcomes) in enumerate(told.attributions, 1):
        key = f"{anchor}.a{place}"
        rows = tuple(_row(one, f"{key}.", number, text, bounds, statements) for number, one in enumerate(outcomes, 1))
        title = f"Attributions against {plain(annotator)}"
        yield Side(key, title, _told(rows), _pieces(text, outcomes, rows), rows)
    judged = enumerate(told.claims or (), 1)
    if claims := tuple(_claim_row(one, f"{anchor}.c.{number}", number, text, bounds) for number, one in judged):
        yield Side(f"{anchor}.c", "Claims and their labels", _told(claims), (), claims)
    others = enumerate(told.left_out, 1)
    if left := tuple(_left_out(one, f"{anchor}.o.{number}", number, text, bounds) for number, one in others):
        yield Side(f"{anchor}.o", "Claims that are no attribution", count(len(left), "claim"), (), left)


def _told(rows: Iterable[Row], /) -> str:
    number = Counter(row.kind for row in rows)
    return ", ".join(f"{number[kind]} {kind}" for kind in KINDS if number[kind]) or "none on either side"


def _row(
    one: Outcome, key: str, number: int, text: str, bounds: Sequence[Stretch], statements: Mapping[str, str], /
) -> Row:
    gold, predicted = (tuple(_passages(side, text, bounds)) if side else () for side in (one.gold, one.predicted))
    claims = one.predicted.claims if one.predicted else ()
    return Row(
        id=f"{key}{number}",
        number=number,
        kind=one.kind,
        what="",
        place=one.place[0],
        gold=gold,
        predicted=() if gold == predicted else predicted,
        same=gold == predicted,
        statements=tuple(plain(statements[claim]) for claim in claims if claim in statements),
        faults=(),
    )


def _claim_row(one: ClaimOutcome, key: str, number: int, text: str, bounds: Sequence[Stretch], /) -> Row:
    gold, predicted = (
        tuple(_passages(_parts(side), text, bounds)) if side else () for side in (one.gold, one.predicted)
    )
    return Row(
        id=key,
        number=number,
        kind=one.kind,
        what=f"{kind_of(one.claim)} of {plain(one.claim.holder.name)}",
        place=one.claim.content[0][0],
        gold=gold,
        predicted=() if gold == predicted else predicted,
        same=gold == predicted,
        statements=(plain(one.predicted.statement),) if one.predicted else (),
        faults=one.faults,
    )


def _left_out(claim: Claim, key: str, number: int, text: str, bounds: Sequence[Stretch], /) -> Row:
    return Row(
        id=key,
        number=number,
        kind="left out",
        what=f"{kind_of(claim)} of {plain(claim.holder.name)}",
        place=claim.content[0][0],
        gold=(),
        predicted=tuple(_passages(_parts(claim), text, bounds)),
        same=False,
        statements=(plain(claim.statement),),
        faults=(),
    )


def _parts(claim: Claim, /) -> Attribution:
    return Attribution(claim.source, claim.cue, claim.content)


def _passages(one: Attribution, text: str, bounds: Sequence[Stretch], /) -> Iterator[Passage]:
    """The sentences that an attribution touches, those side by side as one passage."""
    touched = [edges for edges in bounds if overlap((edges,), one.stretches)]
    for start, end in joined(touched, text):
        yield cut(text[start:end], _marks(one, start, end))


def _marks(one: Attribution, start: int, end: int, /) -> Iterator[Mark]:
    """What of an attribution stands in a passage, by offsets in it."""
    roles: tuple[tuple[Role, Stretches], ...] = (("source", one.source), ("cue", one.cue), ("content", one.content))
    for role, stretches in roles:
        for first, last in union(stretches):
            if max(first, start) < min(last, end):
                yield Mark(max(first, start) - start, min(last, end) - start, role)


def _pieces(text: str, outcomes: Sequence[Outcome], rows: Sequence[Row], /) -> tuple[Piece, ...]:
    """The whole text, cut where a content of the gold or of the system begins or ends."""
    marks = {
        Mark(start, end, role)
        for one in outcomes
        for role, side in _roles(one)
        for start, end in (side.content if side else ())
        if start < end
    }
    begun: dict[int, list[Row]] = {}
    for row in rows:
        begun.setdefault(row.place, []).append(row)
    return tuple(Piece(one, tuple(begun.get(one.start, ()))) for one in cut(text, marks))


def _roles(one: Outcome, /) -> tuple[tuple[Role, Attribution | None], ...]:
    return ("gold", one.gold), ("predicted", one.predicted)
