"""The one actor that all others speak with: it holds slices, pace and budget, and passes on when to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from extractor.batch.order import Order
from extractor.llm.metering import Meter
from extractor.llm.pacing import Ended, Permit
from extractor.schemas import Usage

from .shelf import Shelf
from .window import Ask, Turn, Window

Word = Literal["go on", "drain", "now"]
"""What actors are told: to work, to finish what is under way, to leave it."""
SILENCE: Final = 15.0
"""Seconds after which an actor that says nothing is taken for dead: it tells of itself every half second."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the calls of all actors took."""

    calls: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands; a desk that Ray has started anew is not open. None for ``spending`` where nothing is paid."""

    is_open: bool
    spending: Spending | None = None
    down: bool = False
    in_flight: int = 0
    aside: int = 0
    is_limited: bool = False


class Desk:
    """An asynchronous actor on the driver's machine. Nothing it knows outlives it: the driver opens it anew.

    It must not be shown what an `Order` holds: it comes with `open`, not with the actor.
    """

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._opened = asyncio.Event()
        self._window: Window | None = None
        self._order: Order | None = None
        self._word: Word = "go on"
        self._left: int | None = None
        self._seen: dict[str, tuple[float, int, int]] = {}

    async def open(
        self, order: Order, slices: Mapping[int, bytes], /, *, spending: Spending | None, taken: int
    ) -> None:
        """Begin, with all slices that are not settled, after what was spent and of the limit ``taken`` before."""
        from extractor.llm import make_pace

        self._order = order
        if not order.is_builtin and self._window is None:
            pace = make_pace(order.settings, budget=order.budget)
            if spending is not None:
                used = Usage(input_tokens=spending.input_tokens, output_tokens=spending.output_tokens)
                pace.meter.count(used, cached_input=spending.cached_input_tokens)
                pace.meter.calls = spending.calls
            self._window = Window(pace)
        if order.options.limit is not None:
            self._left = max(0, order.options.limit - taken)
        self._shelf.put(slices)
        self._opened.set()

    async def order(self) -> Order:
        """The order, when it is there."""
        await self._opened.wait()
        assert self._order is not None
        return self._order

    # The driver

    async def put(self, slices: Mapping[int, bytes], /) -> None:
        """Add slices. A desk that is not open is opened with them."""
        if self._opened.is_set():
            self._shelf.put(slices)

    async def end(self, total: int, /) -> None:
        """There will be so many slices."""
        self._shelf.end(total)

    async def settle(self, numbers: Sequence[int], /) -> None:
        """Forget slices."""
        self._shelf.settle(numbers)

    async def say(self, word: Word, /) -> None:
        """What actors are told from now on."""
        self._word = word

    async def look(self) -> Standing:
        """How it stands."""
        if not self._opened.is_set():
            return Standing(is_open=False)
        self._bury()
        pace = None if self._window is None else self._window.pace
        return Standing(
            is_open=True,
            spending=None if pace is None else _spending(pace.meter),
            down=pace is not None and pace.state.down,
            in_flight=sum(in_flight for _, in_flight, _ in self._seen.values()),
            aside=sum(aside for _, _, aside in self._seen.values()),
            is_limited=self._left == 0,
        )

    # The dataset

    async def settled_below(self) -> int:
        """All slices with a lower number are settled."""
        await self._opened.wait()
        return self._shelf.settled_below

    async def take(self, number: int, /) -> bytes | None:
        """A slice; see `Shelf.take`."""
        await self._opened.wait()
        return await self._shelf.take(number)

    # The actors

    async def tell(self, who: str, in_flight: int, aside: int, /) -> Word:
        """An actor tells of itself, and is told what to do."""
        self._seen[who] = (time.monotonic(), in_flight, aside)
        return self._word

    async def allow(self, number: int, /) -> int:
        """How many of so many articles may be worked at, by the limit of the batch."""
        await self._opened.wait()
        if self._left is None:
            return number
        granted = min(number, self._left)
        self._left -= granted
        return granted

    async def serve(self, who: str, asks: Sequence[Ask], ended: Sequence[tuple[Permit, Ended]], /) -> list[Turn]:
        """See `Window.serve`."""
        return await (await self._pacing()).serve(who, asks, ended)

    async def turns(self, who: str, /) -> list[Turn]:
        """See `Window.wait`."""
        return await (await self._pacing()).wait(who)

    async def _pacing(self) -> Window:
        await self._opened.wait()
        assert self._window is not None
        return self._window

    def _bury(self) -> None:
        """Count no more what those had under way that have died."""
        now = time.monotonic()
        for who in [who for who, (at, _, _) in self._seen.items() if now - at > SILENCE]:
            del self._seen[who]
            if self._window is not None:
                self._window.leave(who)


def _spending(meter: Meter, /) -> Spending:
    return Spending(meter.calls, meter.input_tokens, meter.cached_input_tokens, meter.output_tokens, meter.cost)
