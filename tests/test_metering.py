"""What calls take, and the budget that bounds them."""

from __future__ import annotations

import asyncio
import json

import pytest
from fake_engine import expert, extraction, position
from fake_server import Answer, completion, error, fake_server, payload
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from paced_calls import OK, Clock, attempt, limited
from pydantic import BaseModel

from extractor import Extractor
from extractor.errors import (
    AnswerError,
    BudgetSpentError,
    ConfigurationError,
    ContentFilterError,
    RefusalError,
    TruncatedError,
)
from extractor.llm import Budget, ChatEngine, Meter, Pace
from extractor.llm.metering import estimate_tokens
from extractor.llm.pacing import Ended
from extractor.llm.prices import Price
from extractor.schemas import Usage
from extractor.settings import load_settings

ASK = [HumanMessage("Well?")]
PRICE = Price(input=1.0, cached_input=0.1, output=10.0)
BROKEN = completion('{"experts": ')
TEXT = "Ana Roe says that the port is full.\n\nPiet Maas says that the quay is closed.\n"
FULL = position("Ana Roe", "the port is full", statement="The port is full.")
SOUND = completion(json.dumps(extraction([expert("Ana Roe")], [FULL])))


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


def pace_with(meter: Meter, /) -> Pace:
    """A pace with a meter, on a clock that only sleeping moves."""
    clock = Clock()
    return Pace(meter=meter, clock=clock, sleep=clock.sleep)


def used(tokens: int, /) -> Ended:
    """An answer that took so many tokens, half of them in."""
    return Ended(kind="answered", usage=Usage(input_tokens=tokens // 2, output_tokens=tokens - tokens // 2))


def test_answers_are_counted() -> None:
    """Tokens, cached tokens and cost add up."""
    meter = Meter(PRICE)
    meter.count(Usage(input_tokens=1000, output_tokens=100), cached_input=400)
    meter.count(Usage(input_tokens=500, output_tokens=50))
    meter.count_cached()
    assert (meter.calls, meter.tokens, meter.cached_input_tokens, meter.cached_calls) == (2, 1650, 400, 1)
    assert meter.cost == pytest.approx((1100 + 40 + 1500) / 1e6)


def test_without_a_price_the_cost_is_not_known() -> None:
    """None is told, not zero; tokens are counted all the same."""
    meter = Meter()
    meter.count(Usage(input_tokens=1000, output_tokens=100))
    assert meter.cost is None and meter.tokens == 1100


def test_a_cost_is_bounded_only_with_a_price() -> None:
    """A budget in money without a price is an error that says how to give one."""
    with pytest.raises(ConfigurationError, match=r"--prices FILE.*--max-tokens"):
        Meter(None, Budget(max_cost=1.0))
    Meter(None, Budget(max_tokens=1000))


def test_estimates_follow_what_was_used() -> None:
    """After some answers the expected tokens are near to what calls take."""
    meter = Meter()
    for _ in range(100):
        meter.settle(meter.estimate(1000), Usage(input_tokens=1500, output_tokens=300))
    estimate = meter.estimate(2000)
    assert estimate.input == pytest.approx(3000, rel=0.02) and estimate.output == pytest.approx(300, rel=0.02)


def test_an_answer_that_tells_no_tokens_counts_as_estimated() -> None:
    """A server that counts nothing does not make a budget endless."""
    meter = Meter()
    meter.settle(meter.estimate(1000), Usage())
    assert meter.input_tokens == 1000 and meter.output_tokens > 0 and meter.estimated_calls == 1


async def test_a_spent_budget_ends_the_calls() -> None:
    """The call that would not fit raises, says what was taken, and so do all later ones."""
    pace = pace_with(Meter(None, Budget(max_tokens=1000)))
    for _ in range(9):
        await attempt(pace, used(110), tokens=55)
    with pytest.raises(BudgetSpentError, match=r"990 of 1,000 tokens taken") as caught:
        await attempt(pace, tokens=55)
    assert caught.value.stops and isinstance(pace.stopped, BudgetSpentError)
    with pytest.raises(BudgetSpentError):
        await attempt(pace, tokens=1)


async def test_a_budget_of_money_ends_the_calls() -> None:
    """The cost stays below what is allowed, and uses most of it."""
    meter = Meter(PRICE, Budget(max_cost=0.01))
    pace = pace_with(meter)
    with pytest.raises(BudgetSpentError, match=r"of 0\.01 USD taken"):
        while True:
            await attempt(pace, used(200), tokens=100)
    assert meter.cost is not None and 0.008 < meter.cost <= 0.01


async def test_what_is_under_way_is_reserved() -> None:
    """Callers at the same time do not all count on the same rest: the last waits, and then does not fit."""
    pace = pace_with(Meter(None, Budget(max_tokens=1000)))
    await attempt(pace, used(300), tokens=150)
    first = await pace.admit(150, call="a")
    second = await pace.admit(150, call="b")
    third = asyncio.ensure_future(pace.admit(150, call="c"))
    await asyncio.sleep(0.01)
    assert not third.done()
    pace.settle(first, used(300))
    pace.settle(second, used(300))
    with pytest.raises(BudgetSpentError):
        await third


async def test_a_call_that_took_less_makes_room() -> None:
    """Whoever waits for the end of others goes on when these needed less, or were not answered."""
    pace = pace_with(Meter(None, Budget(max_tokens=1000)))
    await attempt(pace, used(300), tokens=150)
    first = await pace.admit(150, call="a")
    second = await pace.admit(150, call="b")
    third = asyncio.ensure_future(pace.admit(150, call="c"))
    pace.settle(first, limited())
    pace.settle(second, used(300))
    assert (await third).number == 4


async def test_the_first_call_teaches_what_calls_take() -> None:
    """A budget that a first guess exceeds allows one call at a time until one is answered."""
    pace = pace_with(Meter(None, Budget(max_tokens=400)))
    first = await pace.admit(50, call="a")
    second = asyncio.ensure_future(attempt(pace, used(100), tokens=50))
    await asyncio.sleep(0.01)
    assert not second.done()
    pace.settle(first, used(100))
    await second
    assert pace.meter.tokens == 200


@given(st.lists(st.integers(50, 150), min_size=1, max_size=80), st.integers(1, 3000))
def test_a_budget_is_never_overrun_by_more_than_estimate_errors(sizes: list[int], allowed: int) -> None:
    """Whatever the calls take, the sum exceeds the budget by no more than what one of them takes."""
    meter = Meter(None, Budget(max_tokens=allowed))
    pace = pace_with(meter)

    async def run() -> None:
        for size in sizes:
            await attempt(pace, used(size), tokens=50)

    try:
        asyncio.run(run())
    except BudgetSpentError:
        assert meter.tokens > allowed - 200
    assert meter.tokens <= allowed + 150


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (completion(None, refusal="I will not"), RefusalError),
        (completion("{", finish_reason="length"), TruncatedError),
        (completion("{", finish_reason="content_filter"), ContentFilterError),
    ],
)
async def test_answers_that_are_not_whole_are_counted(answer: Answer, kind: type[AnswerError]) -> None:
    """A refused, cut-off or filtered answer was paid for: the meter counts it, and its error tells its tokens."""
    pace = pace_with(Meter(PRICE))
    with fake_server(answer) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url), pace=pace)
        with pytest.raises(kind) as caught:
            await engine.complete(ASK, Word)
        await engine.aclose()
    assert caught.value.usage == Usage(input_tokens=7, output_tokens=5)
    assert (pace.meter.calls, pace.meter.tokens) == (1, 12)


