"""The kept answers of a store as `extractor.caching.ReplyCache`, with threads of its own that read and write.

Whoever asks or answers waits for no database: questions that come together are looked up together, and answers are
written some at a time.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from extractor.caching import StoredReply

from . import keeping

if TYPE_CHECKING:
    from extractor.store.database.opening import Database

log = logging.getLogger(__name__)

PAUSE: Final = 0.05
"""Seconds for which answers wait for others that are written with them."""
MOST: Final = 5_000
"""Answers that wait; while a database is stuck further ones are not kept."""
MEGABYTE: Final = 1_000_000
_ROOM: Final = 0.1
"""The part of the limit that is made free when it is reached."""
_OFTEN: Final = 0.05
"""The part of the limit that is written until the size is looked at again."""

_Asked = tuple[str, asyncio.AbstractEventLoop, "asyncio.Future[StoredReply | None]"]


class StoredReplies:
    """Answers that are kept in a database, which several processes may share; `Store.replies` makes one.

    It may be used from any thread and event loop. A database that fails is told once in the log: then nothing is found
    and nothing kept. ``limit_mb`` are megabytes of answers, compressed.
    """

    def __init__(self, database: Database, /, *, limit_mb: int) -> None:
        self._database = database
        self._limit = limit_mb * MEGABYTE
        self._unlooked = self._limit  # bytes written since the size was looked at; it is with the first ones
        self._change = threading.Condition()
        self._asked: list[_Asked] = []
        self._waiting: dict[str, StoredReply | None] = {}  # None: to forget
        self._writing: dict[str, StoredReply | None] = {}
        self._used: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._told = False

    async def get(self, key: str, /) -> StoredReply | None:
        """The answer that is kept under this key; None when there is none or it cannot be read."""
        with self._change:
            if key in self._waiting:
                return self._waiting[key]
            if key in self._writing:
                return self._writing[key]
            if self._closed:
                return None
            loop = asyncio.get_running_loop()
            found: asyncio.Future[StoredReply | None] = loop.create_future()
            self._asked.append((key, loop, found))
            self._wake()
        return await found

    def put(self, key: str, reply: StoredReply, /) -> None:
        """Keep an answer: found at once, written soon."""
        self._note({key: reply})

    def drop(self, keys: Collection[str], /) -> None:
        """Forget answers."""
        self._note(dict.fromkeys(keys))

    def flush(self) -> None:
        """Wait until all that is to be kept is written."""
        with self._change:
            self._change.wait_for(lambda: not (self._waiting or self._writing))

    def close(self) -> None:
        """Write what waits, and end; nothing is found and kept afterwards."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def _note(self, kept: dict[str, StoredReply | None]) -> None:
        with self._change:
            if not self._closed and len(self._waiting) < MOST and kept:
                self._waiting |= kept
                self._wake()

    def _wake(self) -> None:
        """Tell the threads that there is something to do; the lock is held."""
        if not self._threads:
            for work, name in ((self._read_on, "replies-read"), (self._write_on, "replies-write")):
                self._threads.append(threading.Thread(target=work, name=name, daemon=True))
                self._threads[-1].start()
        self._change.notify_all()

    def _read_on(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._asked or self._closed)
                asked, self._asked = self._asked, []
            if not asked:
                return
            found: dict[str, StoredReply] = {}
            with self._telling():
                found = self._read([key for key, _, _ in asked])
            for key, loop, future in asked:
                _answer(loop, future, found.get(key))

    def _read(self, keys: list[str]) -> dict[str, StoredReply]:
        with self._database.reading() as connection:
            found, used = keeping.read(connection, keys)
        if used:
            with self._change:
                self._used |= used
                self._change.notify_all()
        return found

    def _write_on(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._used or self._closed)
                self._change.wait_for(lambda: self._closed, timeout=PAUSE)
                self._writing, self._waiting = self._waiting, {}
                used, self._used = self._used, set()
            if not self._writing and not used:
                return
            with self._telling():
                self._write(used)
            with self._change:
                self._writing = {}
                self._change.notify_all()

    def _write(self, used: set[str]) -> None:
        with self._database.writing() as connection:
            if used:
                keeping.touch(connection, used)
            self._unlooked += keeping.write(connection, self._writing)
        if self._unlooked >= self._limit * _OFTEN:
            self._unlooked = 0
            self._trim()

    def _trim(self) -> None:
        """Make room when more is kept than may be, in short transactions."""
        with self._database.reading() as connection:
            size = keeping.total(connection)
        if size <= self._limit:
            return
        left = size - self._limit * (1 - _ROOM)
        while left > 0:
            with self._database.writing() as connection:
                freed = keeping.trim(connection, int(left) + 1)
            if not freed:
                return
            left -= freed

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """A failure of the block is told once, and work goes on without what it would have done."""
        try:
            yield
        except Exception as error:
            if not self._told:
                self._told = True
                log.warning("answers of models are neither kept nor found again: %s", error)


def _answer(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[StoredReply | None], found: StoredReply | None
) -> None:
    try:
        loop.call_soon_threadsafe(_resolve, future, found)
    except RuntimeError:  # the loop has ended, and who waited with it
        return


def _resolve(future: asyncio.Future[StoredReply | None], found: StoredReply | None) -> None:
    if not future.done():
        future.set_result(found)
