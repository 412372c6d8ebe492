"""`run_batch`: a batch from inputs to its report."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.llm.pacing import Pace

from .counts import Counts
from .hands import Hands, ModelHands
from .inputs import Item, Reading, find_items
from .options import BatchOptions, workers_for
from .runner import BatchRunner
from .work import Planner

if TYPE_CHECKING:
    from extractor.core import Extractor

    from .report import BatchReport
    from .sinks import Sink


def run_batch(
    inputs: Sequence[str] | Iterable[Item],
    extractor: Extractor,
    sink: Sink,
    /,
    *,
    options: BatchOptions | None = None,
    reading: Reading | None = None,
    hands: Hands | None = None,
    counts: Counts | None = None,
) -> BatchReport:
    """Run many articles through an extractor into a sink (`StoreSink`, `FileSink`), and tell what came of it.

    ``inputs`` are files, folders, patterns and addresses as `find_items` takes them, with ``reading``; or items. Runs
    that are done are skipped, those that failed are made again. ``options`` are by default as many articles at once as
    the extractor's setting ``concurrency`` asks for; ``hands`` are what makes the results, by default the extractor
    itself. ``counts`` may be read by another thread meanwhile. Closes nothing that it was given.

    An article that fails is a failed run, and the others go on; what concerns all of them ends the batch, and is the
    ``error`` of the report. Raises InputError when an input cannot be used.
    """
    runner = make_runner(inputs, extractor, sink, options=options, reading=reading, hands=hands, counts=counts)
    return supervise(runner, extractor)


def supervise(runner: BatchRunner, extractor: Extractor, /) -> BatchReport:
    """The report of a runner that runs on the extractor's loop; an interruption of this thread stops it now."""
    ended = extractor.start(runner.run())
    try:
        return ended.result()
    except BaseException:
        runner.stop(now=True)
        ended.result()
        raise


def make_runner(
    inputs: Sequence[str] | Iterable[Item],
    extractor: Extractor,
    sink: Sink,
    /,
    *,
    options: BatchOptions | None = None,
    reading: Reading | None = None,
    hands: Hands | None = None,
    counts: Counts | None = None,
) -> BatchRunner:
    """The runner of `run_batch`, not begun: for who wants to stop it."""
    chosen = options or BatchOptions(workers=workers_for(extractor.settings.concurrency))
    planner = Planner(
        extractor,
        task=chosen.task,
        length=chosen.length,
        since=chosen.since,
        find_extraction=sink.find_extraction,
    )
    items = _items(inputs, reading or Reading(since=chosen.since, max_chars=extractor.settings.max_chars))
    pace = extractor.pace if isinstance(extractor.pace, Pace) else None
    return BatchRunner(items, planner, hands or ModelHands(extractor), sink, chosen, counts=counts, pace=pace)


def take_items(inputs: Sequence[str], reading: Reading, /) -> Iterator[Item]:
    """As `find_items`, with a standard input of its own.

    A thread may wait for its next line when the process ends, and Python must not wait for `sys.stdin` then.
    """
    try:
        stdin = os.fdopen(sys.stdin.fileno(), "rb", closefd=False) if "-" in inputs else None
    except (OSError, ValueError, AttributeError):  # it is no file, or there is none
        stdin = None
    return find_items(inputs, reading, stdin=stdin)


def _items(inputs: Sequence[str] | Iterable[Item], reading: Reading) -> Iterable[Item]:
    """The items of inputs, or those that were given."""
    if isinstance(inputs, Sequence) and all(isinstance(one, str) for one in inputs):
        return take_items([str(one) for one in inputs], reading)
    return inputs  # type: ignore[return-value]
