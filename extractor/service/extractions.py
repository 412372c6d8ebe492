"""Extractions, summaries and jobs over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from extractor.schemas import Extraction, Summary
from extractor.schemas.article import Frozen
from extractor.schemas.jobs import Job, JobRequest
from extractor.schemas.stored import Task

from .answering import JobWithResult, answer_job, answer_submitted
from .events import job_events
from .idempotency import IdempotencyKey
from .openapi import refusals
from .preferences import read_preference
from .problems import ProblemError
from .state import Service, service
from .submissions import describe_body, read_body
from .submitting import submit, to_job

router = APIRouter(prefix="/v1")

Shared = Annotated[Service, Depends(service)]
JobId = Annotated[str, Path(description="32 hexadecimal digits.", examples=["0f5c3d1e9a7b4c2d8e6f1a2b3c4d5e6f"])]
Prefer = Annotated[
    list[str] | None,
    Header(description="How long to wait for the result: `wait=10` (seconds), or `respond-async` (not at all)."),
]
_REFUSED = (
    *("bad-request", "not-found", "in-flight", "cancelled", "unsupported-media-type", "unreadable", "unknown-model"),
    *("key-reused", "queue-full", "configuration", "gave-up", "answer", "provider", "unavailable"),
)


class Offered(Frozen):
    """The models that jobs may be done by."""

    models: tuple[str, ...] = Field(description="Names for the field `model`; `builtin` is the built-in engine.")
    default: str = Field(description="The one that is taken where none is named.")


def _submitting(task: Task) -> dict[str, Any]:
    """What the routes that submit jobs tell of themselves."""
    text, number = {"type": "string"}, {"type": "integer"}
    accepted = {
        "model": Job,
        "description": "The job, which is not over yet.",
        "headers": {
            "Location": {"description": "Where the job is.", "schema": text},
            "Retry-After": {"description": "Seconds until it is worth asking again.", "schema": number},
            "Preference-Applied": {"description": "Which wait counted, where one was asked for.", "schema": text},
        },
    }
    return {"responses": {**refusals(*_REFUSED), 202: accepted}, "openapi_extra": describe_body(task)}


@router.post(
    "/extractions",
    summary="Extract experts, positions and predictions",
    tags=["Extractions"],
    response_model=Extraction,
    response_description="The extraction.",
    **_submitting("extract"),
)
async def create_extraction(
    request: Request, shared: Shared, prefer: Prefer = None, idempotency_key: IdempotencyKey = None
) -> Response:
    """Read an article, and find who holds what in it, each claim tied to the characters that prove it."""
    return await _create(request, shared, "extract", idempotency_key)


@router.post(
    "/summaries",
    summary="Summarize an article",
    tags=["Summaries"],
    response_model=Summary,
    response_description="The summary.",
    **_submitting("summarize"),
)
async def create_summary(
    request: Request, shared: Shared, prefer: Prefer = None, idempotency_key: IdempotencyKey = None
) -> Response:
    """Read an article and sum it up; what the same model extracted of it before is used, where that is stored."""
    return await _create(request, shared, "summarize", idempotency_key)


@router.get("/models", summary="List the models", tags=["Models"], response_description="The models.")
async def list_models(shared: Shared) -> Offered:
    """The models that the field `model` of a submission may name."""
    return Offered(models=shared.models, default=shared.models[0])


def known_job(job_id: JobId, shared: Shared) -> Job:
    """The job that a path names. Raises ProblemError."""
    job = shared.store.get_job(job_id)
    if job is None:
        raise _unknown(job_id)
    return job


KnownJob = Annotated[Job, Depends(known_job)]


@router.get(
    "/jobs/{job_id}",
    summary="Show a job",
    tags=["Jobs"],
    response_model=JobWithResult,
    response_description="The job, with its result when it is done.",
    responses=refusals("not-found"),
)
def get_job(job: KnownJob, shared: Shared) -> Response:
    """How far a job is, why it failed, or what it made."""
    return answer_job(shared.store, job)


@router.get(
    "/jobs/{job_id}/events",
    summary="Follow a job",
    tags=["Jobs"],
    response_class=EventSourceResponse,
    response_description="Events `stage` until one of `done`, `failed` and `cancelled`; their data is the job.",
    responses=refusals("not-found"),
)
async def follow_job(job: KnownJob, shared: Shared) -> AsyncIterator[ServerSentEvent]:
    """How far a job is, told at each change as server-sent events, until it is over."""
    async for event in job_events(shared.runner, job.id):
        yield event


@router.delete(
    "/jobs/{job_id}",
    summary="Cancel a job",
    tags=["Jobs"],
    response_description="The cancelled job.",
    responses=refusals("not-found", "job-over"),
)
async def cancel_job(job: KnownJob, shared: Shared) -> Job:
    """End a job that is queued or running; nothing of it is stored."""
    worked_at = shared.runner.is_working(job.id)
    cancelled = None if job.over else await run_in_threadpool(shared.store.cancel_job, job.id)
    if job.over or (cancelled is not None and cancelled.status != "cancelled"):
        status = (cancelled or job).status
        raise ProblemError("job-over", f"the job is {status} already: there is nothing to cancel")
    if cancelled is None:
        raise _unknown(job.id)
    shared.runner.cancelled(job.id)
    if not worked_at:
        shared.metrics.count_job(job.task, "cancelled", seconds=0.0)
    return cancelled


async def _create(request: Request, shared: Service, task: Task, key: str | None) -> Response:
    """Submit what the body asks for, and wait for it as long as is preferred."""
    preference = read_preference(
        request.headers.getlist("prefer"), default=shared.service.wait, most=shared.service.most_wait
    )
    asked = await _read(request, shared, task)
    job, _ = await submit(shared, asked, owner=request.state.owner, idempotency_key=key)
    found = job if job.over else await shared.runner.wait(job.id, preference.wait)
    if found is None:
        raise ProblemError("not-found", "the job was deleted, with its article; submit it again")
    return await run_in_threadpool(answer_submitted, request, shared.store, found, preference, asked=asked)


async def _read(request: Request, shared: Service, task: Task) -> JobRequest:
    most = shared.settings.max_chars
    submission, upload = await read_body(request, task, max_chars=most)
    read = partial(to_job, submission, upload, task=task, models=shared.models, max_chars=most)
    return await (shared.runner.read(read) if upload is not None else run_in_threadpool(read))


def _unknown(job_id: str) -> ProblemError:
    return ProblemError("not-found", f"there is no job {job_id[:40]!r}: it was never made, or its time is over")
