"""Reading ahead: threads that take items one by one, read them and plan their runs, as far as there is room."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

LOCAL: Final = 2
"""Threads that read: they compute, and one slow file should not keep all others waiting."""
REMOTE: Final = 32
"""Threads when articles are fetched: they wait for the network."""
MOST_CHARS: Final = 16_000_000
"""Characters of texts that were read and wait, above which no more is read."""


class Readers(Generic[T, R]):
    """Threads that read ``items``; ``read`` makes of each what is given to ``deliver``, and both are called in them.

    What was delivered keeps its place until `settle`: at most ``ahead`` places are taken. The threads are no reason
    for the process not to end: a standard input may never give another line.
    """

    def __init__(
        self,
        items: Iterable[T],
        read: Callable[[T], R],
        deliver: Callable[[T, R], None],
        /,
        *,
        ahead: int,
        is_remote: Callable[[T], bool],
        over: Callable[[BaseException | None], None],
    ) -> None:
        self._items: Iterator[T] = iter(items)
        self._read = read
        self._deliver = deliver
        self._ahead = ahead
        self._is_remote = is_remote
        self._over = over
        self._again: deque[T] = deque()
        self._change = threading.Condition()
        self._open = 0
        self._chars = 0
        self._threads = 0
        self._advancing = False
        self._exhausted = False
        self._closed = False

    def start(self) -> None:
        """Begin to read."""
        with self._change:
            for _ in range(min(LOCAL, self._ahead)):
                self._add_thread()

    def close(self) -> None:
        """Take no further item; what is being read is not delivered."""
        with self._change:
            self._closed = True
            self._again.clear()
            self._change.notify_all()
            close = None if self._advancing else getattr(self._items, "close", None)
        if close is not None:  # a generator has files open
            close()

    def weigh(self, chars: int, /) -> None:
        """An item that was delivered has so many characters: they count until it is settled."""
        with self._change:
            self._chars += chars

    def settle(self, chars: int = 0, /) -> None:
        """An item that was delivered needs its place no more."""
        with self._change:
            self._open -= 1
            self._chars -= chars
            self._change.notify_all() if self._idle else self._change.notify()

    def put_back(self, item: T, /) -> None:
        """Read an item once more, before the others."""
        with self._change:
            self._again.append(item)
            self._change.notify()

    @property
    def is_over(self) -> bool:
        """True when all items were read, and all that was delivered is settled."""
        with self._change:
            return self._idle

    @property
    def _idle(self) -> bool:
        return self._closed or (self._exhausted and self._open == 0 and not self._again)

    @property
    def _has_room(self) -> bool:
        return self._open < self._ahead and (self._chars < MOST_CHARS or self._open == 0)

    def _add_thread(self) -> None:
        self._threads += 1
        threading.Thread(target=self._work, name="batch-reading", daemon=True).start()

    def _work(self) -> None:
        try:
            while (found := self._take()) is not None:
                item = found[0]
                result = self._read(item)
                if not self._closed:
                    self._deliver(item, result)
        except RuntimeError:  # the event loop is closed: nobody waits for it any more
            if not self._closed:
                raise

    def _take(self) -> tuple[T] | None:
        """The next item, when there is room for it; None when reading has ended."""
        with self._change:
            while not self._closed:
                if self._has_room and self._again:
                    self._open += 1
                    return (self._again.popleft(),)
                if self._has_room and not self._advancing and not self._exhausted:
                    self._open += 1
                    self._advancing = True
                    break
                self._change.wait()
            else:
                return None
        return self._advance()

    def _advance(self) -> tuple[T] | None:
        """The next of the items, which may take its time; at the end, wait for what comes once more."""
        error: BaseException | None = None
        found: tuple[T] | None = None
        try:
            found = (next(self._items),)
        except StopIteration:
            pass
        except Exception as failure:
            error = failure
        with self._change:
            self._advancing = False
            if found is None:
                self._open -= 1
                self._exhausted = True
            elif self._threads < min(REMOTE, self._ahead) and self._is_remote(found[0]):
                self._add_thread()
            self._change.notify_all()
        if found is not None:
            return found
        self._over(error)
        return self._take()
