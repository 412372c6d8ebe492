"""Submitting and collecting as a whole: articles through the pipeline, requests to the provider, answers back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from extractor.batch.inputs import Item
from extractor.batch.options import BatchOptions
from extractor.batch.running import supervise
from extractor.batch.work import Planner
from extractor.errors import ExtractorError

from .client import connected
from .collecting import ATTEMPTS, collect_all, look_at
from .hands import OutboxSink, ReadyPlanner, WritingExtractor, WritingHands, WritingRunner, ready_items
from .plans import Plan, make_plan, plan_key
from .sending import Limits, send_all
from .turns import turn

if TYPE_CHECKING:
    from extractor.batch.report import BatchReport
    from extractor.settings import Settings
    from extractor.store import Store
    from extractor.summarizing import Length

log = logging.getLogger(__name__)

WORKERS = 16
"""Articles that are worked at at once: they wait for nothing but the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How batches are sent and collected: the size of parts, how often a request is sent, seconds of a lease."""

    limits: Limits = field(default_factory=Limits)
    attempts: int = ATTEMPTS
    keep_files: bool = False
    lease: float = 60.0


class Office:
    """Runs of one plan over one database."""

    def __init__(self, store: Store, settings: Settings, plan: Plan, terms: Terms, /) -> None:
        self.store = store
        self.settings = settings
        self.plan = plan
        self.terms = terms
        self.already = 0
        """Articles that had been submitted before."""

    def submit(self, items: Iterable[Item], options: BatchOptions, /, *, watch: Watch) -> BatchReport:
        """Write down what the articles ask first. Those whose answers are all kept are stored at once."""
        return self._run(items, options, watch, submits=True)

    def go_on(self, options: BatchOptions, /, *, watch: Watch) -> BatchReport:
        """Finish the articles whose answers are there, or write down what they ask next."""
        return self._run(ready_items(self.store.outbox(), plan_key(self.plan)), options, watch, submits=False)

    async def send(self) -> int:
        """Send what is written down; how many parts."""
        async with connected(self.settings) as provider:
            return await send_all(provider, self.store.outbox(), self.plan, self.terms.limits)

    async def collect(self) -> int:
        """Keep the answers that are there; of how many parts."""
        terms = self.terms
        take = partial(collect_all, attempts=terms.attempts, keep_files=terms.keep_files)
        async with connected(self.settings) as provider:
            return await take(provider, self.store.outbox(), self.plan)

    async def look(self) -> None:
        """Ask how the batches stand."""
        async with connected(self.settings) as provider:
            await look_at(provider, self.store.outbox(), self.plan)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While nobody else sends or collects with this database."""
        with turn(self.store, lease=self.terms.lease):
            yield

    def _run(self, items: Iterable[Item], options: BatchOptions, watch: Watch, *, submits: bool) -> BatchReport:
        places: dict[str, str | None] = {}
        sink = OutboxSink(self.store, places, submits=submits, lease=self.terms.lease)
        with self._extractor() as extractor:
            planner = self._planner(extractor, sink, options, submits=submits)
            hands = WritingHands(extractor, self.store.outbox(), self.plan, places, submits=submits)
            runner = WritingRunner(items, planner, hands, sink, options)
            try:
                with watch(runner):
                    return supervise(runner, extractor)
            finally:
                self.already += sink.waiting
                with suppress(ExtractorError):  # what it did not give up ends by itself
                    sink.close()

    @contextmanager
    def _extractor(self) -> Iterator[WritingExtractor]:
        cache = self.store.replies(limit_mb=self.settings.cache_size) if self.settings.cache else None
        try:
            with WritingExtractor(self.settings, cache) as extractor:
                yield extractor
        finally:
            if cache is not None:
                cache.close()

    def _planner(
        self, extractor: WritingExtractor, sink: OutboxSink, options: BatchOptions, *, submits: bool
    ) -> Planner:
        tuning: dict[str, Any] = {
            "task": options.task,
            "length": options.length,
            "find_extraction": sink.find_extraction,
        }
        if submits:
            return Planner(extractor, since=options.since, **tuning)
        return ReadyPlanner(extractor, self.store.outbox(), **tuning)


Watch = Callable[[WritingRunner], Any]
"""Makes of a runner what is around its run: what heeds Ctrl-C, for example."""


def options_for(plan: Plan, /, **more: Any) -> BatchOptions:
    """How runs of a plan are worked at."""
    length: Length = plan["length"] or "medium"
    return BatchOptions(task=plan["task"], length=length, workers=WORKERS, **more)


def offices(
    store: Store, settings_for: Callable[[Plan], Settings], terms: Terms, /
) -> Iterator[Office | tuple[Plan, ExtractorError]]:
    """An office for each plan of which something is left to do, or why there cannot be one."""
    plans: Mapping[str, Plan] = store.outbox().plans()
    for plan in plans.values():
        try:
            yield Office(store, settings_for(plan), plan, terms)
        except ExtractorError as error:
            yield plan, error


__all__ = ["Office", "Terms", "Watch", "make_plan", "offices", "options_for"]
