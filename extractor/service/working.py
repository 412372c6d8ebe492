"""Working at one job: its lease is kept while its result is made, and how it ends is stored."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from extractor.engine_workers import WorkerError
from extractor.errors import ConfigurationError, ExtractorError, InputError, StoreError, UnavailableError
from extractor.run_keys import PROMPTS
from extractor.store.jobs import FailedRun

from .making import Made, Maker, Planned
from .news import News
from .problems import problem, problem_of
from .threads import in_thread

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from extractor.schemas.jobs import Job, JobRequest, JobStatus, Problem, Stage
    from extractor.service_settings import ServiceSettings
    from extractor.store import Store

    from .metrics import Metrics

T = TypeVar("T")
Ending = Literal["done", "failed", "lost", "released"]
"""How work at a job ended here; lost: the job was cancelled, deleted, or taken by another."""

STORE_PAUSES = (0.2, 1.0, 3.0, 10.0)
"""Seconds after which a result is stored again that could not be: it was dear."""
_PLAIN = (ConfigurationError, StoreError, UnavailableError)
"""Errors whose messages quote neither articles nor answers of models."""
_TOLD: dict[Ending, JobStatus] = {"done": "done", "failed": "failed", "lost": "cancelled"}


class LostError(Exception):
    """The job is not this worker's any more."""


