"""For tests of pacing: a clock that only sleeping moves, and callers that behave as the engine does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from extractor.errors import RateLimitError, ServerError
from extractor.llm.pacing import Ended, Pace, Permit
from extractor.schemas import Usage

USAGE = Usage(input_tokens=100, output_tokens=50)
OK = Ended(kind="answered", usage=USAGE, status=200)
DOWN = Ended(kind="down", status=503, error=ServerError("it is down"))
FAULT = Ended(kind="failed", status=500, error=ServerError("it fails"))
_NAMES = itertools.count()


def limited(retry_after: float | None = None) -> Ended:
    """The end of an attempt that was limited."""
    return Ended(kind="limited", status=429, retry_after=retry_after, error=RateLimitError("slow down"))


class Clock:
    """A clock and its sleep; the sleep takes no time, and moves the clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float, /) -> None:
        """Move the clock."""
        self.now += seconds
        self.slept += seconds
        await asyncio.sleep(0)


@dataclass
class Log:
    """What callers did: the times of their attempts, and the permits."""

    times: list[float] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)


async def attempt(pace: Pace, ended: Ended = OK, /, *, tokens: int = 100, call: str | None = None) -> Permit:
    """One attempt that ends as told."""
    permit = await pace.admit(tokens, call=call or f"call-{next(_NAMES)}")
    pace.settle(permit, ended)
    return permit


async def insist(pace: Pace, answer: Callable[[], Ended], log: Log, /) -> None:
    """A call that is attempted until it is answered."""
    name = f"call-{next(_NAMES)}"
    while True:
        permit = await pace.admit(100, call=name)
        log.times.append(permit.at)
        log.permits.append(permit)
        await asyncio.sleep(0)
        ended = answer()
        pace.settle(permit, ended)
        if ended.kind == "answered":
            return
