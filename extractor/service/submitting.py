"""From what a client asks for to a job in the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from extractor.articles import article_from_bytes, article_from_text
from extractor.errors import KeyReusedError, QueueFullError
from extractor.schemas import Article
from extractor.schemas.jobs import Job, JobRequest
from extractor.schemas.stored import Task

from .idempotency import digest_of
from .problems import ProblemError
from .submissions import Submission, SummarySubmission, Upload, read_fields

if TYPE_CHECKING:
    from .state import Service

FULL_SECONDS = 5
"""After how many seconds a client may try again whose job found the queue full."""
POLL_SECONDS = (1, 10)
"""After how many seconds a client may ask again how far its job is, at first and at most."""


def form_request(
    fields: Mapping[str, str], upload: Upload | None, /, *, task: Task, models: Sequence[str], max_chars: int
) -> JobRequest:
    """The job that a form asks for. Reads an upload, which may take seconds. Raises as `read_fields` and `to_job`."""
    return to_job(read_fields(fields, task), upload, task=task, models=models, max_chars=max_chars)


def to_job(
    submission: Submission, upload: Upload | None, /, *, task: Task, models: Sequence[str], max_chars: int
) -> JobRequest:
    """The job that is asked for. An uploaded file is read, which may take seconds; an address is not.

    ``models`` are those that may be chosen, the default first. Raises InputError when the text or the file cannot be
    used, and ProblemError when there is none or more than one, or the model is not offered.
    """
    if sum(given is not None for given in (submission.text, submission.url, upload)) != 1:
        raise ProblemError("invalid", "give exactly one of text, url and file")
    tuning: dict[str, Any] = {"task": task, "model": _model(submission.model, models)}
    if isinstance(submission, SummarySubmission):
        tuning["length"] = submission.length
    known = submission.model_dump(include={"published", "title", "author", "language"})
    if submission.url is not None:
        return JobRequest(**tuning, **known, url=submission.url, read_from=submission.url)
    if upload is None:
        article = article_from_text(submission.text or "", max_chars=max_chars, infer=True, **known)
        return JobRequest(**tuning, **_fields(article))
    article = article_from_bytes(upload.data, name=upload.shown, max_chars=max_chars, **known)
    return JobRequest(**tuning, **_fields(article), read_from=upload.shown)


async def submit(
    service: Service, request: JobRequest, /, *, owner: str, idempotency_key: str | None = None
) -> tuple[Job, bool]:
    """Queue a job and wake the runner: the job, and True; or the one of an earlier request that is over, and False.

    Raises ProblemError when the queue is full, the earlier request with this key is under way, or was another one.
    """
    try:
        job, new = await run_in_threadpool(
            service.store.submit_job,
            request,
            owner=owner,
            digest=digest_of(request),
            most=service.service.queue,
            idempotency_key=idempotency_key,
        )
    except QueueFullError as error:
        raise ProblemError("queue-full", str(error), headers={"Retry-After": str(FULL_SECONDS)}) from error
    except KeyReusedError as error:
        raise ProblemError("key-reused", str(error)) from error
    if new:
        service.runner.submitted()
    elif not job.over:
        headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": str(retry_after(job))}
        raise ProblemError("in-flight", "wait for the job of the first request; Location tells it", headers=headers)
    return job, new


def retry_after(job: Job, /) -> int:
    """After how many seconds it is worth asking for a job again: a tenth of its age, as many who wait are a load."""
    least, most = POLL_SECONDS
    age = (datetime.now(UTC) - job.created_at).total_seconds()
    return round(min(max(age / 10, least), most))


def _model(asked: str | None, models: Sequence[str], /) -> str:
    if asked is None:
        return models[0]
    if asked not in models:
        raise ProblemError("unknown-model", f"the model {asked!r} is not offered; choose one of {', '.join(models)}")
    return asked


def _fields(article: Article, /) -> dict[str, Any]:
    return article.model_dump(exclude={"id"})
