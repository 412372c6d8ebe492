"""When a slice is settled: a planner and a sink that watch what becomes of its items."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.batch.counts import Counts
from extractor.batch.inputs import Item
from extractor.batch.work import Planner, Work
from extractor.errors import ExtractorError
from extractor.schemas import Article, Extraction, Summary

if TYPE_CHECKING:
    from extractor.batch.sinks import Sink
    from extractor.store import ClaimStatus, Ending, Wanted


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a slice; ``left``: items of which something is to be done, by another run of the batch."""

    counts: Counts
    left: int = 0
    error: ExtractorError | None = None


@dataclass(slots=True, eq=False)
class _Slice:
    counts: Counts
    left: int
    ended: Future[Tally]


class Slices:
    """The slices that an actor has at once, and their items for its runner. Any thread may call it."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._open: defaultdict[str, list[tuple[Item, _Slice]]] = defaultdict(list)
        self._lock = threading.Lock()
        self._over: Tally | None = None

    def add(self, items: Sequence[Item], /) -> Future[Tally]:
        """Take up a slice; what is given tells of it when all of its items are settled, or the runner has ended."""
        one = _Slice(Counts(), len(items), Future())
        with self._lock:
            if self._over is not None or not items:
                error = None if self._over is None else self._over.error
                one.ended.set_result(Tally(one.counts, len(items), error))
                return one.ended
            for item in items:
                self._open[item.place].append((item, one))
        for item in items:
            self._items.put(item)
        return one.ended

    def items(self) -> Iterator[Item]:
        """The items, as they come; the end when the runner is to have no more."""
        while (item := self._items.get()) is not None:
            yield item

    def end(self, error: ExtractorError | None, /) -> None:
        """The runner has ended: nothing more becomes of what is not settled."""
        with self._lock:
            self._over = Tally(Counts(), 0, error)
            left = {id(one): one for entries in self._open.values() for _, one in entries}
            self._open.clear()
        self._items.put(None)
        for one in left.values():
            one.ended.set_result(Tally(one.counts, one.left, error))

    def settle(self, place: str, count: Callable[[Counts], None], /) -> None:
        """An item is settled, and counts so."""
        with self._lock:
            entries = self._open.get(place)
            if not entries:
                return
            _, one = entries.pop(0)
            if not entries:
                del self._open[place]
            count(one.counts)
            one.left -= 1
            is_over = one.left == 0
        if is_over:
            one.ended.set_result(Tally(one.counts))

    def is_remote(self, place: str, /) -> bool:
        """True for an item that is fetched from the web."""
        with self._lock:
            entries = self._open.get(place)
        source = entries[0][0].source if entries else None
        return source is not None and source.lower().startswith(("http://", "https://"))


class WatchedPlanner(Planner):
    """A planner that tells which items are left out."""

    slices: Slices

    def plan(self, item: Item, /) -> Work | None:
        """See `Planner.plan`."""
        work = super().plan(item)
        if work is None:
            self.slices.settle(item.place, left_out)
        return work


class WatchedSink:
    """A sink that tells what becomes of items. ``allow`` says of how many articles the batch may still take up."""

    def __init__(self, sink: Sink, slices: Slices, /, *, allow: Callable[[int], int]) -> None:
        self.lease = sink.lease
        self.place = sink.place
        self.keep = sink.keep
        self.release = sink.release
        self.find_done = sink.find_done
        self._sink = sink
        self._slices = slices
        self._allow = allow

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """See `Sink.claim`; what is beyond the limit is as if it were done."""
        found = self._within_limit(wanted, self._sink.claim(wanted))
        for one, status in zip(wanted, found, strict=True):
            place = one.read_from or ""
            if status == "failed":
                self._slices.settle(place, failed_elsewhere)
            elif status == "done" and (one.article is not None or self._slices.is_remote(place)):
                self._slices.settle(place, skipped)  # else it is read once more, and claimed with its article
        return found

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """See `Sink.finish`."""
        errors = self._sink.finish(endings)
        for ending, error in zip(endings, errors, strict=True):
            self._count(ending, error)
        return errors

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """See `Sink.find_extraction`."""
        return self._sink.find_extraction(article, made_by)

    def close(self) -> None:
        """See `Sink.close`."""
        self._sink.close()

    def _count(self, ending: Ending, error: ExtractorError | None) -> None:
        result, place = ending.result, ending.read_from or ""
        if isinstance(result, Extraction | Summary):
            if error is None:  # else the runner keeps it as a failure, which comes next
                self._slices.settle(place, lambda counts: counts.add_result(result))
        else:
            self._slices.settle(place, lambda counts: counts.add_failure(place, result.error))

    def _within_limit(self, wanted: Sequence[Wanted], found: list[ClaimStatus]) -> list[ClaimStatus]:
        mine = [n for n, status in enumerate(found) if status == "mine"]
        granted = self._allow(len(mine)) if mine else 0
        beyond: Collection[int] = mine[granted:]
        if not beyond:
            return found
        self._sink.release([wanted[n].key for n in beyond])
        for n in beyond:
            self._slices.settle(wanted[n].read_from or "", uncounted)
        return ["done" if n in beyond else status for n, status in enumerate(found)]


def uncounted(counts: Counts) -> None:
    """Count nothing: the item is for another batch."""


def skipped(counts: Counts) -> None:
    """Count an item that is done already."""
    counts.skipped += 1


def left_out(counts: Counts) -> None:
    """Count an item that is too old."""
    counts.left_out += 1


def failed_elsewhere(counts: Counts) -> None:
    """Count an item that was tried in vain."""
    counts.failed_elsewhere += 1
