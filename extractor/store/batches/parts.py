"""Parts: requests that are sent to a provider as one file, and what became of each of them."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select, update

from extractor.store.jobs.job_rows import now
from extractor.store.tables import batch_parts, batch_requests, batch_runs

from .claiming import parted
from .outbox_rows import SOME, Answered, OutboxStats, Part, pack, unpack

if TYPE_CHECKING:
    from extractor.store.database.opening import Database

_NAMES = [column.name for column in batch_parts.c]


class Parts:
    """The parts of an `Outbox`."""

    _database: Database

    def pack_part(self, plan_key: str, plan: Mapping[str, Any], /, *, most: int, most_bytes: int) -> Part | None:
        """Put new requests of a plan into a part, as many as fit; None when there are none."""
        with self._database.writing() as connection:
            chosen = _fitting(connection, plan_key, most, most_bytes)
            if not chosen:
                return None
            row = {
                "id": secrets.token_hex(16),
                "plan_key": plan_key,
                "plan": dict(plan),
                "status": "prepared",
                "counts": {"requests": len(chosen)},
                "created_at": now(connection),
            }
            connection.execute(batch_parts.insert(), row)
            for some in parted(chosen):
                taken = update(batch_requests).where(batch_requests.c.custom_id.in_(some))
                connection.execute(taken.values(state="sent", part_id=row["id"]))
            return _part(connection, str(row["id"]))

    def lines(self, part_id: str, /) -> Iterator[bytes]:
        """The lines of a part, each with its line break, always in the same order."""
        after = ""
        while True:
            ours = (batch_requests.c.part_id == part_id) & (batch_requests.c.custom_id > after)
            wanted = select(batch_requests.c.custom_id, batch_requests.c.body).where(ours)
            with self._database.reading() as connection:
                rows = connection.execute(wanted.order_by(batch_requests.c.custom_id).limit(SOME)).all()
            if not rows:
                return
            for row in rows:
                if row.body is not None:
                    yield unpack(row.body)
            after = rows[-1].custom_id

    def ids(self, part_id: str, /) -> list[str]:
        """The ids of the requests of a part, in the order of its lines."""
        ours = select(batch_requests.c.custom_id).where(batch_requests.c.part_id == part_id)
        with self._database.reading() as connection:
            return list(connection.scalars(ours.order_by(batch_requests.c.custom_id)))

    def note(self, part_id: str, /, *, counts: Mapping[str, int] | None = None, **values: Any) -> Part:
        """Keep what is known of a part: columns of it, and counts beside the others; the part as it is then."""
        with self._database.writing() as connection:
            if counts is not None:
                held = select(batch_parts.c.counts).where(batch_parts.c.id == part_id).with_for_update()
                values["counts"] = {**(connection.scalar(held) or {}), **counts}
            connection.execute(update(batch_parts).where(batch_parts.c.id == part_id).values(**values))
            return _part(connection, part_id)

    def parts(self, plan_key: str | None = None, /) -> list[Part]:
        """The parts of a plan or of all, the oldest first."""
        wanted = select(batch_parts).order_by(batch_parts.c.created_at, batch_parts.c.id)
        if plan_key is not None:
            wanted = wanted.where(batch_parts.c.plan_key == plan_key)
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def keep_answers(self, part_id: str, answers: Sequence[Answered], /, *, attempts: int) -> int:
        """Keep what the provider said of requests of a part that wait for it, once; of how many.

        What is to be asked again is new once more, unless it was asked ``attempts`` times.
        """
        with self._database.writing() as connection:
            counted: Counter[str] = Counter()
            for one in answers:
                counted.update(_keep(connection, part_id, one, attempts))
            _count(connection, part_id, counted)
        return counted["answered"] + counted["failed"] + counted["again"]

    def requeue(self, part_id: str, answer: bytes, /, *, attempts: int | None, name: str = "missing") -> int:
        """Requests of a part that got no answer are new once more; of how many that holds.

        Those that were asked ``attempts`` times are answered with ``answer``; with None none is, and this time does not
        count.
        """
        with self._database.writing() as connection:
            out = (batch_requests.c.part_id == part_id) & (batch_requests.c.state == "sent")
            renewed: dict[str, Any] = {"state": "new", "part_id": None}
            left = out
            if attempts is not None:
                renewed["attempts"] = batch_requests.c.attempts + 1
                left = out & (batch_requests.c.attempts + 1 < attempts)
            again = connection.execute(update(batch_requests).where(left).values(renewed)).rowcount
            given_up = update(batch_requests).where(out)
            ended = connection.execute(given_up.values(state="answered", answer=pack(answer), body=None)).rowcount
            _count(connection, part_id, Counter({name: again + ended, "failed": ended}))
        return again

    def stats(self) -> OutboxStats:
        """What waits, what is over, and all parts."""
        with self._database.reading() as connection:
            runs = select(batch_runs.c.state, func.count()).group_by(batch_runs.c.state)
            requests = select(batch_requests.c.state, func.count()).group_by(batch_requests.c.state)
            counted = [{str(row[0]): int(row[1]) for row in connection.execute(each)} for each in (runs, requests)]
        return OutboxStats(runs=counted[0], requests=counted[1], parts=tuple(self.parts()))


def _fitting(connection: Connection, plan_key: str, most: int, most_bytes: int) -> list[str]:
    """New requests of a plan that fit into a part; one too large for any is a part of its own."""
    new = (batch_requests.c.state == "new") & (batch_runs.c.plan_key == plan_key) & (batch_runs.c.state == "waiting")
    wanted = select(batch_requests.c.custom_id, batch_requests.c.size).join_from(batch_requests, batch_runs)
    chosen: list[str] = []
    size = 0
    for row in connection.execute(wanted.where(new).order_by(batch_requests.c.custom_id).limit(most)):
        if chosen and size + row.size > most_bytes:
            break
        chosen.append(str(row.custom_id))
        size += row.size
    return chosen


def _keep(connection: Connection, part_id: str, one: Answered, attempts: int) -> Mapping[str, int]:
    """Keep one answer; what is to be counted of it."""
    waits = (batch_requests.c.custom_id == one.custom_id) & (batch_requests.c.part_id == part_id)
    waits &= batch_requests.c.state == "sent"
    tokens = {
        "input_tokens": one.usage.input_tokens,
        "cached_input_tokens": one.cached_input,
        "output_tokens": one.usage.output_tokens,
    }
    if one.again:
        left = update(batch_requests).where(waits & (batch_requests.c.attempts + 1 < attempts))
        renewed = left.values(state="new", part_id=None, attempts=batch_requests.c.attempts + 1)
        if connection.execute(renewed).rowcount:
            return {"again": 1, **tokens}
    ended = update(batch_requests).where(waits).values(state="answered", answer=pack(one.answer), body=None)
    if not connection.execute(ended).rowcount:
        return {}  # deleted meanwhile, or told twice
    return {"failed" if one.failed else "answered": 1, **tokens}


def _count(connection: Connection, part_id: str, counted: Counter[str]) -> None:
    held = select(batch_parts.c.counts).where(batch_parts.c.id == part_id).with_for_update()
    before = connection.scalar(held)
    if before is not None and counted:
        sums = dict(Counter(before) + counted)
        connection.execute(update(batch_parts).where(batch_parts.c.id == part_id).values(counts=sums))


def _part(connection: Connection, part_id: str) -> Part:
    return _read(connection.execute(select(batch_parts).where(batch_parts.c.id == part_id)).one())


def _read(row: Row[Any]) -> Part:
    return Part(**{name: getattr(row, name) for name in _NAMES})
