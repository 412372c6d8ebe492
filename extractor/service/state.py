"""What the routes of one app share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from jinja2 import Environment

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from extractor.core import Extractor
    from extractor.service_settings import ServiceSettings
    from extractor.settings import Settings
    from extractor.store import Store

    from .health import Readiness
    from .limiting import Limiter
    from .metrics import Metrics
    from .runner import Runner

MakeExtractor = Callable[["Settings"], "Extractor"]


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a route needs: ``request.app.state.service``, or as a dependency ``Depends(service)``."""

    settings: Settings
    service: ServiceSettings
    store: Store
    runner: Runner
    metrics: Metrics
    templates: Environment
    limiter: Limiter
    log: FilteringBoundLogger
    readiness: Readiness

    @property
    def models(self) -> tuple[str, ...]:
        """The models that clients may choose, the default one first."""
        return self.service.allowed_models or (self.settings.model,)

    @property
    def trusting(self) -> bool:
        """True without keys: then who asks is who runs the service, and is told what is wrong inside."""
        return not self.service.keys


def service(request: Request) -> Service:
    """The `Service` of the app that a request came to."""
    found: Service = request.app.state.service
    return found
