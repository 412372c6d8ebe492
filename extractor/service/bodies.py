"""How large a request may be, and how long it may take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from .refusals import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINGER_SECONDS: Final = 5.0
_WAITING: Final = ("/v1/extractions", "/v1/summaries")
"""Where a client may wait for its result."""
_ARTICLES: Final = (*_WAITING, "/extract")
"""Where articles are handed in."""
_SMALL: Final = 200_000
"""Bytes of a request at most that hands no article in: some of them need no key, and none says so much."""


class BodyLimit:
    """Middleware: bodies of more than ``most`` bytes are refused (413), by their announced and by their real size.

    Where no article is handed in, 200,000 bytes are the most.
    """

    def __init__(self, app: ASGIApp, /, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through unless it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most if scope["path"] in _ARTICLES else min(self._most, _SMALL)
        body = _Body(receive, send, most, heard=self._most)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > most:
            body.exceeded = True
            await refuse(scope, receive, body.send, "too-large", body.advice, headers={"Connection": "close"})
            return
        await self._app(scope, body.receive, body.send)


class _Body:
    """The body of one request, while it is read."""

    def __init__(self, receive: Receive, send: Send, most: int, /, *, heard: int) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._heard = heard
        self._size = 0
        self._ended = False
        self.exceeded = False

    @property
    def advice(self) -> str:
        return f"a request may have {self._most:,} bytes: send less, or the address of the article"

    async def receive(self) -> Message:
        message = await self._next()
        if self._size > self._most:
            self.exceeded = True
            raise HTTPException(413, self.advice, {"Connection": "close"})
        return message

    async def send(self, message: Message) -> None:
        """Send; the last words of a refusal wait a while for the rest of the body.

        A connection that is closed on a client which still sends is reset, and the client never sees the answer.
        """
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if not (self.exceeded and is_last):
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        await self._linger()
        await self._send({"type": "http.response.body", "body": b""})

    async def _linger(self) -> None:
        end = self._size + self._heard
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self._ended and self._size < end:
                    await self._next()
        except TimeoutError:
            pass

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message


class TimeLimit:
    """Middleware: a request that is not answered in time is given up (503).

    ``seconds`` until the answer begins, and again between its parts; besides, ``waiting`` seconds where clients may
    wait for a result. Streams of events go on for as long as they like.
    """

    def __init__(self, app: ASGIApp, /, *, seconds: float, waiting: float) -> None:
        self._app = app
        self._seconds = seconds
        self._waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request run for as long as it may."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waits = scope["method"] == "POST" and scope["path"] in _WAITING
        loop, began = asyncio.get_running_loop(), False
        clock = asyncio.timeout(self._seconds + (self._waiting if waits else 0))

        async def watch(message: Message) -> None:
            nonlocal began
            began = True
            streams = message["type"] == "http.response.start" and _is_stream(message)
            if not clock.expired() and (streams or clock.when() is not None):
                clock.reschedule(None if streams else loop.time() + self._seconds)
            await send(message)

        try:
            async with clock:
                await self._app(scope, receive, watch)
        except TimeoutError:
            if began or not clock.expired():
                raise
            await refuse(scope, receive, send, "timeout", "it was given up: try again later, or send less")


def _is_stream(message: Message, /) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
