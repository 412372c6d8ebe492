"""The connections to a server, in small pools: a pool looks at all its connections for each request.

With 64 connections in one pool that took a quarter of all the time of a call, and it grows with their number.
"""

from __future__ import annotations

from typing import Any

import httpx2

_POOL = 16
"""Calls under way on one pool, at most, before the next pool is opened."""


class Connections(httpx2.AsyncClient):
    """A client that sends each request on the pool with the fewest calls under way.

    ``seconds`` bounds each read and write, ``connect`` the making of a connection. Redirects are not followed, as they
    would send the article to an address that nobody has named.
    """

    def __init__(self, *, seconds: float, connect: float) -> None:
        self._given: dict[str, Any] = {
            "timeout": httpx2.Timeout(seconds, connect=connect),
            "limits": httpx2.Limits(max_connections=None, max_keepalive_connections=_POOL),
            "follow_redirects": False,
            "verify": httpx2.create_ssl_context(),  # shared: making one takes 30 ms
        }
        super().__init__(**self._given)
        self._others: list[httpx2.AsyncClient] = []
        self._under_way = [0]

    async def send(self, request: httpx2.Request, **given: Any) -> httpx2.Response:
        """The response to ``request``, as `httpx2.AsyncClient.send` gives it."""
        number = self._choose()
        self._under_way[number] += 1
        try:
            if number == 0:
                return await super().send(request, **given)
            return await self._others[number - 1].send(request, **given)
        finally:
            self._under_way[number] -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._others:
            await client.aclose()
        await super().aclose()

    def _choose(self) -> int:
        """The number of the pool with the fewest calls under way; a new one where all have their fill."""
        number = min(range(len(self._under_way)), key=self._under_way.__getitem__)
        if self._under_way[number] < _POOL:
            return number
        self._others.append(httpx2.AsyncClient(**self._given))
        self._under_way.append(0)
        return len(self._others)
