"""Answers that tell a job: its result, its problem, or how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response
from pydantic import Field

from extractor.schemas import Extraction, Summary
from extractor.schemas.article import Article
from extractor.schemas.jobs import Job, JobRequest

from .preferences import Preference
from .problems import problem
from .refusals import answer_problem
from .submitting import retry_after

if TYPE_CHECKING:
    from extractor.store import Store

JSON = "application/json"


class JobWithResult(Job):
    """A job, with what it made."""

    result: Extraction | Summary | None = Field(
        default=None, description="When the job is done, unless its article was deleted since."
    )


def answer_submitted(
    request: Request, store: Store, job: Job, preference: Preference, /, *, asked: JobRequest
) -> Response:
    """The answer to who submitted a job and has waited: its result (200), its problem, or the job (202).

    A result that was stored before is told with what the client said of the article this time. Reads the store. Raises
    StoreError.
    """
    place = f"/v1/jobs/{job.id}"
    applied = {} if preference.applied is None else {"Preference-Applied": preference.applied}
    if not job.over:
        headers = {"Location": place, "Retry-After": str(retry_after(job)), **applied}
        return Response(job.model_dump_json(), 202, headers=headers, media_type=JSON)
    monitor = {"Link": f'<{place}>; rel="monitor"', **applied}
    if job.status == "cancelled":
        return answer_problem(request, problem("cancelled", "somebody cancelled it; submit it again"), monitor)
    if job.status == "failed":
        return answer_problem(request, job.problem or problem("internal", None), monitor)
    result = store.job_result(job)
    if result is None:
        told = problem("not-found", "what the job made was deleted since; submit the article again with another key")
        return answer_problem(request, told, monitor)
    article = under(result.article, asked)
    place_of_result = _place(store, job) if article == result.article else {}
    told_result = result.model_copy(update={"article": article})
    return Response(told_result.model_dump_json(), headers={**place_of_result, **monitor}, media_type=JSON)


def answer_job(store: Store, job: Job, /) -> Response:
    """The answer that tells a job, with its result when it is done. Reads the store. Raises StoreError."""
    told = JobWithResult.model_construct(**dict(job), result=store.job_result(job) if job.over else None)
    headers = {} if job.over else {"Retry-After": str(retry_after(job))}
    return Response(told.model_dump_json(), headers=headers, media_type=JSON)


def under(article: Article, asked: JobRequest, /) -> Article:
    """An article with what is known of it now: all of that for a text, of a fetched page what the client said."""
    fields = {"title", "author", "published", "language"}
    if asked.text is not None:
        return article.model_copy(update=asked.model_dump(include={*fields, "url", "inferred"}))
    given = {name: value for name, value in asked.model_dump(include=fields).items() if value is not None}
    said = {name: (value.strip() or None) if isinstance(value, str) else value for name, value in given.items()}
    if asked.language:
        said["language"] = asked.language.lower()
    return article.model_copy(update={**said, "inferred": tuple(name for name in article.inferred if name not in said)})


def _place(store: Store, job: Job, /) -> dict[str, str]:
    """Where the result is to be found later; nowhere of its own when another run is the current one."""
    current = any(run.current and run.id == job.run_id for run in store.runs(job.article_id, failed=False))
    kind = "extraction" if job.task == "extract" else "summary"
    return {"Content-Location": f"/v1/articles/{job.article_id}/{kind}"} if current else {}
