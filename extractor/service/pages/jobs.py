"""A job while it runs: how far it is, a way to stop it, and where it leads."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from extractor.schemas.jobs import Job, Stage
from extractor.schemas.stored import Task
from extractor.service.problems import ProblemError

from .rendering import page, see
from .shared import Shared
from .wording import article_path, job_path

router = APIRouter(include_in_schema=False)

_STAGES: Final[dict[Task, tuple[Stage, ...]]] = {
    "extract": ("queued", "reading", "extracting", "storing"),
    "summarize": ("queued", "reading", "summarizing", "storing"),
}


@router.get("/jobs/{job_id}")
def show_job(job_id: str, request: Request, shared: Shared) -> Response:
    """How far a job is; when it is done, its article instead."""
    job = _known(shared.store.get_job(job_id), job_id)
    if job.status == "done" and job.article_id:
        return see(article_path(job.article_id))
    return page(
        request,
        "job.html",
        active="extract",
        job=job,
        steps=_STAGES[job.task],
        step=_STAGES[job.task].index(job.stage) if job.stage in _STAGES[job.task] else 0,
    )


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(job_id: str, shared: Shared) -> Response:
    """Stop a job; one that is over stays as it is."""
    before = _known(await run_in_threadpool(shared.store.get_job, job_id), job_id)
    worked_at = shared.runner.is_working(job_id)
    job = before if before.over else _known(await run_in_threadpool(shared.store.cancel_job, job_id), job_id)
    if job.status == "cancelled" and not before.over:
        shared.runner.cancelled(job.id)
        if not worked_at:
            shared.metrics.count_job(job.task, "cancelled", seconds=0.0)
    return see(job_path(job))


def _known(job: Job | None, job_id: str) -> Job:
    if job is None:
        raise ProblemError("not-found", f"There is no job {job_id[:40]!r}: jobs that are over are kept for some days.")
    return job
