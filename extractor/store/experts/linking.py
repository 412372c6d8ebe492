"""What a person says about experts of the store: which are one, which are two, and what else they are called.

Every change is logged in ``expert_changes``, with what it takes to take it back in ``detail``:

- ``merge`` of ``other_id`` into ``expert_id``: ``members``, the ids whose root changed.
- ``unmerge`` of ``other_id`` from ``expert_id``, into which it was merged: ``members``, and the ``root`` they had.
- ``split`` of the new ``other_id`` from ``expert_id``: ``articles``, and the rows that moved with the expert that they
  named before, as ``claims`` and ``reporters`` ([row, expert]) and ``cited`` ([run, local id, expert]).
- ``alias`` and ``unalias`` of ``expert_id``: ``name`` and ``normalized``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from extractor.errors import InputError
from extractor.schemas.stored import StoredExpert
from extractor.store.database.limits import held
from extractor.store.tables import expert_changes, expert_names, experts

from .candidates import candidates
from .history import list_changes
from .identity import lock_changes, lock_names
from .lookup import find_expert, find_id, get_expert, list_experts, members, read_experts, read_refs, root_of, tell
from .naming import normalize
from .splitting import separate

__all__ = [
    "add_alias", "candidates", "find_expert", "get_expert", "list_changes", "list_experts", "members", "merge",
    "remove_alias", "split",
]  # fmt: skip

LONGEST_NAME: Final = 200
"""Characters of a recorded name at most."""
LONGEST_REASON: Final = 10_000
"""Characters of a reason at most."""


def merge(connection: Connection, expert: int | str, other: int | str, /, *, reason: str | None = None) -> StoredExpert:
    """Make ``other``, with all that was merged into it, part of ``expert``; claims stay as they are.

    Of an expert that is part of another the whole is meant. Raises InputError when one is unknown or both are one.
    """
    reason = _clean(reason)
    lock_changes(connection)
    root, part = find_expert(connection, expert), find_expert(connection, other)
    if root == part:
        whose = tell(read_refs(connection, [root])[root])
        raise InputError(f"both are one expert already: {root} ({whose}); name two that differ")
    moved = members(connection, part)
    connection.execute(update(experts).where(experts.c.id == part).values(merged_into=root))
    connection.execute(update(experts).where(experts.c.id.in_(moved)).values(root_id=root))
    _log(connection, "merge", root, part, detail={"members": moved}, reason=reason)
    return get_expert(connection, root)


def split(
    connection: Connection, expert: int, /, *, articles: Sequence[str] = (), reason: str | None = None
) -> tuple[StoredExpert, StoredExpert]:
    """Take a merge back, or make an expert of its own of what ``expert`` holds in ``articles``.

    Without articles ``expert`` is one that was merged into another: it is on its own again, with all that had been
    merged into it. With articles (ids or their beginnings) a new expert, called as they call it, takes over what they
    give to it, in all runs; `merge` brings it back. Returns what stays and what was split off. Raises InputError.
    """
    reason = _clean(reason)
    lock_changes(connection)
    root = find_id(connection, expert)
    if articles:
        parent, (new, detail), action = root, separate(connection, root, articles), "split"
    else:
        new, action = expert, "unmerge"
        parent, detail = _unmerge(connection, expert, root)
    _log(connection, action, parent, new, detail=detail, reason=reason)
    stays, goes = read_experts(connection, [root, new])
    return stays, goes


def add_alias(connection: Connection, expert: int | str, name: str, /, *, reason: str | None = None) -> StoredExpert:
    """Record another name of an expert (one word will do): from now on articles that use it mean this expert.

    A name that is recorded for it already changes nothing. Raises InputError when the expert is unknown, or the name is
    blank, longer than `LONGEST_NAME`, a number, or recorded for another expert.
    """
    reason = _clean(reason)
    if len(name) > LONGEST_NAME:
        raise InputError(f"the name has {len(name):,} characters; shorten it to {LONGEST_NAME}")
    lock_changes(connection)
    root = find_expert(connection, expert)
    name, normalized = _legible(connection, root, name)
    if name.isdecimal() or normalized.isdecimal():
        raise InputError(f"{name!r} would be taken for the id of an expert: give a name with letters")
    lock_names(connection, [name])
    owners = [owner for owner, _ in _recorded(connection, normalized)]
    for owner in owners:
        if owner != root:
            whose = read_refs(connection, [owner])[owner].name
            raise InputError(f"{name!r} is recorded for expert {owner}, {whose!r}: merge the two, or take another name")
    if not owners:
        row = {"expert_id": root, "name": name, "normalized": normalized, "origin": "recorded"}
        connection.execute(insert(expert_names), row)
        _log(connection, "alias", root, None, detail={"name": name, "normalized": normalized}, reason=reason)
    return get_expert(connection, root)


def remove_alias(connection: Connection, expert: int | str, name: str, /, *, reason: str | None = None) -> StoredExpert:
    """Take a recorded name back; what articles call the expert stays. Raises InputError when it is not recorded."""
    reason = _clean(reason)
    lock_changes(connection)
    root = find_expert(connection, expert)
    name, normalized = _legible(connection, root, name)
    lock_names(connection, [name])
    rows = [row for owner, row in _recorded(connection, normalized) if owner == root]
    if not rows:
        told = f"{name[:LONGEST_NAME]!r} is not recorded for expert {root}"
        raise InputError(f"{told}; 'extractor experts show {root}' lists its names")
    connection.execute(delete(expert_names).where(expert_names.c.id.in_(rows)))
    _log(connection, "unalias", root, None, detail={"name": name, "normalized": normalized}, reason=reason)
    return get_expert(connection, root)


def _unmerge(connection: Connection, expert: int, root: int) -> tuple[int, dict[str, Any]]:
    """Put an expert on its own; returns what it had been merged into, and the detail of the change."""
    merged = select(experts.c.id, experts.c.merged_into).where(experts.c.root_id == root).order_by(experts.c.id)
    parents = dict(connection.execute(merged).all())
    parent = parents.get(expert)
    if parent is None:
        raise InputError(f"expert {expert} is not merged into another: name one that is, or the articles to split off")
    moved = [one for one in parents if expert in _way_up(one, parents)]
    connection.execute(update(experts).where(experts.c.id.in_(moved)).values(root_id=expert))
    connection.execute(update(experts).where(experts.c.id == expert).values(merged_into=None, root_id=None))
    return parent, {"members": moved, "root": root}


def _way_up(expert: int, parents: dict[int, int | None]) -> list[int]:
    """An expert and what it was merged into, step by step."""
    way: list[int] = []
    at: int | None = expert
    while at is not None:
        way.append(at)
        at = parents.get(at)
    return way


def _legible(connection: Connection, expert: int, name: str) -> tuple[str, str]:
    """The name without superfluous spaces, and normalized as names of this expert are."""
    legible = " ".join(name.split())
    normalized = normalize(legible, read_refs(connection, [expert])[expert].kind)
    unreadable = any(unicodedata.category(char) in ("Cc", "Cs") for char in legible)
    if unreadable or not any(map(str.isalnum, legible)):
        raise InputError(f"{name[:LONGEST_NAME]!r} is no name: give letters that can be read")
    return legible, normalized


def _recorded(connection: Connection, normalized: str) -> list[tuple[int, int]]:
    """The experts for which a name was recorded, with the row."""
    names = select(root_of, expert_names.c.id).join_from(experts, expert_names)
    found = names.where(expert_names.c.normalized == normalized, expert_names.c.origin == "recorded")
    return [(owner, row) for owner, row in connection.execute(found)]


def _clean(reason: str | None) -> str | None:
    """The reason without white space around it; InputError when it is too long or no database can hold it."""
    bare = (reason or "").strip()
    if len(bare) > LONGEST_REASON:
        raise InputError(f"the reason has {len(bare):,} characters; shorten it to {LONGEST_REASON:,}")
    held({"reason": bare}, "the record")
    return bare or None


def _log(
    connection: Connection,
    action: str,
    expert: int,
    other: int | None,
    /,
    *,
    detail: dict[str, Any],
    reason: str | None,
) -> None:
    row = {"action": action, "expert_id": expert, "other_id": other, "detail": detail, "reason": reason}
    connection.execute(insert(expert_changes), {**row, "added_at": datetime.now(UTC)})
