"""How far a batch is: in place on a terminal, else as a line now and then."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Self

from extractor.render.phrases import count

from .counts import Counts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from extractor.llm.pacing import Pace

WINDOW: Final = 60.0
"""Seconds over which the rate is taken."""
_SAMPLE: Final = 0.5
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Outlook:
    """What is told of a batch under way: ``total`` is the number of items, None as long as it is not known.

    ``clock`` gives monotonic seconds.
    """

    def __init__(
        self, counts: Counts, /, *, pace: Pace | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total: int | None = None
        self.ending = ""
        """Why it is about to end, if it is."""
        self._counts = counts
        self._pace = pace
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque([(clock(), 0)])

    @property
    def settled(self) -> int:
        """Items of which nothing is to be done any more."""
        return self._counts.settled

    def tell(self) -> str:
        """How far it is, in one line."""
        rate = self._rate()
        return ", ".join((*self._items(), *self._found(), *self._speed(rate), *self._state()))

    def _items(self) -> list[str]:
        counts = self._counts
        of = "" if self.total is None else f" of {self.total:,}"
        told = [f"{counts.settled:,}{of}: {counts.done:,} done"]
        for name in ("skipped", "failed", "failed_elsewhere", "left_out", "postponed"):
            if number := getattr(counts, name):
                told.append(f"{number:,} {name.replace('_', ' ')}")
        return told

    def _found(self) -> list[str]:
        rejected = self._counts.rejected
        told = [count(rejected, "rejected item")] if rejected else []
        meter = None if self._pace is None else self._pace.meter
        tokens = self._counts.input_tokens + self._counts.output_tokens if meter is None else meter.tokens
        told += [f"{shortened(tokens)} tokens"] if tokens else []
        return [*told, *([] if meter is None or meter.cost is None else [f"{meter.cost:,.2f} USD"])]

    def _speed(self, rate: float) -> list[str]:
        if not rate:
            return []
        left = None if self.total is None else max(0, self.total - self._counts.settled) / rate
        return [f"{rate:.1f} a second", *([] if left is None or self.ending else [f"{duration(left)} left"])]

    def _state(self) -> list[str]:
        told = [f"{self._counts.in_flight:,} under way"]
        if self._counts.aside:
            told.append(f"{self._counts.aside:,} with others")
        if self._pace is not None and self._pace.state.down:
            told.append("the provider is down")
        return [*told, *([self.ending] if self.ending else [])]

    def _rate(self) -> float:
        """Items a second, lately."""
        now, settled = self._clock(), self._counts.settled
        if now - self._samples[-1][0] >= _SAMPLE:
            self._samples.append((now, settled))
        while now - self._samples[0][0] > WINDOW and len(self._samples) > 1:
            self._samples.popleft()
        since, before = self._samples[0]
        return (settled - before) / (now - since) if now > since else 0.0


class LineProgress:
    """A line every ``interval`` seconds, said by ``say``, as long as the block runs."""

    def __init__(self, outlook: Outlook, say: Callable[[str], None], /, *, interval: float = 15.0) -> None:
        self._outlook = outlook
        self._say = say
        self._interval = interval
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="batch-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._interval):
            self._say(self._outlook.tell())


class TerminalProgress:
    """A bar and a line at the bottom of a terminal, as long as the block runs; what is said meanwhile stands above."""

    def __init__(self, outlook: Outlook, /) -> None:
        from rich.console import Console
        from rich.live import Live

        self._outlook = outlook
        console = Console(stderr=True)
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._live.__exit__(*error)

    def _render(self) -> RenderableType:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        total, settled = self._outlook.total, self._outlook.settled
        grid = Table.grid(expand=True)
        grid.add_row(ProgressBar(total=total or None, completed=settled, pulse=not total))
        grid.add_row(Text(self._outlook.tell()))
        return grid


def shortened(number: int, /) -> str:
    """A number in a few characters: 950, 12.3k, 4.5M."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}{letter}"
    return str(number)


def duration(seconds: float, /) -> str:
    """Seconds in words: 40 s, 12 min, 3 h 20 min, 2 d 4 h."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"
