"""What filters ask of rows of ``claims``, as conditions.

SQLite keeps no statistics of the rows, so it would take almost any index for a good one. A column that `unindexed`
wraps is out of its choice: what stays is the index that the list is walked by, or that few rows come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from extractor.store.articles import find_article
from extractor.store.experts import linking
from extractor.store.filters import Filters
from extractor.store.tables import claims, rejections, resolutions, runs


class unindexed(FunctionElement[Any]):  # noqa: N801 - it reads as a function of SQL
    """A column for whose values SQLite is not to look in an index; on PostgreSQL the column."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], /) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unindexed)
def _plain(element: unindexed, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


def listed(filters: Filters, /) -> list[ColumnElement[bool]]:
    """The conditions of claims of current runs that nobody rejected, or else of those that somebody did."""
    if not filters.rejected:
        return [claims.c.listed]
    current = exists(select(runs.c.id).where(runs.c.id == claims.c.run_id, runs.c.is_current))
    return [claims.c.claim_id.in_(_rejected()), current]


def indexed(connection: Connection, filters: Filters, /, *, walked: bool = False) -> list[ColumnElement[bool]]:
    """The conditions that an index answers: expert, article and dates. Raises InputError for unknown ones.

    Of expert and article given together the article has fewer claims; either has fewer than a span of days. ``walked``:
    an index gives the order, and the dates are looked up row by row.
    """
    wanted: list[ColumnElement[bool]] = []
    narrow = walked or filters.expert is not None or filters.article is not None
    if filters.expert is not None:
        expert = claims.c.expert_id if filters.article is None else unindexed(claims.c.expert_id)
        wanted.append(expert.in_(expert_ids(connection, filters)))
    if filters.article is not None:
        wanted.append(claims.c.article_id == find_article(connection, filters.article))
    published = unindexed(claims.c.date_published) if narrow else claims.c.date_published
    if filters.since is not None:
        wanted.append(published >= filters.since)
    if filters.until is not None:
        wanted.append(published <= filters.until)
    return wanted


def expert_ids(connection: Connection, filters: Filters, /) -> Sequence[int]:
    """The ids under which the claims of the expert asked for are stored; none when none is asked for.

    Raises InputError for an unknown one.
    """
    if filters.expert is None:
        return ()
    return linking.members(connection, linking.find_expert(connection, filters.expert))


def others(filters: Filters, /) -> list[ColumnElement[bool]]:
    """The conditions that need the row: kind, stance, status and the end of the horizon."""
    wanted: list[ColumnElement[bool]] = []
    if filters.kind is not None:
        wanted.append(unindexed(claims.c.kind) == filters.kind)
    if filters.stance is not None:
        wanted.append(unindexed(claims.c.stance) == filters.stance)
    if filters.status == "resolved":
        wanted += [unindexed(claims.c.kind) == "prediction", claims.c.claim_id.in_(select(resolutions.c.claim_id))]
    elif filters.status is not None:
        wanted += unresolved(narrow=True)
    if filters.status in ("open", "closed"):
        wanted.append(_time_is_over(closed=filters.status == "closed"))
    if filters.ends_by is not None:
        wanted.append(unindexed(claims.c.horizon_end) <= filters.ends_by)
    return wanted


def in_order(filters: Filters, /) -> list[ColumnElement[bool]]:
    """Conditions that hold anyway and let a list of one stance, or of predictions, be walked by date of publication.

    Where an article, an expert or rejections leave few rows, those are sorted.
    """
    if filters.expert is not None or filters.article is not None or filters.rejected or filters.status == "resolved":
        return []
    if filters.stance is not None:
        return [claims.c.stance == filters.stance]
    return [claims.c.stance.is_(None)] if filters.kind == "prediction" or filters.status is not None else []


def unresolved(*, narrow: bool = False) -> list[ColumnElement[bool]]:
    """The conditions of a prediction of which nobody has recorded how it turned out.

    ``narrow``: other conditions leave few rows, or give the order; else predictions are walked by the end of their
    horizon.
    """
    resolved = exists(select(resolutions.c.id).where(resolutions.c.claim_id == claims.c.claim_id))
    kind = unindexed(claims.c.kind) if narrow else claims.c.kind
    return [kind == "prediction", ~resolved]


def _time_is_over(*, closed: bool) -> ColumnElement[bool]:
    end, today = unindexed(claims.c.horizon_end), date.today()
    return end < today if closed else or_(end.is_(None), end >= today)


def _rejected() -> Select[Any]:
    """The ids of claims whose latest action is a rejection."""
    latest = select(func.max(rejections.c.id)).group_by(rejections.c.claim_id)
    return select(rejections.c.claim_id).where(rejections.c.id.in_(latest), rejections.c.action == "reject")
