"""What the log of experts says in detail, in the words of a file.

Experts have the ids of the file, rows of claims and of cited experts the key of their run and their local id. What
is not in the store any more (of deleted articles) is left out. `extractor.store.experts.linking` tells what a detail
holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from extractor.store.tables import claims, runs

Detail = dict[str, Any]
_CLAIMS: Final = ("claims", "reporters")
_SOME: Final = 1000


def to_file(connection: Connection, detail: Mapping[str, Any], experts: Collection[int], /) -> Detail:
    """A detail of the log for a file; ``experts`` are those that are still there."""
    written = _with_experts(detail, lambda one: one if one in experts else None)
    rows = _named_claims(connection, {row for part in _CLAIMS for row, _ in detail.get(part, ())})
    keys = _keys(connection, {run for run, _, _ in detail.get("cited", ())})
    for part in _CLAIMS:
        if part in detail:
            written[part] = [[*rows[row], one] for row, one in detail[part] if row in rows and one in experts]
    if "cited" in detail:
        cited = ((keys.get(run), local, one) for run, local, one in detail["cited"])
        written["cited"] = [[key, local, one] for key, local, one in cited if key and one in experts]
    return written


def from_file(connection: Connection, detail: Mapping[str, Any], ids: Mapping[int, int], /) -> Detail:
    """A detail of a file for the log; ``ids`` of experts by those of the file."""
    written = _with_experts(detail, ids.get)
    told = [entry for part in (*_CLAIMS, "cited") for entry in detail.get(part, ())]
    stored = _run_ids(connection, {key for key, _, _ in told})
    rows = _claim_ids(connection, stored.values())
    for part in _CLAIMS:
        if part in detail:
            found = ((rows.get((stored.get(key, 0), local)), ids.get(one)) for key, local, one in detail[part])
            written[part] = [[row, one] for row, one in found if row and one]
    if "cited" in detail:
        cited = ((stored.get(key), local, ids.get(one)) for key, local, one in detail["cited"])
        written["cited"] = [[run, local, one] for run, local, one in cited if run and one]
    return written


def _with_experts(detail: Mapping[str, Any], other: Callable[[int], int | None]) -> Detail:
    """The detail with other names for its ``members`` and ``root``."""
    written = dict(detail)
    if "members" in detail:
        written["members"] = [found for one in detail["members"] if (found := other(one)) is not None]
    if detail.get("root") is not None:
        written["root"] = other(detail["root"])
    return written


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    """So many that a statement takes them."""
    chosen = sorted(values)
    for start in range(0, len(chosen), _SOME):
        yield chosen[start : start + _SOME]


def _named_claims(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Key of the run and local id by row."""
    found = {}
    for some in _some(ids):
        columns = (claims.c.id, runs.c.key, claims.c.local_id)
        for row, key, local in connection.execute(select(*columns).join(runs).where(claims.c.id.in_(some))):
            found[row] = (key, local)
    return found


def _keys(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in _some(ids):
        found.update(connection.execute(select(runs.c.id, runs.c.key).where(runs.c.id.in_(some))).all())
    return found


def _run_ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The finished runs with these keys."""
    found: dict[str, int] = {}
    for some in _some(keys):
        ours = (runs.c.key.in_(some), runs.c.status == "done")
        found.update(connection.execute(select(runs.c.key, runs.c.id).where(*ours)).all())
    return found


def _claim_ids(connection: Connection, run_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """The rows of claims by run and local id."""
    found = {}
    for some in _some(run_ids):
        columns = (claims.c.run_id, claims.c.local_id, claims.c.id)
        for run, local, row in connection.execute(select(*columns).where(claims.c.run_id.in_(some))):
            found[run, local] = row
    return found
