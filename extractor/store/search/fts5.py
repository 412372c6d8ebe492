"""Full-text search on SQLite, with FTS5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, func, literal_column, select, table

from extractor.schemas.stored import Piece
from extractor.store.filters import Filters
from extractor.store.tables import FTS, claims

from .conditions import expert_ids, indexed
from .query_words import FIELDS, Term
from .snippets import END, START, marked

WEIGHTS = {"statement": 4.0, "quote": 2.0, "topic": 1.0, "target": 1.0, "expert_id": 0.0}
MOST_EXPERTS = 50
"""Up to this many ids that one expert had before merges, they are looked up in the index as words."""
FEW_SEEKS = 100
"""Up to this many rows are looked up in the index one by one; it costs more to go through the matches between them."""
FEW_WORDS = 5_000
"""Up to this many claims with the words, each is looked at whether the filters let it through."""
FEW_ROWS = 200_000
"""Up to this many claims that the filters let through, their ids are collected before."""

_fts = table(FTS, column("rowid"))
_index: ColumnElement[Any] = literal_column(FTS)
_rowid: ColumnElement[int] = literal_column(
    f"+{FTS}.rowid"
)  # with "+" SQLite goes through the matches in order and seeks none one by one


def candidates(
    connection: Connection,
    terms: Sequence[Term],
    filters: Filters,
    /,
    *,
    others: Sequence[ColumnElement[bool]],
    fields: Sequence[str],
    bound: int | None,
) -> Select[Any]:
    """The rows (``id``) of listed claims that match, with their ``score``: at most ``bound``, those stored last."""
    members = expert_ids(connection, filters)
    if len(members) > MOST_EXPERTS:
        members = ()
    matches = _match(terms, fields, members)
    known = indexed(connection, replace(filters, expert=None) if members else filters)
    score = -func.bm25(_index, *WEIGHTS.values())
    query = select(_fts.c.rowid.label("id"), score.label("score")).where(matches)
    query = query.order_by(_fts.c.rowid.desc()).limit(bound)
    passed = select(claims.c.id).where(*known)
    wanted = [*known, *others]
    many = bool(known) and not _few(connection, select(_fts.c.rowid).where(matches), FEW_WORDS)
    if many and _few(connection, passed, FEW_ROWS):
        query = query.where(_rowid.in_(passed))
        wanted = [*others]
    return query.select_from(_fts.join(claims, claims.c.id == _rowid)).where(*wanted) if wanted else query


def highlight(
    connection: Connection, terms: Sequence[Term], rows: Sequence[int], /
) -> dict[int, list[Sequence[Piece]]]:
    """Statement, quotation, topic and target of rows, in pieces with the hits."""
    if not rows:
        return {}
    parts = [func.highlight(_index, place, START, END) for place in range(len(FIELDS))]
    found = select(_fts.c.rowid, *parts).where(_match(terms, FIELDS))
    if len(rows) <= FEW_SEEKS and not any(term.prefix for term in terms):
        found = found.where(_fts.c.rowid.in_(rows))
    else:
        found = found.where(_fts.c.rowid.between(min(rows), max(rows)), _rowid.in_(rows))
    return {row: [marked(text or "") for text in texts] for row, *texts in connection.execute(found)}


def _match(terms: Iterable[Term], fields: Sequence[str], experts: Sequence[int] = ()) -> ColumnElement[bool]:
    """Words hold letters, digits and marks only, so that none can close its quotation mark."""
    wanted = f"{{{' '.join(fields)}}} : ({' AND '.join(map(_operand, terms))})"
    if experts:
        ids = " OR ".join(f'"{expert}"' for expert in experts)
        wanted = f"({wanted}) AND ({{expert_id}} : ({ids}))"
    return _index.op("MATCH", is_comparison=True)(wanted)


def _operand(term: Term) -> str:
    """A term in FTS5's syntax. Its tokenizer folds less than `Term.spellings`, so that both are asked for."""
    spelled = [f'"{text}"{" *" if term.prefix else ""}' for text in term.spellings]
    longer = [f'"{word}"' for word in term.longer]
    return f"({' OR '.join([*spelled, *longer])})"


def _few(connection: Connection, query: Select[Any], most: int) -> bool:
    counted = select(func.count()).select_from(query.limit(most + 1).subquery())
    return (connection.scalar(counted) or 0) <= most
