"""One process at a time sends and collects: a lease in the database, renewed in a thread while the work goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from extractor.batch.sinks import StoreSink
from extractor.errors import ExtractorError, StoreError
from extractor.run_keys import digest
from extractor.store import Wanted

if TYPE_CHECKING:
    from extractor.store import Store

log = logging.getLogger(__name__)

KEY: Final = digest({"turn": "provider batches"})
_LOOK: Final = 0.25
_SHARE: Final = 3
_LONGER: Final = 2.0
"""Seconds beyond a lease for which a process waits: then whoever has it is alive."""


@contextmanager
def turn(store: Store, /, *, lease: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """The block runs while no other process is in such a block with the same database.

    Waits for a process that died to lose its turn, after ``lease`` seconds; raises StoreError when it goes on.
    """
    sink = StoreSink(store, lease=lease)
    until = time.monotonic() + lease + _LONGER
    told = False
    while sink.claim([Wanted(key=KEY)]) != ["mine"]:
        if time.monotonic() > until:
            raise StoreError(
                f"another process sends or collects batches with the database {store.place!r}: let it end, then go on"
            )
        if not told:
            told = True
            log.warning("waiting for another process that sends or collects batches, or for its lease to end")
        sleep(_LOOK)
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(sink, lease, over), name="batch-turn", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        sink.close()


def _keep(sink: StoreSink, lease: float, over: threading.Event) -> None:
    while not over.wait(lease / _SHARE):
        try:
            sink.keep()
        except ExtractorError as error:  # the next renewal may be in time
            log.warning("the turn could not be renewed: %s", error)
