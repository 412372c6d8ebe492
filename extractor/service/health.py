"""How the service is: alive, ready, and what it has done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from extractor.errors import ExtractorError, UnavailableError

from .models import settings_for
from .openapi import refusals
from .problems import ProblemError
from .state import Service, service

if TYPE_CHECKING:
    from extractor.settings import Settings

    from .state import MakeExtractor

Shared = Annotated[Service, Depends(service)]

router = APIRouter(tags=["Operations"])

_HIDDEN: Final = "not well; send a key to be told more"


class Readiness:
    """Whether the service can do its work. No model is called."""

    def __init__(self, settings: Settings, models: tuple[str, ...], make: MakeExtractor, /) -> None:
        self._settings = settings
        self._models = models
        self._make = make
        self._lock = threading.Lock()
        self._configured = False
        self.stopping = False
        """True from the moment at which the service begins to stop."""

    def faults(self, shared: Service, /) -> dict[str, str]:
        """What is wrong, by the name of the check; empty when the service is ready."""
        checks: dict[str, Callable[[], None]] = {
            "database": shared.store.verify,
            "configuration": self._check_models,
            "running": self._check_running,
        }
        found = {}
        for name, check in checks.items():
            try:
                check()
            except ExtractorError as error:
                found[name] = str(error)
        return found

    def _check_models(self) -> None:
        """See that every model that may be chosen could be called. Raises ConfigurationError and PromptError."""
        with self._lock:
            if self._configured:  # settings do not change while the service runs
                return
            for model in self._models:
                with self._make(settings_for(self._settings, model)) as extractor:
                    _ = extractor.made_by
            self._configured = True

    def _check_running(self) -> None:
        if self.stopping:
            raise UnavailableError("the service is stopping: ask another one")


@router.get("/healthz", summary="Whether the process is alive", response_description="It is.")
async def get_health() -> dict[str, str]:
    """Answers whenever the process does, without a key. It says nothing of the database."""
    return {"status": "alive"}


@router.get(
    "/readyz",
    summary="Whether the service can do its work",
    response_description="It can.",
    responses=refusals("not-ready"),
)
def get_readiness(request: Request, shared: Shared) -> dict[str, str]:
    """Looks at the database, its schema, and the configuration of the models; calls no model.

    Needs no key, and tells what is wrong only to those who send one.
    """
    found = shared.readiness.faults(shared)
    if not found:
        return {"status": "ready"}
    shared.log.warning("service.not_ready", checks=sorted(found))
    told: dict[str, str] = found if request.state.owner is not None else dict.fromkeys(found, _HIDDEN)
    errors: tuple[dict[str, Any], ...] = tuple({"check": name, "detail": detail} for name, detail in told.items())
    raise ProblemError("not-ready", f"not well: {', '.join(found)}", errors=errors)


@router.get(
    "/metrics",
    summary="What was done, for Prometheus",
    response_description="Counters and gauges in Prometheus' text format.",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def get_metrics(shared: Shared) -> Response:
    """Requests, jobs, calls of models, tokens, retries and rejected items, of this process since it began.

    The jobs in the database are left out while it cannot be used: that is when the rest is looked at most.
    """
    try:
        jobs = shared.store.count_jobs()
    except ExtractorError as error:
        shared.log.warning("metrics.without_jobs", error=type(error).__name__)
        jobs = None
    return Response(shared.metrics.text(jobs), media_type=CONTENT_TYPE_LATEST)
