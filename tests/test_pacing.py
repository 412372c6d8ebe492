"""When a call may be made: rates, what servers tell of their limits, and 429."""

from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from fake_server import completion, error, fake_server
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from paced_calls import OK, Clock, Log, attempt, insist, limited
from pydantic import BaseModel

from extractor.errors import KeyMissingError, QuotaError, RateLimitError
from extractor.llm import Budget, ChatEngine, Pace, make_pace
from extractor.llm.buckets import Bucket
from extractor.llm.pacing import Ended
from extractor.llm.rate_headers import Allowance, read_allowance, read_seconds
from extractor.schemas import Usage
from extractor.settings import load_settings

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ASK = [HumanMessage("Well?")]


class Word(BaseModel):
    """A schema small enough for tests."""

    word: str


def pace_on(clock: Clock, /, *, rpm: float | None = None, tpm: float | None = None, max_pause: float = 3600) -> Pace:
    """A pace on a clock that only sleeping moves."""
    return Pace(requests_per_minute=rpm, tokens_per_minute=tpm, max_pause=max_pause, clock=clock, sleep=clock.sleep)


async def test_without_limits_nothing_waits() -> None:
    """A thousand calls pass at once, and no one sleeps."""
    clock = Clock()
    pace = pace_on(clock)
    await asyncio.gather(*(attempt(pace) for _ in range(1000)))
    assert clock.slept == 0 and pace.meter.calls == 1000 and pace.state.requests_per_minute is None


async def test_requests_keep_to_their_rate() -> None:
    """After a burst of six seconds' worth the calls come at the rate, none earlier."""
    clock = Clock()
    pace = pace_on(clock, rpm=60)
    permits = [await attempt(pace) for _ in range(66)]
    assert [permit.at for permit in permits[:6]] == [1000.0] * 6
    assert clock.now == pytest.approx(1060)
    assert permits[-1].waited == pytest.approx(1)


async def test_a_rate_of_a_few_a_minute_allows_one() -> None:
    """Three a minute means one at once and one each twenty seconds."""
    clock = Clock()
    pace = pace_on(clock, rpm=3)
    times = [(await attempt(pace)).at for _ in range(3)]
    assert times == pytest.approx([1000, 1020, 1040])


async def test_callers_get_their_turn_in_order() -> None:
    """Who waits first is served first, and all are served."""
    clock, order = Clock(), list[int]()
    pace = pace_on(clock, rpm=60)

    async def call(number: int) -> None:
        await attempt(pace)
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(50)))
    assert order == list(range(50)) and pace.state.waiting == 0


async def test_tokens_are_settled_by_what_was_used() -> None:
    """Calls that take 150 tokens pass 1,500 a minute at ten a minute, whatever was estimated at first."""
    clock = Clock()
    pace = pace_on(clock, tpm=1500)
    for _ in range(100):
        await attempt(pace, tokens=40)
    assert 9 * 60 <= clock.slept <= 11.5 * 60


async def test_a_call_larger_than_the_bucket_is_made() -> None:
    """A call that alone takes more than a burst waits for a full bucket, and those after it pay for it."""
    clock = Clock()
    pace = pace_on(clock, tpm=600)
    large = Ended(kind="answered", usage=Usage(input_tokens=1000, output_tokens=200))
    await attempt(pace, large, tokens=1000)
    assert clock.slept == 0
    await attempt(pace, large, tokens=1000)
    assert clock.slept == pytest.approx(120)


async def test_a_cancelled_caller_leaves_the_line() -> None:
    """Whoever stops waiting holds up nobody."""
    clock = Clock()
    pace = Pace(requests_per_minute=6, clock=clock, sleep=lambda _: asyncio.sleep(3600))
    await attempt(pace)
    first = asyncio.ensure_future(attempt(pace))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    clock.now += 60
    await attempt(pace)
    assert pace.state.waiting == 0 and pace.state.under_way == 0


