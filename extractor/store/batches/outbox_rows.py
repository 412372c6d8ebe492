"""What is kept of runs that wait for a provider's batch: the runs, their requests, and the parts that were sent."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from extractor.schemas import Article, Usage
from extractor.schemas.stored import Task

LEVEL: Final = 1
"""Of compression: requests repeat themselves, which the fastest level sees too."""
SOME: Final = 500
"""Rows that a statement takes."""

RequestState = Literal["new", "sent", "answered"]
"""``new``: in no part yet; ``sent``: in a part; ``answered``: with what the provider said of it, for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRun:
    """A run that waits for answers; ``plan`` is what it was submitted with, ``plan_key`` its digest."""

    key: str
    plan_key: str
    plan: Mapping[str, Any]
    task: Task
    article: Article
    read_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that is written down: its line in a part, and the key of its answer; ``mode`` is how JSON is asked."""

    custom_id: str
    reply_key: str
    mode: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """A request that was written down before; ``answer`` is JSON, of those that are answered."""

    mode: str
    state: RequestState
    answer: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a provider said of a request, as JSON: an answer, or (``failed``) why there is none.

    With ``again`` it is to be asked again as long as it may.
    """

    custom_id: str
    answer: bytes
    failed: bool = False
    again: bool = False
    usage: Usage = field(default_factory=Usage)
    cached_input: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Requests that are sent as one file, and the provider's batch of them.

    ``status`` is the provider's, before that ``prepared``, ``uploading``, ``uploaded`` or ``creating``. ``counts`` has
    requests, answered, failed, again, missing, unread, input_tokens, cached_input_tokens and output_tokens.
    """

    id: str
    plan_key: str
    plan: Mapping[str, Any]
    status: str
    counts: Mapping[str, int]
    created_at: datetime
    provider_id: str | None = None
    input_file_id: str | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    error: str | None = None
    collected_at: datetime | None = None

    @property
    def file_ids(self) -> dict[str, str]:
        """The files at the provider, by their columns."""
        names = ("input_file_id", "output_file_id", "error_file_id")
        return {name: found for name in names if (found := getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStats:
    """How many runs are waiting, done and failed, and requests new, sent and answered (of runs that wait)."""

    runs: Mapping[str, int]
    requests: Mapping[str, int]
    parts: tuple[Part, ...]


def pack(data: bytes, /) -> bytes:
    """``data`` as it is kept."""
    return zlib.compress(data, LEVEL)


def unpack(packed: bytes, /) -> bytes:
    """What was packed; raises ValueError when it is damaged."""
    try:
        return zlib.decompress(packed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
