"""Runs that somebody else works at: put aside, and looked at again until they are done, failed or free."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .inputs import Item

FIRST: Final = 0.5
"""Seconds after which a run that was put aside is looked at."""
LONGEST: Final = 10.0
"""Seconds between two looks, which grow from the first on."""
MOST: Final = 20_000
"""Runs that can be aside; then reading waits."""
MOST_CHARS: Final = 8_000_000
"""Characters of texts that can be aside: those of rows are kept, files are read again."""


@dataclass(slots=True)
class Held:
    """A run that is aside, without its article; ``placed``: it takes a place of those that are read ahead."""

    item: Item
    key: str
    placed: bool
    due: float
    pause: float

    @property
    def size(self) -> int:
        """Characters that it keeps."""
        return len(self.item.text or "")


class Aside:
    """Runs that somebody else works at, in the order in which they are due, nearly."""

    def __init__(self) -> None:
        self._held: deque[Held] = deque()
        self._chars = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def is_full(self) -> bool:
        """True when no more may be put aside."""
        return len(self._held) >= MOST or self._chars >= MOST_CHARS

    def put(self, item: Item, key: str, /, *, placed: bool) -> None:
        """Put a run aside."""
        self._put(Held(item, key, placed, time.monotonic() + FIRST, FIRST))

    def put_again(self, held: Held, /) -> None:
        """Put a run aside that is still worked at, for longer."""
        held.pause = min(2 * held.pause, LONGEST)
        held.due = time.monotonic() + held.pause
        self._put(held)

    def take(self, most: int, /) -> list[Held]:
        """The first runs that are due, up to ``most``."""
        now = time.monotonic()
        found: list[Held] = []
        while self._held and len(found) < most and self._held[0].due <= now:
            found.append(self._held.popleft())
            self._chars -= found[-1].size
        return found

    def clear(self) -> None:
        """Forget them all."""
        self._held.clear()
        self._chars = 0

    def _put(self, held: Held) -> None:
        self._held.append(held)
        self._chars += held.size
