"""extractor batch submit, status, collect"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from extractor.errors import ExtractorError, InputError

from .batch_later_options import LaterFlags, LineFlags, PartFlags
from .batch_later_summary import Tally, write_state
from .batch_options import InputFlags
from .options import SettingFlags, StoreFlags
from .output import noting, say

if TYPE_CHECKING:
    from extractor.batch import BatchReport
    from extractor.batch.provider import Office
    from extractor.settings import Settings
    from extractor.store import Store

_LONGEST = 300.0
_GROWTH = 1.5


def submit(
    taken: InputFlags,
    chosen: SettingFlags,
    database: StoreFlags,
    parts: PartFlags,
    later: LaterFlags,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT...", help="Files, folders, patterns, tables and more, as for 'batch run'."),
    ] = None,
    task: Annotated[Literal["extract", "summarize"], typer.Option(help="What to make of each article.")] = "extract",
    length: Annotated[Literal["short", "medium", "long"], typer.Option(help="How many sentences a summary has.")] = (
        "medium"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be submitted, with tokens and cost; send nothing.")
    ] = False,
) -> None:
    """Submit articles to the provider's Batch API, which answers within 24 hours at about half the price.

    Example: extractor batch submit articles/ --db claims.db --model openai:gpt-5-mini

    Writes the questions into the database and sends them in parts; 'extractor batch collect' fetches the answers. What
    is done or was submitted is left out, and the same command goes on where it was interrupted. The standard output
    tells what was submitted. Exit codes as for 'batch run'.
    """
    from extractor.batch.provider import Office, make_plan, options_for
    from extractor.batch.running import take_items

    settings = chosen.load(db=database.db)
    db = _named(settings)
    plan = make_plan(settings, task=task, length=length)
    items = take_items(inputs or [], taken.read(settings, None))
    options = options_for(plan, limit=taken.limit, since=taken.since, patience=settings.retry_seconds)
    if dry_run:
        from .batch_later_survey import survey_submission

        survey_submission(items, settings, plan, options, later)
        return
    tally = Tally()
    with _opened(db, create=True) as store, _shown(later):
        office = Office(store, settings, plan, parts.terms(later))
        report = office.submit(items, options, watch=_watch)
        tally.add(report, already=office.already)
        if not tally.is_over:
            with office.turn():
                tally.sent += asyncio.run(office.send())
        write_state(store, tally, settings.prices, later)
    _leave(tally)


def status(
    database: StoreFlags,
    line: LineFlags,
    later: LaterFlags,
    offline: Annotated[
        bool, typer.Option("--offline", help="Tell what the database knows; do not ask the provider.")
    ] = False,
) -> None:
    """Show what was submitted: parts, how the provider stands with them, what waits, and what it cost.

    Example: extractor batch status --db claims.db

    It goes to the standard output, as a table or as JSON.
    """
    from extractor.batch.provider import offices

    settings = line.load(db=database.db)
    tally = Tally()
    with _opened(_named(settings), create=False) as store, _shown(later):
        if not offline:
            for office in offices(store, line.settings_for, later.terms()):
                _try(tally, office, lambda office: asyncio.run(office.look()))
        write_state(store, tally, settings.prices, later)


def collect(
    database: StoreFlags,
    line: LineFlags,
    parts: PartFlags,
    later: LaterFlags,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until all is done, looking again and again.")] = False,
    interval: Annotated[
        float, typer.Option(min=0.01, metavar="SECONDS", help="Between two looks at first; it grows up to 300.")
    ] = 15.0,
    keep_files: Annotated[
        bool, typer.Option("--keep-files", help="Leave the files at the provider, which else are deleted.")
    ] = False,
) -> None:
    """Fetch the answers to what was submitted, finish the articles, and submit the questions that follow.

    Example: extractor batch collect --db claims.db --wait

    Articles whose answers pass the checks are stored. Questions about invalid answers and about what a draft left out,
    and what the provider did not answer, go into a follow-up batch. Any number of runs changes nothing twice. The
    standard output tells what came of it. Exit codes as for 'batch run'.
    """
    settings = line.load(db=database.db)
    terms = parts.terms(later, keep_files=keep_files)
    tally, pause = Tally(), interval
    with _opened(_named(settings), create=False) as store, _shown(later):
        while True:
            moved = _pass(store, line, terms, tally)
            if not wait or tally.is_over or not moved.possible or not store.outbox().stats().runs.get("waiting"):
                break
            pause = interval if moved.any else min(pause * _GROWTH, _LONGEST)
            time.sleep(pause)
        write_state(store, tally, settings.prices, later)
    _leave(tally)


class _Moved:
    """Whether a pass could be made for any plan, and whether anything moved."""

    def __init__(self) -> None:
        self.possible = False
        self.any = False


def _pass(store: Store, line: LineFlags, terms: Any, tally: Tally) -> _Moved:
    """Collect, go on and send, once for each plan."""
    from extractor.batch.provider import offices

    moved = _Moved()

    def work(office: Office) -> None:
        with office.turn():
            collected = asyncio.run(office.collect())
            report = _go_on(office)
            tally.add(report)
            sent = 0 if tally.is_over else asyncio.run(office.send())
        tally.collected += collected
        tally.sent += sent
        moved.possible = True
        moved.any = moved.any or bool(collected or sent or report.done or report.failed)

    tally.errors.clear()
    for office in offices(store, line.settings_for, terms):
        if not tally.is_over:
            _try(tally, office, work)
    return moved


def _go_on(office: Office) -> BatchReport:
    from extractor.batch.provider import options_for

    return office.go_on(options_for(office.plan, patience=office.settings.retry_seconds), watch=_watch)


def _try(tally: Tally, office: Any, work: Callable[[Office], None]) -> None:
    """Do something for one plan; what fails is told, and the other plans go on."""
    try:
        if isinstance(office, tuple):
            raise office[1]
        work(office)
    except ExtractorError as error:
        tally.errors.append(error)
        say(str(error))


@contextmanager
def _watch(runner: Any) -> Iterator[None]:
    """Ctrl-C once ends what is under way, twice at once."""
    from extractor.batch.interrupting import interruptible

    def stop(now: bool) -> None:
        runner.stop(now=now)
        say("stopping now" if now else "finishing what is under way, Ctrl-C again stops now")

    with interruptible(stop):
        yield


def _named(settings: Settings) -> str:
    if settings.db is None:
        raise InputError("batches wait in a database: name it with --db FILE or URL (also EXTRACTOR_DB)")
    return settings.db.get_secret_value()


def _opened(db: str, *, create: bool) -> Store:
    from extractor.store import Store

    return Store(db, create=create)


def _shown(later: LaterFlags) -> AbstractContextManager[object]:
    return nullcontext() if later.quiet else noting()


def _leave(tally: Tally) -> None:
    if code := tally.exit_code:
        raise typer.Exit(code)
