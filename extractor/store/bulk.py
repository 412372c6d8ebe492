"""Many rows at once, with the ids that they are to have: written past what SQLAlchemy does for each row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Connection, Dialect, Table, func, select, text
from sqlalchemy.types import TypeEngine

from .tables import FTS, claims

_PAUSED = f"{FTS}_paused"
"""SQLite: as long as there is a row in it, claims that are added are not put into the index one by one."""
_INDEXED = ("statement", "quote", "topic", "target", "expert_id")


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], /) -> None:
    """Insert rows, which all have the same columns."""
    if not rows:
        return
    names = tuple(rows[0])
    statement, processors = _insertion(table, names, connection.dialect)
    values = [itemgetter(*names)(row) for row in rows] if len(names) > 1 else [(row[names[0]],) for row in rows]
    columns = [list(column) for column in zip(*values, strict=True)]
    for place, process in processors:
        columns[place] = [process(value) for value in columns[place]]
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def insert_claims(connection: Connection, rows: Sequence[Mapping[str, Any]], /) -> None:
    """Insert claims, whose ids ascend, and put those that are listed into the search index."""
    if not rows:
        return
    if connection.dialect.name != "sqlite" or not rows[0]["listed"]:
        insert_rows(connection, claims, rows)
        return
    names = ", ".join(_INDEXED)  # a trigger for each row would cost more than all else: it closes the index each time
    connection.exec_driver_sql(f"INSERT INTO {_PAUSED} VALUES (1)")  # noqa: S608 - our own names, as below
    insert_rows(connection, claims, rows)
    put = f"INSERT INTO {FTS} (rowid, {names}) SELECT id, {names} FROM claims "  # noqa: S608
    connection.exec_driver_sql(f"{put} WHERE listed AND id BETWEEN ? AND ?", (rows[0]["id"], rows[-1]["id"]))
    connection.exec_driver_sql(f"DELETE FROM {_PAUSED}")  # noqa: S608


def next_ids(connection: Connection, table: Table, number: int, /) -> Sequence[int]:
    """Ascending ids for so many new rows, so that a row can name its own; where users see them they are always new."""
    if not number:
        return ()
    if connection.dialect.name == "postgresql":
        series = func.generate_series(1, number)
        following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return sorted(connection.scalars(select(following).select_from(series)))
    # One writer at a time, so that what follows the last id is free.
    if table.dialect_options["sqlite"]["autoincrement"]:
        last = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    else:
        last = connection.scalar(select(func.max(table.c.id)))
    return range((last or 0) + 1, (last or 0) + 1 + number)


@lru_cache(maxsize=64)
def _insertion(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[int, Callable[[Any], Any]]]]:
    """The statement, and what makes the driver's values of ours, by place."""
    mark = "?" if dialect.name == "sqlite" else "%s"
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join([mark] * len(names))})'  # noqa: S608 - ours
    processors = ((place, _processor(table.c[name].type, dialect)) for place, name in enumerate(names))
    return statement, [(place, process) for place, process in processors if process is not None]


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes the driver's value of one of a column of this kind."""
    if isinstance(kind, JSON) and dialect.name == "sqlite":
        return _dump
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _dump(value: Any) -> str | None:
    """A value as JSON; what is to be null is null."""
    if value is None:
        return None
    try:
        return to_json(value).decode()
    except ValueError:  # halves of surrogate pairs, which only escapes can tell
        return json.dumps(value)
