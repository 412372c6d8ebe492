"""The side of those who work: a job is taken under a lease, kept while it runs, and finished by who holds it.

A lease that is not renewed runs out, and the next worker takes the job. Whatever the worker that lost it does then is
refused, so that a job is finished once. A worker takes the locks of an article and of names (`experts.identity`) before
that of the job's row, as who deletes an article does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from extractor.errors import ExtractorError
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.jobs import Job, JobRequest, Problem, Stage
from extractor.store import writing
from extractor.store.experts import identity
from extractor.store.tables import jobs

from .job_rows import job_columns, now, read_job, write_end

MOST_ATTEMPTS: Final = 3
"""How often a job is taken up before it is given up."""

GIVEN_UP: Final = Problem(
    type="urn:commentary-extractor:problem:gave-up",
    title="The job was given up",
    status=500,
    detail=f"gave up after {MOST_ATTEMPTS} attempts: each time its server went silent or down; submit it again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRun:
    """What is stored of a run that failed, after its article was read; as for `Store.add_failure`."""

    error: ExtractorError
    article: Article
    engine: str
    model: str | None = None
    started_at: datetime | None = None
    elapsed_seconds: float = 0.0
    settings: Mapping[str, Any] | None = None
    prompts: Mapping[str, str] | None = None


def is_waiting(connection: Connection, /, *, besides: Collection[str]) -> bool:
    """True when there is a job to take."""
    free = or_(jobs.c.status == "queued", _is_lapsed(now(connection), besides))
    return connection.execute(select(jobs.c.id).where(free).limit(1)).first() is not None


def take(
    connection: Connection, worker: str, /, *, lease: float, besides: Collection[str]
) -> tuple[Job, JobRequest] | None:
    """Take a job: one whose lease is over, but none of the workers ``besides``, else the oldest that is queued.

    None when there is none. What was taken up too often is given up.
    """
    moment = now(connection)
    while (found := _find_free(connection, moment, besides)) is not None:
        job_id, attempts, request = found
        if attempts < MOST_ATTEMPTS:
            taken = {
                "status": "running",
                "stage": "reading",
                "attempts": attempts + 1,
                "leased_by": worker,
                "leased_until": moment + timedelta(seconds=lease),
                "started_at": moment,
            }
            changed = update(jobs).where(jobs.c.id == job_id).values(taken).returning(*job_columns().selected_columns)
            return read_job(connection.execute(changed).one()), JobRequest.model_validate(request)
        connection.execute(
            update(jobs).where(jobs.c.id == job_id).values(write_end("failed", moment, problem=GIVEN_UP))
        )
    return None


def keep(
    connection: Connection, job_id: str, worker: str, /, *, lease: float, stage: Stage, article_id: str | None
) -> bool:
    """Renew the lease and tell the stage, and the article where it is known now; False when the lease was lost."""
    kept: dict[str, Any] = {"stage": stage, "leased_until": now(connection) + timedelta(seconds=lease)}
    if article_id is not None:
        kept["article_id"] = article_id
    return _change(connection, job_id, worker, kept)


def keep_all(connection: Connection, workers: Collection[str], /, *, lease: float) -> frozenset[str]:
    """Renew the leases of these workers; those of them that still have one.

    What others change at this moment is passed over, so that nobody waits for each other.
    """
    held = select(jobs.c.id).where(jobs.c.status == "running", jobs.c.leased_by.in_(list(workers)))
    until = now(connection) + timedelta(seconds=lease)
    chosen = update(jobs).where(jobs.c.id.in_(held.with_for_update(skip_locked=True))).values(leased_until=until)
    return frozenset(connection.execute(chosen.returning(jobs.c.leased_by)).scalars())


def release(connection: Connection, job_id: str, worker: str, /) -> bool:
    """Put a job back into the queue, as if it had not been taken; False when the lease was lost."""
    back = {
        "status": "queued",
        "stage": "queued",
        "attempts": jobs.c.attempts - 1,
        "leased_by": None,
        "leased_until": None,
        "started_at": None,
    }
    return _change(connection, job_id, worker, back)


def finish(connection: Connection, job_id: str, worker: str, result: Extraction | Summary, /) -> bool:
    """Store the result, and the job as done; False, and nothing is stored, when the lease was lost."""
    names = [name for one in result.experts for name in (one.name, *one.aliases)]
    identity.lock(connection, result.article.id, names)
    request = _hold(connection, job_id, worker)
    if request is None:
        return False
    added = writing.add(connection, result, read_from=request.read_from or request.url)
    done = {"article_id": result.article.id, "run_id": added.run_id}
    return _change(connection, job_id, worker, write_end("done", now(connection)) | done)


def fail(connection: Connection, job_id: str, worker: str, problem: Problem, /, *, run: FailedRun | None) -> bool:
    """Store a job as failed, with its run; False, and nothing is stored, when the lease was lost."""
    if run is not None:
        identity.lock_articles(connection, [run.article.id])
    request = _hold(connection, job_id, worker)
    if request is None:
        return False
    failed = write_end("failed", now(connection), problem=problem)
    if run is not None:
        failed |= {"article_id": run.article.id, "run_id": _add_failure(connection, request, run)}
    return _change(connection, job_id, worker, failed)


def _add_failure(connection: Connection, request: JobRequest, run: FailedRun) -> int:
    added = writing.add_failure(
        connection,
        run.error,
        task=request.task,
        engine=run.engine,
        model=run.model,
        article=run.article,
        read_from=request.read_from or request.url,
        started_at=run.started_at,
        elapsed_seconds=run.elapsed_seconds,
        settings=run.settings,
        prompts=run.prompts,
    )
    return added.run_id


def _is_lapsed(moment: datetime, besides: Collection[str]) -> ColumnElement[bool]:
    return and_(jobs.c.status == "running", jobs.c.leased_until <= moment, jobs.c.leased_by.not_in(list(besides)))


def _find_free(connection: Connection, moment: datetime, besides: Collection[str]) -> tuple[str, int, Any] | None:
    """Id, attempts and request of the job to take. What others take at this moment is passed over."""
    for condition in (_is_lapsed(moment, besides), jobs.c.status == "queued"):
        oldest = select(jobs.c.id, jobs.c.attempts, jobs.c.request).where(condition).order_by(jobs.c.created_at)
        found = connection.execute(oldest.limit(1).with_for_update(skip_locked=True)).one_or_none()
        if found is not None:
            return found.id, found.attempts, found.request
    return None


def _is_held(job_id: str, worker: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == job_id, jobs.c.status == "running", jobs.c.leased_by == worker)


def _hold(connection: Connection, job_id: str, worker: str) -> JobRequest | None:
    """The request of a job, whose row nobody else changes until the transaction ends; None when the lease was lost."""
    held = select(jobs.c.request).where(_is_held(job_id, worker)).with_for_update()
    found = connection.execute(held).one_or_none()
    return None if found is None else JobRequest.model_validate(found.request)


def _change(connection: Connection, job_id: str, worker: str, values: dict[str, Any]) -> bool:
    return connection.execute(update(jobs).where(_is_held(job_id, worker)).values(values)).rowcount == 1
