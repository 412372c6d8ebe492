"""A run of a batch, from the item that it reads to how it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_tb
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError
from extractor.run_keys import PROMPTS, digest

from .inputs import Item, is_since, read_item

if TYPE_CHECKING:
    from datetime import date, datetime

    from extractor.core import Extractor
    from extractor.planning import Plan
    from extractor.schemas import Article, Extraction, Summary
    from extractor.schemas.stored import Task
    from extractor.store import Ending, Wanted
    from extractor.summarizing import Length

log = logging.getLogger(__name__)

FindExtraction = Callable[["Article", tuple[str, str | None]], "Extraction | None"]
"""Gives the extraction of an article by an engine and model that its summary is to stand on."""


@dataclass(slots=True, kw_only=True, eq=False)
class Work:
    """A run to be made: what is read, what it stands on, and its key; with an ``error`` it has failed already."""

    item: Item
    key: str
    article: Article | None = None
    plan: Plan | None = None
    extraction: Extraction | None = None
    error: ExtractorError | None = None

    @property
    def size(self) -> int:
        """Characters of its text."""
        return 0 if self.article is None else len(self.article.text)

    @property
    def wanted(self) -> Wanted:
        """What a sink is asked to claim."""
        from extractor.store import Wanted

        return Wanted(key=self.key, article=self.article, read_from=self.item.place)

    def done(self, result: Extraction | Summary, /) -> Ending:
        """Its end with a result."""
        from extractor.store import Ending

        return Ending(key=self.key, result=result, read_from=self.item.place)


class Planner:
    """Reads items and finds out what their runs stand on, before they are made. Blocks; any thread may call it.

    ``extractor`` tells engine, model and settings; summaries stand on what ``find_extraction`` gives. What was
    published before ``since`` is left out.
    """

    def __init__(
        self,
        extractor: Extractor,
        /,
        *,
        task: Task = "extract",
        length: Length = "medium",
        since: date | None = None,
        find_extraction: FindExtraction | None = None,
    ) -> None:
        self.task: Task = task
        self.length: Length = length
        self.made_by = extractor.made_by
        self._extractor = extractor
        self._since = since
        self._find_extraction = find_extraction if task == "summarize" else None

    def plan(self, item: Item, /) -> Work | None:
        """The run of an item, also of one that cannot be read; None when it is left out."""
        try:
            if item.error is not None:
                raise item.error
            article = read_item(item, self._extractor.settings)
            return self._plan(item, article) if is_since(article, self._since) else None
        except Exception as error:  # whatever it is, it concerns this item
            return Work(item=item, key=self._unread_key(item), error=as_told(error, item.place))

    def failed(self, work: Work, error: ExtractorError, /, *, started_at: datetime, seconds: float) -> Ending:
        """The end of a run with an error."""
        from extractor.store import Ending, FailedAttempt

        engine, model = self.made_by
        settings = None if work.plan is None else work.plan.settings
        attempt = FailedAttempt(
            error=error,
            task=self.task,
            engine=engine,
            model=model,
            article=work.article,
            started_at=started_at,
            elapsed_seconds=round(seconds, 3),
            settings=settings,
            prompts=settings and settings[PROMPTS],
        )
        return Ending(key=work.key, result=attempt, read_from=work.item.place)

    def _plan(self, item: Item, article: Article) -> Work:
        find = self._find_extraction
        extraction = None if find is None else find(article, self.made_by)
        plan = self._extractor.plan(article, task=self.task, length=self.length, extraction=extraction)
        return Work(item=item, key=plan.key(article), article=article, plan=plan, extraction=extraction)

    def _unread_key(self, item: Item) -> str:
        """The key of an item without an article: the same item has the same, in every process."""
        engine, model = self.made_by
        return digest({"unread": item.place, "task": self.task, "engine": engine, "model": model})


def as_told(error: BaseException, place: str, /) -> ExtractorError:
    """``error`` as one of ours. Of an unexpected one the log tells where it arose; what it says may be an article's."""
    if isinstance(error, ExtractorError):
        return error
    log.error("unexpected %s at %s: %s", type(error).__name__, place, "".join(format_tb(error.__traceback__)))
    return ExtractorError(f"unexpected {type(error).__name__}: a fault of this program or of a library; report it")
