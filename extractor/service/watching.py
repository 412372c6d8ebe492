"""Every request gets an id, is counted, is told in the log; and what fails inside of it becomes a plain 500."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .limiting import address_of
from .refusals import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from structlog.typing import FilteringBoundLogger

    from .metrics import Metrics
    from .routes import Routes

_QUIET: Final = ("/healthz", "/readyz", "/metrics", "/static/{name}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FAILURE: Final = "it was logged under the id that 'instance' names: tell whoever runs this service"


@dataclass(slots=True)
class _Request:
    """What becomes of one request."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    start: float = field(default_factory=time.perf_counter)
    status: int | None = None
    """None until the answer begins."""
    told: bool = False


class Watch:
    """Middleware: ids, the log, the counters."""

    def __init__(self, app: ASGIApp, /, *, routes: Routes, metrics: Metrics, log: FilteringBoundLogger) -> None:
        self._app = app
        self._routes = routes
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; HEAD is answered as GET, whose content the server leaves out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        one = _Request()
        scope.setdefault("state", {})["request_id"] = one.id
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                one.status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", one.id.encode())]}
            elif one.told:
                return
            elif scope["method"] == "HEAD" or not message.get("more_body", False):
                self._tell(scope, one)  # who has got the answer finds it counted
                message = {**message, "more_body": False}  # the content that HEAD leaves out may be a stream
            await send(message)

        try:
            await self._app(inner, receive, watch)
        finally:
            self._tell(scope, one)

    def _tell(self, scope: Scope, one: _Request) -> None:
        if one.told:
            return
        one.told = True
        seconds = time.perf_counter() - one.start
        route = self._routes.template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = one.status or 499  # the client was gone before there was an answer
        self._metrics.count_request(route=route, method=method, status=status, seconds=seconds)
        level = "error" if status >= 500 else "debug" if route in _QUIET else "info"
        known: dict[str, Any] = {"owner": scope["state"].get("owner"), "client": address_of(scope)}
        getattr(self._log, level)(
            "request.answered", id=one.id, method=method, route=route, status=status, seconds=round(seconds, 4), **known
        )


class Failures:
    """Middleware: an exception that no handler knows is logged and answered with a 500 that tells nothing of it."""

    def __init__(self, app: ASGIApp, /, *, log: FilteringBoundLogger) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def watch(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            self._log.error("request.failed", id=scope["state"]["request_id"], exc_info=error)
            if began:
                raise  # the server closes the connection: the client sees that something is missing
            await refuse(scope, receive, send, "internal", _FAILURE)
