"""When the provider is down: calls pause, one at a time tries, and articles do not fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from fake_engine import expert, extraction, position
from fake_server import Answer, Request, completion, error, fake_server, free_port, reset
from langchain_core.messages import HumanMessage
from paced_calls import DOWN, FAULT, OK, Clock, Log, attempt, insist
from pydantic import BaseModel

from extractor import Extractor
from extractor.errors import ServerError
from extractor.llm import ChatEngine, Pace
from extractor.llm.pacing import Ended
from extractor.settings import load_settings

ASK = [HumanMessage("Well?")]
YES = completion('{"word": "yes"}')
TEXT = "Ana Roe says that the port is full.\n"
CLAIM = position("Ana Roe", "the port is full", statement="The port is full.")
SOUND = completion(json.dumps(extraction([expert("Ana Roe")], [CLAIM])))


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


def pace_on(clock: Clock, /, *, max_pause: float = 3600) -> Pace:
    """A pace on a clock that only sleeping moves."""
    return Pace(max_pause=max_pause, clock=clock, sleep=clock.sleep)


def up_from(clock: Clock, time: float, ended: Ended, /) -> Callable[[], Ended]:
    """What a provider answers that is down until a time."""
    return lambda: OK if clock.now >= time else ended


@pytest.mark.parametrize("ended", [DOWN, FAULT])
async def test_a_provider_that_comes_back_costs_few_attempts(ended: Ended) -> None:
    """A thousand callers wait out ten minutes with the attempts of the first wave and some probes; all are answered."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    await attempt(pace)
    work = [asyncio.ensure_future(insist(pace, up_from(clock, 1600, ended), log)) for _ in range(1000)]
    await asyncio.gather(*work)
    probes = [permit for permit in log.permits if permit.probe]
    assert len(log.times) <= 2010 + len(probes) and 8 <= len(probes) <= 20
    assert pace.stopped is None and not pace.state.down and clock.now >= 1600


async def test_one_probe_at_a_time_with_growing_pauses() -> None:
    """The attempts of a single caller at a provider that is down lie 1, 2, 4 .. 60 seconds apart."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    await attempt(pace)
    await insist(pace, up_from(clock, 1400, DOWN), log)
    probes = [permit.at for permit in log.permits if permit.probe]
    assert [round(time - 1000) for time in probes] == [1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423]


async def test_while_a_probe_is_under_way_nobody_else_calls() -> None:
    """The others wait for how the probe ends, however long it takes."""
    clock = Clock()
    pace = pace_on(clock)
    for _ in range(5):
        await attempt(pace, DOWN)
    probe = await pace.admit(1, call="a")
    other = asyncio.ensure_future(pace.admit(1, call="b"))
    await asyncio.sleep(0.01)
    assert probe.probe and not other.done()
    pace.settle(probe, OK)
    assert not (await other).probe


async def test_a_cancelled_probe_makes_room_for_another() -> None:
    """A caller that goes away while it probes does not hold up the others for ever."""
    pace = pace_on(Clock())
    for _ in range(5):
        await attempt(pace, DOWN)
    probe = await pace.admit(1, call="a")
    pace.settle(probe, Ended(kind="cancelled"))
    assert (await pace.admit(1, call="b")).probe


async def test_any_answer_shows_that_it_is_up() -> None:
    """An answer to a call that was under way before ends the pause, and so does a rejection."""
    for ended in (OK, Ended(kind="rejected")):
        pace = pace_on(Clock())
        early = await pace.admit(1, call="early")
        for _ in range(5):
            await attempt(pace, DOWN)
        assert pace.state.down
        pace.settle(early, ended)
        assert not pace.state.down


async def test_after_the_pause_calls_come_slowly() -> None:
    """A provider that has just come back is not met by all callers at once."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    await asyncio.gather(*(insist(pace, up_from(clock, 1100, DOWN), log) for _ in range(400)))
    back = min(permit.at for permit in log.permits if permit.at >= 1100)
    assert sum(back <= time < back + 1 for time in log.times) < 300


async def test_failures_among_answers_do_not_stop_anybody() -> None:
    """Where four of five calls fail, but never five in a row, nobody pauses."""
    clock = Clock()
    pace = pace_on(clock)
    for number in range(100):
        await attempt(pace, OK if number % 5 == 4 else DOWN)
    assert clock.slept == 0 and pace.meter.retries["down"] == 80


