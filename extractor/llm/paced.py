"""One attempt at a call, paced: waits for its turn, and tells the pacer how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from extractor.errors import ExtractorError, QuotaError, RateLimitError
from extractor.retry import Transient
from extractor.schemas import Usage
from extractor.settings import Settings

from . import modes
from .endpoint import resolve
from .failures import ModeRejected
from .metering import Budget, Meter
from .pacing import Ended, Pace, Pacer
from .prices import find_price
from .rate_headers import read_allowance

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_PLAIN = (502, 503, 529)
"""What gateways answer when the server behind them is down or overloaded."""
_LIMITED_TRIES = 50
"""Attempts of one call that may be limited while others are answered."""


def make_pace(settings: Settings, /, *, budget: Budget | None = None) -> Pace:
    """The pace for the model that the settings name, with their limits and prices.

    Raises as `resolve` and `find_price` do, and ConfigurationError when the cost is bounded and the price not known.
    """
    endpoint = resolve(settings)
    meter = Meter(find_price(endpoint.provider, endpoint.model, prices=settings.prices), budget)
    return Pace(
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        meter=meter,
        max_pause=settings.max_pause,
    )


async def paced(pace: Pacer, attempt: Callable[[], Awaitable[AIMessage]], /, *, tokens: int, call: str) -> AIMessage:
    """The answer that ``attempt`` gives when its turn has come; raises what it raises, and what `Pacer.admit` does.

    ``tokens`` are those of its messages; ``call`` is the same for all attempts at one call.
    """
    permit = await pace.admit(tokens, call=call)
    ended = Ended(kind="cancelled")
    try:
        message = await attempt()
        ended = _answered(message)
        return message
    except Transient as failure:
        ended = _failed(failure)
        failure.waited = permit.waited
        if permit.probe or (ended.kind == "limited" and ended.retry_after):
            failure.held = True
            failure.tries = None if permit.probe else _LIMITED_TRIES
        raise
    except QuotaError as error:
        ended = Ended(kind="spent", error=error)
        error.stops = True
        raise
    except (ExtractorError, ModeRejected):
        ended = Ended(kind="rejected")
        raise
    finally:
        pace.settle(permit, ended)


def _answered(message: AIMessage, /) -> Ended:
    headers = message.response_metadata.get("headers") or {}
    counted: Any = message.usage_metadata or {}
    details = counted.get("input_token_details") or {}
    return Ended(
        kind="answered",
        usage=modes.usage(message),
        cached_input=details.get("cache_read") or 0,
        status=200,
        **_allowances(headers),
    )


def _failed(failure: Transient, /) -> Ended:
    limited = isinstance(failure.error, RateLimitError)
    told = _allowances(failure.headers)
    plain = failure.status in _PLAIN or (failure.status is None and failure.unreached)
    return Ended(
        kind="limited" if limited else "down" if plain else "failed",
        usage=failure.usage or Usage(),
        status=failure.status,
        retry_after=failure.retry_after,
        error=failure.error,
        **told,
    )


def _allowances(headers: Mapping[str, str], /) -> dict[str, Any]:
    return {"requests": read_allowance(headers, "requests"), "tokens": read_allowance(headers, "tokens")}
