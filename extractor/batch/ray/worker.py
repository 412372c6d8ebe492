"""The actor that works: one runner for as long as it lives, over the slices that Ray Data gives it."""

from __future__ import annotations

import logging
import pickle
import secrets
import socket
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from os import getpid
from typing import TYPE_CHECKING, Any, Final

from extractor.batch.hands import ModelHands
from extractor.batch.order import Order
from extractor.batch.report import BatchReport
from extractor.batch.runner import BatchRunner
from extractor.batch.settling import Slices, WatchedPlanner, WatchedSink
from extractor.batch.work import as_told
from extractor.errors import ExtractorError

from .calling import asked
from .remote_pacer import RemotePacer
from .slices import items_of, row

if TYPE_CHECKING:
    import pyarrow as pa

    from extractor.batch.hands import Hands
    from extractor.batch.sinks import Sink
    from extractor.core import Extractor

log = logging.getLogger(__name__)
TELLING: Final = 0.5
"""Seconds between two messages to the desk."""


class Worker:
    """Called by Ray Data with one slice at a time, in many threads; waits until it is settled.

    A slice that waits for one slow article holds up no other one: the runner has the items of all of them.
    """

    def __init__(self, desk: Any, actors: int, /) -> None:
        self._desk = desk
        self._who = f"{socket.gethostname()[:40]}:{getpid()}:{secrets.token_hex(4)}"
        self._slices = Slices()
        order: Order = asked(lambda: desk.order.remote())
        self._bench: Bench | None = None
        self._end = threading.Event()
        try:
            self._bench = Bench(order.share(actors), desk, self._who, self._slices)
        except ExtractorError as error:  # it tells it with each slice: the driver ends the batch
            self._slices.end(error)
            return
        running = self._bench.extractor.start(self._bench.runner.run())
        running.add_done_callback(self._ended)
        threading.Thread(target=self._tell, name="batch-telling", daemon=True).start()

    def __call__(self, batch: pa.Table) -> pa.Table:
        """What became of a slice, as a pickled `Tally`."""
        number = batch["number"][0].as_py()
        tally = self._slices.add(items_of(batch["data"][0].as_py())).result()
        return row(number, pickle.dumps(tally))

    def __del__(self) -> None:
        """Give up what is open, when Ray ends the actor in good order; else claims end by themselves."""
        self._end.set()
        if self._bench is not None:
            self._bench.runner.stop(now=True)
            with suppress(ExtractorError, OSError):
                self._bench.close()

    def _ended(self, running: Any) -> None:
        """The runner has ended: for an error, or because it was told to."""
        try:
            report: BatchReport = running.result()
            error = report.error
        except BaseException as fault:
            error = as_told(fault, "the actor")
        self._slices.end(error)

    def _tell(self) -> None:
        """Tell the desk what is under way, and do what it says."""
        import ray
        from ray.exceptions import RayError

        assert self._bench is not None
        runner = self._bench.runner
        while not self._end.wait(TELLING):
            try:
                told = ray.get(self._desk.tell.remote(self._who, runner.counts.in_flight, runner.counts.aside))
            except RayError:  # a new desk comes up
                continue
            if told != "go on":
                runner.stop(now=told == "now")


@dataclass(init=False, slots=True)
class Bench:
    """All that an actor works with."""

    extractor: Extractor
    runner: BatchRunner
    _stack: ExitStack

    def __init__(self, order: Order, desk: Any, who: str, slices: Slices, /) -> None:
        from extractor.core import Extractor

        self._stack = ExitStack()
        pace = None if order.is_builtin else RemotePacer(desk, who)
        self.extractor = self._stack.enter_context(Extractor(settings=order.settings, pace=pace))
        sink = WatchedSink(_sink(self._stack, order, self.extractor), slices, allow=_allowing(desk, order))
        planner = WatchedPlanner(
            self.extractor,
            task=order.options.task,
            length=order.options.length,
            since=order.options.since,
            find_extraction=sink.find_extraction,
        )
        planner.slices = slices
        hands, options = _hands(self._stack, order, self.extractor)
        self.runner = BatchRunner(slices.items(), planner, hands, sink, options)

    def close(self) -> None:
        """Close what is open."""
        self._stack.close()


def _sink(stack: ExitStack, order: Order, extractor: Extractor, /) -> Sink:
    """Where results go; the database keeps replies of models too."""
    from extractor.batch.sinks import StoreSink
    from extractor.store import Store

    assert order.settings.db is not None
    store = stack.enter_context(Store(order.settings.db.get_secret_value()))
    if order.settings.cache and not order.is_builtin:
        replies = store.replies(limit_mb=order.settings.cache_size)
        stack.callback(replies.close)
        extractor.cache = replies
    return StoreSink(store, lease=order.lease, since=order.since)


def _hands(stack: ExitStack, order: Order, extractor: Extractor, /) -> tuple[Hands, Any]:
    from dataclasses import replace

    if not order.is_builtin:
        return ModelHands(extractor), order.options
    from extractor.engine_workers import EngineWorkers, usable_cores

    number = order.processes or usable_cores()
    engines = EngineWorkers(order.settings, number)
    stack.callback(lambda: extractor.start(engines.aclose()).result())
    return engines, replace(order.options, workers=2 * number, ahead=max(8, 4 * number))


def _allowing(desk: Any, order: Order, /) -> Any:
    """Asks the desk how many articles the limit of the batch still allows."""
    return lambda number: asked(lambda: desk.allow.remote(number)) if order.is_limited else number
