"""Who waits for news of a job, inside of one process and on one event loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Waiting:
    """Somebody who waits for news of a job, or for its end only."""

    end_only: bool
    event: asyncio.Event = field(default_factory=asyncio.Event)

    async def rest(self, seconds: float, /) -> None:
        """Sleep until there is news, but no longer than this."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                await self.event.wait()
        except TimeoutError:
            pass
        self.event.clear()


class News:
    """Tells those who wait for a job that something became of it."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Waiting]] = defaultdict(set)

    @contextmanager
    def about(self, job_id: str, /, *, end_only: bool = False) -> Iterator[Waiting]:
        """Wait for news of a job within the block."""
        waiting = Waiting(end_only)
        self._waiting[job_id].add(waiting)
        try:
            yield waiting
        finally:
            self._waiting[job_id].discard(waiting)
            if not self._waiting[job_id]:
                del self._waiting[job_id]

    def tell(self, job_id: str, /, *, over: bool) -> None:
        """Something became of a job; ``over``: it will not be worked at here any more."""
        for waiting in self._waiting.get(job_id, ()):
            if over or not waiting.end_only:
                waiting.event.set()

    def tell_all(self) -> None:
        """Wake everybody who waits."""
        for job_id in self._waiting:
            self.tell(job_id, over=True)
