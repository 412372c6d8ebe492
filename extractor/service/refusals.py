"""Answers to requests that cannot be met: a problem document for programs, a page for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from extractor.errors import ConfigurationError, ExtractorError, InputError, StoreError, UnavailableError
from extractor.schemas.jobs import Problem

from .problems import MEDIA_TYPE, ProblemError, problem, problem_of, problem_with, tell
from .routes import Routes

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_RETRY_SECONDS: Final = "10"
_JSON: Final = "application/json"
_FORM_FAULTS: Final = ("Too many ", "Part exceeded ", "Field exceeded ")
"""How the framework begins what says well what is wrong with a form."""
_MOST_TOLD: Final = 50
"""Faults of a request that are told at most."""
_FRAMEWORK: Final = {
    400: "the body cannot be read: see that it is whole and of the type that Content-Type names",
    404: "nothing is at this address; /openapi.json lists what there is",
}
"""What is told in place of the framework's words for a status."""


def answer_problem(request: Request, problem: Problem, /, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells a problem: a page where a browser asks for one, else ``application/problem+json``."""
    told = problem.model_copy(update={"instance": problem.instance or _instance(request)})
    sent = dict(headers or {})
    if told.status in (429, 503):
        sent.setdefault("Retry-After", _RETRY_SECONDS)
    page: Response | None = request.app.state.error_page(request, told, headers=sent)
    if page is not None:
        return page
    body = told.model_dump_json(exclude_none=True, exclude=None if told.errors else {"errors"})
    return Response(body, told.status, headers=sent, media_type=MEDIA_TYPE)


async def refuse(
    scope: Scope, receive: Receive, send: Send, name: str, detail: str, /, headers: Mapping[str, str] | None = None
) -> None:
    """Answer a request outside of a route."""
    await answer_problem(Request(scope), problem(name, detail), headers)(scope, receive, send)


def install(app: FastAPI, /) -> None:
    """Have the app tell everything that goes wrong in a route as a problem."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(ExtractorError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return answer_problem(request, error.problem, error.headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ExtractorError)
    shared = request.app.state.service
    if isinstance(error, InputError) and request.method == "GET" and type(error) is InputError:
        return answer_problem(request, problem("not-found" if request.path_params else "invalid", tell(error)))
    found = problem_of(error, trusted=shared.trusting)
    if found.status >= 500:
        shared.log.error(
            "request.failed", id=request.state.request_id, error=type(error).__name__, detail=_loggable(error)
        )
    return answer_problem(request, found)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        allowed = _routes(request).methods(request.scope)
        detail = f"{request.method} is not possible here: use {' or '.join(allowed)}"
        return answer_problem(request, problem("method-not-allowed", detail), {**headers, "Allow": ", ".join(allowed)})
    known = error.detail.startswith(_FORM_FAULTS)
    detail = error.detail if known else _FRAMEWORK.get(error.status_code, error.detail)
    return answer_problem(request, problem_with(error.status_code, detail), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if errors and errors[0]["type"] == "json_invalid":
        told = f"the body is no JSON: {errors[0]['ctx']['error']} at character {errors[0]['loc'][-1]}"
        return answer_problem(request, problem("bad-request", told))
    if any(tuple(one["loc"]) == ("body",) for one in errors) and not _is_json(request) and request.method != "GET":
        given = request.headers.get("content-type")
        told = f"the content type is {given!r}" if given else "no content type is given"
        return answer_problem(request, problem("unsupported-media-type", f"{told}: send {_JSON}"), {"Accept": _JSON})
    return answer_problem(request, problem("invalid", _in_words(errors), errors=tuple(map(_told, errors[:_MOST_TOLD]))))


async def _gone(request: Request, error: Exception) -> Response:
    """Nobody hears it; it is an end as any other for the log."""
    return answer_problem(request, problem("bad-request", "the connection was closed before all of the body came"))


def _is_json(request: Request, /) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == _JSON or (kind.startswith("application/") and kind.endswith("+json"))


def _told(error: Mapping[str, Any], /) -> dict[str, Any]:
    """One fault: a JSON pointer into the body (RFC 6901) or the name of a parameter, and what is wrong; no values."""
    place, *path = error["loc"]
    message = str(error["msg"]).removeprefix("Value error, ")
    if place == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return {"detail": message, "pointer": "#" + "".join(f"/{step}" for step in steps)}
    return {"detail": message, "parameter": ".".join(map(str, path)), "in": place}


def _in_words(errors: Sequence[Mapping[str, Any]], /) -> str:
    """The faults as one sentence."""
    words = [(".".join(map(str, error["loc"][1:])) or str(error["loc"][0]), _told(error)["detail"]) for error in errors]
    return "; ".join(f"{name}: {detail}" for name, detail in words[:5]) + ("; ..." if len(words) > 5 else "")


def _loggable(error: ExtractorError, /) -> str | None:
    """The message, where none of its kind quotes articles or models."""
    return str(error) if isinstance(error, ConfigurationError | StoreError | UnavailableError) else None


def _instance(request: Request, /) -> str | None:
    found = getattr(request.state, "request_id", None)
    return f"urn:uuid:{found}" if found else None


def _routes(request: Request, /) -> Routes:
    found: Routes = request.app.state.routes
    return found
