"""The runner: takes jobs out of the store's queue, works at them, and tells those who wait."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from extractor.errors import StoreError

from .making import Maker
from .models import Extractors
from .news import News, Waiting
from .threads import in_thread
from .working import Bench, Working, traced

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from extractor.schemas.jobs import Job, JobRequest
    from extractor.service_settings import ServiceSettings
    from extractor.settings import Settings
    from extractor.store import Store

    from .metrics import Metrics
    from .state import MakeExtractor

T = TypeVar("T")

IDLE_SECONDS = 1.0
"""How long nothing was to be done before the queue is looked at again: other processes fill it too."""
POLL_SECONDS = (0.25, 2.0)
"""How long to wait, at first and at most, before a job is looked at that others may be working at."""
LOCAL_SECONDS = 10.0
"""The same for a job that is worked at here, whose every change is told."""
PURGE_SECONDS = 3600.0
"""How often jobs that have been over for long are forgotten."""
_STORE_THREADS = 8
_UPLOAD_THREADS = 2  # reading a file computes


class Runner:
    """Works at the jobs of a store, ``service.jobs_at_once`` of them at once; others may share the queue.

    Belongs to the event loop on which it is started.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        service: ServiceSettings,
        metrics: Metrics,
        log: FilteringBoundLogger,
        /,
        *,
        make_extractor: MakeExtractor,
    ) -> None:
        self._store = store
        self._service = service
        self._log = log
        self._news = News()
        self._threads = ThreadPoolExecutor(_STORE_THREADS, "jobs")
        self._readers = ThreadPoolExecutor(_UPLOAD_THREADS, "uploads")
        self._maker = Maker(store, settings, Extractors(settings, make_extractor), service.engine_processes)
        self._bench = Bench(store, self._maker, metrics, log, self._news, self._threads, service)
        self._working: dict[str, Working] = {}
        self._room = asyncio.Semaphore(service.jobs_at_once)
        self._wake = asyncio.Event()
        self._draining = False
        self._purged = float("-inf")
        self._taking: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take jobs."""
        self._taking = asyncio.create_task(self._take_jobs())
        self._keeping = asyncio.create_task(self._bench.keep_leases(self._working))

    def drain(self) -> None:
        """Take no further job, and let nobody wait any longer: what is being worked at goes on."""
        self._draining = True
        self._wake.set()
        self._news.tell_all()

    async def stop(self, grace: float, /) -> None:
        """Give the jobs under way so many seconds to be finished, put the others back into the queue, and end."""
        self.drain()
        await self._ended(grace)
        for working in self._working.values():
            working.stop("released")
        await self._ended(None)
        if self._taking is not None:
            await self._taking
            await self._ended(None)  # what was taken at the last moment
        if self._keeping is not None:
            self._keeping.cancel()
        await self._maker.aclose()
        for threads in (self._threads, self._readers):
            threads.shutdown(wait=False, cancel_futures=True)

    def submitted(self) -> None:
        """A job was submitted: look at the queue now."""
        self._wake.set()

    def cancelled(self, job_id: str, /) -> None:
        """A job was cancelled in the store: stop working at it, and tell who waits for it."""
        if (working := self._working.get(job_id)) is not None:
            working.stop("lost")
        self._news.tell(job_id, over=True)

    async def read(self, function: Callable[[], T], /) -> T:
        """The result of a function that reads an uploaded file: it computes, so that few of them run at once."""
        return await in_thread(self._readers, function)

    def is_working(self, job_id: str, /) -> bool:
        """True when a job is being worked at in this process."""
        return job_id in self._working

    async def wait(self, job_id: str, seconds: float, /) -> Job | None:
        """The job as soon as it is over, or as it is after so many seconds; None when there is none (any more).

        Raises StoreError.
        """
        until = time.monotonic() + seconds
        with self._news.about(job_id, end_only=True) as waiting:
            for patience in _patience():
                job = await self._in_thread(self._store.get_job, job_id)
                left = until - time.monotonic()
                if job is None or job.over or left <= 0 or self._draining:
                    return job
                await self._rest(waiting, job_id, min(left, patience), left)
        raise AssertionError("patience has no end")

    async def changes(self, job_id: str, /) -> AsyncGenerator[Job, None]:
        """The job as it is now and at each change of its status or stage, until it is over. Raises StoreError."""
        told: tuple[str, str] | None = None
        with self._news.about(job_id) as waiting:
            for patience in _patience():
                job = await self._in_thread(self._store.get_job, job_id)
                if job is None:
                    return
                if (job.status, job.stage) != told:
                    told = job.status, job.stage
                    yield job
                if job.over or self._draining:
                    return
                await self._rest(waiting, job_id, patience, LOCAL_SECONDS)

    async def _rest(self, waiting: Waiting, job_id: str, patience: float, local: float) -> None:
        await waiting.rest(min(local, LOCAL_SECONDS) if self.is_working(job_id) else patience)

    async def _take_jobs(self) -> None:
        """Take jobs whenever there is room for one, until the runner is drained."""
        while not self._draining:
            await self._purge()
            await self._room.acquire()
            taken = None if self._draining else await self._take()
            if taken is None:
                self._room.release()
                await self._idle()
            else:
                self._begin(*taken)

    async def _take(self) -> tuple[Job, JobRequest, str] | None:
        """A job to work at, and the name under which it is; None when there is none, or the store cannot be used."""
        worker = uuid.uuid4().hex
        alive = [working.worker for working in self._working.values()]
        taken = await self._try(partial(self._store.take_job, worker, lease=self._service.lease, besides=alive))
        return None if taken is None else (*taken, worker)

    def _begin(self, job: Job, request: JobRequest, worker: str) -> None:
        working = self._bench.begin(job, request, worker)
        self._working[job.id] = working
        working.task.add_done_callback(lambda _: self._end(working))
        self._news.tell(job.id, over=False)
        if self._draining:
            working.stop("released")

    def _end(self, working: Working) -> None:
        if self._working.get(working.job.id) is working:
            del self._working[working.job.id]
        self._room.release()
        self._news.tell(working.job.id, over=True)

    async def _ended(self, seconds: float | None) -> None:
        """Wait until nothing is worked at, or for so many seconds."""
        tasks = [working.task for working in self._working.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def _idle(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass
        if not self._draining:
            self._wake.clear()

    async def _purge(self) -> None:
        if time.monotonic() - self._purged < PURGE_SECONDS:
            return
        self._purged = time.monotonic()
        await self._try(partial(self._store.purge_jobs, timedelta(days=self._service.keep_jobs)))

    async def _try(self, function: Callable[[], T]) -> T | None:
        """The result of a call of the store; None, and a line in the log, when it fails: it is tried again later."""
        try:
            return await self._in_thread(function)
        except Exception as error:  # whatever it is, the runner goes on
            told = str(error) if isinstance(error, StoreError) else traced(error)
            self._log.error("queue.unavailable", error=type(error).__name__, detail=told)
            return None

    async def _in_thread(self, function: Callable[..., T], /, *given: Any, **named: Any) -> T:
        return await in_thread(self._threads, function, *given, **named)


def _patience() -> Iterator[float]:
    """For how many seconds to wait, each time longer."""
    seconds, most = POLL_SECONDS
    while True:
        yield seconds
        seconds = min(2 * seconds, most)
