"""Turns of an event loop: sockets and timers are served between two articles."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from typing import Any

import pytest
from fake_engine import FakeAnswer

from extractor import Extractor
from extractor.turns import Turns, time_limit

EMPTY = FakeAnswer('{"experts": [], "positions": [], "predictions": []}')


class TogetherEngine:
    """Answers all calls in the same round of the loop, when the last of them has come."""

    name = "fake"
    model = "fake-1"

    def __init__(self, number: int) -> None:
        self._left = number
        self._all = asyncio.Event()

    async def complete(self, messages: Sequence[Any], schema: Any, /) -> FakeAnswer:
        """Nothing is found."""
        self._left -= 1
        if not self._left:
            self._all.set()
        await self._all.wait()
        return EMPTY

    async def aclose(self) -> None:
        """Nothing is held."""


def test_sockets_are_served_between_two_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrives while the answer of an article is reviewed is read before the next one is."""
    events: list[str] = []
    ours, theirs = socket.socketpair()
    from extractor.review import open_review as real

    def review(*given: Any, **more: Any) -> Any:
        events.append("review")
        theirs.send(b"x")
        return real(*given, **more)

    async def run(extractor: Extractor) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, lambda: events.append(f"read {len(ours.recv(100))}"))
        await asyncio.gather(*(extractor.aextract(f"Text number {number}.") for number in range(8)))
        loop.remove_reader(ours)

    monkeypatch.setattr("extractor.drafting.open_review", review)
    engine = TogetherEngine(8)
    with ours, theirs, Extractor("openai:fake", engine=engine, audit=False, concurrency=8) as extractor:
        extractor.start(run(extractor)).result()
    assert events == ["review", "read 1"] * 8


async def test_turns_come_in_order_and_first_ones_before() -> None:
    """Who came earlier goes earlier, and who is first before all others."""
    turns, went = Turns(), []

    async def go(name: str, first: bool) -> None:
        await turns.take(first=first)
        went.append(name)

    await asyncio.gather(*(go(name, name.isupper()) for name in "abcAdB"))
    assert "".join(went) == "aABbcd"


async def test_a_turn_of_a_cancelled_task_goes_to_the_next() -> None:
    """Who is cancelled while it waits holds up nobody."""
    turns = Turns()
    await turns.take()
    waiting = asyncio.create_task(turns.take())
    other = asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    waiting.cancel()
    await other
    assert waiting.cancelled()


async def test_an_answer_that_has_arrived_is_taken() -> None:
    """A loop that stood still beyond the limit takes what came in time."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()
    loop.call_later(0.001, answer.set_result, "there")
    loop.call_soon(time.sleep, 0.05)
    async with time_limit(0.002):
        assert await answer == "there"


async def test_a_limit_ends_what_takes_longer() -> None:
    """Nothing arrives: TimeoutError, as of asyncio.timeout."""
    with pytest.raises(TimeoutError):
        async with time_limit(0.001):
            await asyncio.Event().wait()


async def test_a_limit_is_over_with_its_block() -> None:
    """What comes after the block is not limited."""
    async with time_limit(0.001):
        pass
    await asyncio.sleep(0.01)
