"""The pipeline around the engine that writes requests down: hands, the sink, and what reads runs that can go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from extractor.batch.hands import Postponed
from extractor.batch.inputs import Item
from extractor.batch.runner import BatchRunner
from extractor.batch.sinks import StoreSink
from extractor.batch.stopping import StopRule
from extractor.batch.work import Planner, Work, as_told
from extractor.core import Extractor
from extractor.errors import (
    AnswerError,
    ConfigurationError,
    ExtractorError,
    MissingPackageError,
    OutputError,
    PromptError,
    StoreError,
)
from extractor.store import FailedAttempt
from extractor.store.batches.outbox_rows import WaitingRun
from extractor.turns import Turns

from .engine import JOB, Job, WritingEngine
from .plans import Plan, plan_key

if TYPE_CHECKING:
    from extractor.caching import ReplyCache
    from extractor.schemas import Article, Extraction, Summary
    from extractor.settings import Settings
    from extractor.store import ClaimStatus, Ending, Store, Wanted
    from extractor.store.batches.outbox import Outbox
    from extractor.summarizing import Length

T = TypeVar("T")
_MANY: Final = 1_000_000
"""Calls under way at once: they are none, and one that waits must not keep another from being written down."""
_ALL: Final = (StoreError, OutputError, MissingPackageError, PromptError)


class WritingExtractor(Extractor):
    """An extractor whose engine answers from what was collected and writes down what it would ask."""

    def __init__(self, settings: Settings, cache: ReplyCache | None, /) -> None:
        engine = WritingEngine(settings, cache)
        super().__init__(settings=settings.model_copy(update={"concurrency": _MANY}), engine=engine)
        self.replies = cache

    @cached_property
    def _turns(self) -> Turns:
        return _AtOnce()


class _AtOnce(Turns):
    """No turns: no socket is to be served, and all parts of an article are to ask before it is left."""

    async def take(self, *, first: bool = False) -> None:
        """Go on."""


class WritingHands:
    """Hands that finish an article whose answers are all there, and write down the next requests of any other."""

    def __init__(
        self,
        extractor: WritingExtractor,
        outbox: Outbox,
        plan: Plan,
        places: dict[str, str | None],
        /,
        *,
        submits: bool,
    ) -> None:
        self._extractor = extractor
        self._outbox = outbox
        self._plan = plan
        self._plan_key = plan_key(plan)
        self._places = places
        self._submits = submits

    async def extract(self, article: Article, /) -> Extraction:
        """The extraction, or Postponed."""
        key = self._extractor.plan(article).key(article)
        return await self._make(key, article, lambda: self._extractor.aextract(article))

    async def summarize(
        self, article: Article, /, *, extraction: Extraction | None = None, length: Length = "medium"
    ) -> Summary:
        """The summary, or Postponed."""
        key = self._extractor.plan(article, task="summarize", length=length, extraction=extraction).key(article)
        make = self._extractor.asummarize
        return await self._make(key, article, lambda: make(article, extraction=extraction, length=length))

    async def _make(self, key: str, article: Article, make: Callable[[], Awaitable[T]]) -> T:
        job = Job(key, article.id, await asyncio.to_thread(self._outbox.known, key))
        place = self._places.pop(key, None)
        if job.waits:
            raise Postponed(f"requests of {key[:12]} are out")
        token = JOB.set(job)
        try:
            return await make()
        except Postponed:
            await asyncio.to_thread(self._write_down, job, article, place)
            raise
        except AnswerError:
            if self._extractor.replies is not None:  # they came to nothing: trying again shall ask again
                self._extractor.replies.drop(job.keys)
            raise
        finally:
            JOB.reset(token)

    def _write_down(self, job: Job, article: Article, place: str | None) -> None:
        run = WaitingRun(
            key=job.run_key,
            plan_key=self._plan_key,
            plan=self._plan,
            task=self._plan["task"],
            article=article,
            read_from=place,
        )
        self._outbox.write_down(run, list(job.wanted.values()), new=self._submits)


class OutboxSink(StoreSink):
    """A claims database whose runs may wait in its outbox; ``places`` tells of claimed runs where they were read.

    Runs that wait are as good as done for who submits (``submits``), and are over when they are stored.
    """

    def __init__(self, store: Store, places: dict[str, str | None], /, *, submits: bool, lease: float) -> None:
        super().__init__(store, lease=lease)
        self._outbox = store.outbox()
        self._places = places
        self._submits = submits
        self.waiting = 0
        """Runs that waited already."""

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """As `StoreSink.claim`; runs that wait are done for who submits."""
        waiting = self._outbox.find_waiting([one.key for one in wanted]) if self._submits else set()
        self.waiting += len(waiting)
        asked = [one for one in wanted if one.key not in waiting]
        claimed = iter(super().claim(asked) if asked else ())
        statuses: list[ClaimStatus] = ["done" if one.key in waiting else next(claimed) for one in wanted]
        for one, status in zip(wanted, statuses, strict=True):
            if status == "mine":
                self._places[one.key] = one.read_from
        done = {one.key for one, status in zip(wanted, statuses, strict=True) if status == "done"} - waiting
        if done and not self._submits:
            self._outbox.end_runs(dict.fromkeys(done))
        return statuses

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """As `StoreSink.finish`; what is stored waits no more."""
        kept = super().finish(endings)
        ended = {one.key: _error(one) for one, refused in zip(endings, kept, strict=True) if refused is None}
        self._outbox.end_runs(ended)
        for key in ended:
            self._places.pop(key, None)
        return kept

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """Those of the keys whose runs are done, and those that wait."""
        return super().find_done(keys) | self._outbox.find_waiting(keys)


def _error(ending: Ending) -> ExtractorError | None:
    return ending.result.error if isinstance(ending.result, FailedAttempt) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyItem(Item):
    """A waiting run whose requests are all answered."""

    run_key: str


def ready_items(outbox: Outbox, key: str, /) -> Iterator[ReadyItem]:
    """The waiting runs of a plan that can go on, one after the other."""
    after = ""
    while rows := outbox.ready(key, after=after):
        for run_key, place in rows:
            yield ReadyItem(place=place or f"run {run_key[:12]}", run_key=run_key)
        after = rows[-1][0]


class ReadyPlanner(Planner):
    """Takes articles from the outbox. A run whose key is another now, after an upgrade, goes on under that."""

    def __init__(self, extractor: Extractor, outbox: Outbox, /, **tuning: Any) -> None:
        super().__init__(extractor, **tuning)
        self._outbox = outbox

    def plan(self, item: Item, /) -> Work | None:
        """The run of an item; None when it waits no more."""
        assert isinstance(item, ReadyItem)
        try:
            article = self._outbox.article(item.run_key)
            if article is None:
                return None
            work = self._plan(item, article)
            if work.key != item.run_key:
                self._outbox.rekey(item.run_key, work.key)
            return work
        except Exception as error:
            return Work(item=item, key=item.run_key, error=as_told(error, item.place))


class AnsweredRule(StopRule):
    """Which errors end all where nobody is called: what a provider answered concerns the article that it answered."""

    def ends(self, error: ExtractorError, /) -> bool:
        """True for what no article is the reason of."""
        return isinstance(error, _ALL) or type(error) is ConfigurationError


class WritingRunner(BatchRunner):
    """A runner over articles whose answers are there or are to be asked for."""

    def __init__(self, *given: Any, **tuning: Any) -> None:
        super().__init__(*given, **tuning)
        self._rule = AnsweredRule()
