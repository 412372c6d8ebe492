"""Who works at which run: leases by the keys of runs, which whoever works renews, and which run out when it dies.

A key that is done is nobody's to work at, and one whose lease is not over is its holder's. Rows are written in the
order of their keys, so that no two processes wait for each other, and a lease is taken before the runs are looked at:
who ends a run stores it and drops its lease in one transaction, so that whoever takes the lease then sees the run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from extractor.errors import InputError
from extractor.schemas import Article
from extractor.store import rows
from extractor.store.jobs.job_rows import now
from extractor.store.tables import appearances, leases, runs

ClaimStatus = Literal["mine", "done", "failed", "held"]
"""``mine``: the caller's to work at; ``done``: a finished run is stored; ``failed``: it failed since; ``held``:
somebody works at it, be it the caller itself."""

SOME: Final = 500
"""Keys that one transaction looks at."""
# Written out, so that SQLite takes the index that has only such rows.
_IS_DONE: Final = text("runs.status = 'done'")
_HAS_FAILED: Final = text("runs.status = 'failed'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A run that somebody wants to make: its key, and its article where that could be read."""

    key: str
    article: Article | None = None
    read_from: str | None = None


def find_done(connection: Connection, keys: Collection[str], /) -> set[str]:
    """Those of the keys that have a finished run."""
    return set(connection.scalars(select(runs.c.key).where(runs.c.key.in_(sorted(keys)), _IS_DONE)))


def find_ended(connection: Connection, keys: Collection[str], /, *, since: datetime | None) -> dict[str, ClaimStatus]:
    """``done`` for those of the keys that have a finished run, ``failed`` for one that failed at ``since`` or later."""
    ended: dict[str, ClaimStatus] = {}
    if since is not None:
        failed = select(runs.c.key).where(runs.c.key.in_(sorted(keys)), _HAS_FAILED, runs.c.added_at >= since)
        ended = dict.fromkeys(connection.scalars(failed), "failed")
    return ended | dict.fromkeys(find_done(connection, keys), "done")


def claim(
    connection: Connection, keys: Collection[str], holder: str, /, *, lease: float, since: datetime | None
) -> dict[str, ClaimStatus]:
    """Take the leases of those of the keys that nobody holds and that have not ended; what each of them is."""
    ours = leases.c.key.in_(sorted(keys)) & (leases.c.holder == holder)
    before = set(connection.scalars(select(leases.c.key).where(ours)))
    moment = now(connection)
    until = moment + timedelta(seconds=lease)
    taken = [{"key": key, "holder": holder, "until": until, "moment": moment} for key in sorted(keys)]
    connection.execute(_take(connection), taken)
    mine = set(connection.scalars(select(leases.c.key).where(ours))) - before
    ended = find_ended(connection, mine, since=since)
    release(connection, holder, ended)
    return {key: ended.get(key) or ("mine" if key in mine else "held") for key in keys}


def _take(connection: Connection) -> Any:
    """Takes a lease unless somebody has it; that of another holder when it is over at ``moment``."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values: dict[str, Any] = {name: bindparam(name) for name in ("key", "holder", "until")}
    taken = insert(leases).values(values)
    return taken.on_conflict_do_update(
        index_elements=[leases.c.key],
        set_={"holder": taken.excluded.holder, "until": taken.excluded.until},
        where=(leases.c.until <= bindparam("moment", type_=leases.c.until.type))
        & (leases.c.holder != taken.excluded.holder),
    )


def keep(connection: Connection, holder: str, /, *, lease: float) -> int:
    """Renew the leases that a holder still has; how many these are.

    Those that others look at in this moment are passed over, so that nobody waits for each other; they count.
    """
    ours = leases.c.holder == holder
    until = now(connection) + timedelta(seconds=lease)
    free = select(leases.c.key).where(ours).with_for_update(skip_locked=True)
    connection.execute(update(leases).where(leases.c.key.in_(free)).values(until=until))
    return connection.execute(select(func.count()).select_from(leases).where(ours)).scalar_one()


def release(connection: Connection, holder: str, keys: Collection[str] | None, /) -> int:
    """Drop leases of a holder: those of these keys, or (None) all; how many there were."""
    if keys is not None and not keys:
        return 0
    ours = leases.c.holder == holder
    if keys is not None:
        ours &= leases.c.key.in_(sorted(keys))
    held = connection.scalars(select(leases.c.key).where(ours).order_by(leases.c.key).with_for_update()).all()
    for some in parted(held):
        connection.execute(delete(leases).where(leases.c.key.in_(some)))
    return len(held)


def find_new_appearances(connection: Connection, seen: Iterable[Article], /) -> list[Article]:
    """Those of the articles that are stored under no such address, title, author and date."""
    moment = now(connection)
    by_digest = {}
    for article in seen:
        try:
            by_digest[rows.write_appearance(article, added_at=moment)["digest"]] = article
        except InputError:  # what no database holds is no appearance either
            continue
    known = select(appearances.c.digest).where(appearances.c.digest.in_(sorted(by_digest)))
    for digest in connection.scalars(known).all() if by_digest else ():
        del by_digest[digest]
    return list(by_digest.values())


def told(wanted: Sequence[Wanted], found: dict[str, ClaimStatus], /) -> list[ClaimStatus]:
    """The status of each; of two with the same key only the first is to be worked at."""
    seen: set[str] = set()
    statuses: list[ClaimStatus] = []
    for one in wanted:
        again = one.key in seen and found[one.key] == "mine"
        statuses.append("held" if again else found[one.key])
        seen.add(one.key)
    return statuses


def parted(keys: Sequence[str], /) -> Iterator[Sequence[str]]:
    """So many at a time that a statement takes them."""
    for start in range(0, len(keys), SOME):
        yield keys[start : start + SOME]
