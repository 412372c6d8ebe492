"""What a job does: read the article, look whether the same run is stored, else make it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from extractor.articles import read_article
from extractor.engine_workers import EngineWorkers, usable_cores
from extractor.errors import InputError
from extractor.planning import Plan
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.article import text_id

from .models import Extractors
from .threads import in_thread

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.schemas.jobs import JobRequest, Stage
    from extractor.settings import Settings
    from extractor.store import Store

Tell = Callable[["Stage", "Planned"], Awaitable[None]]
"""Told what a job does next."""

READERS = 32
"""Articles that are fetched at once at most, in threads."""
ENGINE_THREADS = 1
"""Jobs of the built-in engine at once without processes for it; it computes, and two did five articles a second where
one does eight: they take the interpreter from each other."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A run that was planned: what is read, who makes it, and what it stands on."""

    article: Article
    extractor: Extractor
    extraction: Extraction | None
    plan: Plan


@dataclass(frozen=True, slots=True)
class Made:
    """A result, and whether it was made now or stored before."""

    result: Extraction | Summary
    now: bool


class Maker:
    """Makes results with one extractor for each model. Belongs to one event loop; what blocks runs in threads.

    The built-in engine works in so many ``processes`` (None: one for each core; 0: in a thread, where it cannot be
    interrupted).
    """

    def __init__(self, store: Store, settings: Settings, extractors: Extractors, processes: int | None, /) -> None:
        self._store = store
        self._settings = settings
        self._extractors = extractors
        self._readers = ThreadPoolExecutor(READERS, "reading")
        self._engines = ThreadPoolExecutor(ENGINE_THREADS, "builtin")
        wanted = usable_cores() if processes is None else processes
        self._workers = EngineWorkers(settings, wanted) if wanted else None

    async def plan(self, request: JobRequest, /) -> Planned:
        """Read the article, and find out what the run will stand on. Raises as `Extractor.plan`, and InputError."""
        return await in_thread(self._readers, self._plan, request)

    async def make(self, request: JobRequest, planned: Planned, tell: Tell, /) -> Made:
        """The stored result of the same run, under what is known of the article now; else a new one.

        Raises as `Extractor.extract` and `Extractor.summarize`, and StoreError.
        """
        stored = await in_thread(self._readers, self._find, request, planned)
        if stored is not None:
            return Made(stored.model_copy(update={"article": planned.article}), now=False)
        await tell("extracting" if request.task == "extract" else "summarizing", planned)
        return Made(await self._run(request, planned), now=True)

    async def aclose(self) -> None:
        """Give back threads, processes and extractors; what still runs in a thread ends by itself."""
        for threads in (self._readers, self._engines):
            threads.shutdown(wait=False, cancel_futures=True)
        if self._workers is not None:
            await self._workers.aclose()
        await asyncio.to_thread(self._extractors.close)

    def _plan(self, request: JobRequest) -> Planned:
        article = article_of(request, self._settings)
        extractor = self._extractors.get(request.model)
        extraction = None
        if request.task == "summarize":
            extraction = self._store.find_extraction(article, extractor.made_by)
        plan = extractor.plan(article, task=request.task, length=request.length, extraction=extraction)
        return Planned(article, extractor, extraction, plan)

    def _find(self, request: JobRequest, planned: Planned) -> Extraction | Summary | None:
        run_id = self._store.find_run(planned.plan.key(planned.article))
        if run_id is None:
            return None
        get = self._store.get_extraction if request.task == "extract" else self._store.get_summary
        try:
            return get(planned.article.id, run_id=run_id)
        except InputError:  # deleted meanwhile
            return None

    async def _run(self, request: JobRequest, planned: Planned) -> Extraction | Summary:
        """Run it: of a model on the extractor's own loop, of the built-in engine in a process or a thread."""
        extractor, article = planned.extractor, planned.article
        tuning: dict[str, Any] = {"extraction": planned.extraction, "length": request.length}
        if extractor.is_builtin:
            if self._workers is None:
                do = extractor.extract if request.task == "extract" else partial(extractor.summarize, **tuning)
                return await in_thread(self._engines, do, article)
            if request.task == "extract":
                return await self._workers.extract(article)
            return await self._workers.summarize(article, **tuning)
        if request.task == "extract":
            return await extractor.aextract(article)
        return await extractor.asummarize(article, **tuning)


def article_of(request: JobRequest, settings: Settings, /) -> Article:
    """The article of a request: fetched from its address, or the text that was given or read before.

    Raises InputError when it cannot be read.
    """
    if request.text is not None:
        known = request.model_dump(include={"title", "url", "author", "published", "language", "inferred"})
        return Article(id=text_id(request.text), text=request.text, **known)
    return read_article(
        request.url or "",
        published=request.published,
        title=request.title,
        author=request.author,
        language=request.language,
        max_chars=settings.max_chars,
        allow_private=settings.allow_private_urls,
    )
