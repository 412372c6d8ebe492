"""A worker: this module run by an interpreter of its own, with a runner over the items that it is given.

It reads messages from its standard input and writes others to its standard output. It ends when the process that
started it does, however that ends, as its standard input then does; signals of a terminal do not reach it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from extractor.batch.hands import ModelHands
from extractor.batch.order import Order
from extractor.batch.runner import BatchRunner
from extractor.batch.settling import Slices, Tally, WatchedPlanner, WatchedSink
from extractor.batch.sinks import StoreSink
from extractor.batch.work import as_told
from extractor.core import Extractor
from extractor.errors import ExtractorError
from extractor.store import Store

from .messages import Admitted, Allowed, Channel, Give, NoMore, Over, Said, Settled, State, Stop, Want
from .pacer import PipePacer

if TYPE_CHECKING:
    from extractor.batch.sinks import Sink

TELLING: Final = 0.5
"""Seconds between two messages about what is under way."""
LAST_WORDS: Final = 5.0
"""Seconds for giving up claims when the process that runs the batch has died."""


class Worker:
    """Runs a batch over the items that come through ``channel``, and tells what becomes of them."""

    def __init__(self, order: Order, channel: Channel, stack: ExitStack, /) -> None:
        self._channel = channel
        self._slices = Slices()
        self._pacer = PipePacer(channel.send)
        self._wants: dict[int, Future[int]] = {}
        self._numbers = count()
        self._over = threading.Event()
        settings = order.settings
        self._extractor = stack.enter_context(Extractor(settings=settings, pace=self._pacer))
        assert settings.db is not None
        store = stack.enter_context(Store(settings.db.get_secret_value()))
        if settings.cache:
            self._extractor.cache = replies = store.replies(limit_mb=settings.cache_size)
            stack.callback(replies.close)
        kept: Sink = StoreSink(store, lease=order.lease, since=order.since)
        allow: Callable[[int], int] = self._allow if order.is_limited else int
        sink = WatchedSink(kept, self._slices, allow=allow)
        planner = WatchedPlanner(
            self._extractor,
            task=order.options.task,
            length=order.options.length,
            since=order.options.since,
            find_extraction=sink.find_extraction,
        )
        planner.slices = self._slices
        self._runner = BatchRunner(self._slices.items(), planner, ModelHands(self._extractor), sink, order.options)

    def run(self) -> ExtractorError | None:
        """Work until there is no more, or it is told to stop; gives what ended it before."""
        for each in (self._listen, self._tell):
            threading.Thread(target=each, name="batch-messages", daemon=True).start()
        error: ExtractorError | None
        try:
            error = self._extractor.start(self._runner.run()).result().error
        except Exception as fault:
            error = as_told(fault, "a process of the batch")
        self._over.set()
        self._slices.end(error)
        return error

    # In the thread that listens

    def _listen(self) -> None:
        for message in self._channel.messages():
            self._heed(message)
        self._runner.stop(now=True)  # nobody is there any more
        if not self._over.wait(LAST_WORDS):
            os._exit(1)

    def _heed(self, message: object) -> None:
        if isinstance(message, Give):
            self._slices.add([message.item]).add_done_callback(partial(self._settled, message.number))
        elif isinstance(message, Admitted):
            self._pacer.take(message)
        elif isinstance(message, Allowed):
            self._wants.pop(message.number).set_result(message.granted)
        elif isinstance(message, Stop):
            self._runner.stop(now=message.now)
        elif isinstance(message, NoMore):
            self._slices.end(None)

    # In other threads

    def _settled(self, number: int, ended: Future[Tally]) -> None:
        self._channel.send(Settled(number, ended.result()))

    def _tell(self) -> None:
        counts = self._runner.counts
        while not self._over.wait(TELLING):
            self._channel.send(State(counts.in_flight, counts.aside))

    def _allow(self, articles: int) -> int:
        """How many of so many articles the limit of the batch still allows."""
        number, answer = next(self._numbers), Future[int]()
        self._wants[number] = answer
        self._channel.send(Want(number, articles))
        return answer.result()


class _Forwarding(logging.Handler):
    """Sends what the package logs: where it is shown is for the other process to say."""

    def __init__(self, channel: Channel, /) -> None:
        super().__init__(logging.INFO)
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        self._channel.send(Said(record.name, record.levelno, record.getMessage()))


def serve() -> None:
    """What a worker does: take its order, work, and say that it is over."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the process that runs the batch passes them on
        signal.signal(number, signal.SIG_IGN)
    channel = Channel(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # what is printed is no message
    order = next(channel.messages())
    logger = logging.getLogger("extractor")
    logger.addHandler(_Forwarding(channel))
    logger.propagate = False
    error: ExtractorError | None
    try:
        with ExitStack() as stack:
            error = Worker(order, channel, stack).run()
    except ExtractorError as fault:
        error = fault
    channel.send(Over(error))
    os._exit(0)  # a thread may still read items


if __name__ == "__main__":
    serve()
