"""The two retry loops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from extractor.errors import RateLimitError, ServerError, UnavailableError
from extractor.retry import Transient, Unsatisfied, retry_after, transport, validation

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


class Waits(list[float]):
    """A sleep that takes no time and remembers the seconds."""

    async def __call__(self, seconds: float) -> None:
        """Take no time."""
        self.append(seconds)


class Flaky:
    """A call that raises what is scripted, then gives 'done'."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self) -> str:
        """Fail as scripted, or not."""
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def server_fault(*, retry_after: float | None = None, tries: int | None = None) -> Transient:
    """A failure that a repetition may mend."""
    return Transient(ServerError("down"), retry_after=retry_after, tries=tries)


async def test_a_call_that_works_is_made_once() -> None:
    """Nothing is repeated or waited for without a failure."""
    waits, call = Waits(), Flaky()
    assert await transport(call, seconds=60, sleep=waits) == "done"
    assert call.calls == 1 and waits == []


async def test_backoff_grows_within_its_bounds() -> None:
    """Each wait is at most 1, 2, 4 .. 60 seconds and at least nothing."""
    waits = Waits()
    await transport(Flaky(*(server_fault() for _ in range(9))), seconds=1e9, sleep=waits)
    assert all(0 <= wait <= bound for wait, bound in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True))


async def test_backoff_is_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait is drawn from the whole interval, so that many callers do not return together."""
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    monkeypatch.setattr("random.uniform", uniform)
    waits = Waits()
    await transport(Flaky(*(server_fault() for _ in range(3))), seconds=1e9, sleep=waits)
    assert drawn == [(0.0, 1), (0.0, 2), (0.0, 4)] and waits == [1, 2, 4]


async def test_retry_after_is_honoured() -> None:
    """The wait is what the server asks, and up to a second more."""
    waits = Waits()
    await transport(Flaky(server_fault(retry_after=30)), seconds=60, sleep=waits)
    assert 30 <= waits[0] <= 31


async def test_retry_after_zero_still_backs_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that always says 'at once' is not hammered."""
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    waits = Waits()
    await transport(Flaky(server_fault(retry_after=0), server_fault(retry_after=0)), seconds=60, sleep=waits)
    assert waits == [1, 2]


async def test_the_time_is_bounded() -> None:
    """No wait ends after the time budget: then the error itself comes out, with the number of calls."""
    waits, call = Waits(), Flaky(*(server_fault() for _ in range(1000)))
    with pytest.raises(ServerError, match=r"down \(gave up after \d+ calls in \d+ s\)"):
        await transport(call, seconds=100, sleep=waits)
    assert 0 < sum(waits) <= 100 and call.calls == len(waits) + 1


async def test_a_retry_after_beyond_the_budget_ends_at_once() -> None:
    """Nobody waits for an hour that is not in the budget."""
    waits = Waits()
    with pytest.raises(RateLimitError, match=r"^slow$"):
        await transport(Flaky(Transient(RateLimitError("slow"), retry_after=3600)), seconds=600, sleep=waits)
    assert waits == []


async def test_no_budget_means_one_call() -> None:
    """With no seconds nothing is repeated."""
    call = Flaky(server_fault(), server_fault())
    with pytest.raises(ServerError):
        await transport(call, seconds=0, sleep=Waits())
    assert call.calls == 1


async def test_tries_bound_what_rarely_mends() -> None:
    """A failure may say after how many calls it is no use going on."""
    call = Flaky(*(server_fault(tries=3) for _ in range(9)))
    with pytest.raises(ServerError, match="gave up after 3 calls"):
        await transport(call, seconds=1e9, sleep=Waits())
    assert call.calls == 3


async def test_other_errors_are_not_repeated() -> None:
    """What is no Transient comes out at once, unchanged."""
    call = Flaky(ValueError("bug"))
    with pytest.raises(ValueError, match=r"^bug$"):
        await transport(call, seconds=60, sleep=Waits())
    assert call.calls == 1


async def test_each_wait_is_told() -> None:
    """The caller hears of the error and the seconds before each wait."""
    heard: list[tuple[UnavailableError, float]] = []
    waits = Waits()
    await transport(Flaky(server_fault()), seconds=60, sleep=waits, on_wait=lambda error, s: heard.append((error, s)))
    assert [str(error) for error, _ in heard] == ["down"] and [seconds for _, seconds in heard] == waits


async def test_the_default_wait_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a sleep of the caller's, retry.pause waits: one name to replace in tests."""
    waits = Waits()
    monkeypatch.setattr("extractor.retry.pause", waits)
    assert await transport(Flaky(server_fault()), seconds=60) == "done"
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:05 -0000"}, 5.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "x", "retry-after": "2"}, 2.0),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds and HTTP dates are understood; nonsense is as if not said."""
    assert retry_after(headers, now=NOW) == seconds


async def attempt(attempts: int, body: Callable[[int], None]) -> int:
    """Run ``body`` in the validation loop; gives the number of attempts."""
    count = 0
    async for one in validation(attempts):
        with one:
            count += 1
            body(count)
    return count


async def test_validation_ends_with_the_first_good_answer() -> None:
    """An answer that passes is not asked for again."""

    def body(count: int) -> None:
        if count < 2:
            raise Unsatisfied("no")

    assert await attempt(5, body) == 2


async def test_validation_is_bounded() -> None:
    """The last failure comes out after the given number of attempts."""
    seen: list[int] = []

    def body(count: int) -> None:
        seen.append(count)
        raise Unsatisfied(f"no {count}")

    with pytest.raises(Unsatisfied, match="no 3"):
        await attempt(3, body)
    assert seen == [1, 2, 3]


async def test_validation_does_not_repeat_other_errors() -> None:
    """Only Unsatisfied asks for another attempt."""
    seen: list[int] = []

    def body(count: int) -> None:
        seen.append(count)
        raise ServerError("down")

    with pytest.raises(ServerError):
        await attempt(3, body)
    assert seen == [1]


async def test_the_time_in_line_does_not_count() -> None:
    """Seconds that a call waited for its turn are not taken from the time for repetitions."""
    waits = Waits()

    class Slow(Flaky):
        """Each call says that it waited for an hour."""

        async def __call__(self) -> str:
            """Fail as scripted, or not."""
            for failure in self.failures:
                assert isinstance(failure, Transient)
                failure.waited = 3600.0
            return await super().__call__()

    assert await transport(Slow(server_fault(), server_fault()), seconds=60, sleep=waits) == "done"


def held_fault(*, tries: int | None = None) -> Transient:
    """A failure after which whoever paces the calls makes the next one wait."""
    fault = server_fault(retry_after=100, tries=tries)
    fault.held = True
    return fault


async def test_calls_that_are_held_count_for_nothing() -> None:
    """There is no back-off for them, nobody is told, and neither the time nor the back-off of others grows."""
    waits, told = Waits(), list[float]()
    call = Flaky(*(held_fault() for _ in range(30)), server_fault())
    assert await transport(call, seconds=5, sleep=waits, on_wait=lambda _, s: told.append(s)) == "done"
    assert call.calls == 32 and len(waits) == len(told) == 1 and waits[0] <= 1


async def test_calls_that_are_held_may_be_bounded() -> None:
    """A call that is held again and again ends after as many as it says."""
    call = Flaky(*(held_fault(tries=7) for _ in range(30)))
    with pytest.raises(ServerError, match="gave up after 7 calls"):
        await transport(call, seconds=5, sleep=Waits())