async def test_limits_are_learnt_from_answers() -> None:
    """After an answer that tells 120 a minute, no more are made."""
    clock = Clock()
    pace = pace_on(clock)
    await attempt(pace, Ended(kind="answered", usage=OK.usage, requests=Allowance(120, 119, 0.5)))
    for _ in range(252):
        await attempt(pace)
    assert pace.state.requests_per_minute == 120 and clock.slept == pytest.approx(120)


async def test_what_is_set_bounds_what_is_learnt() -> None:
    """A server that allows more than the user wants does not raise the rate; one that allows less lowers it."""
    pace = pace_on(Clock(), rpm=100)
    await attempt(pace, Ended(kind="answered", usage=OK.usage, requests=Allowance(5000, 4999, 0.01)))
    assert pace.state.requests_per_minute == 100
    await attempt(pace, Ended(kind="answered", usage=OK.usage, requests=Allowance(50, 40, 1)))
    assert pace.state.requests_per_minute == 50


async def test_nothing_left_closes_until_some_is_back() -> None:
    """With none of 60 left and all back in 60 s, the next call is made after the second that one takes."""
    clock = Clock()
    pace = pace_on(clock)
    await attempt(pace, Ended(kind="answered", usage=OK.usage, requests=Allowance(60, 0, 60)))
    await attempt(pace)
    assert clock.slept == pytest.approx(1)


async def test_too_few_tokens_left_close_until_enough_are_back() -> None:
    """A daily allowance that is used up is waited for, not knocked at."""
    clock = Clock()
    pace = pace_on(clock)
    spent = Ended(kind="answered", usage=OK.usage, requests=Allowance(200, 0, 86_400))
    await attempt(pace, spent)
    await attempt(pace)
    assert clock.slept == pytest.approx(432)


