"""What servers tell of their limits with every answer.

OpenAI and those that do as it does send ``x-ratelimit-limit-requests``, ``-remaining-requests``, ``-reset-requests``
and the same for tokens, the reset as a duration such as "6m0s" or "120ms":
https://platform.openai.com/docs/guides/rate-limits. Anthropic sends ``anthropic-ratelimit-requests-limit`` and so on,
the reset as a time: https://docs.anthropic.com/en/api/rate-limits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|μs|ns|d|h|m|s)")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")
_EPOCH = 1e9
"""A number of seconds from here on is a time, not a duration: it would be 30 years."""

Of = Literal["requests", "tokens"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a server allows in a minute, what is left of it, and the seconds until all of it is there again."""

    limit: float
    remaining: float
    reset: float


def read_allowance(headers: Mapping[str, str], of: Of, /, *, now: datetime | None = None) -> Allowance | None:
    """What an answer's headers say of requests or tokens; None when they say nothing that can be used.

    ``headers`` has lower-case names or ignores case; ``now`` is aware. Without a reset that can be read, it is 0.
    """
    for limit, remaining, reset in (
        (f"x-ratelimit-limit-{of}", f"x-ratelimit-remaining-{of}", f"x-ratelimit-reset-{of}"),
        (f"anthropic-ratelimit-{of}-limit", f"anthropic-ratelimit-{of}-remaining", f"anthropic-ratelimit-{of}-reset"),
    ):
        told, left = _number(headers.get(limit)), _number(headers.get(remaining))
        if told and left is not None:
            return Allowance(told, min(left, told), read_seconds(headers.get(reset, ""), now=now) or 0.0)
    return None


def read_seconds(text: str, /, *, now: datetime | None = None) -> float | None:
    """The seconds that a reset header means: a duration, a number of seconds, or a time; None when it is none."""
    text = text.strip()
    if _DURATION.fullmatch(text):
        total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
        return total if math.isfinite(total) else None
    seconds = _number(text)
    if seconds is not None and seconds < _EPOCH:
        return seconds
    time = _time(text, seconds)
    return None if time is None else max(0.0, (time - (now or datetime.now(UTC))).total_seconds())


def _time(text: str, seconds: float | None, /) -> datetime | None:
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds / 1000 if seconds > _EPOCH * 100 else seconds, UTC)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _number(text: str | None, /) -> float | None:
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
