"""RFC 9457 problem documents: everything that can go wrong, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from extractor.errors import (
    AnswerError,
    AuthenticationError,
    ClosedAddressError,
    ConfigurationError,
    ExtractorError,
    InputError,
    KeyReusedError,
    OutputError,
    PromptError,
    QueueFullError,
    RequestRejectedError,
    StoreError,
    UnavailableError,
    UnknownModelError,
)
from extractor.schemas.jobs import Problem

TYPE: Final = "urn:commentary-extractor:problem:"
MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last part of its URI, what it is called, and the HTTP status it comes with."""

    name: str
    title: str
    status: int


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("bad-request", "The request is malformed", 400),
        Kind("unauthorized", "A key is needed", 401),
        Kind("cross-origin", "Requests of other websites are refused", 403),
        Kind("not-found", "There is no such thing", 404),
        Kind("method-not-allowed", "The method is not allowed here", 405),
        Kind("not-acceptable", "No acceptable form", 406),
        Kind("conflict", "The state of the resource does not allow this", 409),
        Kind("job-over", "The job is over", 409),
        Kind("cancelled", "The job was cancelled", 409),
        Kind("in-flight", "The first request with this Idempotency-Key is still under way", 409),
        Kind("too-large", "The request is too large", 413),
        Kind("unsupported-media-type", "The content type is not supported", 415),
        Kind("misdirected", "The host is not served here", 421),
        Kind("invalid", "The request is not acceptable", 422),
        Kind("unreadable", "The input cannot be used", 422),
        Kind("unknown-model", "The model is not offered", 422),
        Kind("key-reused", "The Idempotency-Key was used for another request", 422),
        Kind("rate-limited", "Too many requests", 429),
        Kind("queue-full", "The queue is full", 429),
        Kind("internal", "Something went wrong inside of the service", 500),
        Kind("configuration", "The service is not configured as it has to be", 500),
        Kind("gave-up", "The job was given up", 500),
        Kind("answer", "The model did not answer as asked", 502),
        Kind("provider", "The provider of the model refused", 502),
        Kind("unavailable", "The provider of the model does not answer now", 503),
        Kind("store", "The database cannot be used now", 503),
        Kind("timeout", "The request took too long", 503),
        Kind("not-ready", "The service is not ready", 503),
    )
}

_BY_CLASS: Final[tuple[tuple[type[ExtractorError], str], ...]] = (
    (KeyReusedError, "key-reused"),
    (QueueFullError, "queue-full"),
    (AuthenticationError, "provider"),
    (RequestRejectedError, "provider"),
    (UnknownModelError, "provider"),
    (InputError, "unreadable"),
    (PromptError, "configuration"),
    (ConfigurationError, "configuration"),
    (UnavailableError, "unavailable"),
    (AnswerError, "answer"),
    (StoreError, "store"),
    (OutputError, "internal"),
)
_BY_STATUS: Final = {
    400: "bad-request",
    401: "unauthorized",
    403: "cross-origin",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "rate-limited",
}


class ProblemError(Exception):
    """A problem that a route raises: it becomes the answer, with these headers."""

    def __init__(
        self,
        name: str,
        detail: str | None,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        errors: tuple[dict[str, Any], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.problem = problem(name, detail, errors=errors)
        self.headers = dict(headers or {})


def problem(name: str, detail: str | None, /, *, errors: tuple[dict[str, Any], ...] = ()) -> Problem:
    """A problem of the kind ``name`` (one of `KINDS`); the detail says what to do."""
    kind = KINDS[name]
    return Problem(type=TYPE + kind.name, title=kind.title, status=kind.status, detail=detail, errors=errors)


def problem_of(error: ExtractorError, /, *, trusted: bool = False) -> Problem:
    """The problem that an error of this package is.

    What the client can mend is told as the error tells it. What is wrong inside is told in general words, as messages
    may hold addresses, paths and answers of models, and so is where names of a closed network lead to; ``trusted``: as
    it is, to the one who runs the service.
    """
    name = next(name for kind, name in _BY_CLASS if isinstance(error, kind))
    inside = KINDS[name].status >= 500 or isinstance(error, ClosedAddressError)
    if inside:
        return problem(name, str(error) if trusted else _in_general(error))
    return problem(name, tell(error))


def tell(error: ExtractorError, /) -> str:
    """What an error says, without advice about the command line: who asks over HTTP may have none."""
    said, _, advice = str(error).rpartition("; ")
    return said if said and "'extractor " in advice else str(error)


def problem_with(status: int, detail: str | None, /) -> Problem:
    """The problem for a status that the framework chose; without a kind of its own it has no type (RFC 9457, 4.2.1)."""
    if status in _BY_STATUS:
        return problem(_BY_STATUS[status], detail)
    if status >= 500:
        return problem("internal", None)
    return Problem(title=detail or f"HTTP {status}", status=status)


def _in_general(error: ExtractorError, /) -> str:
    """What errors of this class are about, in the words of their class."""
    return (type(error).__doc__ or "").strip().split("\n")[0]
