"""This project as `throughput.py` measures it, in a process of its own: extraction only, and with everything.

python benchmarks/throughput_ours.py JSON     # a `Job`; prints a `Measured`
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from pydantic import SecretStr
from rich_commentary import CLAIMS_OF_ARTICLE, PUBLISHED, commentary, write_articles
from throughput_job import WARM, Clock, Job, Measured, ask_all, tell

from extractor import Extractor
from extractor.articles import article_from_text
from extractor.batch import BatchOptions, BatchReport, Counts, Item, Reading, StoreSink, find_items, run_batch
from extractor.batch.order import Order
from extractor.batch.shards import ProcessRunner, processes_for
from extractor.drafting import extraction_messages
from extractor.engine_workers import usable_cores
from extractor.llm import Budget, ChatEngine, make_pace
from extractor.schemas.drafts import DraftExtraction
from extractor.segmentation import chunks
from extractor.settings import Settings, load_settings
from extractor.store import Store
from extractor.templates import Templates


def extraction(job: Job, /) -> Measured:
    """Prompt, call, parsed draft; articles are read beforehand."""
    articles = [article_from_text(commentary(number).text, published=PUBLISHED) for number in range(job.number)]
    templates = Templates(None)

    async def run() -> Measured:
        engine = ChatEngine(_settings(job))

        async def work(number: int) -> int:
            article = articles[number]
            (chunk,) = chunks(article.text, size=20_000)
            reply = await engine.complete(extraction_messages(templates, article, chunk), DraftExtraction)
            draft = DraftExtraction.model_validate_json(reply.text)
            return len(draft.positions) + len(draft.predictions)

        try:
            return await ask_all(work, job)
        finally:
            await engine.aclose()

    return asyncio.run(run())


def everything(job: Job, /) -> Measured:
    """As `extractor batch` does it: read from a file of lines, checked, grounded, merged, committed to SQLite.

    In as many processes as the command takes by default.
    """
    settings = _settings(job)
    processes = processes_for(settings.concurrency, usable_cores())
    if processes == 1:
        return everything_in_one(job)
    with tempfile.TemporaryDirectory() as name:
        articles = write_articles(Path(name) / "articles.jsonl", job.number)
        settings = settings.model_copy(update={"db": SecretStr(f"{name}/claims.db")})
        Store(Path(name) / "claims.db").close()
        return _in_processes(settings, articles, processes)


def _in_processes(settings: Settings, articles: Path, processes: int, /) -> Measured:
    """The first articles warm up all processes; the clock starts when they are done."""
    counts, clocks = Counts(), list[Clock]()

    def items() -> Iterator[Item]:
        for number, item in enumerate(find_items([str(articles)], Reading())):
            if number == WARM:
                while counts.done < WARM:
                    time.sleep(0.005)
                clocks.append(Clock())
            yield item

    order = Order(settings=settings, options=BatchOptions(), budget=Budget(), lease=60.0, since=datetime.now(UTC))
    pace = make_pace(settings)
    report = ProcessRunner(items(), order, pace, processes=processes, place="", counts=counts).run()
    peak = getrusage(RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest
    return clocks[0].measured(report.done - WARM, report.claims, more_memory=processes * peak)


def everything_in_one(job: Job, /) -> Measured:
    """The same in one process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warm = write_articles(folder / "warm.jsonl", min(WARM, job.number))
        articles = write_articles(folder / "articles.jsonl", job.number)
        with Store(folder / "warm.db") as store:
            _batch(job, warm, store)
        with Store(folder / "claims.db") as store:
            clock = Clock()
            report = _batch(job, articles, store)
            return clock.measured(report.done, report.claims)


def _batch(job: Job, articles: Path, store: Store, /) -> BatchReport:
    """What the command sets up around a batch, with its defaults: a pace, and a cache of replies in the store."""
    settings = _settings(job)
    with Extractor(settings=settings, pace=make_pace(settings)) as extractor:
        extractor.cache = replies = store.replies(limit_mb=settings.cache_size)
        sink = StoreSink(store)
        try:
            return run_batch([str(articles)], extractor, sink)
        finally:
            replies.close()
            sink.close()


SYSTEMS: dict[str, Callable[[Job], Measured]] = {
    "extraction": extraction,
    "everything": everything,
    "everything-1": everything_in_one,
}


def _settings(job: Job, /) -> Settings:
    return load_settings(model="openai:loopback", base_url=job.url, api_key="none", audit=False, concurrency=job.flight)


if __name__ == "__main__":
    given = Job(**json.loads(sys.argv[1]))
    measured = SYSTEMS[given.system](given)
    if measured.claims != given.number * CLAIMS_OF_ARTICLE:
        sys.exit(f"{given.system}: {measured.claims} claims in {given.number} articles")
    tell(measured)
