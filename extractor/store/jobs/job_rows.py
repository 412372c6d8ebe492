"""Jobs as rows, rows as jobs, and the clock that all who share the queue go by."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from extractor.errors import InputError
from extractor.schemas.article import text_id
from extractor.schemas.jobs import Job, JobRequest, Problem
from extractor.store.database.limits import held, plain
from extractor.store.tables import jobs

LONGEST_KEY = 255
"""Characters of an idempotency key."""

_OWN = tuple(column for column in jobs.c if column.name in Job.model_fields)


def now(connection: Connection, /) -> datetime:
    """The time: of the server on PostgreSQL, which several machines share, else of this machine."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def write_job(
    request: JobRequest, /, *, owner: str, idempotency_key: str | None, digest: str, created_at: datetime
) -> dict[str, Any]:
    """The row of a new job. Raises InputError when a text of it cannot be stored, or the key is too long."""
    if idempotency_key is not None and len(idempotency_key) > LONGEST_KEY:
        raise InputError(
            f"the idempotency key {idempotency_key[:20]!r}... has {len(idempotency_key)} characters; give at most"
            f" {LONGEST_KEY}"
        )
    told = held(request.model_dump(mode="json"), "the request")
    row = {
        "id": uuid.uuid4().hex,
        "task": request.task,
        "status": "queued",
        "stage": "queued",
        "model": request.model,
        "request": told,
        "owner": owner,
        "idempotency_key": idempotency_key,
        "digest": digest,
        "article_id": None if request.text is None else text_id(request.text.removeprefix("\ufeff")),
        "attempts": 0,
        "created_at": created_at,
    }
    return held(row, "the request")


def write_end(status: str, finished_at: datetime, /, *, problem: Problem | None = None) -> dict[str, Any]:
    """What changes in the row of a job that is over; nothing of its text stays."""
    return {
        "status": status,
        "stage": "over",
        "request": None,
        "problem": problem and plain(problem.model_dump(mode="json")),
        "leased_by": None,
        "leased_until": None,
        "finished_at": finished_at,
    }


def job_columns(*more: Any) -> Select[Any]:
    """A query for the columns of jobs that `read_job` reads."""
    return select(*_OWN, *more)


def read_job(row: Row[Any], /) -> Job:
    """The job of a row of `job_columns`."""
    return Job.model_validate({column.name: row._mapping[column] for column in _OWN})


def find_job(connection: Connection, job_id: str, /) -> Job | None:
    """The job with this id; None when there is none."""
    if not re.fullmatch(r"[0-9a-f]{32}", job_id):
        return None
    row = connection.execute(job_columns().where(jobs.c.id == job_id)).one_or_none()
    return None if row is None else read_job(row)
