"""The page that documents the HTTP API: made of the OpenAPI document, without any script, so that it works offline."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from extractor.service.openapi import document
from extractor.service.pages.rendering import page

from .telling import tell

router = APIRouter(include_in_schema=False)


@router.api_route("/docs", methods=["GET", "HEAD"])
def show_documentation(request: Request) -> HTMLResponse:
    """All operations with their parameters, bodies, answers and an example of a request each, and all forms."""
    told = tell(document(request.app), str(request.base_url).rstrip("/"))
    return page(request, "docs.html", api=told)
