"""The parts of a batch by themselves: queues, readers, what ends it, what it shows and tells."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from extractor.batch.aside import LONGEST, Aside
from extractor.batch.counts import EXAMPLES, Counts
from extractor.batch.groups import Groups
from extractor.batch.inputs import Item
from extractor.batch.progress import Outlook, duration, shortened
from extractor.batch.readers import Readers
from extractor.batch.report import BatchReport, make_report
from extractor.batch.stopping import StopRule
from extractor.errors import (
    AuthenticationError,
    BudgetSpentError,
    InputError,
    NotJSONError,
    QuotaError,
    RefusalError,
    RequestRejectedError,
    ServerError,
    StoreError,
)


async def test_a_group_is_given_at_once_when_little_comes() -> None:
    """What comes after a pause need not wait for more."""
    groups: Groups[int] = Groups(most=10, pause=60.0)
    groups.put_now(1)
    assert await groups.take() == [1]


async def test_groups_fill_while_much_comes() -> None:
    """Soon after a group the next one waits until it is full or the queue is closed."""
    groups: Groups[int] = Groups(most=3, pause=60.0)
    groups.put_now(0)
    await groups.take()
    taking = asyncio.ensure_future(groups.take())
    for number in (1, 2, 3, 4):
        assert not taking.done()
        await groups.put(number)
    assert await taking == [1, 2, 3]
    groups.close()
    assert (await groups.take(), await groups.take()) == ([4], [])


async def test_a_bounded_queue_makes_its_writers_wait() -> None:
    """They wait until something is taken, and lose nothing when they are interrupted."""
    groups: Groups[int] = Groups(most=2, pause=0.0, bound=2)
    for number in (1, 2):
        await groups.put(number)
    third = asyncio.ensure_future(groups.put(3))
    await asyncio.sleep(0)
    assert not third.done()
    third.cancel()
    await asyncio.gather(third, return_exceptions=True)
    assert (await groups.take(), await groups.take()) == ([1, 2], [3])


async def test_threads_may_fill_a_queue() -> None:
    """The consumer wakes up, and everything arrives in order."""
    groups: Groups[int] = Groups(most=1000, pause=0.0)
    thread = threading.Thread(target=lambda: list(map(groups.put_from_thread, range(1000))))
    thread.start()
    found: list[int] = []
    while len(found) < 1000:
        found += await groups.take()
    thread.join()
    assert found == list(range(1000))


class Reading:
    """Readers over so many numbers, and what they delivered."""

    def __init__(self, items: Any, *, ahead: int, chars: int = 0) -> None:
        self._chars = chars
        self.found: list[int] = []
        self.over = threading.Event()
        self.error: BaseException | None = None
        self.came = threading.Semaphore(0)
        self.readers: Readers[int, int] = Readers(
            items, lambda n: n, self._deliver, ahead=ahead, is_remote=lambda _: False, over=self._end
        )
        self.readers.start()

    def _deliver(self, item: int, result: int) -> None:
        self.readers.weigh(self._chars)
        self.found.append(result)
        self.came.release()

    def _end(self, error: BaseException | None) -> None:
        self.error = error
        self.over.set()


def test_readers_read_as_far_as_there_is_room() -> None:
    """No item is taken beyond the places; each that is settled makes room for one more."""
    reading = Reading(iter(range(100)), ahead=5)
    for _ in range(5):
        assert reading.came.acquire(timeout=10)
    assert not reading.came.acquire(timeout=0.1)
    reading.readers.settle()
    assert reading.came.acquire(timeout=10)
    reading.readers.close()
    assert sorted(reading.found) == list(range(6))


def test_readers_end_when_all_is_settled() -> None:
    """They are over when the items are and nothing is open; what is put back is read again."""
    reading = Reading(iter(range(3)), ahead=5)
    assert reading.over.wait(10)
    for _ in range(3):
        assert reading.came.acquire(timeout=10)
    reading.readers.put_back(7)
    assert reading.came.acquire(timeout=10)
    for left in (3, 2, 1, 0):
        assert not reading.readers.is_over, left
        reading.readers.settle()
    assert reading.readers.is_over
    reading.readers.close()


def test_readers_tell_what_breaks_the_items() -> None:
    """The error comes after what was read before it."""

    def items() -> Any:
        yield 1
        raise OSError("gone")

    reading = Reading(items(), ahead=5)
    assert reading.over.wait(10)
    assert (reading.found, str(reading.error)) == ([1], "gone")
    reading.readers.close()


def test_long_texts_take_more_room() -> None:
    """Where texts of many characters wait, no more is read, however few they are."""
    reading = Reading(iter(range(100)), ahead=50, chars=10_000_000)
    for _ in range(20):
        reading.came.acquire(timeout=0.05)
    assert len(reading.found) < 10
    reading.readers.close()


def test_what_is_aside_is_due_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that others hold is looked at after half a second, then ever more rarely."""
    now = 100.0
    monkeypatch.setattr("extractor.batch.aside.time.monotonic", lambda: now)
    aside = Aside()
    aside.put(Item(place="a", text="x" * 10), "key", placed=False)
    pauses = []
    for _ in range(7):
        start = now
        while not (held := aside.take(5)):
            now += 0.25
        pauses.append(now - start)
        aside.put_again(held[0])
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, LONGEST, LONGEST]
    assert (len(aside), aside.is_full) == (1, False)


