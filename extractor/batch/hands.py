"""Who makes the results of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.schemas import Article, Extraction, Summary
    from extractor.summarizing import Length


class Postponed(BaseException):
    """Raised by hands: the article is left for another run and counts neither as done nor as failed.

    No Exception, so that nothing on its way takes it for a failure of its own.
    """


class Hands(Protocol):
    """Whatever makes results, many at once, on the event loop of the batch: `EngineWorkers` does, `ModelHands` too."""

    async def extract(self, article: Article, /) -> Extraction:
        """The extraction of an article; raises as `Extractor.extract`, and Postponed."""
        ...

    async def summarize(
        self, article: Article, /, *, extraction: Extraction | None = None, length: Length = "medium"
    ) -> Summary:
        """The summary of an article; raises as `Extractor.summarize`, and Postponed."""
        ...


class ModelHands:
    """An `Extractor` as hands."""

    def __init__(self, extractor: Extractor, /) -> None:
        self.extract = extractor.aextract
        self.summarize = extractor.asummarize
