"""The parts of a batch on Ray, without Ray: slices, the desk, its pace for callers elsewhere, and who settles items."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from batch_cases import MemorySink, ScriptedHands, items, raising

from extractor import Extractor
from extractor.batch import BatchOptions, BatchRunner
from extractor.batch.order import Order
from extractor.batch.ray.desk import Desk, Spending
from extractor.batch.ray.remote_pacer import RemotePacer
from extractor.batch.ray.shelf import Shelf
from extractor.batch.ray.slices import EMPTY, cut, items_of
from extractor.batch.settling import Slices, WatchedPlanner, WatchedSink
from extractor.errors import BudgetSpentError, InputError
from extractor.llm.metering import Budget
from extractor.llm.pacing import Ended
from extractor.schemas import Usage
from extractor.settings import Settings


class Handle:
    """A desk as its callers see it: each method has a ``remote``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __getattr__(self, name: str) -> Any:
        class Method:
            remote = staticmethod(getattr(self._desk, name))

        return Method


async def opened(budget: Budget, spending: Spending | None = None, **options: Any) -> Desk:
    """An open desk for a model of nobody."""
    settings = Settings(model="openai:gpt-5-mini", api_key="none")
    order = Order(settings=settings, options=BatchOptions(**options), budget=budget, lease=2.0, since=datetime.now(UTC))
    desk = Desk()
    await desk.open(order, {}, spending=spending, taken=0)
    return desk


def test_slices_hold_all_items_in_order() -> None:
    """Items are cut into slices of a size, the last one shorter."""
    found = [items_of(data) for data in cut(items(7), 3)]
    assert [len(some) for some in found] == [3, 3, 1]
    assert [item for some in found for item in some] == items(7)


async def test_settled_slices_come_empty() -> None:
    """Ray may read from the first slice again: what is settled is empty, what is not comes once more."""
    shelf = Shelf()
    shelf.put({0: b"a", 1: b"b"})
    shelf.settle([0])
    shelf.end(2)
    assert [await shelf.take(number) for number in range(3)] == [EMPTY, b"b", None]
    assert shelf.settled_below == 1


async def test_all_callers_share_one_budget() -> None:
    """Two pacers at one desk: what one has spent the other lacks, and the desk counts it."""
    desk = await opened(Budget(max_tokens=5_000))
    one, other = (RemotePacer(Handle(desk), name) for name in ("one", "other"))
    permit = await one.admit(10, call="a")
    one.settle(permit, Ended(kind="answered", usage=Usage(input_tokens=2_000, output_tokens=2_900)))
    await asyncio.sleep(0.05)
    with pytest.raises(BudgetSpentError):
        await other.admit(200, call="b")
    spent = (await desk.look()).spending
    assert spent is not None and (spent.calls, spent.tokens) == (1, 4_900)


async def test_a_new_desk_goes_on_from_what_was_spent() -> None:
    """A desk that is opened with what the driver last saw counts on from there."""
    desk = await opened(Budget(max_tokens=5_000), Spending(3, 4_000, 0, 950))
    with pytest.raises(BudgetSpentError):
        await RemotePacer(Handle(desk), "one").admit(200, call="a")
    spent = (await desk.look()).spending
    assert spent is not None and (spent.calls, spent.tokens) == (3, 4_950)


async def test_a_cancelled_caller_gives_its_permit_back() -> None:
    """A call that is cancelled while it waits leaves nothing reserved."""
    desk = await opened(Budget())
    waiting = asyncio.ensure_future(RemotePacer(Handle(desk), "one").admit(10, call="a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    await asyncio.sleep(0.05)
    assert desk._window is not None and desk._window.pace.meter.under_way == 0


async def test_the_limit_is_one_for_all() -> None:
    """The desk grants as many articles as the limit has left, and tells when there are none."""
    desk = await opened(Budget(), limit=5)
    assert [await desk.allow(number) for number in (3, 3, 3)] == [3, 2, 0]
    assert (await desk.look()).is_limited


@pytest.mark.parametrize(("granted", "done"), [(100, 5), (2, 2)])
async def test_a_slice_is_settled_when_its_items_are(granted: int, done: int) -> None:
    """Its tally counts each item once; what is beyond the limit counts as nothing."""
    left = [granted]

    def allow(number: int) -> int:
        given = min(number, left[0])
        left[0] -= given
        return given

    slices, sink = Slices(), MemorySink()
    options = BatchOptions(workers=2, pause=0.0)
    planner = WatchedPlanner(Extractor())
    planner.slices = slices
    hands = ScriptedHands(raising(InputError("no")) if granted < 100 else raising(InputError("no"), 3))
    watched = WatchedSink(sink, slices, allow=allow)
    runner = BatchRunner(slices.items(), planner, hands, watched, options)
    running = asyncio.ensure_future(runner.run())
    tally = await asyncio.wrap_future(slices.add(items(5)))
    assert (tally.left, tally.error, tally.counts.done + tally.counts.failed) == (0, None, done)
    again = await asyncio.wrap_future(slices.add(items(1)))
    assert again.counts.skipped == 1
    runner.stop()
    slices.end(None)
    await running
    assert (await asyncio.wrap_future(slices.add(items(2)))).left == 2