async def test_one_article_that_always_fails_is_no_outage() -> None:
    """A single call that fails again and again with its own fault is left to its own time budget."""
    clock = Clock()
    pace = pace_on(clock)
    for _ in range(50):
        await attempt(pace, FAULT, call="the same")
    assert clock.slept == 0 and not pace.state.down


async def test_articles_that_failed_while_others_did_not_are_no_outage() -> None:
    """At the end of a run only those may be left that always fail: that does not mean that the provider is down."""
    clock = Clock()
    pace = pace_on(clock)
    for number in range(10):
        await attempt(pace, FAULT, call=f"bad {number}")
        await attempt(pace)
    for number in range(100):
        await attempt(pace, FAULT, call=f"bad {number % 10}")
    assert clock.slept == 0 and not pace.state.down


async def test_an_outage_is_known_from_one_caller_when_it_is_plain() -> None:
    """With a single caller 503 five times in a row is enough."""
    pace = pace_on(Clock())
    for _ in range(5):
        await attempt(pace, DOWN, call="the only one")
    assert pace.state.down


async def test_a_provider_that_stays_down_is_given_up() -> None:
    """After max_pause every caller gets the last error, marked as one that stops everything."""
    clock = Clock()
    pace = pace_on(clock, max_pause=1800)
    await attempt(pace)
    work = (insist(pace, lambda: DOWN, Log()) for _ in range(20))
    failures = await asyncio.gather(*work, return_exceptions=True)
    assert all(isinstance(failure, ServerError) and failure.stops for failure in failures)
    assert {str(failure) for failure in failures} == {"it is down"} and isinstance(pace.stopped, ServerError)
    assert 1800 <= clock.slept <= 1900


async def test_a_provider_that_asks_for_time_gets_it() -> None:
    """A 503 with Retry-After is probed no earlier than that."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    slow = Ended(kind="down", status=503, retry_after=200, error=ServerError("busy"))
    for _ in range(5):
        await attempt(pace, slow)
    await insist(pace, lambda: OK, log)
    assert log.times == [1200]


@pytest.mark.parametrize("fault", [error(503, "maintenance"), error(500, "oops"), reset()])
async def test_calls_at_a_server_that_comes_back_do_not_fail(fault: Answer) -> None:
    """Over real HTTP: fifty calls wait out twenty minutes, longer than retry_seconds, with few requests."""
    clock = Clock()

    def answer(request: Request) -> Answer:
        return YES if clock.now >= 2200 else fault

    with fake_server(answer) as server:
        pace = pace_on(clock)
        settings = load_settings(model="local", base_url=server.url, retry_seconds=600)
        engine = ChatEngine(settings, pace=pace, sleep=clock.sleep)
        replies = await asyncio.gather(*(engine.complete(ASK, Word) for _ in range(50)))
        await engine.aclose()
    assert len(replies) == 50 and pace.meter.calls == 50 and pace.stopped is None
    assert len(server.requests) <= 50 + 50 + 50


async def test_a_server_that_was_never_there_is_told_soon() -> None:
    """A wrong address ends after some seconds, not after an hour, and says so."""
    clock = Clock()
    pace = pace_on(clock)
    settings = load_settings(model="local", base_url=f"http://127.0.0.1:{free_port()}/v1")
    engine = ChatEngine(settings, pace=pace, sleep=clock.sleep)
    failures = await asyncio.gather(*(engine.complete(ASK, Word) for _ in range(20)), return_exceptions=True)
    await engine.aclose()
    assert all(isinstance(failure, ServerError) and "cannot be reached" in str(failure) for failure in failures)
    assert isinstance(pace.stopped, ServerError) and clock.slept < 60


def test_an_article_waits_out_an_outage() -> None:
    """Through the facade: the first answer comes, the server is down for an hour less a bit, and nothing is lost."""
    clock = Clock()

    def answer(request: Request) -> Answer:
        return error(502, "bad gateway") if 1001 <= clock.now < 4000 else SOUND

    with fake_server(answer) as server:
        pace = pace_on(clock)
        with Extractor("fake", base_url=server.url, pace=pace, audit=False, retry_seconds=0) as extractor:
            assert len(extractor.extract(TEXT).positions) == 1
            clock.now = 1001
            pace_is_known_down(pace)
            assert len(extractor.extract(TEXT).positions) == 1
    assert clock.now >= 4000 and len(server.requests) < 70


def pace_is_known_down(pace: Pace, /) -> None:
    """Five other callers have just failed."""

    async def fail() -> None:
        for permit in [await pace.admit(1, call=str(number)) for number in range(5)]:
            pace.settle(permit, DOWN)

    asyncio.run(fail())
