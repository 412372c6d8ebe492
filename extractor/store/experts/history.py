"""What people said about who is who, to be read: the log of merges, splits and recorded names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, or_, select

from extractor.schemas.stored import ExpertChange
from extractor.store.tables import expert_changes

from .lookup import MOST, find_expert, members, read_refs

_SOME: Final = 1000


def list_changes(connection: Connection, expert: int | str | None = None, /, *, limit: int) -> list[ExpertChange]:
    """The changes, newest first: all, or those of an expert and of all that were merged into it. Raises InputError."""
    asked = select(expert_changes).order_by(expert_changes.c.id.desc())
    most = min(max(limit, 0), MOST)
    if expert is None:
        return _read(connection, list(connection.execute(asked.limit(most))))
    found: dict[int, Row[Any]] = {}
    for some in _some(members(connection, find_expert(connection, expert))):
        ours = or_(expert_changes.c.expert_id.in_(some), expert_changes.c.other_id.in_(some))
        found.update((row.id, row) for row in connection.execute(asked.where(ours).limit(most)))
    return _read(connection, [found[key] for key in sorted(found, reverse=True)[:most]])


def _read(connection: Connection, rows: list[Row[Any]]) -> list[ExpertChange]:
    refs = read_refs(connection, sorted({one for row in rows for one in (row.expert_id, row.other_id) if one}))
    return [
        ExpertChange(
            id=row.id,
            action=row.action,
            expert=refs[row.expert_id],
            other=refs.get(row.other_id),
            name=row.detail.get("name"),
            articles=tuple(row.detail.get("articles", ())),
            reason=row.reason,
            changed_at=row.added_at,
        )
        for row in rows
        if row.expert_id in refs
    ]


def _some(ids: list[int]) -> Iterator[list[int]]:
    """So many that a statement takes them."""
    for start in range(0, len(ids), _SOME):
        yield ids[start : start + _SOME]
