"""Token buckets: how long a call waits for its turn at a rate that changes while it is used.

Written here because rates follow what servers tell, tokens are given back when an answer took fewer than estimated, a
call may take more than a bucket holds, and tests set the clock; aiolimiter, pyrate-limiter and limits do none of that.
"""

from __future__ import annotations

import math

from .rate_headers import Allowance

_BURST_SECONDS = 6.0
"""What a bucket holds: servers tell limits of a minute and keep them over less."""
_RECOVERY = 0.05
"""Part of the rate before it was cut that comes back each second."""
_NOTHING = 1e-6
"""Seconds that are none: what rounding leaves would be waited for again and again."""
_SLOWEST = 0.1
_LEAST_SLOPE = 0.2


class Bucket:
    """Fills at ``rate`` per second up to what a burst may take; whoever takes more waits.

    ``per_minute`` is the most that is ever allowed, None for no limit; ``least`` is what a burst may always take.
    Times are seconds of any clock that only goes forward.
    """

    def __init__(self, per_minute: float | None, /, *, least: float = 1.0) -> None:
        self._given = math.inf if per_minute is None else per_minute / 60
        self.ceiling = self.rate = self._given
        self._least = least
        self._level = self._burst
        self._at = 0.0
        self._blocked = 0.0
        self._slope = 0.0

    @property
    def per_minute(self) -> float | None:
        """The rate now; None when it is not limited."""
        return None if math.isinf(self.rate) else self.rate * 60

    def delay(self, need: float, now: float, /) -> float:
        """Seconds until ``need`` may be taken: as soon as so much, or a full burst, is in the bucket."""
        if self.rate == math.inf:
            return max(0.0, self._blocked - now)
        self._fill(now)
        delay = max((min(need, self._burst) - self._level) / self.rate, self._blocked - now)
        return delay if delay > _NOTHING else 0.0

    def take(self, need: float, now: float, /) -> None:
        """Take ``need``, also what is not there yet (or give back, when negative)."""
        if self.rate != math.inf:
            self._fill(now)
            self._level = min(self._burst, self._level - need)

    def learn(self, told: Allowance, need: float, now: float, /) -> None:
        """Follow what a server tells of its limit; ``need`` is what a call takes on average.

        When less is left than a call takes, the bucket is closed until enough has come back, at the pace at which all
        of it would by the time of the reset.
        """
        self._fill(now)
        self.ceiling = min(self._given, told.limit / 60)
        self.rate = min(self.rate, self.ceiling) if self._slope else self.ceiling
        self._level = min(self._level, self._burst, told.remaining)
        lacking = min(need, told.limit) - told.remaining
        if lacking > 0 and told.reset > 0:
            self._blocked = max(self._blocked, now + told.reset * lacking / (told.limit - told.remaining))

    def cut(self, share: float, otherwise: float, now: float, /) -> None:
        """Lower the rate: by half when ``share`` is 1, by less when less was too much; from here it grows back slowly.

        ``otherwise`` is the rate per second that is cut where there was no limit. The burst is gone.
        """
        self._fill(now)
        before = otherwise if self.rate == math.inf else self.rate
        self.rate = min(self.ceiling, max(_SLOWEST, before * (1 - share / 2)))
        self._slope = max(_LEAST_SLOPE, before * _RECOVERY)
        self._level = min(self._level, self._least)

    def hold(self, now: float, until: float, /) -> None:
        """Take the burst away, and let nothing come back before ``until``."""
        self._fill(now)
        self._level = min(self._level, self._least)
        self._at = max(self._at, until)

    @property
    def _burst(self) -> float:
        return max(self._least, self.rate * _BURST_SECONDS)

    def _fill(self, now: float, /) -> None:
        elapsed, self._at = now - self._at, max(now, self._at)
        if elapsed > 0 and self.rate != math.inf:
            self.rate = min(self.ceiling, self.rate + self._slope * elapsed)
            self._level = min(self._burst, self._level + self.rate * elapsed)