@pytest.mark.parametrize("error", [BudgetSpentError("x"), QuotaError("x"), StoreError("x"), AuthenticationError("x")])
def test_some_errors_end_a_batch_at_once(error: Any) -> None:
    """A spent budget or account, a database out of reach, a key that was never accepted."""
    assert StopRule().ends(error)


@pytest.mark.parametrize("error", [RefusalError("x"), NotJSONError("x"), InputError("x")])
def test_errors_of_articles_never_end_a_batch(error: Any) -> None:
    """Not even a thousand of them in a row."""
    rule = StopRule()
    assert not any(rule.ends(error) for _ in range(1000))


def test_what_rejects_everything_ends_a_batch() -> None:
    """Twenty calls in a row that were rejected or never got through; an answer between them starts anew."""
    rule = StopRule()
    assert not any(rule.ends(RequestRejectedError("x")) for _ in range(19))
    rule.answered()
    assert [rule.ends(ServerError("x")) for _ in range(20)] == [False] * 19 + [True]


def test_what_the_provider_ends_ends_the_batch() -> None:
    """A provider that was given up is no article's fault."""
    error = ServerError("down for an hour")
    error.stops = True
    assert StopRule().ends(error)


def test_counts_stay_small() -> None:
    """Of failures the first ones are kept, and how many of each kind there were."""
    counts = Counts()
    for number in range(1000):
        counts.add_failure(f"row {number}", InputError("no text"))
    assert (counts.failed, counts.kinds["InputError"], len(counts.examples)) == (1000, 1000, EXAMPLES)


def report(**more: Any) -> BatchReport:
    """A report of nothing, with these fields."""
    made = make_report(
        Counts(), ended="done", error=None, place="x", started_at=datetime.now(UTC), seconds=1.0, spent=None
    )
    return replace(made, **more)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, 0),
        ({"ended": "limit"}, 0),
        ({"failed": 1}, 3),
        ({"failed_elsewhere": 1}, 3),
        ({"ended": "stopped", "error": BudgetSpentError("x")}, 3),
        ({"ended": "stopped", "error": ServerError("x")}, 1),
        ({"ended": "stopped", "error": AuthenticationError("x"), "failed": 2}, 2),
        ({"ended": "interrupted", "failed": 2}, 130),
    ],
)
def test_exit_codes(told: dict[str, Any], code: int) -> None:
    """How a batch ended decides before what failed."""
    assert report(**told).exit_code == code


def test_the_outlook_tells_rate_and_time_left() -> None:
    """Items lately, and how long the rest takes at that rate."""
    now, counts = 0.0, Counts()
    outlook = Outlook(counts, clock=lambda: now)
    outlook.total = 1200
    now, counts.done, counts.skipped, counts.failed = 10.0, 90, 8, 2
    counts.input_tokens, counts.rejected, counts.in_flight, counts.aside = 1_250_000, 1, 64, 3
    assert outlook.tell() == (
        "100 of 1,200: 90 done, 8 skipped, 2 failed, 1 rejected item, 1.2M tokens, 10.0 a second, 1 min left,"
        " 64 under way, 3 with others"
    )


def test_the_rate_is_that_of_the_last_minute() -> None:
    """What was skipped quickly at the start does not make the rest look quick."""
    now, counts = 0.0, Counts()
    outlook = Outlook(counts, clock=lambda: now)
    counts.skipped = 100_000
    for _ in range(300):
        now += 1.0
        counts.done += 2
        told = outlook.tell()
    assert "2.0 a second" in told


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (59, "59 s"), (150, "2 min"), (12_000, "3 h 20 min"), (200_000, "2 d 7 h")]
)
def test_durations(seconds: float, told: str) -> None:
    """Two units at most."""
    assert duration(seconds) == told


@pytest.mark.parametrize(("number", "told"), [(950, "950"), (12_340, "12.3k"), (4_500_000, "4.5M")])
def test_numbers_in_few_characters(number: int, told: str) -> None:
    """Tokens of a long batch fit into a line."""
    assert shortened(number) == told
