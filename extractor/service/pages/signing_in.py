"""Signing in with a key and signing out, where the service has keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from extractor.service.sessions import end_session, open_session, safe_next, set_session

from .rendering import page, see
from .shared import Shared

router = APIRouter(include_in_schema=False)


@router.get("/login")
def show_login(request: Request, shared: Shared) -> Response:
    """The form, which leads to where the visitor wanted to go; without keys there is nothing to sign in to."""
    wanted = safe_next(request.query_params.get("next") or "/")
    if not shared.service.keys:
        return see(wanted)
    return page(request, "login.html", wanted=wanted, error="")


@router.post("/login")
def log_in(
    request: Request,
    shared: Shared,
    key: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Begin a session and go on, or say that the key is not right."""
    target = safe_next(wanted)
    session = open_session(shared, key.strip())
    if session is None:
        error = "This key is not one of this service. Copy it again, without spaces." if key.strip() else "Give a key."
        return page(request, "login.html", status=401, wanted=target, error=error)
    answer = see(target)
    set_session(answer, session, secure=request.url.scheme == "https")
    return answer


@router.post("/logout")
def log_out() -> Response:
    """End the session."""
    answer = see("/login")
    end_session(answer)
    return answer
