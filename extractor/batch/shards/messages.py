"""What the process that runs a batch and its workers tell each other, as pickles after their length."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from extractor.batch.inputs import Item
from extractor.batch.settling import Tally
from extractor.errors import ExtractorError
from extractor.llm.pacing import Ended, Permit

LENGTH: Final = 8
"""Bytes in which the length of a message is told."""


# To a worker


@dataclass(frozen=True, slots=True)
class Give:
    """An item to work at."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True)
class Admitted:
    """What an `Ask` came to: a permit, or why there is none."""

    number: int
    permit: Permit | None
    error: ExtractorError | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a `Want` came to: how many articles may be worked at."""

    number: int
    granted: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Take up no more, or (``now``) leave everything."""

    now: bool


@dataclass(frozen=True, slots=True)
class NoMore:
    """There are no further items."""


# From a worker


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an item."""

    number: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class State:
    """How many articles are under way, and how many are put aside as others work at them."""

    in_flight: int
    aside: int


@dataclass(frozen=True, slots=True)
class Ask:
    """An attempt at a call waits for its turn."""

    number: int
    tokens: int
    call: str


@dataclass(frozen=True, slots=True)
class Settle:
    """How an attempt at a call ended."""

    permit: Permit
    ended: Ended


@dataclass(frozen=True, slots=True)
class Want:
    """So many articles are claimed: may they be worked at?"""

    number: int
    articles: int


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the log."""

    logger: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Over:
    """The worker has ended in good order; ``error`` is what ended it before all was done."""

    error: ExtractorError | None


def packed(message: object, /) -> bytes:
    """A message as it is sent."""
    data = pickle.dumps(message)
    return len(data).to_bytes(LENGTH) + data


class Channel:
    """A worker's end of the pipes. Any thread may send."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], /) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = threading.Lock()

    def send(self, message: object, /) -> None:
        """Send a message; nothing when nobody listens any more: then this process is about to end."""
        data = packed(message)
        with self._lock:
            try:
                self._writing.write(data)
                self._writing.flush()
            except (BrokenPipeError, ValueError):
                return

    def messages(self) -> Iterator[Any]:
        """The messages as they come, until the other process closes the pipe or ends."""
        while len(length := self._reading.read(LENGTH)) == LENGTH:
            data = self._reading.read(int.from_bytes(length))
            yield pickle.loads(data)  # noqa: S301 - of the process that started this one
