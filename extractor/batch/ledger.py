"""The sink, as the event loop sees it: called in one thread, with patience when it cannot be used."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from extractor.errors import ConfigurationError, ExtractorError, OutputError, StoreError

from .work import as_told

if TYPE_CHECKING:
    from extractor.store import ClaimStatus, Ending, Wanted

    from .sinks import Sink

log = logging.getLogger(__name__)
T = TypeVar("T")

PAUSES: Final = (0.2, 1.0, 3.0, 10.0)
"""Seconds before a sink that cannot be used is tried again; the last of them from then on."""
SHARE: Final = 3
"""A lease is renewed when a third of it is over."""


class Ledger:
    """A sink on an event loop; what cannot be done now is tried again for ``patience`` seconds, until it is hurried.

    Raises StoreError, and OutputError at once.
    """

    def __init__(self, sink: Sink, /, *, patience: float) -> None:
        self._sink = sink
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, "batch-keeping")
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """Try nothing again from now on."""
        self._hurried.set()

    def close(self) -> None:
        """End the thread when it has done what it was asked for."""
        self._thread.shutdown(wait=False)

    async def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus | ExtractorError]:
        """The status of each run, or why it cannot be claimed."""
        try:
            return [*await self._patiently(partial(self._sink.claim, wanted))]
        except Exception as error:
            if _concerns_all(error):
                raise
            if len(wanted) == 1:
                return [as_told(error, wanted[0].read_from or wanted[0].key)]
            return [status for one in wanted for status in await self.claim([one])]

    async def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """For each run None when its end is kept, else why it cannot be."""
        try:
            return await self._patiently(partial(self._sink.finish, endings))
        except Exception as error:
            if _concerns_all(error):
                raise
            if len(endings) == 1:
                return [as_told(error, endings[0].read_from or endings[0].key)]
            return [outcome for one in endings for outcome in await self.finish([one])]

    async def release(self, keys: Sequence[str] | None, /) -> None:
        """Give up claims, as far as the sink can be used: else they run out."""
        try:
            await self._call(partial(self._sink.release, keys))
        except Exception as error:
            log.warning("claims were not given up, they end by themselves: %s", as_told(error, self._sink.place))

    async def keep_claims(self) -> None:
        """Renew the claims until it is cancelled."""
        lease = self._sink.lease
        while lease is not None:
            await asyncio.sleep(lease / SHARE)
            try:
                await self._call(self._sink.keep)
            except Exception as error:  # the next renewal may be in time
                log.warning("claims could not be renewed: %s", as_told(error, self._sink.place))

    async def _patiently(self, call: Callable[[], T]) -> T:
        until = time.monotonic() + self._patience
        for pause in _pauses():
            try:
                return await self._call(call)
            except StoreError as error:
                if self._hurried.is_set() or time.monotonic() + pause > until:
                    raise
                log.warning("%s; trying again in %g s", error, pause)
            await self._rest(pause)
        raise AssertionError("pauses have no end")

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hurried.wait()
        except TimeoutError:
            pass

    async def _call(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _concerns_all(error: Exception, /) -> bool:
    return isinstance(error, StoreError | OutputError | ConfigurationError)


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]
