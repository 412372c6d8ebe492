"""Feeding a batch: items become runs that this process has claimed, ready before a worker asks for one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.errors import ExtractorError

from .aside import Aside, Held
from .counts import Counts
from .groups import Groups
from .inputs import Item
from .ledger import Ledger
from .options import BatchOptions
from .readers import Readers
from .work import Planner, Work

if TYPE_CHECKING:
    from extractor.store import ClaimStatus

CLAIMED_AT_ONCE: Final = 64
"""Runs that are claimed together at most."""
LOOKED_AT_ONCE: Final = 256
"""Runs put aside that are looked at together at most."""
LOOK: Final = 0.25
"""Seconds between two looks at what is due of them."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item to be read; ``claimed`` is the key of its run where that was claimed without reading it."""

    item: Item
    claimed: str | None = None


class Feeder:
    """Reads, plans and claims runs ahead of the workers. Belongs to the event loop on which it is made."""

    def __init__(
        self, items: Iterable[Item], planner: Planner, ledger: Ledger, options: BatchOptions, counts: Counts, /
    ) -> None:
        self._planner = planner
        self._ledger = ledger
        self._counts = counts
        self._left = options.limit
        self._found: Groups[tuple[_Entry, Work | None]] = Groups(most=CLAIMED_AT_ONCE, pause=options.pause)
        self._ready: asyncio.Queue[Work | None] = asyncio.Queue()
        self._aside = Aside()
        self._looking = 0
        self._ended = False
        self._fault: BaseException | None = None
        self._loop = asyncio.get_running_loop()
        self._readers: Readers[_Entry, Work | None] = Readers(
            _entries(items),
            self._read,
            self._deliver,
            ahead=options.reading_ahead,
            is_remote=lambda entry: _is_remote(entry.item),
            over=self._over,
        )

    async def run(self) -> None:
        """Feed until everything is taken up. Raises what the items raise, and what concerns all runs."""
        self._readers.start()
        looking = asyncio.create_task(self._look())
        try:
            while not self._ended and (group := await self._next_group(looking)):
                await self._sort_out(group)
        finally:
            looking.cancel()
            self.end()
        if self._fault is not None:
            raise self._fault

    async def next(self) -> Work | None:
        """The next run to make; None when there is none any more."""
        work = await self._ready.get()
        if work is None:
            self._ready.put_nowait(None)
            return None
        self._readers.settle(work.size)
        self._check()
        return work

    @property
    def is_limited(self) -> bool:
        """True when the limit was reached."""
        return self._left == 0

    def end(self) -> None:
        """Take up no more: what is ready is still given out."""
        if not self._ended:
            self._ended = True
            self._readers.close()
            self._found.close()
            self._aside.clear()
            self._ready.put_nowait(None)

    def stop(self) -> list[str]:
        """Give out no more; the keys that were claimed and not given out."""
        self.end()
        left = []
        while not self._ready.empty():
            if (work := self._ready.get_nowait()) is not None:
                left.append(work.key)
        self._ready.put_nowait(None)
        return left

    # In the threads that read

    def _read(self, entry: _Entry) -> Work | None:
        return self._planner.plan(entry.item)

    def _deliver(self, entry: _Entry, work: Work | None) -> None:
        if work is not None:
            self._readers.weigh(work.size)
        self._found.put_from_thread((entry, work))

    def _over(self, error: BaseException | None) -> None:
        self._loop.call_soon_threadsafe(self._exhausted, error)

    # On the event loop

    async def _next_group(self, looking: asyncio.Task[None]) -> list[tuple[_Entry, Work | None]]:
        """The next runs that were read; raises what ended the looking."""
        taking = asyncio.ensure_future(self._found.take())
        try:
            await asyncio.wait({taking, looking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if looking.done() and not taking.done():
                taking.cancel()
        return looking.result() or [] if looking.done() else taking.result()

    async def _sort_out(self, group: Sequence[tuple[_Entry, Work | None]]) -> None:
        fresh = []
        for entry, work in group:
            if work is None:
                self._counts.left_out += 1
                self._settle(0)
            elif entry.claimed == work.key:
                self._take_up(work, "mine")
            else:
                if entry.claimed is not None:  # the file is another one now
                    await self._ledger.release([entry.claimed])
                fresh.append(work)
        await self._claim(fresh)

    async def _claim(self, fresh: list[Work]) -> None:
        while fresh and not self._ended:
            some = fresh if self._left is None else fresh[: self._left]
            fresh = fresh[len(some) :]
            for work, status in zip(some, await self._ledger.claim([work.wanted for work in some]), strict=True):
                self._take_up(work, status)

    def _take_up(self, work: Work, status: ClaimStatus | ExtractorError) -> None:
        if self._ended:  # while it was being claimed; all claims are given up at the end
            return
        if status == "held":
            self._put_aside(work)
        elif status == "done":
            self._counts.skipped += 1
            self._settle(work.size)
        elif status == "failed":
            self._counts.failed_elsewhere += 1
            self._settle(work.size)
        else:
            self._give(work, None if status == "mine" else status)

    def _give(self, work: Work, error: ExtractorError | None) -> None:
        """Make a run ready, which has failed with ``error`` where it could not be claimed."""
        work.error = work.error or error
        self._ready.put_nowait(work)
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.end()

    def _put_aside(self, work: Work) -> None:
        placed = self._aside.is_full
        self._aside.put(work.item, work.key, placed=placed)
        self._count_aside()
        if placed:
            self._readers.weigh(-work.size)
        else:
            self._settle(work.size)

    async def _look(self) -> None:
        """Look at what was put aside, again and again."""
        from extractor.store import Wanted

        while True:
            await asyncio.sleep(LOOK)
            held = self._aside.take(LOOKED_AT_ONCE)
            if not held:
                continue
            self._looking = len(held)
            wanted = [Wanted(key=one.key, read_from=one.item.place) for one in held]
            for one, status in zip(held, await self._ledger.claim(wanted), strict=True):
                self._look_at(one, status)
            self._looking = 0
            self._count_aside()
            self._check()

    def _look_at(self, held: Held, status: ClaimStatus | ExtractorError) -> None:
        if status == "held":
            self._aside.put_again(held)
            return
        if held.placed:
            self._readers.settle()
        if status == "failed":
            self._counts.failed_elsewhere += 1
        elif status == "done" and _is_remote(held.item):
            self._counts.skipped += 1
        else:  # read it again: to make it, or so that its place of publication is kept too
            self._readers.put_back(_Entry(held.item, held.key if status == "mine" else None))

    def _count_aside(self) -> None:
        self._counts.aside = len(self._aside)

    def _settle(self, chars: int) -> None:
        self._readers.settle(chars)
        self._check()

    def _exhausted(self, error: BaseException | None) -> None:
        self._fault = error
        self._check()

    def _check(self) -> None:
        if not self._aside and not self._looking and self._readers.is_over:
            self.end()


def _entries(items: Iterable[Item], /) -> Iterator[_Entry]:
    for item in items:
        yield _Entry(item)


def _is_remote(item: Item, /) -> bool:
    return item.source is not None and item.source.lower().startswith(("http://", "https://"))
