"""The one pace behind its window: actors ask it for permits and tell it how calls ended, many at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extractor.errors import ExtractorError
from extractor.llm.pacing import Ended, Pace, Permit

PATIENCE: Final = 5.0
"""Seconds after which a question for permits is answered, also with none."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An attempt at a call that waits for its turn; ``number`` is the caller's."""

    number: int
    tokens: int
    call: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What an `Ask` came to: a permit, or why there is none."""

    number: int
    permit: Permit | None
    error: ExtractorError | None = None


class Window:
    """Serves callers (``who``) in other processes with the permits of a pace; on the event loop of the pace."""

    def __init__(self, pace: Pace, /) -> None:
        self.pace = pace
        self._given: defaultdict[str, dict[int, Permit]] = defaultdict(dict)
        self._turns: defaultdict[str, list[Turn]] = defaultdict(list)
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._lines: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)

    async def serve(self, who: str, asks: Sequence[Ask], ended: Sequence[tuple[Permit, Ended]], /) -> list[Turn]:
        """Take in what is told and asked; gives those whose turn it is at once, `wait` the others."""
        for permit, how in ended:
            self._settle(who, permit, how)
        for ask in asks:
            line = asyncio.create_task(self._admit(who, ask))
            self._lines[who].add(line)
            line.add_done_callback(self._lines[who].discard)
        await asyncio.sleep(0)
        return self._take(who)

    async def wait(self, who: str, /) -> list[Turn]:
        """Those whose turn has come since, when there are some."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._news[who].wait()
        except TimeoutError:
            pass
        return self._take(who)

    def leave(self, who: str, /) -> None:
        """A caller has died: what it had under way counts no more."""
        for line in self._lines.pop(who, ()):
            line.cancel()
        for permit in self._given.pop(who, {}).values():
            self.pace.settle(permit, Ended(kind="cancelled"))
        self._turns.pop(who, None)
        self._news.pop(who, None)

    async def _admit(self, who: str, ask: Ask) -> None:
        try:
            permit = await self.pace.admit(ask.tokens, call=ask.call)
        except ExtractorError as error:
            turn = Turn(ask.number, None, error)
        else:
            self._given[who][permit.number] = permit
            turn = Turn(ask.number, permit)
        self._turns[who].append(turn)
        self._news[who].set()

    def _settle(self, who: str, permit: Permit, how: Ended) -> None:
        if self._given[who].pop(permit.number, None) == permit:
            self.pace.settle(permit, how)
        elif how.kind == "answered":  # of a caller that was taken for dead, or of a pace that died: it was paid for
            self.pace.meter.count(how.usage, cached_input=how.cached_input)

    def _take(self, who: str) -> list[Turn]:
        self._news[who].clear()
        return self._turns.pop(who, [])
