"""Ids of an export in a store: kept where the store never gave them out, else new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Table, func, select, text

from extractor.store.tables import claims, experts, runs

from . import records as form

_TABLES: Final = (runs, experts, claims)
_FEW: Final = 10_000
"""Ids that are drawn one by one, so that nobody who draws meanwhile gets the same; further on nobody is so soon."""
_SEQUENCE: Final = "pg_get_serial_sequence(:name, 'id')"


class Numbering:
    """Which ids the runs, experts and claims of one export get."""

    def __init__(self, connection: Connection, last: form.LastIds, /) -> None:
        """Set the ids up to ``last`` aside, so that what others add meanwhile gets later ones.

        A store that gave out exactly these ids is a copy, perhaps an unfinished one, of what was exported: there the
        ids that nothing has are free too, elsewhere they were those of something that was deleted.
        """
        here = read_last(connection)
        self.last = last
        self._empty = {table.name for table in _TABLES if connection.scalar(select(table.c.id).limit(1)) is None}
        self._given = dict.fromkeys(here.model_dump(), 0) if here == last else here.model_dump()
        self.kept = 0
        self.renumbered = 0
        for table in _TABLES:
            _raise(connection, table, _id(here, table), _id(last, table))

    def is_unused(self, table: Table, /) -> bool:
        """True when the table was empty, and what is free in it is free for the export, when the import began."""
        return self._given[table.name] == 0 and table.name in self._empty

    def assign(self, connection: Connection, table: Table, wanted: Sequence[int], /, *, after: int = 0) -> list[int]:
        """An id for each: the same where it is free and larger than ``after``, else a new one."""
        free = {one for one in wanted if one > max(after, self._given[table.name])}
        free -= set(connection.scalars(select(table.c.id).where(table.c.id.in_(free))))
        places = {one: place for place, one in reversed([*enumerate(wanted)]) if one in free}
        new = iter(_reserve(connection, table, len(wanted) - len(places)))
        return [one if places.get(one) == place else next(new) for place, one in enumerate(wanted)]

    def count(self, wanted: Sequence[int], got: Sequence[int], /) -> None:
        """Keep account of ids that users see."""
        kept = sum(one == other for one, other in zip(wanted, got, strict=True))
        self.kept += kept
        self.renumbered += len(wanted) - kept


def read_last(connection: Connection, /) -> form.LastIds:
    """The last ids that were given out, 0 where none was."""
    return form.LastIds(**{table.name: _last(connection, table) for table in _TABLES})


def _id(ids: form.LastIds, table: Table) -> int:
    return int(getattr(ids, table.name))


def _last(connection: Connection, table: Table) -> int:
    if connection.dialect.name == "postgresql":
        found = connection.scalar(text(f"SELECT pg_sequence_last_value({_SEQUENCE}::regclass)"), {"name": table.name})
    else:
        found = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found or 0)


def _raise(connection: Connection, table: Table, here: int, wanted: int) -> None:
    """Let ids go on after ``wanted``, where they stand before it."""
    if wanted <= here:
        return
    if connection.dialect.name != "postgresql" or wanted - here <= _FEW:
        _reserve(connection, table, wanted - here)
        return
    connection.execute(text(f"SELECT setval({_SEQUENCE}, :last)"), {"name": table.name, "last": wanted})


def _reserve(connection: Connection, table: Table, number: int) -> Sequence[int]:
    """So many ids that nobody else gets."""
    if not number:
        return ()
    if connection.dialect.name == "postgresql":
        following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return sorted(connection.scalars(select(following).select_from(func.generate_series(1, number))))
    last, named = _last(connection, table), {"name": table.name, "number": number}
    changed = connection.execute(text("UPDATE sqlite_sequence SET seq = seq + :number WHERE name = :name"), named)
    if not changed.rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), named)
    return range(last + 1, last + 1 + number)
