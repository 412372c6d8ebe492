"""Stored values that are not of their column's kind. SQLite takes any value everywhere; PostgreSQL refuses them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import JSON, Boolean, Column, Connection, Date, Select, Table, Text, cast, select, type_coerce
from sqlalchemy.types import NullType

from extractor.store.tables import Moment, metadata


def is_of_a_value(error: Exception, /) -> bool:
    """True when an error arose where a stored value became one of Python's, and not in what was done with it."""
    names = []
    step = error.__traceback__
    while step is not None:
        names.append(str(step.tb_frame.f_globals.get("__name__", "")))
        step = step.tb_next
    if isinstance(error, ValidationError):  # a row became a record
        return next((name for name in reversed(names) if not name.startswith("pydantic")), "").startswith(
            "extractor.store."
        )
    while names and names[-1].partition(".")[0] == "json":
        names.pop()
    return bool(names) and names[-1].startswith("sqlalchemy.") and isinstance(error, ValueError | TypeError)


def locate(path: Path, /) -> str | None:
    """Table, key and column of the first such value of an SQLite file; None when none is found."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            for table in metadata.sorted_tables:
                for column in table.c:
                    if (wrong := _wrong(column)) and (found := connection.execute(_rows(table, wrong)).fetchone()):
                        return f"{table.name} {found[0]}, {column.name}"
    except sqlite3.Error:
        return None
    return None


def damaged_values(connection: Connection, /) -> Iterator[tuple[Table, str, str]]:
    """Such values of an SQLite database: table, key of the row, column."""
    for table in metadata.sorted_tables:
        for column in table.c:
            if wrong := _wrong(column):
                for (key,) in connection.exec_driver_sql(_rows(table, wrong)):
                    yield table, str(key), column.name


def _rows(table: Table, wrong: str, /) -> str:
    key = " || ' of run ' || ".join(reversed([f'"{column.name}"' for column in table.primary_key]))
    return f'SELECT {key} FROM "{table.name}" WHERE {wrong}'  # noqa: S608 - our own names


def _wrong(column: Column[object], /) -> str | None:
    """The condition under which a value is none of the column's kind."""
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, Date):
        return f"{name} IS NOT NULL AND (date({name}, '+0 days') IS NOT {name} OR {name} < '0001')"
    if isinstance(kind, Moment):
        return (
            f"{name} IS NOT NULL AND (datetime({name}) IS NULL OR date({name}, '+0 days') IS NOT substr({name}, 1, 10))"
        )
    if isinstance(kind, JSON):
        is_number = f"typeof({name}) IN ('integer', 'real')"
        return f"{name} IS NOT NULL AND NOT ({is_number} OR (typeof({name}) = 'text' AND json_valid({name})))"
    if isinstance(kind, Boolean):
        return f"{name} IS NOT NULL AND {name} NOT IN (0, 1)"
    return None


def undecoded(table: Table, /) -> Select[Any]:
    """Rows of a table with the values as the database has them, JSON as text; `decoded` makes them Python's."""
    return select(*(_plain(column).label(column.name) for column in table.c))


def _plain(column: Column[Any], /) -> Any:
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return type_coerce(column, NullType()) if isinstance(column.type, Date | Moment | Boolean) else column


def decoded(table: Table, row: Mapping[Any, Any], /) -> dict[str, Any] | None:
    """The row of `undecoded` with Python's values; None when one is not of its column's kind."""
    try:
        return {column.name: _decode(column, row[column.name]) for column in table.c}
    except (ValueError, TypeError):
        return None


def _decode(column: Column[Any], value: Any, /) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.loads(value)
    if isinstance(column.type, Date):
        return value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(column.type, Moment):
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(column.type, Boolean):
        if value not in (0, 1):
            raise ValueError(f"{value!r} is neither 0 nor 1")
        return bool(value)
    return value