async def test_cached_input_is_told_apart() -> None:
    """Tokens that the provider took from its cache cost less."""
    body = json.loads(completion('{"word": "yes"}').body)
    body["usage"] = {
        "prompt_tokens": 1000,
        "completion_tokens": 10,
        "total_tokens": 1010,
        "prompt_tokens_details": {"cached_tokens": 800},
    }
    pace = pace_with(Meter(PRICE))
    with fake_server(payload(body)) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url), pace=pace)
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert pace.meter.cached_input_tokens == 800
    assert pace.meter.cost == pytest.approx((200 + 80 + 100) / 1e6)


def test_every_answer_of_a_run_is_in_its_usage() -> None:
    """Provenance counts answers that could not be read, and those that were cut off and asked for in halves."""

    def answer(request: object) -> Answer:
        turns.append(request)
        return BROKEN if len(turns) == 1 else SOUND

    turns: list[object] = []
    meter = Meter()
    with fake_server(answer) as server, Extractor("m", base_url=server.url, pace=pace_with(meter), audit=False) as own:
        result = own.extract(TEXT)
    assert (result.provenance.calls, result.provenance.usage.input_tokens) == (2, 14)
    assert (meter.calls, meter.tokens) == (2, 24)


def test_an_answer_that_was_cut_off_is_in_the_usage() -> None:
    """The tokens of the whole text's answer count beside those of its halves."""
    cut_off, half = completion("{", finish_reason="length"), completion(json.dumps(extraction()))
    with fake_server(cut_off, half) as server, Extractor("m", base_url=server.url, audit=False) as own:
        result = own.extract(TEXT)
    assert (result.provenance.calls, result.provenance.usage.output_tokens) == (3, 15)


def test_a_spent_budget_does_not_end_an_article_without_its_audit() -> None:
    """A call of the audit that does not fit is told as such: the article is not done, and not stored half."""
    budget = Budget(max_tokens=20)
    with (
        fake_server(SOUND) as server,
        Extractor("m", base_url=server.url, pace=pace_with(Meter(None, budget))) as own,
        pytest.raises(BudgetSpentError),
    ):
        own.extract(TEXT)
    assert len(server.requests) == 1


async def test_an_answer_that_nobody_can_use_is_counted() -> None:
    """An attempt that failed, but whose answer tells its tokens, was paid for."""
    pace = pace_with(Meter())
    await attempt(pace, Ended(kind="failed", usage=Usage(input_tokens=7, output_tokens=5), status=200))
    assert (pace.meter.calls, pace.meter.tokens, dict(pace.meter.retries)) == (1, 12, {"failed": 1})


async def test_attempts_without_an_answer_are_counted_by_kind() -> None:
    """Retries are told apart: limits, a provider that is down, other failures."""
    pace = pace_with(Meter())
    answers = error(429), error(503), error(500), completion('{"word": "yes"}')
    with fake_server(*answers) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url), pace=pace, sleep=Clock().sleep)
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert dict(pace.meter.retries) == {"limited": 1, "down": 1, "failed": 1} and pace.meter.calls == 1


async def test_a_cancelled_call_reserves_nothing() -> None:
    """What was set aside for a call that was broken off is free again."""
    pace = pace_with(Meter(None, Budget(max_tokens=10_000)))
    permit = await pace.admit(100, call="a")
    pace.settle(permit, Ended(kind="cancelled"))
    assert pace.meter.under_way == 0 and pace.meter.fits(pace.meter.estimate(100))
    await attempt(pace, OK)


def test_tokens_are_estimated_by_bytes() -> None:
    """A quarter of the UTF-8 bytes, also of half a surrogate pair."""
    assert estimate_tokens([HumanMessage("x" * 400)]) == 100
    assert estimate_tokens([HumanMessage("é" * 400), HumanMessage("\ud800")]) == 200
