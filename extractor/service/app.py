"""The app: routes, middleware and what they share, made from settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware import Middleware

from extractor import __version__
from extractor.core import Extractor
from extractor.store import Store

from . import documentation, extractions, health, openapi, pages, reading_api, refusals
from .bodies import BodyLimit, TimeLimit
from .health import Readiness
from .limiting import Limiter, RateLimit
from .logs import make_log
from .metrics import Metrics
from .pages.errors import error_page
from .pages.rendering import templates
from .routes import Routes
from .runner import Runner
from .security import Authentication, HostCheck, OriginCheck, SecurityHeaders, allowed_hosts
from .state import MakeExtractor, Service
from .watching import Failures, Watch

if TYPE_CHECKING:
    from extractor.service_settings import ServiceSettings
    from extractor.settings import Settings


def make_extractor(settings: Settings, /) -> Extractor:
    """An extractor as the settings say; the model is looked at with the first call."""
    return Extractor(settings=settings, eager=False)


def create_app(
    settings: Settings,
    service: ServiceSettings,
    /,
    *,
    store: Store | None = None,
    make_extractor: MakeExtractor = make_extractor,
) -> FastAPI:
    """The service as an ASGI app, over ``store`` or the database that the settings name; it is closed at the end.

    Raises ConfigurationError and StoreError when the database cannot be used.
    """
    shared = _share(settings, service, store or Store(_place(settings)), make_extractor)
    app = FastAPI(
        title="Commentary extractor",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service = shared
    app.state.error_page = error_page
    app.state.routes = Routes(app)
    app.user_middleware = _middleware(shared, app.state.routes)
    refusals.install(app)
    for module in (health, extractions, reading_api, documentation, pages):
        app.include_router(module.router)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app


def begin_to_stop(app: FastAPI, /) -> None:
    """Take no further job and let nobody wait any longer; the server is about to end. Call it on the event loop."""
    shared: Service = app.state.service
    shared.readiness.stopping = True
    shared.runner.drain()


def _share(settings: Settings, service: ServiceSettings, store: Store, make_extractor: MakeExtractor) -> Service:
    log, metrics = make_log(), Metrics()
    return Service(
        settings=settings,
        service=service,
        store=store,
        runner=Runner(store, settings, service, metrics, log, make_extractor=make_extractor),
        metrics=metrics,
        templates=templates(),
        limiter=Limiter(service.rate),
        log=log,
        readiness=Readiness(settings, service.allowed_models or (settings.model,), make_extractor),
    )


def _middleware(shared: Service, routes: Routes, /) -> list[Middleware]:
    """What every request passes through, from the outside in."""
    service, limiter = shared.service, shared.limiter
    return [
        Middleware(Watch, routes=routes, metrics=shared.metrics, log=shared.log),
        Middleware(SecurityHeaders, locked=bool(service.keys)),
        Middleware(Failures, log=shared.log),
        Middleware(HostCheck, hosts=allowed_hosts(service.host, service.hosts)),
        Middleware(BodyLimit, most=service.body_limit),
        Middleware(TimeLimit, seconds=service.request_seconds, waiting=service.most_wait),
        Middleware(OriginCheck),
        Middleware(Authentication, keys=service.keys, limiter=limiter),
        Middleware(RateLimit, limiter=limiter),
    ]


def _place(settings: Settings, /) -> str | None:
    """Path or address of the database, with its password; None: the user's own."""
    return None if settings.db is None else settings.db.get_secret_value()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    shared: Service = app.state.service
    await shared.runner.start()
    yield
    begin_to_stop(app)
    await shared.runner.stop(shared.service.grace)
    shared.store.close()
