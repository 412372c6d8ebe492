"""The process that runs a batch in several others: gives them items, holds pace and budget, and adds up."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from extractor.background import BackgroundLoop
from extractor.batch.counts import EXAMPLES, Counts
from extractor.batch.inputs import Item
from extractor.batch.order import Order
from extractor.batch.report import BatchReport, How, Spent, make_report
from extractor.batch.settling import Tally
from extractor.batch.work import as_told
from extractor.errors import ExtractorError, UnavailableError
from extractor.llm.pacing import Ended

from .messages import Admitted, Allowed, Ask, Give, NoMore, Over, Said, Settle, Settled, State, Stop, Want
from .shard import Shard, begin

if TYPE_CHECKING:
    from extractor.llm.pacing import Pace

log = logging.getLogger(__name__)
CALLS: Final = 25
"""Calls under way that keep a core busy with what comes of them, about."""
STARTS: Final = 3
"""Workers that are started in the place of dead ones, in all."""
AHEAD: Final = 64
"""Items that were read from the inputs and given to nobody yet."""


def processes_for(concurrency: int, cores: int, /) -> int:
    """In how many processes to run a batch with so many calls under way: one for each 25, and for each core at most."""
    return max(1, min(cores, concurrency // CALLS))


class ProcessRunner:
    """Runs a batch once, in so many worker ``processes``, into the database of the order's settings.

    ``pace`` is that of all calls together. ``counts`` are written while it runs, for a display.
    """

    def __init__(
        self, items: Iterable[Item], order: Order, pace: Pace, /, *, processes: int, place: str, counts: Counts
    ) -> None:
        self.counts = counts
        self.pace = pace
        self._items = items
        self._orders = _shares(order, processes)
        self._place = place
        self._left = order.options.limit
        self._found: deque[Item] = deque()
        self._room = threading.Semaphore(AHEAD)
        self._exhausted = False
        self._shards: list[Shard] = []
        self._begun = 0
        self._starts = STARTS
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: bool | None = None
        self._interrupted = False
        self._error: ExtractorError | None = None

    def run(self) -> BatchReport:
        """Work at all items; the report says how it ended. Blocks; `stop` ends it early."""
        loop = BackgroundLoop()
        try:
            return loop.run(self._run())
        finally:
            loop.close()

    def stop(self, *, now: bool = False) -> None:
        """End early: what is being worked at is finished and kept, or with ``now`` left. From any thread or signal."""
        self._interrupted = True
        if self._loop is None:
            self._stopping = now
        else:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._end, now)

    async def _run(self) -> BatchReport:
        self._loop = asyncio.get_running_loop()
        started_at, start = datetime.now(UTC), time.monotonic()
        threading.Thread(target=self._feed, name="batch-feeding", daemon=True).start()
        try:
            await asyncio.gather(*(self._tend(order) for order in self._orders))
        finally:
            for shard in self._shards:
                await shard.end()
            self._room.release()  # who feeds sees that it is over
        meter = self.pace.meter
        return make_report(
            self.counts,
            ended=self._how(),
            error=self._error,
            place=self._place,
            started_at=started_at,
            seconds=time.monotonic() - start,
            spent=Spent(meter.calls, meter.input_tokens, meter.output_tokens, meter.cost),
        )

    # Items

    def _feed(self) -> None:
        """Read the inputs as there is room for items; in a thread, as they may take their time."""
        assert self._loop is not None
        error: ExtractorError | None = None
        try:
            for item in self._items:
                self._room.acquire()
                if not self._goes_on:
                    break
                self._loop.call_soon_threadsafe(self._add, item)
        except Exception as fault:
            error = as_told(fault, "the inputs")
        with suppress(RuntimeError):  # nobody waits for it any more
            self._loop.call_soon_threadsafe(self._no_more, error)

    def _add(self, item: Item) -> None:
        self._found.append(item)
        self._give()

    def _no_more(self, error: ExtractorError | None) -> None:
        self._exhausted = True
        if error is not None:
            self._stop_for(error)
        self._give()

    @property
    def _goes_on(self) -> bool:
        return self._stopping is None and self._left != 0

    def _give(self) -> None:
        """Give items to those that have fewest of them; say when there are no more."""
        if self._begun < len(self._orders):  # the first one would have all of a few
            return
        while self._goes_on and self._found and (free := [shard for shard in self._shards if shard.has_room]):
            shard = min(free, key=lambda one: len(one.open))
            item = self._found.popleft()
            self._number += 1
            shard.open[self._number] = item
            shard.give(Give(self._number, item))
            self._room.release()
        if self._is_done:
            for shard in self._shards:
                shard.give(NoMore())

    @property
    def _is_done(self) -> bool:
        """True when nothing is left to be given, and nothing that a dying worker could give back."""
        none_left = not self._goes_on or (self._exhausted and not self._found)
        return none_left and not any(shard.open for shard in self._shards)

    # Workers

    async def _tend(self, order: Order) -> None:
        """Keep a worker at work until all is done."""
        while True:
            try:
                shard = await begin(order)
            except ExtractorError as error:
                self._stop_for(error)
                return
            self._shards.append(shard)
            self._welcome(shard)
            async for message in shard.messages():
                self._heed(shard, message)
            how = await shard.status()
            self._bury(shard)
            if shard.is_over or not self._replace(how):
                return

    def _welcome(self, shard: Shard) -> None:
        self._begun += 1
        if self._stopping is not None:
            shard.give(Stop(self._stopping))
        self._give()

    def _bury(self, shard: Shard) -> None:
        """Take back what a worker had that has ended, when it did not settle it."""
        self._shards.remove(shard)
        for line in shard.lines:
            line.cancel()
        for permit in shard.permits.values():
            self.pace.settle(permit, Ended(kind="cancelled"))
        if not shard.is_over:
            self._found.extendleft(reversed(shard.open.values()))
        shard.open.clear()
        self._count_under_way()
        self._give()

    def _replace(self, how: str) -> bool:
        """Whether another worker is to take the place of one that has died."""
        if self._stopping is not None or self._is_done:
            log.error("a process of the batch died (%s); a rerun makes what it worked at", how)
            return False
        self._starts -= 1
        if self._starts >= 0:
            log.error("a process of the batch died (%s); another one takes its place", how)
            return True
        log.error("a process of the batch died (%s), and too many did to start another one", how)
        if not self._shards:
            self._stop_for(
                UnavailableError(f"the processes of the batch die ({how}): give them more memory, or run fewer")
            )
        return False

    def _heed(self, shard: Shard, message: object) -> None:
        self._HEEDS[type(message)](self, shard, message)

    def _settled(self, shard: Shard, told: Settled) -> None:
        shard.open.pop(told.number, None)
        _add(self.counts, told.tally)
        self._give()

    def _state(self, shard: Shard, told: State) -> None:
        shard.in_flight, shard.aside = told.in_flight, told.aside
        self._count_under_way()
        self._give()

    def _ask(self, shard: Shard, asked: Ask) -> None:
        line = asyncio.create_task(self._admit(shard, asked))
        shard.lines.add(line)
        line.add_done_callback(shard.lines.discard)

    async def _admit(self, shard: Shard, asked: Ask) -> None:
        try:
            permit = await self.pace.admit(asked.tokens, call=asked.call)
        except ExtractorError as error:
            shard.give(Admitted(asked.number, None, error))
            return
        shard.permits[permit.number] = permit
        shard.give(Admitted(asked.number, permit))

    def _settle(self, shard: Shard, told: Settle) -> None:
        if shard.permits.pop(told.permit.number, None) is not None:
            self.pace.settle(told.permit, told.ended)

    def _want(self, shard: Shard, wanted: Want) -> None:
        granted = wanted.articles
        if self._left is not None:
            granted = min(granted, self._left)
            self._left -= granted
        shard.give(Allowed(wanted.number, granted))
        self._give()

    def _said(self, _: Shard, said: Said) -> None:
        logging.getLogger(said.logger).log(said.level, "%s", said.text)

    def _over(self, shard: Shard, told: Over) -> None:
        shard.is_over = True
        if told.error is not None:
            self._stop_for(told.error)

    _HEEDS: Final[dict[type, Callable[[Any, Shard, Any], None]]] = {
        Settled: _settled,
        State: _state,
        Ask: _ask,
        Settle: _settle,
        Want: _want,
        Said: _said,
        Over: _over,
    }

    def _count_under_way(self) -> None:
        self.counts.in_flight = sum(shard.in_flight for shard in self._shards)
        self.counts.aside = sum(shard.aside for shard in self._shards)

    # Ending

    def _stop_for(self, error: ExtractorError) -> None:
        """End for an error that concerns all; the first one is told."""
        if self._error is None:
            self._error = error
            log.debug("the batch ends", exc_info=error)
        self._end(False)

    def _end(self, now: bool) -> None:
        self._stopping = bool(self._stopping) or now
        for shard in self._shards:
            shard.give(Stop(self._stopping))
        self._room.release()  # who feeds sees it

    def _how(self) -> How:
        if self._error is not None:
            return "stopped"
        if self._interrupted:
            return "interrupted"
        return "limit" if self._left == 0 else "done"


def _shares(order: Order, processes: int, /) -> list[Order]:
    """The orders of so many workers: the calls that may be under way are split between them."""
    each, more = divmod(max(order.settings.concurrency, processes), processes)
    shares = []
    for number in range(processes):
        settings = order.settings.model_copy(update={"concurrency": each + (number < more)})
        share = replace(order, settings=settings).share(1)
        ahead = max(16, share.options.workers)  # fewer than in one process: what is ready at the end is not shared
        shares.append(replace(share, options=replace(share.options, ahead=ahead)))
    return shares


def _add(counts: Counts, tally: Tally, /) -> None:
    """Add what became of an item."""
    more = tally.counts
    for name in ("done", "skipped", "failed", "failed_elsewhere", "left_out", "rejected", "claims"):
        setattr(counts, name, getattr(counts, name) + getattr(more, name))
    for name in ("calls", "cached", "input_tokens", "output_tokens"):
        setattr(counts, name, getattr(counts, name) + getattr(more, name))
    counts.kinds.update(more.kinds)
    counts.examples += more.examples[: EXAMPLES - len(counts.examples)]
