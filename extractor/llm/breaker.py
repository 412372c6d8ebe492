"""When a provider is down: calls pause, and one at a time tries whether it is up again."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_IN_A_ROW = 5
"""Failures in a row, with no answer between them, that mean that the provider is down."""
_LONGEST = 60.0
_MOST_KNOWN = 1000
_FIRST_CONTACT = 15.0
"""Seconds after which a provider that has never answered is given up: a wrong address is told soon."""


@dataclass(slots=True)
class Breaker:
    """Counts failures over all callers; closed while calls may be made, open while the provider is down.

    ``max_pause`` is the number of seconds after which it is given up. Times are seconds of any clock that only goes
    forward. A failure may be the fault of one request (a time-out, a 500): such count once for each call, and not at
    all for a call that failed before while others were answered. Those that are plainly the provider's (no connection,
    502, 503, 529) count each time.
    """

    max_pause: float
    down_since: float | None = None
    _reached: bool = False
    _answers: int = 0
    _plain: int = 0
    _failed: set[str] = field(default_factory=set)
    _answers_before: dict[str, int] = field(default_factory=dict)
    _next: float = 0.0
    _pause: float = 1.0
    _probe: int | None = None

    def delay(self, now: float, /) -> float:
        """Seconds until the next probe; 0 while the provider is not down, infinite while a probe is under way."""
        if self.down_since is None:
            return 0.0
        return math.inf if self._probe is not None else max(0.0, self._next - now)

    def admit(self, number: int, /) -> bool:
        """Note that an attempt begins; True when it is the probe."""
        if self.down_since is None:
            return False
        self._probe = number
        return True

    def answered(self, call: str, /) -> bool:
        """Note that the provider has answered, whatever it said; True when it was down before."""
        was_down = self.down_since is not None
        self.down_since, self._probe, self._pause, self._plain = None, None, 1.0, 0
        self._reached = True
        self._answers += 1
        self._answers_before.pop(call, None)
        if self._failed:
            self._failed.clear()
        return was_down

    def failed(self, number: int, call: str, now: float, /, *, plain: bool, reached: bool, asked: float | None) -> bool:
        """Note a failure; True when the provider is down and it has become known, or known again, by this one.

        ``plain``: it is plainly the provider's; ``reached``: there was a connection; ``asked``: seconds that the server
        asks to wait.
        """
        self._reached = self._reached or reached
        if self.down_since is not None:
            return self._probe_failed(number, now, asked)
        self._plain += plain
        if plain or not self._is_suspect(call):
            self._failed.add(call)
        if self._plain < _IN_A_ROW and len(self._failed) < _IN_A_ROW:
            return False
        self.down_since = now
        self._wait(now, asked)
        return True

    def cancelled(self, number: int, call: str, /) -> None:
        """Note that an attempt was broken off, which tells nothing: another one may be the probe."""
        self._answers_before.pop(call, None)
        if self._probe == number:
            self._probe = None

    def is_over(self, now: float, /) -> bool:
        """True when the provider has been down for as long as is waited for it."""
        longest = self.max_pause if self._reached else min(self.max_pause, _FIRST_CONTACT)
        return self.down_since is not None and now - self.down_since >= longest

    @property
    def pause(self) -> float:
        """Seconds of the pause that was begun last."""
        return self._pause / 2

    def _is_suspect(self, call: str, /) -> bool:
        """True for a call that failed before while others were answered; those that never ended well are forgotten."""
        first = self._answers_before.setdefault(call, self._answers)
        if len(self._answers_before) > _MOST_KNOWN:
            del self._answers_before[next(iter(self._answers_before))]
        return self._answers > first

    def _probe_failed(self, number: int, now: float, asked: float | None, /) -> bool:
        """Failures of calls that were under way when the provider went down tell nothing new."""
        if number != self._probe:
            return False
        self._probe = None
        self._wait(now, asked)
        return True

    def _wait(self, now: float, asked: float | None, /) -> None:
        self._next = now + max(self._pause, asked or 0.0)
        self._pause = min(_LONGEST, self._pause * 2)
