"""How a batch ends early: what concerns all ends it, and so does who stops it; nothing that was made is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from batch_cases import QUICK, MemorySink, ScriptedHands, items, make, raising, run, until

from extractor.errors import (
    AuthenticationError,
    BudgetSpentError,
    ExtractorError,
    InputError,
    RequestRejectedError,
    ServerError,
    StoreError,
)
from extractor.store import Ending


@pytest.mark.parametrize(
    ("error", "code"),
    [(AuthenticationError("no key"), 2), (BudgetSpentError("spent"), 3), (StoreError("gone"), 1)],
)
async def test_what_concerns_all_ends_the_batch(error: ExtractorError, code: int) -> None:
    """Such an error is told once; what it met has not failed, and its claims are given up."""
    sink, hands = MemorySink(), ScriptedHands(raising(error))
    report = await run(items(500), hands, sink)
    assert (report.ended, report.error, report.exit_code) == ("stopped", error, code)
    assert (report.done, report.failed, sink.claimed) == (0, 0, set())
    assert len(hands.asked) <= QUICK.workers


async def test_what_is_under_way_is_kept_when_a_batch_ends() -> None:
    """The budget ends the batch while other calls are under way: their results are kept."""
    spent, begun = asyncio.Event(), count(1)

    async def does(_: int) -> None:
        if next(begun) == QUICK.workers:
            spent.set()
            raise BudgetSpentError("spent")
        await spent.wait()
        await asyncio.sleep(0.01)

    report = await run(items(50), ScriptedHands(does), sink := MemorySink())
    assert (report.done, len(sink.kept), report.failed) == (3, 3, 0)


async def test_twenty_rejected_requests_in_a_row_end_the_batch() -> None:
    """One rejected request is its article's failure; when nothing else comes it is not the articles."""
    single = await run(items(30), ScriptedHands(raising(RequestRejectedError("odd"), 4, 9)), MemorySink())
    always = await run(items(500), ScriptedHands(raising(ServerError("down"))), MemorySink())
    assert (single.ended, single.failed, single.done) == ("done", 2, 28)
    assert (always.ended, always.failed, always.exit_code) == ("stopped", 19, 1)


async def test_a_refused_key_later_on_may_be_one_text() -> None:
    """A gateway that words the refusal of a text like that of a key does not end a batch that was answered."""
    one = replace(QUICK, workers=1, ahead=1)
    report = await run(items(9), ScriptedHands(raising(AuthenticationError("flagged"), 4)), MemorySink(), options=one)
    assert (report.ended, report.done, report.failed) == ("done", 8, 1)


async def test_a_sink_that_is_out_of_reach_for_a_while_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results wait until the database answers again."""
    monkeypatch.setattr("extractor.batch.ledger.PAUSES", (0.0,))
    failures = iter([True, True, True])

    def failing(_: Sequence[Ending]) -> None:
        if next(failures, False):
            raise StoreError("restarting")

    sink = MemorySink(failing)
    report = await run(items(30), ScriptedHands(), sink, options=replace(QUICK, patience=30.0))
    assert (report.done, report.error, len(sink.kept)) == (30, None, 30)


async def test_a_sink_that_stays_out_of_reach_ends_the_batch(caplog: pytest.LogCaptureFixture) -> None:
    """Then the batch ends, the log says how many results were lost, and no call is made any more."""

    def failing(_: Sequence[Ending]) -> None:
        raise StoreError("gone for good")

    hands = ScriptedHands()
    report = await run(items(900), hands, MemorySink(failing))
    assert (report.ended, str(report.error), report.exit_code, report.done) == ("stopped", "gone for good", 1, 0)
    assert "could not be kept; a rerun makes" in caplog.text
    assert len(hands.asked) < 300


async def test_stopping_finishes_what_is_under_way() -> None:
    """After one stop no article is begun; those under way are kept, the others' claims given up."""
    go, sink = asyncio.Event(), MemorySink()
    runner = make(items(50), hands := ScriptedHands(lambda _: go.wait()), sink)
    running = asyncio.create_task(runner.run())
    await until(lambda: len(hands.asked) == 4)
    runner.stop()
    await asyncio.sleep(0.05)
    go.set()
    report = await running
    assert (report.ended, report.exit_code, report.done) == ("interrupted", 130, 4)
    assert (len(hands.asked), len(sink.kept), sink.claimed) == (4, 4, set())


async def test_stopping_twice_leaves_what_is_under_way() -> None:
    """What was done is kept, what is under way is left, and nothing stays claimed."""
    sink, begun = MemorySink(), count(1)
    runner = make(items(50), ScriptedHands(lambda _: asyncio.sleep(3600) if next(begun) > 2 else None), sink)
    running = asyncio.create_task(runner.run())
    await until(lambda: runner.counts.done == 2)
    runner.stop()
    runner.stop(now=True)
    report = await running
    assert (report.ended, report.done, report.failed, sink.claimed) == ("interrupted", 2, 0, set())


async def test_cancelling_is_stopping_now() -> None:
    """Who cancels the run gets CancelledError when nothing is claimed any more."""
    sink = MemorySink()
    runner = make(items(50), ScriptedHands(lambda _: asyncio.sleep(3600)), sink)
    running = asyncio.create_task(runner.run())
    await until(lambda: runner.counts.in_flight > 0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sink.claimed == set()


async def test_a_batch_may_be_stopped_before_it_runs() -> None:
    """Then nothing is worked at."""
    runner = make(items(5), hands := ScriptedHands(), MemorySink())
    runner.stop()
    assert ((await runner.run()).ended, hands.asked) == ("interrupted", [])


async def test_items_that_break_end_the_batch(caplog: pytest.LogCaptureFixture) -> None:
    """What was read before is made; then the error is told."""

    def breaking() -> Any:
        yield from items(3)
        raise InputError("the disk is gone")

    report = await run(breaking(), ScriptedHands(), MemorySink())
    assert (report.ended, str(report.error), report.done) == ("stopped", "the disk is gone", 3)
