"""The slices that are not settled: taken by number, as often as Ray asks for one again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from .slices import EMPTY


class Shelf:
    """Numbered slices. Those that are settled are forgotten: they are empty when they are taken again."""

    def __init__(self) -> None:
        self._slices: dict[int, bytes] = {}
        self._next = 0
        self._total: int | None = None
        self._news = asyncio.Event()

    @property
    def settled_below(self) -> int:
        """All slices with a lower number are settled."""
        return min(self._slices, default=self._next)

    def put(self, slices: Mapping[int, bytes], /) -> None:
        """Add slices; their numbers go up without a gap, but for settled ones."""
        self._slices.update(slices)
        self._next = max(self._next, max(slices, default=-1) + 1)
        self._tell()

    def end(self, total: int, /) -> None:
        """There will be so many slices in all."""
        self._total = self._next = total
        self._tell()

    def settle(self, numbers: Iterable[int], /) -> None:
        """Forget slices."""
        for number in numbers:
            self._slices.pop(number, None)

    async def take(self, number: int, /) -> bytes | None:
        """A slice, when it is there; None when there are no more, EMPTY when it is settled."""
        while number >= self._next:
            if self._total is not None and number >= self._total:
                return None
            await self._news.wait()
        return self._slices.get(number, EMPTY)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
