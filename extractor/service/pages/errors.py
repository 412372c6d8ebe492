"""Problems as pages, for people who look with a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response

from extractor.schemas.jobs import Problem

from .rendering import page

_MACHINES: Final = ("/v1", "/metrics", "/healthz", "/readyz", "/openapi.json", "/static")
"""Paths that programs ask for."""
_ADVICE: Final = {
    400: "Go back and try again.",
    401: "Sign in with the key that you were given.",
    403: "Open the page itself and send the form from there.",
    404: "The address may be mistyped, or what was here has been deleted.",
    413: "Paste the part that matters, or send the address of the article.",
    422: "Go back, change what is named above and try again.",
    429: "Wait a moment, then try again.",
    503: "Try again in a moment.",
}


def error_page(request: Request, problem: Problem, /, *, headers: Mapping[str, str] | None = None) -> Response | None:
    """The page for a problem; None for a request of a program, which is to get the problem document."""
    if not wants_page(request):
        return None
    advice = _ADVICE.get(problem.status, "Try again; if it happens again, tell whoever runs this service.")
    response = page(request, "problem.html", status=problem.status, problem=problem, advice=advice)
    response.headers.update(headers or {})
    return response


def wants_page(request: Request, /) -> bool:
    """True for a request of a page by something that shows HTML."""
    path = request.url.path
    if any(path == begin or path.startswith(f"{begin}/") for begin in _MACHINES):
        return False
    return "text/html" in request.headers.get("accept", "")
