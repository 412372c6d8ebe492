"""A queue whose items are taken in groups: at once when little comes, together when much does."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Groups(Generic[T]):
    """A queue for one consumer, on the event loop on which it is made.

    A group has up to ``most`` items and begins ``pause`` seconds after the one before or later, unless it is full. With
    ``bound`` items `put` waits.
    """

    def __init__(self, *, most: int, pause: float, bound: int | None = None) -> None:
        self._most = most
        self._pause = pause
        self._bound = bound
        self._items: deque[T] = deque()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._taken = asyncio.Event()
        self._told = False
        self._closed = False
        self._last = float("-inf")

    def __len__(self) -> int:
        return len(self._items)

    async def put(self, item: T, /) -> None:
        """Add an item, when there is room; an interruption while waiting adds it all the same."""
        try:
            while self._bound is not None and len(self._items) >= self._bound:
                self._taken.clear()
                await self._taken.wait()
        finally:
            self.put_now(item)

    def put_now(self, item: T, /) -> None:
        """Add an item, also beyond the bound."""
        self._items.append(item)
        self._news.set()

    def put_from_thread(self, item: T, /) -> None:
        """Add an item from any thread; RuntimeError when the loop is closed."""
        self._items.append(item)
        if not self._told:
            self._told = True
            self._loop.call_soon_threadsafe(self._tell)

    def close(self) -> None:
        """No more will be added: what is there is given out."""
        self._closed = True
        self._news.set()

    async def take(self) -> list[T]:
        """The next group; empty when the queue is closed and nothing is left."""
        while not self._items:
            if self._closed:
                return []
            await self._wait(None)
        until = self._last + self._pause
        while len(self._items) < self._most and not self._closed and (left := until - time.monotonic()) > 0:
            await self._wait(left)
        self._last = time.monotonic()
        group = [self._items.popleft() for _ in range(min(self._most, len(self._items)))]
        self._taken.set()
        return group

    async def _wait(self, seconds: float | None) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass

    def _tell(self) -> None:
        self._told = False
        self._news.set()
