"""Searching the claims: full text on both databases, with the same meaning.

All words have to occur, in any of statement, quotation, topic and target; words are stemmed as English ones, without
regard to case and accents. What has letters of a script without spaces between words is looked for inside of the texts.
Filters without words give the newest claims. What matches is ranked: on SQLite by BM25, on PostgreSQL by ``ts_rank``, a
statement's words counting twice those of a quotation and four times those of topic and target.
When more match than `BOUND`, those are ranked that were stored last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, func, select

from extractor.errors import InputError
from extractor.schemas.stored import Hit, Piece, StoredClaim
from extractor.store.filters import Filters
from extractor.store.reading import bounds, newest, read_claims
from extractor.store.tables import claims

from . import fts5, inside, tsearch
from .conditions import indexed, others
from .query_words import FIELDS, Term, read_terms
from .snippets import snippet

BOUND = 20_000
"""How many claims are ranked at most."""


class _FullText(Protocol):
    """What the modules for the two databases do."""

    def candidates(
        self,
        connection: Connection,
        terms: Sequence[Term],
        filters: Filters,
        /,
        *,
        others: Sequence[ColumnElement[bool]],
        fields: Sequence[str],
        bound: int | None,
    ) -> Select[Any]: ...

    def highlight(
        self, connection: Connection, terms: Sequence[Term], rows: Sequence[int], /
    ) -> dict[int, list[Sequence[Piece]]]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``bounded``: how many were ranked, those stored last, when more matched; else None."""

    hits: tuple[Hit, ...]
    bounded: int | None = None


def search(connection: Connection, words: str, /, *, filters: Filters, limit: int, offset: int) -> Found:
    """The listed claims that hold all these words and pass the filters, best first; of equal ones the newest.

    Raises InputError when there are too many words, and for an unknown expert or article.
    """
    terms = read_terms(words)
    if terms and filters.rejected:
        raise InputError("rejected claims are not searched for words: leave the words out, or list the claims")
    limit, offset = bounds(limit, offset)
    if limit == 0 or not (terms or (filters.any and not words.strip())):
        return Found(())
    if not terms:
        listed = read_claims(connection, newest(connection, filters, limit=limit, offset=offset))
        return Found(tuple(Hit(found=claim, score=0, snippet=_plain(claim)) for claim in listed))
    found = candidates(connection, terms, filters, bound=BOUND + 1)
    ranked = connection.execute(_best(found, limit=limit, offset=offset)).all()
    rows = [row for row, _, _ in ranked]
    pieces = _highlight(connection, terms, rows)
    shown = zip(read_claims(connection, rows), ranked, strict=True)
    hits = tuple(Hit(found=claim, score=score, snippet=snippet(pieces[row])) for claim, (row, score, _) in shown)
    return Found(hits, BOUND if ranked and ranked[0][2] > BOUND else None)


def candidates(
    connection: Connection,
    terms: Sequence[Term],
    filters: Filters,
    /,
    *,
    bound: int | None,
    fields: Sequence[str] = FIELDS,
) -> Select[Any]:
    """The rows (``id``) of listed claims that hold all terms in these columns, with their ``score``.

    At most ``bound``, those stored last; None sets no bound. Raises InputError for an unknown expert or article.
    """
    worded, spaceless = inside.parted(terms)
    more = [*others(filters), *inside.holding(spaceless, fields)]
    if not worded:
        return inside.candidates([*indexed(connection, filters), *more], bound=bound)
    return _backend(connection).candidates(connection, worded, filters, others=more, fields=fields, bound=bound)


def _highlight(
    connection: Connection, terms: Sequence[Term], rows: Sequence[int]
) -> Mapping[int, Sequence[Sequence[Piece]]]:
    """Statement, quotation, topic and target of rows, in pieces with the hits."""
    worded, spaceless = inside.parted(terms)
    pieces = _backend(connection).highlight(connection, worded, rows) if worded else inside.texts(connection, rows)
    return {row: [inside.mark(column, spaceless) for column in columns] for row, columns in pieces.items()}


def _best(query: Select[Any], /, *, limit: int, offset: int) -> Select[Any]:
    """A page of candidates by score, date and id, with the number of them all.

    The dates are looked up of those only that can be on the page.
    """
    found = query.cte("found")
    number = select(func.count()).select_from(found).scalar_subquery()
    oldest = select(func.min(found.c.id)).scalar_subquery()
    ranked = (number <= BOUND) | (found.c.id > oldest)
    last = select(found.c.score).where(ranked).order_by(found.c.score.desc()).offset(offset + limit - 1).limit(1)
    return (
        select(found.c.id, found.c.score, number)
        .join(claims, claims.c.id == found.c.id)
        .where(ranked, found.c.score >= func.coalesce(last.scalar_subquery(), 0.0))
        .order_by(found.c.score.desc(), claims.c.date_published.desc().nulls_last(), found.c.id.desc())
        .limit(limit)
        .offset(offset)
    )


def _plain(claim: StoredClaim) -> tuple[Piece, ...]:
    return snippet([[Piece(text=claim.claim.statement, hit=False)]])


def _backend(connection: Connection) -> _FullText:
    return fts5 if connection.dialect.name == "sqlite" else tsearch
