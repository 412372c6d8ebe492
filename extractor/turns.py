"""Turns of an event loop: what computes goes one after the other, and sockets and timers are served in between.

When many answers arrive together, asyncio would let all of their tasks compute before it looks at its sockets again:
for seconds no answer is read and no call is sent, and timeouts fire whose answers are there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from pydantic import BaseModel

    from .conversation import Answer, Engine

BETWEEN: Final = 4
"""Rounds of the loop between two turns: what a socket brings takes some of them to where it is waited for."""
GRACE: Final = 20
"""Rounds of the loop that an answer gets to be read when its time is over, as it may have arrived before."""


class Turns:
    """Lets tasks go on one by one, in the order in which they came. Belongs to the event loop that first uses it.

    A turn is nothing to be given back: it lasts until the task next waits for something.
    """

    def __init__(self) -> None:
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._passing = False

    async def take(self, *, first: bool = False) -> None:
        """Wait for a turn. Who is ``first`` goes before all that are not: what sends a call before what checks one."""
        loop = asyncio.get_running_loop()
        if not self._passing:
            self._passing = True
            loop.call_soon(self._pass, BETWEEN)
            return
        turn = loop.create_future()
        (self._first if first else self._others).append(turn)
        await turn

    def _pass(self, rounds: int) -> None:
        """Give the next turn when so many rounds are over."""
        loop = asyncio.get_running_loop()
        if rounds:
            loop.call_soon(self._pass, rounds - 1)
            return
        turn = self._next()
        self._passing = turn is not None
        if turn is not None:
            turn.set_result(None)
            loop.call_soon(self._pass, BETWEEN)

    def _next(self) -> asyncio.Future[None] | None:
        for line in (self._first, self._others):
            while line:
                if not (turn := line.popleft()).done():  # else its task was cancelled
                    return turn
        return None


class TurnTaking:
    """An engine around another one: after each answer the caller goes on when its turn has come."""

    def __init__(self, engine: Engine, turns: Turns, /) -> None:
        self.name = engine.name
        self.model = engine.model
        self._engine = engine
        self._turns = turns

    async def complete(self, messages: Sequence[BaseMessage], schema: type[BaseModel], /) -> Answer:
        """The engine's answer; raises what it raises."""
        answer = await self._engine.complete(messages, schema)
        await self._turns.take()
        return answer

    async def aclose(self) -> None:
        """Nothing of its own is held."""


@asynccontextmanager
async def time_limit(seconds: float, /) -> AsyncIterator[None]:
    """As `asyncio.timeout`, but what has arrived when the time is over is still taken.

    A loop that stood still finds an answer and its timeout in the same round, and the timeout would come first.
    """
    async with asyncio.timeout(None) as limit:
        clock = _Clock(limit, seconds)
        try:
            yield
        finally:
            clock.stop()


class _Clock:
    """Ends a limit some rounds of the loop after its time."""

    def __init__(self, limit: asyncio.Timeout, seconds: float, /) -> None:
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.Handle = self._loop.call_later(seconds, self._wait, GRACE)

    def stop(self) -> None:
        self._handle.cancel()

    def _wait(self, rounds: int) -> None:
        if rounds:
            self._handle = self._loop.call_soon(self._wait, rounds - 1)
        else:
            self._limit.reschedule(self._loop.time())
