"""The side of those who ask: jobs are submitted, looked at, cancelled, and cleared away when they are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, get_args

from sqlalchemy import Connection, delete, func, insert, select, text, update

from extractor.errors import InputError, KeyReusedError, QueueFullError
from extractor.schemas import Extraction, Summary
from extractor.schemas.jobs import Job, JobRequest, JobStatus
from extractor.store import reading
from extractor.store.tables import jobs

from .job_rows import find_job, job_columns, now, read_job, write_end, write_job

WAITING: Final = ("queued", "running")
"""The statuses of jobs that are not over."""

_SUBMITTING: Final = 0x45585453
"""A class of locks on PostgreSQL, after those of `experts.identity`; nobody who holds it waits for one of those."""
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:kind, 0)")


def submit(
    connection: Connection, request: JobRequest, /, *, owner: str, idempotency_key: str | None, digest: str, most: int
) -> tuple[Job, bool]:
    """Queue a job, unless this owner's key has one; the job, and True when it is new.

    Raises KeyReusedError when the key came with another digest before, QueueFullError when ``most`` jobs are queued or
    running, and InputError when the request cannot be stored.
    """
    if connection.dialect.name == "postgresql":  # one at a time, so that the limit holds and a key makes one job
        connection.execute(_LOCK, {"kind": _SUBMITTING})
    row = write_job(request, owner=owner, idempotency_key=idempotency_key, digest=digest, created_at=now(connection))
    if idempotency_key is not None and (known := _find_known(connection, owner, idempotency_key, digest)) is not None:
        return known, False
    waiting = select(jobs.c.id).where(jobs.c.status.in_(WAITING)).limit(most).subquery()
    if connection.execute(select(func.count()).select_from(waiting)).scalar_one() >= most:
        raise QueueFullError(f"{most} jobs are queued or running, and no more are taken: try again later")
    connection.execute(insert(jobs), row)
    return read_job(connection.execute(job_columns().where(jobs.c.id == row["id"])).one()), True


def _find_known(connection: Connection, owner: str, key: str, digest: str) -> Job | None:
    """The job that this owner submitted under this key. Raises KeyReusedError when it was for another request."""
    own = (jobs.c.owner == owner, jobs.c.idempotency_key == key)
    row = connection.execute(job_columns(jobs.c.digest).where(*own)).one_or_none()
    if row is None:
        return None
    if row.digest != digest:
        raise KeyReusedError(f"the idempotency key {key!r} was used for another request: use a new key for this one")
    return read_job(row)


def read_result(connection: Connection, job: Job, /) -> Extraction | Summary | None:
    """What a job made; None when it is not done, or its article was deleted since."""
    if job.status != "done" or job.article_id is None or job.run_id is None:
        return None
    read = reading.get_extraction if job.task == "extract" else reading.get_summary
    try:
        return read(connection, job.article_id, run_id=job.run_id)
    except InputError:
        return None


def cancel(connection: Connection, job_id: str, /) -> Job | None:
    """End a job that is queued or running, and leave one that is over as it is; None when there is none.

    Who runs it learns it when they renew the lease or hand over the result, which is not stored any more.
    """
    if find_job(connection, job_id) is None:
        return None
    ended = write_end("cancelled", now(connection))
    connection.execute(update(jobs).where(jobs.c.id == job_id, jobs.c.status.in_(WAITING)).values(ended))
    return find_job(connection, job_id)


def count(connection: Connection, /) -> dict[JobStatus, int]:
    """How many jobs have each status."""
    found = connection.execute(select(jobs.c.status, func.count().label("number")).group_by(jobs.c.status)).all()
    return dict.fromkeys(get_args(JobStatus), 0) | {row.status: row.number for row in found}


def purge(connection: Connection, older_than: timedelta, /) -> int:
    """Forget jobs that were over so long ago; how many. Their results stay."""
    old = select(jobs.c.id).where(jobs.c.status.not_in(WAITING), jobs.c.finished_at < now(connection) - older_than)
    # What another deletes at this moment is passed over, so that no two wait for each other.
    return connection.execute(delete(jobs).where(jobs.c.id.in_(old.with_for_update(skip_locked=True)))).rowcount
