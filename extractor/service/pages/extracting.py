"""Handing an article in: the form of the first page, and the one that asks for a summary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from extractor.errors import InputError
from extractor.schemas.jobs import JobRequest, Problem
from extractor.service.problems import ProblemError
from extractor.service.state import Service
from extractor.service.submissions import Upload
from extractor.service.submitting import form_request, submit

from .articles import find_article, results
from .rendering import page, see
from .shared import Shared
from .wording import job_path, told

router = APIRouter(include_in_schema=False)

_FIELDS: Final = ("text", "url", "model", "published", "title", "author", "language")
_LABELS: Final = {"url": "web address", "published": "day of publication"}
"""What fields are called on the page, where their names say too little."""
_LATEST: Final = 5
_MOST_FIELDS: Final = 20
_BYTES: Final = 4
"""Bytes of a character at most."""
_CLIENT: Final = (413, 422, 429)
"""What the form itself tells: the article has to change, or has to wait."""


@router.get("/")
def show_form(request: Request, shared: Shared) -> Response:
    """The form for an article, and the articles that were stored last."""
    return _form_page(request, shared, given={})


@router.post("/extract")
async def take_article(request: Request, shared: Shared) -> Response:
    """Queue the article of the form, then go to the page of the job; what is wrong is told above the form."""
    size = _BYTES * shared.settings.max_chars
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=size) as form:
        given, upload = {name: _read(form, name) for name in _FIELDS}, await _upload(form)
    try:
        asked = await shared.runner.read(partial(_request, shared, given, upload))
        job, _ = await submit(shared, asked, owner=request.state.owner)
    except (InputError, RequestValidationError) as error:
        why = told(error) if isinstance(error, InputError) else _faults(error)
        return await run_in_threadpool(_form_page, request, shared, given=given, status=422, error=why)
    except ProblemError as error:
        status, why = error.problem.status, _words(error.problem)
        if status not in _CLIENT:
            raise
        answer = await run_in_threadpool(_form_page, request, shared, given=given, status=status, error=why)
        answer.headers.update(error.headers)
        return answer
    return see(job_path(job))


@router.post("/articles/{article_id}/summary")
async def ask_for_summary(article_id: str, request: Request, shared: Shared) -> Response:
    """Queue a summary of a stored article, then go to the page of the job."""
    async with request.form() as form:
        asked_of = str(form.get("model") or "")
    stored = await run_in_threadpool(find_article, shared.store, article_id)
    found = [one for one in await run_in_threadpool(results, shared.store, stored.id) if one is not None]
    if not found:
        raise ProblemError("not-found", "Nothing was found in this article yet: paste it once more.")
    model = asked_of or shared.models[0]
    if model not in shared.models:
        raise ProblemError("unknown-model", f"{model[:80]!r} is not offered; choose one of {', '.join(shared.models)}.")
    asked = JobRequest(task="summarize", model=model, **found[0].article.model_dump(exclude={"id"}))
    job, _ = await submit(shared, asked, owner=request.state.owner)
    return see(job_path(job))


def _form_page(
    request: Request, shared: Service, /, *, given: Mapping[str, str], status: int = 200, error: str = ""
) -> Response:
    return page(
        request,
        "extract.html",
        status=status,
        active="extract",
        given=given,
        error=error,
        models=shared.models,
        latest=shared.store.articles(limit=_LATEST),
    )


def _request(shared: Service, given: Mapping[str, str], upload: Upload | None) -> JobRequest:
    max_chars = shared.settings.max_chars
    return form_request(given, upload, task="extract", models=shared.models, max_chars=max_chars)


def _read(form: FormData, name: str) -> str:
    """A field of the form, with the line breaks that were typed: browsers send two characters for each."""
    return str(form.get(name) or "").replace("\r\n", "\n")


async def _upload(form: FormData) -> Upload | None:
    """The file of the form; browsers send one without name and content where none was chosen."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    return Upload(file.filename, await file.read())


def _faults(error: RequestValidationError) -> str:
    """What is wrong in which field."""
    faults = ((str(one["loc"][-1]), str(one["msg"]).removeprefix("Value error, ")) for one in error.errors())
    return "; ".join(f"{_LABELS.get(name, name)}: {message}" for name, message in faults)


def _words(problem: Problem) -> str:
    return problem.detail or problem.title
