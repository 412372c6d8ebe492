"""Keeping results: in groups, in the sink's thread, while the workers go on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from extractor.errors import ExtractorError

from .counts import Counts
from .groups import Groups
from .ledger import Ledger
from .options import BatchOptions
from .work import Planner, Work

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary
    from extractor.store import Ending

log = logging.getLogger(__name__)
GROUPS: Final = 4
"""Groups that may wait; then workers wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended, and what it took."""

    work: Work
    outcome: Extraction | Summary | ExtractorError
    started_at: datetime
    seconds: float


class Committer:
    """Keeps how runs end. Belongs to the event loop on which it is made."""

    def __init__(self, planner: Planner, ledger: Ledger, options: BatchOptions, counts: Counts, /) -> None:
        self._planner = planner
        self._ledger = ledger
        self._counts = counts
        self._waiting: Groups[Ended] = Groups(most=options.group, pause=options.pause, bound=GROUPS * options.group)

    async def put(self, ended: Ended, /) -> None:
        """Hand over how a run ended; waits while too much is to be kept. It is kept, also when this is cancelled."""
        await self._waiting.put(ended)

    def close(self) -> None:
        """No more is handed over: `run` ends when all is kept."""
        self._waiting.close()

    async def run(self) -> None:
        """Keep what is handed over. Raises StoreError and OutputError when it cannot be kept for too long."""
        while group := await self._waiting.take():
            try:
                await self._keep(group)
            except BaseException:
                lost = len(group) + len(self._waiting)
                log.error("what %s came to could not be kept; a rerun makes it again", _articles(lost))
                raise

    async def _keep(self, group: Sequence[Ended]) -> None:
        refused = []
        for ended, error in zip(group, await self._ledger.finish([self._ending(one) for one in group]), strict=True):
            if error is not None and not isinstance(ended.outcome, ExtractorError):
                refused.append((ended, error))
            else:
                self._count(ended, error)
        if refused:
            await self._keep_refusals(refused)

    async def _keep_refusals(self, refused: Sequence[tuple[Ended, ExtractorError]]) -> None:
        """Keep that results could not be held: without their articles, which may be the reason."""
        endings = []
        for ended, error in refused:
            without = Work(item=ended.work.item, key=ended.work.key, plan=ended.work.plan)
            endings.append(self._planner.failed(without, error, started_at=ended.started_at, seconds=ended.seconds))
        kept = await self._ledger.finish(endings)
        for (ended, error), worse in zip(refused, kept, strict=True):
            self._count_failure(ended.work, error)
            if worse is not None:
                await self._give_up(ended.work, worse)

    def _ending(self, ended: Ended) -> Ending:
        if isinstance(ended.outcome, ExtractorError):
            return self._planner.failed(ended.work, ended.outcome, started_at=ended.started_at, seconds=ended.seconds)
        return ended.work.done(ended.outcome)

    def _count(self, ended: Ended, error: ExtractorError | None) -> None:
        if not isinstance(ended.outcome, ExtractorError):
            self._counts.add_result(ended.outcome)
            return
        self._count_failure(ended.work, ended.outcome)
        if error is not None:
            log.error("the failure of %s could not be kept: %s", ended.work.item.place, error)

    def _count_failure(self, work: Work, error: ExtractorError) -> None:
        self._counts.add_failure(work.item.place, error)
        place = work.item.place
        log.error("failed: %s", error if place in str(error) else f"{place}: {error}")

    async def _give_up(self, work: Work, error: ExtractorError) -> None:
        log.error("the failure of %s could not be kept: %s", work.item.place, error)
        await self._ledger.release([work.key])


def _articles(number: int, /) -> str:
    return "1 article" if number == 1 else f"{number} articles"
