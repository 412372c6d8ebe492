"""What the claims database holds, over HTTP: articles, experts, claims, predictions and how they turned out."""

from __future__ import annotations

from fastapi import APIRouter

from . import articles, claims, experts, predictions, resolutions

router = APIRouter(prefix="/v1")
for _module in (articles, experts, claims, predictions, resolutions):
    router.include_router(_module.router)
