"""Pages as HTML answers: templates with what all of them need."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from extractor.render.html.environment import environment
from extractor.service.state import Service

from .static import address
from .wording import FILTERS, href

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def templates() -> Environment:
    """The templates of the pages and of the report, with the words that pages use as filters."""
    made = environment(_TEMPLATES)
    made.filters.update(FILTERS)
    made.globals.update(address=address, href=href)
    return made


def page(
    request: Request,
    template: str,
    /,
    *,
    active: str = "",
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A template as an answer; ``active`` is the key of the entry of the navigation that it belongs to."""
    service: Service = request.app.state.service
    shared = {
        "nonce": getattr(request.state, "nonce", ""),
        "static": "/static",
        "active": active,
        "locked": bool(service.service.keys),
        "signed_in": _signed_in(request, service),
    }
    text = service.templates.get_template(template).render({**shared, **values})
    return HTMLResponse(text, status)


def see(path: str, /, **query: Any) -> RedirectResponse:
    """After a form was taken: look there."""
    return RedirectResponse(href(path, **query), 303)


def _signed_in(request: Request, service: Service) -> bool:
    """True when keys are needed and this request came with one."""
    return bool(service.service.keys) and getattr(request.state, "owner", None) is not None
