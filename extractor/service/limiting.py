"""How often a client may ask."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders

from .refusals import refuse
from .sessions import LOCAL

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SIGN_IN: Final = "10/minute"
"""How often keys may be tried from one address."""
_FREE: Final = ("/healthz", "/readyz", "/static")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may go on, and what is left of the limit."""

    allowed: bool
    limit: int
    """Requests in a window."""
    window: int
    """Seconds."""
    left: int
    wait: int
    """Seconds until there is more."""

    @property
    def headers(self) -> dict[str, str]:
        """What clients are told: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/."""
        told = {
            "RateLimit-Policy": f'"default";q={self.limit};w={self.window}',
            "RateLimit": f'"default";r={self.left};t={self.wait}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.wait)}


class Limiter:
    """Counts the requests of each client in this process, over a sliding window."""

    def __init__(self, rate: str, /) -> None:
        self._rate = parse(rate)
        self._sign_in = parse(SIGN_IN)
        self._strategy = SlidingWindowCounterRateLimiter(MemoryStorage())

    def take(self, client: str, /) -> Verdict:
        """A request of a client (its owner, or its address where there are no keys)."""
        return self._take(self._rate, "client", client)

    def try_key(self, address: str, /) -> Verdict:
        """An attempt at a key from an address."""
        return self._take(self._sign_in, "sign-in", address)

    def _take(self, rate: RateLimitItem, *names: str) -> Verdict:
        allowed = self._strategy.hit(rate, *names)
        reset, left = self._strategy.get_window_stats(rate, *names)
        wait = max(1, math.ceil(reset - time.time()))
        return Verdict(allowed, rate.amount, rate.get_expiry(), left if allowed else 0, wait)


class RateLimit:
    """Middleware: a client that asks too often is told when it may go on (429)."""

    def __init__(self, app: ASGIApp, /, *, limiter: Limiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request."""
        if scope["type"] != "http" or _is_free(scope["path"]):
            await self._app(scope, receive, send)
            return
        verdict = self._judge(scope)
        if not verdict.allowed:
            detail = f"more than {verdict.limit} requests came in {verdict.window} s: wait {verdict.wait} s"
            await refuse(scope, receive, send, "rate-limited", detail, headers=verdict.headers)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in verdict.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, tell)

    def _judge(self, scope: Mapping[str, Any]) -> Verdict:
        address = network_of(address_of(scope))
        if scope["method"] == "POST" and scope["path"] == "/login":
            return self._limiter.try_key(address)
        owner = scope["state"]["owner"]
        return self._limiter.take(address if owner in (None, LOCAL) else owner)


def network_of(address: str, /) -> str:
    """What an address is counted as: of IPv6 its network of 64 bits, all of which one subscriber has."""
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))


def address_of(scope: Mapping[str, Any], /) -> str:
    """The address that a request came from, as trusted proxies tell it."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _is_free(path: str, /) -> bool:
    return any(path == free or path.startswith(f"{free}/") for free in _FREE)
