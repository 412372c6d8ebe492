"""'extractor batch' with a model in several processes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .batch_job import interrupt, shown
from .batch_summary import write_report
from .output import say

if TYPE_CHECKING:
    from extractor.batch import BatchOptions, BatchReport

    from .batch_job import Bench


def run_in_processes(bench: Bench, options: BatchOptions, /) -> BatchReport:
    """Run the batch in processes, show how far it is, heed Ctrl-C, and write the summary."""
    from extractor.batch import Counts
    from extractor.batch.interrupting import interruptible
    from extractor.batch.order import Order
    from extractor.batch.progress import Outlook
    from extractor.batch.shards import ProcessRunner

    assert bench.sink is not None
    assert bench.pace is not None
    flags, counts = bench.flags, Counts()
    order = Order(
        settings=bench.settings, options=options, budget=flags.budget, lease=flags.lease, since=datetime.now(UTC)
    )
    runner = ProcessRunner(
        bench.items, order, bench.pace, processes=bench.processes, place=bench.sink.place, counts=counts
    )
    outlook = Outlook(counts, pace=bench.pace)
    with shown(outlook, bench), interruptible(lambda now: interrupt(runner, outlook, flags, now)):
        report = runner.run()
    if report.error is not None:
        say(str(report.error))
    write_report(report, flags)
    return report
