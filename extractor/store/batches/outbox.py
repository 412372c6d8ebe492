"""The outbox: requests that are written down, to be sent to a provider that answers them later, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .outbox_rows import Answered, Known, OutboxStats, Part, Request, WaitingRun
from .parts import Parts
from .waiting import WaitingRuns

if TYPE_CHECKING:
    from extractor.store.database.opening import Database

__all__ = ["Answered", "Known", "Outbox", "OutboxStats", "Part", "Request", "WaitingRun"]


class Outbox(WaitingRuns, Parts):
    """Runs that wait for a provider's batch; `Store.outbox` makes one. Each method is a transaction of its own.

    A run waits with its article and its requests; requests are sent in parts; what is answered stays with its request
    until the run is over. All raise StoreError when the database fails.
    """

    def __init__(self, database: Database, /) -> None:
        self._database = database
