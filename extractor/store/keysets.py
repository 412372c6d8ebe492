"""Pages that do not shift when rows are added: each begins after a key, which is the place of a row in its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, or_, select

from .tables import claims

Item = TypeVar("Item")

Key = tuple[date | int | None, int]
"""What a list is ordered by (a day, which may be unknown, or a number), and an id that decides between equal ones."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of a list. ``after`` is the key after which the next page begins; None when nothing follows."""

    items: tuple[Item, ...]
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of claims: by a day, then by an id, both ascending or both descending; those without a day last."""

    day: Column[Any]
    tie: Column[Any]
    descending: bool

    @property
    def columns(self) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """What to order by."""
        return (self.day.desc(), self.tie.desc()) if self.descending else (self.day, self.tie)


def beyond(day: ColumnElement[Any], tie: ColumnElement[Any], key: Key, /, *, descending: bool) -> ColumnElement[bool]:
    """The condition of rows that come after ``key``, whose day is known.

    Said so that an index over the day leads to them: databases do not see one in a comparison of pairs.
    """
    first, second = key
    if descending:
        return and_(day <= first, or_(day < first, tie < second))
    return and_(day >= first, or_(day > first, tie > second))


def list_rows(
    connection: Connection,
    wanted: Sequence[ColumnElement[bool]],
    order: Order,
    /,
    *,
    limit: int,
    offset: int = 0,
    after: Key | None = None,
    dated_only: bool = False,
) -> list[int]:
    """The rows of claims (``claims.id``) that fulfil ``wanted``, after a key; of them those from ``offset`` on.

    In two halves, since no index of PostgreSQL's gives descending days with the null ones last.
    """
    day, undated = order.day, after is not None and after[0] is None
    dated = select(claims.c.id).where(*wanted, day.is_not(None)).order_by(*order.columns)
    if after is not None and not undated:
        dated = dated.where(beyond(day, order.tie, after, descending=order.descending))
    found = [] if undated else list(connection.scalars(dated.limit(limit).offset(offset)))
    if dated_only or (len(found) == limit and not undated):
        return found
    passed = 0 if undated else _passed(connection, dated, offset, len(found))
    rest = select(claims.c.id).where(*wanted, day.is_(None)).order_by(order.columns[1])
    if after is not None and undated:
        rest = rest.where(order.tie < after[1] if order.descending else order.tie > after[1])
    return found + list(connection.scalars(rest.limit(limit - len(found)).offset(max(0, offset - passed))))


def _passed(connection: Connection, dated: Select[Any], offset: int, found: int) -> int:
    """How many dated rows come before what is wanted of the undated ones."""
    if offset and not found:
        return connection.scalar(select(func.count()).select_from(dated.order_by(None).subquery())) or 0
    return offset + found


def read_key(connection: Connection, order: Order, row: int, /) -> Key:
    """The key of a row of claims."""
    day, tie = connection.execute(select(order.day, order.tie).where(claims.c.id == row)).one()
    return day, tie
