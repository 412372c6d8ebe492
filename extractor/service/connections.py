"""Connections: who opens one has to ask for something."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 30.0
"""How long the line and the headers of a request may take, from the opening of a connection or their first byte."""


class Connection(H11Protocol):
    """One connection, which is closed when the head of a request does not come: the server itself waits for ever.

    Many that are opened and left so would take all the files that a process may have open.
    """

    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It was opened."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It was closed."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Begin to wait for a head, go on waiting, or end it when there is one."""
        cycle: Any = self.cycle
        if cycle is not None and (not cycle.response_complete or self.timeout_keep_alive_task is not None):
            self._stop()
        elif self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
