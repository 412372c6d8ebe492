"""The two retry loops, kept apart: *transport* repeats a call that failed on its way, *validation* asks a model again.

Both are tenacity's. The SDKs' own retries are off, so that nothing is repeated twice over.
"""

from __future__ import annotations

import asyncio
import copy
import math
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NoReturn, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from .errors import UnavailableError

if TYPE_CHECKING:
    from .schemas import Usage

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
OnWait = Callable[[UnavailableError, float], None]

BACKOFF = wait_random_exponential(multiplier=1, max=60)
"""Seconds, drawn from 0 to 1, 2, 4 .. 60: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/."""


class Transient(Exception):  # noqa: N818 - a signal between two functions, never seen by a caller
    """A call failed in a way that a repetition may mend.

    ``error`` is what the caller gets when it does not; ``retry_after`` the seconds that the server asks to wait;
    ``tries`` the number of calls after which it is no use going on, None for as many as the time allows. ``status`` and
    ``headers`` are those of the answer, if there was one, ``usage`` the tokens of one that could not be used;
    ``unreached``: no connection came about.

    Whoever paces the calls sets ``waited``, the seconds that the call waited for its turn, which count for nothing, and
    ``held`` where it makes the next call wait itself: then there is no back-off, and the call does not count.
    """

    def __init__(
        self,
        error: UnavailableError,
        /,
        *,
        retry_after: float | None = None,
        tries: int | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        usage: Usage | None = None,
        unreached: bool = False,
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after
        self.tries = tries
        self.status = status
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.usage = usage
        self.unreached = unreached
        self.waited = 0.0
        self.held = False


class Unsatisfied(Exception):  # noqa: N818 - a signal between two functions, never seen by a caller
    """An answer did not pass the checks, and another attempt may be made."""


async def pause(seconds: float, /) -> None:
    """Wait; tests replace it to take no time."""
    await asyncio.sleep(seconds)


async def transport(
    call: Callable[[], Awaitable[T]], /, *, seconds: float, sleep: Sleep | None = None, on_wait: OnWait | None = None
) -> T:
    """The result of ``call``, which is repeated as long as it raises Transient.

    Waits by exponential back-off with jitter, or as long as the server asks (plus up to a second, so that many callers
    do not return at once). No wait ends later than ``seconds`` after the start: then, or after ``Transient.tries``
    calls, the error inside the Transient is raised. ``on_wait`` is told of each wait: the error and the seconds. What
    whoever paces the calls makes them wait is not counted.
    """
    account = _Account(seconds)

    async def attempt() -> T:
        try:
            return await call()
        except Transient as failure:
            account.add(failure)
            raise

    async def wait_for(delay: float) -> None:
        if delay:
            await (pause if sleep is None else sleep)(delay)

    def announce(state: RetryCallState) -> None:
        if on_wait is not None and not _failure(state).held:
            on_wait(_failure(state).error, state.upcoming_sleep)

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(Transient),
        wait=account.wait,
        stop=account.is_spent,
        sleep=wait_for,
        before_sleep=announce,
        retry_error_callback=account.give_up,
    )
    return await retrying(attempt)


def validation(attempts: int, /) -> AsyncRetrying:
    """The loop over the attempts at an answer that passes the checks: ``async for attempt in validation(3)``.

    Repeats while the body raises Unsatisfied, at once and at most ``attempts`` times; the last Unsatisfied is raised.
    """
    return AsyncRetrying(retry=retry_if_exception_type(Unsatisfied), stop=stop_after_attempt(attempts), reraise=True)


def retry_after(headers: Mapping[str, str], /, *, now: datetime | None = None) -> float | None:
    """Seconds that a server asks to wait, by ``retry-after-ms`` or ``Retry-After`` (seconds or an HTTP date).

    ``headers`` has lower-case names or ignores case; ``now`` is aware. None when it does not ask, or not plainly.
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * scale
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, TypeError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def _failure(state: RetryCallState, /) -> Transient:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, Transient)
    return failure


class _Account:
    """What the repetitions of one call have taken: calls and seconds, without those that count for nothing."""

    def __init__(self, seconds: float, /) -> None:
        self._seconds = seconds
        self._waited = 0.0
        self._held = 0

    def add(self, failure: Transient, /) -> None:
        """Count a failure."""
        self._waited += failure.waited
        self._held += failure.held

    def wait(self, state: RetryCallState, /) -> float:
        """Seconds until the next call."""
        failure = _failure(state)
        if failure.held:
            return 0.0
        asked = failure.retry_after
        if asked:
            return asked + random.uniform(0, 1)  # noqa: S311 - spreads load, keeps no secret
        return BACKOFF(_counting(state.attempt_number - self._held, state))

    def is_spent(self, state: RetryCallState, /) -> bool:
        """True when no further call is made."""
        failure = _failure(state)
        if failure.tries is not None and self._calls(state, failure) >= failure.tries:
            return True
        return not failure.held and self._elapsed(state) + state.upcoming_sleep > self._seconds

    def give_up(self, state: RetryCallState, /) -> NoReturn:
        """Raise the error, which tells how often and how long it was tried."""
        failure = _failure(state)
        if state.attempt_number == 1:
            raise failure.error from failure.__cause__
        told = f"gave up after {state.attempt_number} calls in {self._elapsed(state):.0f} s"
        raise type(failure.error)(f"{failure.error} ({told})") from failure.__cause__

    def _calls(self, state: RetryCallState, failure: Transient, /) -> int:
        """Calls that count against ``tries``: of those that were held, only others that were."""
        return self._held if failure.held else state.attempt_number - self._held

    def _elapsed(self, state: RetryCallState, /) -> float:
        return max((state.seconds_since_start or 0.0) - self._waited, state.idle_for)


def _counting(calls: int, state: RetryCallState, /) -> RetryCallState:
    """``state`` after so many calls: the back-off grows with those only that count."""
    counted = copy.copy(state)
    counted.attempt_number = calls
    return counted
