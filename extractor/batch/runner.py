"""The runner: many articles through any hands into any sink, nothing lost and nothing repeated.

    items -> readers (threads) -> claims -> ready -> workers -> endings -> commits
             \\______________ Feeder ______________/             \\___ Committer ___/

Every arrow is bounded, and nothing waits for all: a slow article holds up nothing but itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError

from .committer import Committer, Ended
from .counts import Counts
from .feeder import Feeder
from .hands import Hands, Postponed
from .inputs import Item
from .ledger import Ledger
from .options import BatchOptions
from .report import BatchReport, How, Spent, make_report
from .stopping import StopRule
from .work import Planner, Work, as_told

if TYPE_CHECKING:
    from extractor.llm.pacing import Pace
    from extractor.schemas import Extraction, Summary

    from .sinks import Sink

log = logging.getLogger(__name__)


class BatchRunner:
    """Runs a batch once: ``await BatchRunner(items, planner, hands, sink, options).run()``.

    ``planner`` reads the items, ``hands`` make the results, ``sink`` keeps them; the caller closes what it gave.
    ``counts`` are written while it runs, for a display. ``pace`` is that of the calls: its meter tells what they took.
    """

    def __init__(
        self,
        items: Iterable[Item],
        planner: Planner,
        hands: Hands,
        sink: Sink,
        options: BatchOptions,
        /,
        *,
        counts: Counts | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self.options = options
        self._items = items
        self._planner = planner
        self._hands = hands
        self._sink = sink
        self._pace = pace
        self._rule = StopRule()
        self._error: ExtractorError | None = None
        self._interrupted = False
        self._hurried = False
        self._workers: list[asyncio.Task[None]] = []
        self._feeder: Feeder | None = None
        self._ledger: Ledger | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._releasing: asyncio.Future[None] | None = None

    async def run(self) -> BatchReport:
        """Work at all items; the report says how it ended.

        Cancelling it is `stop` with ``now``, and raises CancelledError when all is in order.
        """
        self._loop = asyncio.get_running_loop()
        running = asyncio.ensure_future(self._run())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._stop(True)
            await asyncio.wait({running})
            raise

    def stop(self, *, now: bool = False) -> None:
        """End early: what is being worked at is finished and kept, or with ``now`` left; a rerun goes on from there.

        May be called from any thread and from a signal handler, also before it runs.
        """
        if self._loop is None:
            self._stop(now)
        else:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._stop, now)

    async def _run(self) -> BatchReport:
        started_at, start = datetime.now(UTC), time.monotonic()
        self._ledger = ledger = Ledger(self._sink, patience=self.options.patience)
        self._feeder = feeder = Feeder(self._items, self._planner, ledger, self.options, self.counts)
        committer = Committer(self._planner, ledger, self.options, self.counts)
        try:
            await self._work_through(feeder, committer, ledger)
        finally:
            feeder.stop()
            await ledger.release(None)
            ledger.close()
        return make_report(
            self.counts,
            ended=self._how(),
            error=self._error,
            place=self._sink.place,
            started_at=started_at,
            seconds=time.monotonic() - start,
            spent=self._spent(),
        )

    async def _work_through(self, feeder: Feeder, committer: Committer, ledger: Ledger) -> None:
        keeping = asyncio.create_task(ledger.keep_claims())
        committing = asyncio.create_task(self._guarded(committer.run, self._lose))
        feeding = asyncio.create_task(self._guarded(feeder.run, self._drain))
        self._workers = [asyncio.create_task(self._work(feeder, committer)) for _ in range(self.options.workers)]
        if self._interrupted:  # before it began
            self._stop(self._hurried)
        await asyncio.wait(self._workers)
        feeder.end()
        await feeding
        committer.close()
        await committing
        keeping.cancel()
        for worker in self._workers:
            if not worker.cancelled():
                worker.result()

    async def _guarded(self, run: Callable[[], Awaitable[None]], end: Callable[[], object]) -> None:
        """Run a part of the batch; its error is that of the batch, and ends it."""
        try:
            await run()
        except Exception as error:
            self._stop_for(as_told(error, "the batch itself"), end)

    async def _work(self, feeder: Feeder, committer: Committer) -> None:
        """What a worker does: one run after another."""
        while (work := await feeder.next()) is not None:
            self.counts.in_flight += 1
            try:
                await self._make(work, committer)
            finally:
                self.counts.in_flight -= 1

    async def _make(self, work: Work, committer: Committer) -> None:
        started_at, start = datetime.now(UTC), time.perf_counter()
        outcome: Extraction | Summary | ExtractorError
        try:
            outcome = await self._result(work)
            self._rule.answered()
        except Postponed:
            self.counts.postponed += 1
            await self._let_go(work)
            return
        except (Exception, asyncio.CancelledError) as error:
            if _is_cancelled(error):
                raise
            outcome = as_told(error, work.item.place)
            if self._rule.ends(outcome):
                self._stop_for(outcome, self._drain)
                return  # its claim is given up at the end, with all others
        seconds = time.perf_counter() - start
        await committer.put(Ended(work=work, outcome=outcome, started_at=started_at, seconds=seconds))

    async def _result(self, work: Work) -> Extraction | Summary:
        if work.error is not None:
            raise work.error
        assert work.article is not None
        if self._planner.task == "extract":
            return await self._hands.extract(work.article)
        return await self._hands.summarize(work.article, extraction=work.extraction, length=self._planner.length)

    async def _let_go(self, work: Work) -> None:
        assert self._ledger is not None
        await self._ledger.release([work.key])

    # Ending

    def _stop(self, now: bool) -> None:
        self._interrupted = True
        self._drain()
        if now:
            self._hurry()

    def _stop_for(self, error: ExtractorError, end: Callable[[], object]) -> None:
        """End for an error that concerns all; the first one is told."""
        if self._error is None:
            self._error = error
            log.debug("the batch ends", exc_info=error)
        end()

    def _drain(self) -> None:
        """Take up no more, and give up what was claimed and not begun: others may take it."""
        if self._feeder is None or self._ledger is None:
            return
        if keys := self._feeder.stop():
            self._releasing = asyncio.ensure_future(self._ledger.release(keys))

    def _hurry(self) -> None:
        """Leave what is being worked at."""
        self._hurried = True
        if self._ledger is not None:
            self._ledger.hurry()
        for worker in self._workers:
            worker.cancel()

    def _lose(self) -> None:
        """What is made cannot be kept: make no more of it."""
        self._drain()
        self._hurry()

    def _how(self) -> How:
        if self._error is not None:
            return "stopped"
        if self._interrupted:
            return "interrupted"
        return "limit" if self._feeder is not None and self._feeder.is_limited else "done"

    def _spent(self) -> Spent | None:
        if self._pace is None:
            return None
        meter = self._pace.meter
        return Spent(meter.calls, meter.input_tokens, meter.output_tokens, meter.cost)


def _is_cancelled(error: BaseException, /) -> bool:
    """True when it is this task that was cancelled, not something inside of what it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