async def test_after_429_all_callers_wait() -> None:
    """Nobody makes a call before the time is over that the server asked one of them to wait."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    await attempt(pace, limited(20))
    await asyncio.gather(*(insist(pace, lambda: OK, log) for _ in range(100)))
    assert min(log.times) == pytest.approx(1020)
    assert len(log.times) == 100


async def test_after_429_the_rate_begins_low_and_grows() -> None:
    """The first second after the wait has few calls, each later one more."""
    clock, log = Clock(), Log()
    pace = pace_on(clock)
    for permit in [await pace.admit(100, call=str(number)) for number in range(40)]:
        pace.settle(permit, limited(10))
    await asyncio.gather(*(insist(pace, lambda: OK, log) for _ in range(600)))
    counts = [sum(1010 + n <= time < 1011 + n for time in log.times) for n in range(10)]
    assert 10 < counts[0] < 30 < counts[9] and log.times == sorted(log.times)


async def test_a_second_wait_leaves_no_burst_either() -> None:
    """Nothing is saved up while all wait: after a long wait, too, calls begin one after the other."""
    clock, log = Clock(), Log()
    pace = pace_on(clock, rpm=6000)
    await attempt(pace, limited(1))
    await attempt(pace, limited(300))
    await asyncio.gather(*(insist(pace, lambda: OK, log) for _ in range(50)))
    assert 1301 <= log.times[0] < 1302 and log.times[49] - log.times[0] > 0.4


async def test_a_thousand_callers_burn_few_attempts() -> None:
    """A server that allows 20 a second and tells nothing of it answers all, and refuses few."""
    clock, log, window = Clock(), Log(), dict[int, int]()
    pace = pace_on(clock)

    def answer() -> Ended:
        second = int(clock.now)
        window[second] = window.get(second, 0) + 1
        return OK if window[second] <= 20 else limited(1)

    await asyncio.gather(*(insist(pace, answer, log) for _ in range(1000)))
    refused = len(log.times) - 1000
    assert refused < 980 + 500, refused
    assert clock.slept < 3 * 1000 / 20


async def test_one_limit_among_many_answers_lowers_the_rate_little() -> None:
    """A rate is lowered by half when all calls were limited, and by little when one in a hundred was."""
    clock = Clock()
    pace = pace_on(clock, rpm=6000)
    for _ in range(99):
        await attempt(pace)
    await attempt(pace, limited())
    assert pace.state.requests_per_minute is not None and pace.state.requests_per_minute > 5900
    clock.now += 60
    await attempt(pace)
    assert pace.state.requests_per_minute == 6000


async def test_calls_limited_together_lower_the_rate_once() -> None:
    """Fifty that were under way at the same time count as one."""
    clock = Clock()
    pace = pace_on(clock, rpm=6000)
    permits = [await pace.admit(10, call=str(number)) for number in range(50)]
    for permit in permits:
        pace.settle(permit, limited())
    assert pace.state.requests_per_minute == pytest.approx(3000)


async def test_a_provider_that_limits_everything_is_given_up() -> None:
    """After max_pause of nothing but 429 the last error is raised, and every later call gets it too."""
    clock = Clock()
    pace = pace_on(clock, max_pause=600)
    with pytest.raises(RateLimitError, match="slow down") as caught:
        await insist(pace, lambda: limited(60), Log())
    assert caught.value.stops and 600 <= clock.slept < 800
    assert isinstance(pace.stopped, RateLimitError)
    with pytest.raises(RateLimitError):
        await pace.admit(1, call="later")


async def test_a_wait_longer_than_the_longest_pause_ends_at_once() -> None:
    """Nobody waits for a day that is not allowed."""
    clock = Clock()
    pace = pace_on(clock, max_pause=600)
    await attempt(pace, limited(86_400))
    with pytest.raises(RateLimitError):
        await attempt(pace)
    assert clock.slept == 0


async def test_no_quota_stops_everything() -> None:
    """An account without quota is not asked a thousand times."""
    pace = pace_on(Clock())
    await attempt(pace, Ended(kind="spent", error=QuotaError("no quota is left")))
    with pytest.raises(QuotaError, match="no quota is left") as caught:
        await attempt(pace)
    assert caught.value.stops


async def test_permits_and_ends_can_be_pickled() -> None:
    """A pacer may live in another process."""
    permit = await attempt(pace_on(Clock()))
    assert pickle.loads(pickle.dumps(permit)) == permit
    assert pickle.loads(pickle.dumps(limited(3))).retry_after == 3


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("6m0s", 360.0),
        ("120ms", 0.12),
        ("1h2m3.5s", 3723.5),
        ("1s", 1.0),
        ("2m59.56s", 179.56),
        ("250µs", 0.00025),
        ("1d", 86_400.0),
        ("7.66", 7.66),
        ("2026-11-22T12:00:30Z", 30.0),
        ("2026-11-22T11:00:00Z", 0.0),
        ("2026-11-22T12:00:10", 10.0),
        (str(int(NOW.timestamp()) + 45), 45.0),
        (str((int(NOW.timestamp()) + 45) * 1000), 45.0),
        ("", None),
        ("soon", None),
        ("-3s", None),
        ("5 s", None),
        ("9" * 400 + "s", None),
        ("9" * 25, None),
        ("nan", None),
    ],
)
def test_resets_are_read(text: str, seconds: float | None) -> None:
    """Durations, seconds and times are understood; nonsense is as if not said."""
    assert read_seconds(text, now=NOW) == (seconds if seconds is None else pytest.approx(seconds))


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(1, 999))
def test_any_duration_is_read(hours: int, minutes: int, seconds: int, milliseconds: int) -> None:
    """What is put together from hours, minutes, seconds and milliseconds is their sum, whichever are left out."""
    parts = ((hours, "h", 3600), (minutes, "m", 60), (seconds, "s", 1), (milliseconds, "ms", 0.001))
    text = "".join(f"{number}{unit}" for number, unit, _ in parts if number)
    assert read_seconds(text) == pytest.approx(sum(number * size for number, _, size in parts))


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    """Whatever a server sends, the result is a number that can be waited for, or None."""
    seconds = read_seconds(text, now=NOW)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(
    "headers",
    [
        {
            "x-ratelimit-limit-requests": "500",
            "x-ratelimit-remaining-requests": "20",
            "x-ratelimit-reset-requests": "58s",
        },
        {
            "anthropic-ratelimit-requests-limit": "500",
            "anthropic-ratelimit-requests-remaining": "20",
            "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:58Z",
        },
    ],
)
def test_both_ways_to_tell_limits_are_read(headers: dict[str, str]) -> None:
    """The headers of OpenAI and of Anthropic say the same."""
    assert read_allowance(headers, "requests", now=NOW) == Allowance(500, 20, 58)
    assert read_allowance(headers, "tokens", now=NOW) is None


@pytest.mark.parametrize("limit", ["", "0", "many", "-1", "inf", "nan"])
def test_limits_that_mean_nothing_are_left_out(limit: str) -> None:
    """A limit of zero or of no number is none."""
    assert read_allowance({"x-ratelimit-limit-tokens": limit, "x-ratelimit-remaining-tokens": "0"}, "tokens") is None


@given(st.floats(1, 1e5), st.lists(st.floats(0, 500), min_size=1, max_size=60))
def test_a_bucket_never_gives_more_than_its_rate(per_minute: float, needs: list[float]) -> None:
    """What is taken in a time is at most a burst, what fills in that time, and the last that was taken."""
    bucket, now = Bucket(per_minute), 0.0
    for need in needs:
        now += bucket.delay(need, now)
        bucket.take(need, now)
    burst = max(1.0, per_minute / 10)
    assert sum(needs) <= burst + per_minute / 60 * now + max(needs) + 1e-6 * sum(needs) + 1e-6


async def test_headers_of_a_server_reach_the_pace() -> None:
    """Limits that an answer tells bound the calls that follow, tokens are counted, and 429 is told from an answer."""
    told = {
        "x-ratelimit-limit-requests": "600",
        "x-ratelimit-remaining-requests": "599",
        "x-ratelimit-reset-requests": "0.1s",
    }
    body = completion('{"word": "yes"}')
    clock = Clock()
    pace = pace_on(clock)
    with fake_server(
        type(body)(body=body.body, headers=told), error(429, "slow", headers={"Retry-After": "7"}), body
    ) as server:
        engine = ChatEngine(load_settings(model="local", base_url=server.url), pace=pace, sleep=clock.sleep)
        await engine.complete(ASK, Word)
        assert pace.state.requests_per_minute == 600
        await engine.complete(ASK, Word)
        await engine.aclose()
    assert (pace.meter.calls, pace.meter.tokens, dict(pace.meter.retries)) == (2, 24, {"limited": 1})
    assert clock.now >= 1007 and len(server.requests) == 3


async def test_a_long_retry_after_is_waited_for_with_a_pace() -> None:
    """What the server asks does not count against the time for repetitions: the pace waits, and the call succeeds."""
    clock = Clock()
    pace = pace_on(clock)
    answers = error(429, "slow", headers={"Retry-After": "900"}), completion('{"word": "yes"}')
    with fake_server(*answers) as server:
        settings = load_settings(model="local", base_url=server.url, retry_seconds=5)
        engine = ChatEngine(settings, pace=pace, sleep=clock.sleep)
        assert (await engine.complete(ASK, Word)).text == '{"word": "yes"}'
        await engine.aclose()
    assert clock.slept == pytest.approx(900)


def test_a_pace_is_made_from_settings() -> None:
    """Limits, prices and the longest pause come from the settings."""
    settings = load_settings(model="openai:gpt-4.1-mini", api_key="k", requests_per_minute=30, tokens_per_minute=6000)
    pace = make_pace(settings, budget=Budget(max_cost=1.0))
    assert (pace.state.requests_per_minute, pace.state.tokens_per_minute) == (30, 6000)
    assert pace.meter.price is not None and pace.meter.budget.max_cost == 1.0
    with pytest.raises(KeyMissingError):
        make_pace(load_settings(model="openai:gpt-4.1-mini"))


async def test_times_of_a_line_only_go_forward() -> None:
    """Each caller in line gets a later turn than the one before, also with tokens of different sizes."""
    clock = Clock()
    pace = pace_on(clock, rpm=100, tpm=20_000)
    permits = await asyncio.gather(*(attempt(pace, tokens=10 * n) for n in range(40)))
    assert all(before.at <= after.at for before, after in pairwise(permits))
