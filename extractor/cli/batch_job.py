"""What 'extractor batch' sets up around a batch, shows of it, and says in the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError, InputError
from extractor.render.phrases import count

from .batch_summary import write_report, write_survey
from .options import StoreFlags
from .output import check_place, is_file, noting, say
from .store_options import database_file

if TYPE_CHECKING:
    from extractor.batch import BatchOptions, BatchReport, BatchRunner, Hands, Item, Planner, Reading, Sink
    from extractor.batch.progress import Outlook
    from extractor.batch.ray import ClusterRunner
    from extractor.batch.shards import ProcessRunner
    from extractor.core import Extractor
    from extractor.llm.pacing import Pace
    from extractor.settings import Settings
    from extractor.store import Store

    from .batch_options import BatchFlags


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """All that a batch works with; ``sink`` is None where a dry run finds none."""

    inputs: Sequence[str]
    reading: Reading
    items: Iterable[Item]
    flags: BatchFlags
    settings: Settings
    extractor: Extractor
    sink: Sink | None
    hands: Hands | None
    pace: Pace | None
    workers: int
    processes: int

    def planner(self, options: BatchOptions, /) -> Planner:
        """What reads the items."""
        from extractor.batch import Planner

        return Planner(
            self.extractor,
            task=options.task,
            length=options.length,
            since=options.since,
            find_extraction=None if self.sink is None else self.sink.find_extraction,
        )


def check_results(flags: BatchFlags, database: StoreFlags, settings: Settings, /) -> Path | None:
    """The file that results go to; None for the database. Raises InputError unless there is one place for them."""
    if flags.runner == "ray" and flags.output is not None:
        raise InputError("--output is a file that one process writes; with --runner ray name a database: --db")
    if flags.runner != "ray" and (flags.address is not None or flags.actors is not None):
        raise InputError("--address and --actors are of a cluster; give --runner ray too")
    if flags.output is None:
        if settings.db is None:
            raise InputError("say where results go: --db FILE or URL (also EXTRACTOR_DB), or --output FILE.jsonl")
        return None
    if database.db is not None:
        raise InputError("results go to --db or to --output, not to both; leave one of them out")
    if not is_file(flags.output):
        raise InputError("--output of a batch is a file, so that another run can go on from it; name one")
    check_place(flags.output, database=None if settings.db is None else database_file(settings.db.get_secret_value()))
    return flags.output


@contextmanager
def prepared(
    inputs: Sequence[str],
    reading: Reading,
    flags: BatchFlags,
    settings: Settings,
    results: Path | None,
    /,
    *,
    dry_run: bool,
) -> Iterator[Bench]:
    """Everything that the batch needs, closed at the end. What cannot work is told before anything is begun."""
    from pydantic import SecretStr

    from extractor.batch.options import workers_for
    from extractor.batch.running import take_items
    from extractor.core import Extractor
    from extractor.llm import make_pace

    items = take_items(inputs, reading)
    builtin = settings.model == "builtin"
    if dry_run and settings.api_key is None:  # what is asked of nobody needs no key
        settings = settings.model_copy(update={"api_key": SecretStr("none")})
    processes = 1 if builtin or dry_run else _processes(flags, settings, results)
    pace = None if builtin or dry_run else make_pace(settings, budget=flags.budget)
    with ExitStack() as stack:
        eager = not dry_run and processes == 1
        extractor = stack.enter_context(Extractor(settings=settings, pace=pace, eager=eager))
        sink = _sink(stack, extractor, results, flags, dry_run=dry_run)
        hands, workers = None, workers_for(settings.concurrency)
        if builtin and not dry_run and flags.runner == "local":
            hands, workers = _engines(stack, extractor, flags.processes)
        yield Bench(
            inputs=inputs,
            reading=reading,
            items=items,
            flags=flags,
            settings=settings,
            extractor=extractor,
            sink=sink,
            hands=hands,
            pace=pace,
            workers=workers,
            processes=processes,
        )


def _processes(flags: BatchFlags, settings: Settings, results: Path | None, /) -> int:
    """In how many processes answers of a model are worked at. Raises InputError."""
    from extractor.batch.shards import processes_for
    from extractor.engine_workers import usable_cores

    if results is not None and (flags.processes or 1) > 1:
        raise InputError("a file of results has one process that writes it: leave --processes out, or give --db")
    if results is not None or flags.runner == "ray":
        return 1
    chosen = flags.processes or processes_for(settings.concurrency, usable_cores())
    return min(chosen, settings.concurrency)


def _sink(
    stack: ExitStack, extractor: Extractor, results: Path | None, flags: BatchFlags, /, *, dry_run: bool
) -> Sink | None:
    """Where results go; in a dry run only what there is. The store also keeps replies of models."""
    from extractor.batch import FileSink, StoreSink

    if results is not None:
        if dry_run and not results.exists():
            return None
        file = FileSink(results)
        stack.callback(file.close)
        return file
    store = _store(stack, extractor.settings, dry_run=dry_run)
    if store is None:
        return None
    if extractor.settings.cache and not extractor.is_builtin and not dry_run:
        replies = store.replies(limit_mb=extractor.settings.cache_size)
        stack.callback(replies.close)
        extractor.cache = replies
    sink = StoreSink(store, lease=flags.lease)
    if not dry_run:
        stack.callback(_quietly_closed, sink)
    return sink


def _store(stack: ExitStack, settings: Settings, /, *, dry_run: bool) -> Store | None:
    from extractor.store import Store

    assert settings.db is not None
    try:
        return stack.enter_context(Store(settings.db.get_secret_value(), create=not dry_run))
    except InputError:
        if dry_run:  # there is none yet
            return None
        raise


def _quietly_closed(sink: Sink) -> None:
    """Close what may be out of reach: what it did not give up ends by itself."""
    try:
        sink.close()
    except ExtractorError as error:
        say(str(error))


def _engines(stack: ExitStack, extractor: Extractor, processes: int | None, /) -> tuple[Hands, int]:
    """The built-in engine in processes, and how many articles keep them busy."""
    from extractor.engine_workers import EngineWorkers, usable_cores

    number = processes or usable_cores()
    engines = EngineWorkers(extractor.settings, number)
    stack.callback(lambda: extractor.start(engines.aclose()).result())
    return engines, 2 * number


def run_it(bench: Bench, options: BatchOptions, /) -> BatchReport:
    """Run the batch, show how far it is, heed Ctrl-C, and write the summary."""
    from extractor.batch import Counts, make_runner, supervise
    from extractor.batch.interrupting import interruptible
    from extractor.batch.progress import Outlook

    if bench.flags.runner == "ray":
        from .batch_ray import run_on_ray

        return run_on_ray(bench, options)
    if bench.processes > 1:
        from .batch_processes import run_in_processes

        return run_in_processes(bench, options)
    assert bench.sink is not None
    counts = Counts()
    outlook = Outlook(counts, pace=bench.pace)
    runner = make_runner(bench.items, bench.extractor, bench.sink, options=options, hands=bench.hands, counts=counts)
    with shown(outlook, bench), interruptible(lambda now: interrupt(runner, outlook, bench.flags, now)):
        report = supervise(runner, bench.extractor)
    if report.error is not None:
        say(str(report.error))
    write_report(report, bench.flags)
    return report


def interrupt(
    runner: BatchRunner | ClusterRunner | ProcessRunner, outlook: Outlook, flags: BatchFlags, now: bool
) -> None:
    """Pass a signal on, and say what happens."""
    runner.stop(now=now)
    outlook.ending = "stopping now" if now else "finishing what is under way"
    if flags.quiet:
        return
    under_way = count(runner.counts.in_flight, "article")
    if now:
        say(f"stopping now; {under_way} under way will be worked at again by the next run")
    else:
        say(f"taking no more articles; finishing {under_way} under way, Ctrl-C again stops now")


@contextmanager
def shown(outlook: Outlook, bench: Bench) -> Iterator[None]:
    """How far the batch is, in place on a terminal, as lines elsewhere; and what the package warns of."""
    from extractor.batch.progress import LineProgress, TerminalProgress

    if bench.flags.quiet:
        yield
        return
    Thread(target=_count, args=(outlook, bench), name="batch-counting", daemon=True).start()
    progress: AbstractContextManager[object] = LineProgress(outlook, say)
    if sys.stderr.isatty():
        progress = TerminalProgress(outlook)
    with progress, noting():
        yield


def _count(outlook: Outlook, bench: Bench) -> None:
    """Count the items, where that is cheap."""
    from extractor.batch import count_items

    try:
        outlook.total = count_items(bench.inputs, bench.reading)
    except (ExtractorError, OSError):  # who reads the items tells it
        outlook.total = None


def survey_it(bench: Bench, options: BatchOptions, /) -> None:
    """Tell what the batch would do."""
    from extractor.batch.surveying import survey
    from extractor.llm import resolve
    from extractor.llm.prices import find_price

    price = None
    if not bench.extractor.is_builtin:
        meant = resolve(bench.settings)
        price = find_price(meant.provider, meant.model, prices=bench.settings.prices)
    with nullcontext() if bench.flags.quiet else noting():
        found = survey(bench.items, bench.planner(options), bench.extractor, bench.sink, options, price=price)
    write_survey(found, bench.flags)
