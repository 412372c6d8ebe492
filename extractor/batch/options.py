"""How a batch is run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from extractor.errors import ConfigurationError

if TYPE_CHECKING:
    from extractor.schemas.stored import Task
    from extractor.summarizing import Length


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """How a batch is run.

    ``length`` is that of summaries. At most ``limit`` articles are worked at; those that are done do not count. What
    was published before ``since`` is left out. ``workers`` articles are worked at once, and ``ahead`` are read and
    claimed while they wait (None: twice the workers, at least 32). Results are kept in groups of up to ``group``, which
    begin ``pause`` seconds apart, or at once when the last one is longer ago or a group is full. A sink that cannot be
    used is tried again for ``patience`` seconds.

    Raises ConfigurationError for a number below one.
    """

    task: Task = "extract"
    length: Length = "medium"
    limit: int | None = None
    since: date | None = None
    workers: int = 8
    ahead: int | None = None
    group: int = 32
    pause: float = 0.02
    patience: float = 600.0

    def __post_init__(self) -> None:
        for name in ("limit", "workers", "ahead", "group"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ConfigurationError(f"{name} of a batch is {number}: give 1 or more")

    @property
    def reading_ahead(self) -> int:
        """How many articles may be read and claimed before they are worked at."""
        return max(32, 2 * self.workers) if self.ahead is None else self.ahead


def workers_for(concurrency: int, /) -> int:
    """Articles to work at so that ``concurrency`` calls are under way.

    Some more than calls: an article that is being checked makes none, and the next one has its place meanwhile.
    """
    return concurrency + concurrency // 4 + 1