@dataclass(eq=False, slots=True)
class Working:
    """A job that is being worked at: by whom, since when (monotonic seconds), how far, and the task that does it."""

    job: Job
    request: JobRequest
    worker: str
    stage: Stage = "reading"
    planned: Planned | None = None
    ending: Ending | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    since: float = field(default_factory=time.monotonic)
    kept: float = field(default_factory=time.monotonic)
    renewed: float = float("-inf")
    """When its lease was renewed together with those of others."""
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What is told of the job to the store is told in order."""
    making: asyncio.Task[None] = field(init=False)
    task: asyncio.Task[None] = field(init=False)

    @property
    def elapsed(self) -> float:
        """Seconds since it was taken up."""
        return round(time.monotonic() - self.since, 3)

    def stop(self, ending: Ending, /) -> None:
        """End the work; ``released`` puts the job back into the queue."""
        self.ending = self.ending or ending
        self.making.cancel()


class Bench:
    """Where jobs are worked at: all that they share."""

    def __init__(
        self,
        store: Store,
        maker: Maker,
        metrics: Metrics,
        log: FilteringBoundLogger,
        news: News,
        threads: Executor,
        service: ServiceSettings,
        /,
    ) -> None:
        self._store = store
        self._maker = maker
        self._metrics = metrics
        self._log = log
        self._threads = threads
        self._lease = service.lease
        self._trusting = not service.keys
        self._news = news

    def begin(self, job: Job, request: JobRequest, worker: str, /) -> Working:
        """Begin to work at a job that ``worker`` took; its ``task`` ends, without an error, when the work does."""
        working = Working(job, request, worker)
        working.making = asyncio.create_task(self._make(working))
        working.task = asyncio.create_task(self._work(working))
        return working

    async def keep_leases(self, working: Mapping[str, Working], /) -> None:
        """Renew the leases of all that is worked at together, until it is cancelled: one by one is too much to write.

        Where that fails, each is renewed by itself.
        """
        while True:
            await asyncio.sleep(self._lease / 3)
            renewing, moment = tuple(working.values()), time.monotonic()
            if not renewing:
                continue
            try:
                held = await self._call(self._store.keep_jobs, [one.worker for one in renewing], lease=self._lease)
            except Exception as error:
                self._log.error("queue.unavailable", error=type(error).__name__)
                held = frozenset()
            for one in renewing:
                one.renewed = moment if one.worker in held else float("-inf")
                one.kept = max(one.kept, one.renewed)

    async def _work(self, working: Working) -> None:
        """Keep the lease while the job is made, then see to how it ended."""
        self._log.info("job.begun", job=working.job.id, task=working.job.task, attempt=working.job.attempts)
        try:
            while not (await asyncio.wait({working.making}, timeout=self._lease / 3))[0]:
                renewed = time.monotonic() - working.renewed < self._lease / 2
                if not renewed and not await self._keep(working):
                    working.stop("lost")
            await self._conclude(working)
        except Exception as error:  # the lease runs out, and the job is taken up again
            working.making.cancel()
            self._log.error("job.left", job=working.job.id, error=type(error).__name__, trace=traced(error))
            return
        outcome = working.ending or "released"
        self._log.info("job.ended", job=working.job.id, outcome=outcome, seconds=working.elapsed)
        if outcome in _TOLD:
            self._metrics.count_job(working.job.task, _TOLD[outcome], seconds=working.elapsed)

    async def _make(self, working: Working) -> None:
        """Make and store the result."""
        working.planned = await self._maker.plan(working.request)
        made = await self._maker.make(working.request, working.planned, partial(self._tell, working))
        if made.now:
            self._metrics.count_result(made.result)
        await self._tell(working, "storing", working.planned)
        await self._finish(working, made)

    async def _conclude(self, working: Working) -> None:
        """Store how the work ended, where `_make` has not."""
        error = None if working.making.cancelled() else working.making.exception()
        if working.ending == "done":
            return
        if working.making.cancelled():
            if working.ending != "lost":
                working.ending = "released"
                await self._call(self._store.release_job, working.job.id, working.worker)
        elif isinstance(error, LostError):
            working.ending = "lost"
        elif isinstance(error, ExtractorError):
            told = str(error) if isinstance(error, _PLAIN) else None
            self._log.warning("job.failed", job=working.job.id, error=type(error).__name__, detail=told)
            await self._fail(working, problem_of(error, trusted=self._trusting), error)
        elif error is not None:
            self._log.error("job.broken", job=working.job.id, error=type(error).__name__, trace=traced(error))
            await self._fail(working, problem("internal", "the service has a fault; its log tells more"), None)

    async def _tell(self, working: Working, stage: Stage, planned: Planned) -> None:
        """Store and tell the stage. Raises LostError."""
        working.stage = stage
        if not await self._keep(working, article_id=planned.article.id):
            raise LostError
        self._news.tell(working.job.id, over=False)

    async def _keep(self, working: Working, *, article_id: str | None = None) -> bool:
        """Renew the lease; False when it is lost, also because the store cannot be used for as long as it lasts."""
        ids = working.job.id, working.worker
        async with working.telling:
            now = time.monotonic()
            kept = {"lease": self._lease, "stage": working.stage, "article_id": article_id}
            try:
                held = await self._call(self._store.keep_job, *ids, **kept)
            except StoreError as error:
                self._log.error("queue.unavailable", job=working.job.id, error=type(error).__name__, detail=str(error))
                return now - working.kept < self._lease
            working.kept = now
            return held

    async def _finish(self, working: Working, made: Made) -> None:
        """Store the result with the job, some times when the store cannot be used. Raises LostError, StoreError."""
        for pause in (*STORE_PAUSES, None):
            try:
                async with working.telling:
                    await self._finish_once(working, made)
            except StoreError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    async def _finish_once(self, working: Working, made: Made) -> None:
        if not await self._call(self._store.finish_job, working.job.id, working.worker, made.result):
            raise LostError
        working.ending = "done"

    async def _fail(self, working: Working, found: Problem, error: ExtractorError | None) -> None:
        told = found.model_copy(update={"instance": f"/v1/jobs/{working.job.id}"})
        run = None if error is None else _failed_run(working, error)
        ids = working.job.id, working.worker
        try:
            failed = await self._call(self._store.fail_job, *ids, told, run=run)
        except InputError:  # the database cannot hold this article
            failed = await self._call(self._store.fail_job, *ids, told)
        working.ending = "failed" if failed else "lost"

    async def _call(self, function: Callable[..., T], /, *given: Any, **named: Any) -> T:
        return await in_thread(self._threads, function, *given, **named)


def _failed_run(working: Working, error: ExtractorError, /) -> FailedRun | None:
    """What is stored of the run; nothing where no article was read, or it is the store that failed."""
    planned = working.planned
    if planned is None or isinstance(error, StoreError):
        return None
    return FailedRun(
        error=error,
        article=planned.article,
        engine=planned.plan.engine,
        model=planned.plan.model,
        started_at=working.started_at,
        elapsed_seconds=working.elapsed,
        settings=planned.plan.settings,
        prompts=planned.plan.settings[PROMPTS],
    )


def traced(error: BaseException, /) -> str:
    """Where an error arose, in a process of the engine too; not what it says, which may be text of an article."""
    inside = str(error.__cause__) if isinstance(error.__cause__, WorkerError) else ""
    return "".join(traceback.format_tb(error.__traceback__)) + inside
