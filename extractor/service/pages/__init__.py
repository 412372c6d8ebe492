"""The pages: what people see of the service with a browser."""

from __future__ import annotations

from fastapi import APIRouter

from . import articles, experts, extracting, jobs, predictions, searching, signing_in, static

router = APIRouter(include_in_schema=False)
for part in (extracting, jobs, articles, experts, predictions, searching, signing_in, static):
    router.include_router(part.router)
