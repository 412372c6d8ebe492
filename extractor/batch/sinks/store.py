"""Results into a claims database, which several processes may fill together."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from os import getpid
from typing import TYPE_CHECKING, Final

from extractor.errors import ExtractorError

if TYPE_CHECKING:
    from extractor.schemas import Article, Extraction
    from extractor.store import ClaimStatus, Ending, Store, Wanted

LEASE: Final = 60.0
"""Seconds after which what a dead process worked at is free."""


class StoreSink:
    """A claims database as a sink; the store is closed by who opened it.

    Whoever works at a run holds a lease of ``lease`` seconds on it, which is renewed while the process lives. What
    failed before ``since`` (when this sink was made) is tried again; what failed after it was tried by another process.
    """

    def __init__(self, store: Store, /, *, lease: float = LEASE, since: datetime | None = None) -> None:
        self.lease: float | None = lease
        self._store = store
        self._seconds = lease
        self._holder = f"{socket.gethostname()[:100]}:{getpid()}:{secrets.token_hex(8)}"
        self._since = since or datetime.now(UTC)

    @property
    def place(self) -> str:
        """Path or address of the database, without its password."""
        return self._store.place

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """See `Sink.claim`."""
        return self._store.claim_runs(wanted, self._holder, lease=self._seconds, since=self._since)

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """See `Sink.finish`."""
        kept = self._store.finish_runs(endings, self._holder)
        return [one if isinstance(one, ExtractorError) else None for one in kept]

    def keep(self) -> None:
        """See `Sink.keep`."""
        self._store.keep_runs(self._holder, lease=self._seconds)

    def release(self, keys: Collection[str] | None = None, /) -> None:
        """See `Sink.release`."""
        self._store.release_runs(self._holder, keys)

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """See `Sink.find_done`."""
        return self._store.find_done(keys)

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """See `Sink.find_extraction`."""
        return self._store.find_extraction(article, made_by)

    def close(self) -> None:
        """Give up what is still claimed."""
        self.release()
