"""The pacer of a worker: the pace itself, with limits and budget, is in the process that runs the batch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

from extractor.llm.pacing import Ended, Permit

from .messages import Admitted, Ask, Settle


class PipePacer:
    """A `Pacer` that asks by messages, which ``send`` takes; `take` is told the answers. Belongs to one event loop."""

    def __init__(self, send: Callable[[object], None], /) -> None:
        self._send = send
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Permit]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def admit(self, tokens: int, /, *, call: str) -> Permit:
        """Wait for the turn of an attempt; see `Pacer`."""
        self._loop = asyncio.get_running_loop()
        turn: asyncio.Future[Permit] = self._loop.create_future()
        number = next(self._numbers)
        self._waiting[number] = turn
        self._send(Ask(number, tokens, call))
        try:
            return await turn
        except asyncio.CancelledError:
            self._waiting.pop(number, None)
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.settle(turn.result(), Ended(kind="cancelled"))
            raise

    def settle(self, permit: Permit, ended: Ended, /) -> None:
        """Learn how an attempt ended; see `Pacer`."""
        self._send(Settle(permit, ended))

    def take(self, admitted: Admitted, /) -> None:
        """A permit has come, or why there is none; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, admitted)

    def _take(self, admitted: Admitted) -> None:
        turn = self._waiting.pop(admitted.number, None)
        if turn is None or turn.done():  # who waited for it was cancelled
            if admitted.permit is not None:
                self.settle(admitted.permit, Ended(kind="cancelled"))
        elif admitted.permit is not None:
            turn.set_result(admitted.permit)
        else:
            assert admitted.error is not None
            turn.set_exception(admitted.error)
