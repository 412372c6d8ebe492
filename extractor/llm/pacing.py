"""When a call may be made: limits of requests and tokens a minute, servers that ask to wait, providers that are down.

Every HTTP attempt passes `Pacer.admit` before and `Pacer.settle` after it. Waiting there counts neither as an attempt
nor against the time that a failing call is repeated for.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from extractor.errors import BudgetSpentError, RateLimitError, UnavailableError
from extractor.retry import Sleep
from extractor.schemas import Usage

from .breaker import Breaker
from .buckets import Bucket
from .metering import Estimate, Meter
from .rate_headers import Allowance

log = logging.getLogger(__name__)

Kind = Literal["answered", "limited", "down", "failed", "rejected", "spent", "cancelled"]
"""How an attempt ended: with an answer of the model; with 429; with a failure that is plainly the provider's; with one
that may be the request's; with a rejection (the provider is up); for want of quota; not at all."""
_NO_USAGE = Usage()
_WINDOW = 5.0
_CUT_SECONDS = 1.0
"""The rate is lowered once for all calls that were limited together."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The leave to make one attempt. ``at`` is a time of the pacer's clock, ``waited`` are the seconds in line.

    ``probe``: the provider is down, and this attempt finds out whether it still is.
    """

    number: int
    call: str
    at: float
    waited: float
    probe: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt ended, and what its answer told; ``retry_after`` in seconds, ``error`` to be told if it stays."""

    kind: Kind
    usage: Usage = _NO_USAGE
    cached_input: int = 0
    requests: Allowance | None = None
    tokens: Allowance | None = None
    status: int | None = None
    retry_after: float | None = None
    error: UnavailableError | None = None


@dataclass(frozen=True, slots=True)
class Pacing:
    """How it stands: callers in line, attempts under way, whether the provider is down, rates a minute (None: free)."""

    waiting: int
    under_way: int
    down: bool
    requests_per_minute: float | None
    tokens_per_minute: float | None


class Pacer(Protocol):
    """Who says when a call may be made. Arguments and results can be pickled: it may live in another process."""

    async def admit(self, tokens: int, /, *, call: str) -> Permit:
        """Wait for the turn of an attempt whose messages have ``tokens``; ``call`` is the same for all of a call's.

        Raises BudgetSpentError when it does not fit into the budget, and the last UnavailableError when the provider
        was down or limited for too long.
        """

    def settle(self, permit: Permit, ended: Ended, /) -> None:
        """Learn how an attempt ended: once for each permit."""


class Pace:
    """The pacer of one process; belongs to one event loop.

    ``requests_per_minute`` and ``tokens_per_minute`` bound what servers are found to allow. ``max_pause`` is the number
    of seconds after which a provider that is down, or limits every call, is given up. ``meter`` counts what calls take
    and keeps the budget.
    """

    def __init__(
        self,
        *,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        meter: Meter | None = None,
        max_pause: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.meter = meter or Meter()
        self.stopped: UnavailableError | None = None
        self._max_pause = max_pause
        self._clock = clock
        self._sleep = sleep
        self._requests = Bucket(requests_per_minute)
        self._tokens = Bucket(tokens_per_minute)
        self._breaker = Breaker(max_pause)
        self._throttle = _Throttle(clock())
        self._held = -math.inf
        self._line = asyncio.Lock()
        self._waiting = 0
        self._number = 0
        self._change: asyncio.Future[None] | None = None

    @property
    def state(self) -> Pacing:
        """How it stands now."""
        return Pacing(
            self._waiting,
            self.meter.under_way,
            self._breaker.down_since is not None,
            self._requests.per_minute,
            self._tokens.per_minute,
        )

    async def admit(self, tokens: int, /, *, call: str) -> Permit:
        """Wait for the turn of an attempt; see `Pacer`."""
        began = now = self._clock()
        estimate = self.meter.estimate(tokens)
        if self._line.locked() or self._delay(estimate, now) > 0:
            self._waiting += 1
            try:
                async with self._line:
                    while (delay := self._delay(self.meter.estimate(tokens), now := self._clock())) > 0:
                        await self._pause(delay)
                    return self._permit(self.meter.estimate(tokens), call, began, now)
            finally:
                self._waiting -= 1
        return self._permit(estimate, call, began, now)

    def settle(self, permit: Permit, ended: Ended, /) -> None:
        """Learn how an attempt ended; see `Pacer`."""
        now = self._clock()
        self.meter.release(permit.estimate)
        if ended.kind == "answered":
            counted = self.meter.settle(permit.estimate, ended.usage, cached_input=ended.cached_input)
            self._tokens.take(counted.input_tokens + counted.output_tokens - permit.estimate.tokens, now)
        elif ended.kind in ("limited", "down", "failed"):
            self.meter.retries[ended.kind] += 1
            if ended.usage != _NO_USAGE:
                self.meter.count(ended.usage)
        if ended.requests is not None:
            self._requests.learn(ended.requests, 1, now)
        if ended.tokens is not None:
            self._tokens.learn(ended.tokens, permit.estimate.tokens, now)
        self._judge(permit, ended, now)
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    def _delay(self, estimate: Estimate, now: float, /) -> float:
        """Seconds until the attempt may be made, infinite when others have to end first; raises what has stopped it."""
        if self.stopped is not None:
            again = type(self.stopped)(str(self.stopped))
            again.stops = True
            raise again
        try:
            fits = self.meter.fits(estimate)
        except BudgetSpentError as error:
            self.stopped = error
            raise
        held = max(0.0, self._held - now, self._requests.delay(1, now), self._tokens.delay(estimate.tokens, now))
        return max(held, self._breaker.delay(now), 0.0 if fits else math.inf)

    def _permit(self, estimate: Estimate, call: str, began: float, now: float, /) -> Permit:
        self._number += 1
        self.meter.reserve(estimate)
        self._requests.take(1, now)
        self._tokens.take(estimate.tokens, now)
        probe = self._breaker.admit(self._number)
        if not probe:
            self._throttle.admitted(now)
        return Permit(self._number, call, now, now - began, probe, estimate)

    async def _pause(self, seconds: float, /) -> None:
        """Wait for ``seconds``, or until an attempt has ended."""
        self._change = asyncio.get_running_loop().create_future()
        waits: set[asyncio.Future[None]] = {self._change}
        if seconds < math.inf:
            waits.add(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _judge(self, permit: Permit, ended: Ended, now: float, /) -> None:
        """What the end of an attempt means for those to come."""
        if ended.kind == "cancelled":
            self._breaker.cancelled(permit.number, permit.call)
        elif ended.kind in ("down", "failed"):
            self._failed(permit, ended, now)
        else:
            if self._breaker.answered(permit.call):
                log.warning("the provider answers again; going on slowly")
                self._requests.cut(1, self._throttle.rate, now)
            if ended.kind == "limited":
                self._limited(permit, ended, now)
            elif ended.kind == "spent":
                self._stop(ended.error)
            else:
                self._throttle.passed()

    def _failed(self, permit: Permit, ended: Ended, now: float, /) -> None:
        plain = ended.kind == "down"
        reached = ended.status is not None or not plain
        breaker = self._breaker
        if not breaker.failed(permit.number, permit.call, now, plain=plain, reached=reached, asked=ended.retry_after):
            return
        if breaker.is_over(now):
            self._stop(ended.error)
        else:
            log.warning("%s; all calls pause, and one tries again in %.0f s", ended.error, breaker.delay(now))

    def _limited(self, permit: Permit, ended: Ended, now: float, /) -> None:
        """Hold all callers back for as long as the server asks, and lower the rate, once for those limited together."""
        asked = ended.retry_after or 0.0
        since = self._throttle.limited(now)
        if max(asked, now - since) > self._max_pause:
            self._stop(ended.error)
        if asked and now + asked > self._held:
            self._held = now + asked
            log.info("the provider limits the rate; all calls wait for %.1f s", asked)
        if self._throttle.may_cut(permit.at, now):
            self._requests.cut(self._throttle.share, self._throttle.rate, now)
            self._throttle.cut(max(now, self._held))
        if asked:
            self._requests.hold(now, self._held)

    def _stop(self, error: UnavailableError | None, /) -> None:
        self.stopped = self.stopped or error or RateLimitError("the provider cannot be used now: try again later")
        log.warning("%s; no further call is made", self.stopped)


class _Throttle:
    """What tells by how much to lower the rate: how fast calls were made, and which part of them was limited."""

    def __init__(self, now: float, /) -> None:
        self._began = self._last = now
        self._count, self._rate = 0, 0.0
        self._passed = self._limited = 0
        self._limited_since: float | None = None
        self._cut_at = -math.inf

    @property
    def share(self) -> float:
        """The part of the answers since the last cut that were limits."""
        return self._limited / max(1, self._passed + self._limited)

    def admitted(self, now: float, /) -> None:
        """Count a call that is made."""
        if now - self._began >= _WINDOW:
            self._rate = self._count / max(1.0, self._last - self._began)
            self._began, self._count = now, 0
        self._last = now
        self._count += 1

    @property
    def rate(self) -> float:
        """Calls a second, when they were last made; pauses do not count."""
        return max(self._rate, self._count / max(1.0, self._last - self._began))

    def passed(self) -> None:
        """Count an answer that was no limit."""
        self._passed += 1
        self._limited_since = None

    def limited(self, now: float, /) -> float:
        """Count a limit; gives the time since which nothing else was answered."""
        self._limited += 1
        if self._limited_since is None:
            self._limited_since = now
        return self._limited_since

    def may_cut(self, at: float, now: float, /) -> bool:
        """True unless the attempt made ``at`` that time was limited together with others that had the rate lowered."""
        return at >= self._cut_at and now >= self._cut_at + _CUT_SECONDS

    def cut(self, now: float, /) -> None:
        """Note that the rate was lowered, to take effect at ``now``."""
        self._cut_at, self._passed, self._limited = now, 0, 0
