"""A pacer for the calls of one actor that asks the desk: those that wait at the same time share a question."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import UnavailableError
from extractor.llm.pacing import Ended, Permit

from .window import Ask, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)
PAUSE: Final = 0.5
PATIENCE: Final = 60.0
"""Seconds for which a desk that cannot be reached is asked again: Ray starts it anew."""


class RemotePacer:
    """A `Pacer` in front of the desk's pace; belongs to one event loop."""

    def __init__(self, desk: Any, who: str, /) -> None:
        self._desk = desk
        self._who = who
        self._numbers = count()
        self._asks: list[Ask] = []
        self._ended: list[tuple[Permit, Ended]] = []
        self._waiting: dict[int, tuple[Ask, asyncio.Future[Permit]]] = {}
        self._telling: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None

    async def admit(self, tokens: int, /, *, call: str) -> Permit:
        """Wait for the turn of an attempt; see `Pacer`."""
        ask = Ask(next(self._numbers), tokens, f"{self._who}:{call}")
        turn: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._waiting[ask.number] = ask, turn
        self._asks.append(ask)
        self._tell()
        try:
            return await turn
        except asyncio.CancelledError:
            if self._waiting.pop(ask.number, None) is None and not turn.cancelled() and turn.exception() is None:
                self.settle(turn.result(), Ended(kind="cancelled"))
            raise

    def settle(self, permit: Permit, ended: Ended, /) -> None:
        """Learn how an attempt ended; see `Pacer`."""
        self._ended.append((permit, ended))
        self._tell()

    def _tell(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        """Tell and ask what there is, in one message; what comes meanwhile goes into the next one."""
        while self._asks or self._ended:
            asks, self._asks = self._asks, []
            ended, self._ended = self._ended, []
            self._take(await self._patiently(partial(self._desk.serve.remote, self._who, asks, ended)))
            if self._waiting and (self._listening is None or self._listening.done()):
                self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while self._waiting:
            self._take(await self._patiently(partial(self._desk.turns.remote, self._who)))

    async def _patiently(self, call: Callable[[], Any]) -> Sequence[Turn]:
        """What the desk answers. A new desk knows nothing of who waits: they are asked for again."""
        from ray.exceptions import RayError

        until = time.monotonic() + PATIENCE
        while True:
            try:
                turns: Sequence[Turn] = await call()
                return turns
            except RayError as error:
                if time.monotonic() > until:
                    self._give_up()
                    return []
                log.warning("the desk cannot be reached (%s); trying again", type(error).__name__)
            await asyncio.sleep(PAUSE)
            self._asks = [ask for ask, _ in self._waiting.values()]
            self._tell()

    def _take(self, turns: Sequence[Turn]) -> None:
        for told in turns:
            _, turn = self._waiting.pop(told.number, (None, None))
            if told.permit is None:
                if turn is not None and not turn.done():
                    assert told.error is not None
                    turn.set_exception(told.error)
            elif turn is None or turn.done():  # who waited for it was cancelled
                self.settle(told.permit, Ended(kind="cancelled"))
            else:
                turn.set_result(told.permit)

    def _give_up(self) -> None:
        error = UnavailableError("the actor that holds pace and budget cannot be reached; run the batch again")
        error.stops = True
        waiting, self._waiting = self._waiting, {}
        for _, turn in waiting.values():
            if not turn.done():
                turn.set_exception(error)
