"""The driver: feeds slices, takes in what became of them, and reports."""

from __future__ import annotations

import logging
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from extractor.batch.counts import EXAMPLES, Counts
from extractor.batch.inputs import Item
from extractor.batch.order import Order
from extractor.batch.report import BatchReport, How, Spent, make_report
from extractor.batch.settling import Tally
from extractor.batch.work import as_told
from extractor.errors import ExtractorError, UnavailableError

from .desk import Desk, Spending, Standing, Word
from .slices import cut, open_slices, slice_size
from .source import source
from .worker import Worker

if TYPE_CHECKING:
    from .cluster import Cluster

log = logging.getLogger(__name__)
LOOK: Final = 0.5
"""Seconds between two looks at the desk."""
CPUS: Final = 0.01
"""What an actor takes of Ray's account of processors: next to nothing, so that it has room wherever a node is left."""
SPARE: Final = 4
"""Slices for each actor that are ready beyond those it has."""


@dataclass(slots=True)
class Seen:
    """What the driver last saw of the pace, for a display: as much of `Pace` as that needs."""

    meter: Spending
    down: bool = False

    @property
    def state(self) -> Seen:
        """It stands as it was seen."""
        return self


class ClusterRunner:
    """Runs a batch once on an open cluster, with so many ``actors``. ``counts`` are written while it runs.

    ``pace`` is what was last seen of the pace of all calls, None for the built-in engine.
    """

    def __init__(
        self, items: Iterable[Item], order: Order, cluster: Cluster, /, *, actors: int, place: str, counts: Counts
    ) -> None:
        self.counts = counts
        self.pace = None if order.is_builtin else Seen(Spending())
        self._items = items
        self._order = order
        self._cluster = cluster
        self._actors = actors
        self._place = place
        self._desk: Any = None
        self._open: dict[int, bytes] = {}
        self._settled: list[int] = []
        self._total: int | None = None
        self._room = threading.Condition()
        self._news = threading.Event()
        self._word: Word = "go on"
        self._said: Word = "go on"
        self._is_limited = False
        self._interrupted = False
        self._error: ExtractorError | None = None
        share = order.share(actors).options
        self._size = slice_size(share.workers)
        self._calls = open_slices(share.workers, share.reading_ahead)

    def run(self) -> BatchReport:
        """Work at all items; the report says how it ended. Blocks; `stop` ends it early."""
        started_at, start = datetime.now(UTC), time.monotonic()
        self._desk = _desk(self._cluster.home)
        self._look()
        threading.Thread(target=self._guarded, args=(self._feed,), name="batch-feeding", daemon=True).start()
        reading = threading.Thread(target=self._guarded, args=(self._read,), name="batch-reading", daemon=True)
        reading.start()
        while reading.is_alive():
            self._news.wait(LOOK)
            self._news.clear()
            self._look()
        self._look()
        if self._open and self._error is None and self._goes_on:
            self._error = UnavailableError("Ray lost some of the articles on their way; run the batch again")
        return make_report(
            self.counts,
            ended=self._how(),
            error=self._error,
            place=self._place,
            started_at=started_at,
            seconds=time.monotonic() - start,
            spent=self._spent(),
        )

    def stop(self, *, now: bool = False) -> None:
        """End early: what is being worked at is finished and kept, or with ``now`` left. From any thread or signal."""
        self._interrupted = True
        self._end(now)

    # In the threads that feed and read

    def _guarded(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception as error:
            self._stop_for(_as_ours(error))
        finally:
            self._news.set()

    def _feed(self) -> None:
        number = 0
        try:
            for data in cut(self._items, self._size):
                if not self._wait_for_room():
                    break
                with self._room:
                    self._open[number] = data
                self._try(self._desk.put, {number: data})
                number += 1
        finally:
            self._total = number
            self._try(self._desk.end, number)

    def _wait_for_room(self) -> bool:
        with self._room:
            while self._goes_on and len(self._open) >= self._actors * (self._calls + SPARE):
                self._room.wait(LOOK)
            return self._goes_on

    @property
    def _goes_on(self) -> bool:
        return self._word == "go on" and not self._is_limited

    def _read(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is to change in Ray
            slices = self._dataset()
        for batch in slices.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            for number, data in zip(batch["number"].to_pylist(), batch["data"].to_pylist(), strict=True):
                self._settle(number, pickle.loads(data))  # noqa: S301 - it is the actor that made it

    def _settle(self, number: int, tally: Tally) -> None:
        with self._room:
            if self._open.pop(number, None) is None:  # made twice, since its end was lost
                return
            self._settled.append(number)
            _add(self.counts, tally.counts)
            self._room.notify()
        if tally.error is not None:
            self._stop_for(tally.error)
        for one in tally.counts.examples:
            log.error("failed: %s", one.message if one.place in one.message else f"{one.place}: {one.message}")

    def _dataset(self) -> Any:
        from ray.data import ActorPoolStrategy, read_datasource

        nodes = cycle(self._cluster.nodes)
        _set_up_data()
        slices = read_datasource(
            source(self._desk),
            override_num_blocks=1,
            num_cpus=0,
            label_selector={"ray.io/node-id": self._cluster.home},  # as the desk
        )
        return slices.map_batches(
            Worker,
            fn_constructor_args=(self._desk, self._actors),
            batch_size=None,
            batch_format="pyarrow",
            num_cpus=CPUS,
            ray_remote_args_fn=lambda: {"scheduling_strategy": _near(next(nodes), soft=True)},
            compute=ActorPoolStrategy(
                size=self._actors,
                max_tasks_in_flight_per_actor=self._calls + 1,
                max_concurrent_calls_per_actor=self._calls,
                enable_true_multi_threading=True,
            ),
        )

    # In the thread that runs it

    def _look(self) -> None:
        """See how it stands, tell what is settled, and open a desk that is new."""
        from ray.exceptions import GetTimeoutError, RayError

        try:
            standing: Standing = _got(self._desk.look.remote())
            if not standing.is_open:
                self._open_desk()
            with self._room:
                settled, self._settled = self._settled, []
            if settled:
                _got(self._desk.settle.remote(settled))
            if self._said != self._word:
                word = self._word
                _got(self._desk.say.remote(word))
                self._said = word
        except (GetTimeoutError, RayError) as error:
            log.debug("the desk cannot be reached", exc_info=error)
            return
        if standing.is_open:
            self._see(standing)

    def _open_desk(self) -> None:
        with self._room:
            slices, total = dict(self._open), self._total
            taken = self.counts.done + self.counts.failed
        spending = None if self.pace is None else self.pace.meter
        _got(self._desk.open.remote(self._order, slices, spending=spending, taken=taken))
        if total is not None:
            _got(self._desk.end.remote(total))
        self._said = "go on"

    def _see(self, standing: Standing) -> None:
        self.counts.in_flight, self.counts.aside = standing.in_flight, standing.aside
        if self.pace is not None and standing.spending is not None:
            self.pace.meter, self.pace.down = standing.spending, standing.down
        self._is_limited = self._is_limited or standing.is_limited

    # Ending

    def _stop_for(self, error: ExtractorError) -> None:
        if self._error is None:
            self._error = error
            log.debug("the batch ends", exc_info=error)
        self._end(False)

    def _end(self, now: bool) -> None:
        if self._word != "now":
            self._word = "now" if now else "drain"
        self._news.set()

    def _try(self, method: Any, *given: Any) -> None:
        """Tell the desk; a new one is told when it is opened."""
        from ray.exceptions import RayError

        try:
            _got(method.remote(*given))
        except RayError as error:
            log.debug("the desk was not told", exc_info=error)

    def _how(self) -> How:
        if self._error is not None:
            return "stopped"
        if self._interrupted:
            return "interrupted"
        return "limit" if self._is_limited else "done"

    def _spent(self) -> Spent | None:
        if self.pace is None:
            return None
        meter = self.pace.meter
        return Spent(meter.calls, meter.input_tokens, meter.output_tokens, meter.cost)


def _desk(home: str, /) -> Any:
    """The desk, on the machine of the driver: when that goes, all ends."""
    import ray

    near = _near(home, soft=False)
    started: Any = ray.remote(Desk)  # its calls wait: there may be many at a time
    options = {"num_cpus": 0, "max_restarts": -1, "max_concurrency": 10_000, "scheduling_strategy": near}
    return started.options(**options).remote()


def _near(node: str, /, *, soft: bool) -> Any:
    """On a node; with ``soft`` on another one when it is gone."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return NodeAffinitySchedulingStrategy(node, soft=soft)


def _set_up_data() -> None:
    """Ray Data for slices: each row is a block of its own, and nothing is printed."""
    from ray.data import DataContext

    context = DataContext.get_current()
    context.target_min_block_size = context.target_max_block_size = 1
    context.enable_progress_bars = False
    context.issue_detectors_config.detectors = []
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _got(answer: Any, /) -> Any:
    import ray

    return ray.get(answer, timeout=30)


def _as_ours(error: Exception, /) -> ExtractorError:
    """What people are told; what Ray says of it may hold texts of articles."""
    from ray.exceptions import RayError

    if isinstance(error, RayError) or type(error).__module__.startswith("ray."):
        log.debug("Ray failed", exc_info=error)
        return UnavailableError(f"the Ray cluster could not go on ({type(error).__name__}); run the batch again")
    return as_told(error, "the batch itself")


def _add(counts: Counts, more: Counts, /) -> None:
    """Add what a slice came to."""
    for name in ("done", "skipped", "failed", "failed_elsewhere", "left_out", "rejected", "claims"):
        setattr(counts, name, getattr(counts, name) + getattr(more, name))
    for name in ("calls", "cached", "input_tokens", "output_tokens"):
        setattr(counts, name, getattr(counts, name) + getattr(more, name))
    counts.kinds.update(more.kinds)
    counts.examples += more.examples[: EXAMPLES - len(counts.examples)]
