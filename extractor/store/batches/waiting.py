"""Runs that wait for a provider's batch, and the requests that they have written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, exists, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from extractor.errors import ExtractorError
from extractor.schemas import Article
from extractor.store.jobs.job_rows import now
from extractor.store.tables import batch_parts, batch_requests, batch_runs

from .claiming import parted
from .outbox_rows import Known, Request, WaitingRun, pack, unpack

if TYPE_CHECKING:
    from extractor.store.database.opening import Database


class WaitingRuns:
    """The runs of an `Outbox`."""

    _database: Database

    def find_waiting(self, keys: Collection[str], /) -> set[str]:
        """Those of the keys whose runs wait."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for some in parted(sorted(set(keys))):
                waits = (batch_runs.c.state == "waiting") & batch_runs.c.run_key.in_(some)
                found |= set(connection.scalars(select(batch_runs.c.run_key).where(waits)))
        return found

    def write_down(self, run: WaitingRun, requests: Sequence[Request], /, *, new: bool) -> None:
        """Keep a run that waits, and requests of it that are to be sent; one that was written before is written anew.

        Unless it is ``new``, nothing is kept of a run that waits no more: its article was deleted.
        """
        with self._database.writing() as connection:
            if not new and not _waits(connection, run.key):
                return
            _put(connection, batch_runs, "run_key", [_run_row(connection, run)])
            _put(connection, batch_requests, "custom_id", [_request_row(connection, run, one) for one in requests])

    def known(self, key: str, /) -> dict[str, Known]:
        """The requests of a run, by the keys of their answers."""
        names = ("reply_key", "mode", "state", "answer")
        found = select(*(batch_requests.c[name] for name in names)).where(batch_requests.c.run_key == key)
        with self._database.reading() as connection:
            rows = connection.execute(found).all()
        return {row.reply_key: Known(row.mode, row.state, row.answer and unpack(row.answer)) for row in rows}

    def end_runs(self, errors: Mapping[str, ExtractorError | None], /) -> None:
        """Runs are over, done or with an error: their articles, requests and answers are forgotten here."""
        with self._database.writing() as connection:
            for key, error in sorted(errors.items()):
                ended: dict[str, Any] = {"state": "done", "error": None, "error_type": None, "article": None}
                if error is not None:
                    ended |= {"state": "failed", "error": str(error), "error_type": type(error).__name__}
                connection.execute(update(batch_runs).where(batch_runs.c.run_key == key).values(ended))
            for some in parted(sorted(errors)):
                connection.execute(delete(batch_requests).where(batch_requests.c.run_key.in_(some)))

    def ready(self, plan_key: str, /, *, after: str = "", limit: int = 500) -> list[tuple[str, str | None]]:
        """Waiting runs of a plan all of whose requests are answered, by key: keys and where they were read."""
        out = (batch_requests.c.run_key == batch_runs.c.run_key) & (batch_requests.c.state != "answered")
        ready = (batch_runs.c.state == "waiting") & (batch_runs.c.plan_key == plan_key) & ~exists().where(out)
        chosen = select(batch_runs.c.run_key, batch_runs.c.read_from).where(ready, batch_runs.c.run_key > after)
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(batch_runs.c.run_key).limit(limit)).all()
        return [(row.run_key, row.read_from) for row in rows]

    def article(self, key: str, /) -> Article | None:
        """The article of a waiting run; None when it waits no more."""
        with self._database.reading() as connection:
            found = connection.scalar(select(batch_runs.c.article).where(batch_runs.c.run_key == key))
        return None if found is None else Article.model_validate(found)

    def rekey(self, old: str, new: str, /) -> None:
        """A waiting run has another key now, as the program or its prompts changed; its answers go with it."""
        with self._database.writing() as connection:
            row = connection.execute(select(batch_runs).where(batch_runs.c.run_key == old)).mappings().one_or_none()
            if row is None:
                return
            ours = batch_runs.c.run_key == new
            if connection.scalar(select(batch_runs.c.state).where(ours)) != "waiting":
                _put(connection, batch_runs, "run_key", [{**row, "run_key": new}])
                moved = update(batch_requests).where(batch_requests.c.run_key == old)
                connection.execute(moved.values(run_key=new))
            connection.execute(delete(batch_requests).where(batch_requests.c.run_key == old))
            connection.execute(delete(batch_runs).where(batch_runs.c.run_key == old))

    def plans(self) -> dict[str, Mapping[str, Any]]:
        """The plans of runs that wait, and of parts that are not collected or have files at the provider."""
        parts = batch_parts.c
        files = parts.input_file_id.is_not(None) | parts.output_file_id.is_not(None)
        left = parts.collected_at.is_(None) | files | parts.error_file_id.is_not(None)
        waiting = select(batch_runs.c.plan_key).where(batch_runs.c.state == "waiting")
        with self._database.reading() as connection:
            keys = connection.scalars(union(waiting, select(parts.plan_key).where(left))).all()
            return {key: _plan(connection, key) for key in sorted(keys)}


def _waits(connection: Connection, key: str) -> bool:
    state = select(batch_runs.c.state).where(batch_runs.c.run_key == key)
    return connection.scalar(state.with_for_update()) == "waiting"


def _plan(connection: Connection, key: str) -> Mapping[str, Any]:
    for table in (batch_runs, batch_parts):
        found = connection.scalar(select(table.c.plan).where(table.c.plan_key == key).limit(1))
        if found is not None:
            return dict(found)
    raise AssertionError("a plan is that of a run or a part")


def _run_row(connection: Connection, run: WaitingRun) -> dict[str, Any]:
    return {
        "run_key": run.key,
        "plan_key": run.plan_key,
        "article_id": run.article.id,
        "read_from": run.read_from,
        "task": run.task,
        "article": run.article.model_dump(mode="json"),
        "plan": dict(run.plan),
        "state": "waiting",
        "error": None,
        "error_type": None,
        "added_at": now(connection),
    }


def _request_row(connection: Connection, run: WaitingRun, request: Request) -> dict[str, Any]:
    return {
        "custom_id": request.custom_id,
        "run_key": run.key,
        "reply_key": request.reply_key,
        "part_id": None,
        "mode": request.mode,
        "state": "new",
        "attempts": 0,
        "size": len(request.line),
        "added_at": now(connection),
        "body": pack(request.line),
        "answer": None,
    }


def _put(connection: Connection, table: Any, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, in place of those with the same key."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    put = insert(table)
    newer = {name: put.excluded[name] for name in rows[0] if name not in (key, "added_at")}
    connection.execute(put.on_conflict_do_update(index_elements=[key], set_=newer), list(rows))
