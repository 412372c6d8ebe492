"""What the actors are to do, and with what."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

from extractor.batch.options import BatchOptions, workers_for
from extractor.llm.metering import Budget
from extractor.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Order:
    """What each actor is to do. It holds secrets (in ``settings``): it is given to actors only, and never shown.

    Results go to the database of the settings. What failed before ``since`` (UTC)
    is tried again. A claim holds ``lease`` seconds. Each actor has ``processes`` of the built-in engine (None: one for
    each core of its machine). ``is_limited``: the desk says of how many articles the limit still allows.
    """

    settings: Settings
    options: BatchOptions
    budget: Budget
    lease: float
    since: datetime
    processes: int | None = None
    is_limited: bool = False

    def __repr__(self) -> str:
        return "Order(...)"

    @property
    def is_builtin(self) -> bool:
        """True when no model is asked."""
        return self.settings.model == "builtin"

    def share(self, actors: int, /) -> Order:
        """The order of one of so many actors: with its part of the calls that may be under way."""
        concurrency = max(1, math.ceil(self.settings.concurrency / actors))
        settings = self.settings.model_copy(update={"concurrency": concurrency})
        workers = workers_for(concurrency)
        options = replace(self.options, workers=workers, ahead=max(8, 2 * workers), limit=None)
        return replace(self, settings=settings, options=options, is_limited=self.options.limit is not None)
