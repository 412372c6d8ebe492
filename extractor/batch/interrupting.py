"""Ctrl-C and SIGTERM: once, what is under way is finished; twice, it is left."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: Callable[[bool], None], /) -> Iterator[None]:
    """As long as the block runs, in the main thread: ``stop`` is told of signals, with False the first time, then True.

    After the second signal they do what they did before: end the process.
    """
    before: dict[signal.Signals, Any] = {}
    times = 0

    def restore() -> None:
        while before:
            signal.signal(*before.popitem())

    def interrupt(*_: object) -> None:
        nonlocal times
        times += 1
        if times > 1:
            restore()
        stop(times > 1)

    for one in SIGNALS:
        before[one] = signal.signal(one, interrupt)
    try:
        yield
    finally:
        restore()
