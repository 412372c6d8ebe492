"""The store's lists page by page: a page never repeats or skips a row because others were added meanwhile."""

from __future__ import annotations

from extractor.schemas.stored import StoredArticle, StoredClaim, StoredExpert

from . import catalogue, reading
from .database.opening import Database
from .experts import lookup
from .filters import Filters
from .keysets import Key, Page


class Pages:
    """Pages of what `Store` lists. Each begins after the key of the page before (`Page.after`); the first without."""

    def __init__(self, database: Database, /) -> None:
        self._database = database

    def claims(
        self, filters: Filters | None = None, /, *, after: Key | None = None, limit: int = 100
    ) -> Page[StoredClaim]:
        """Listed claims, newest articles first, undated last. Raises InputError."""
        with self._database.reading() as connection:
            return reading.page_claims(connection, filters or Filters(), after=after, limit=limit)

    def open_predictions(
        self, filters: Filters | None = None, /, *, after: Key | None = None, limit: int = 100
    ) -> Page[StoredClaim]:
        """Unresolved predictions, those with the earliest end of their horizon first, without one last.

        Raises InputError.
        """
        with self._database.reading() as connection:
            return reading.page_open(connection, filters or Filters(), after=after, limit=limit)

    def articles(self, words: str = "", /, *, after: Key | None = None, limit: int = 100) -> Page[StoredArticle]:
        """Articles that appeared under a title, author or address with these words, the newest first."""
        with self._database.reading() as connection:
            return catalogue.page_articles(connection, words, after=after, limit=limit)

    def experts(self, words: str = "", /, *, after: Key | None = None, limit: int = 100) -> Page[StoredExpert]:
        """Experts whose name holds these words, those with the most listed claims first.

        One whose number of claims changes while somebody turns the pages moves in the order, and may be missed or told
        twice; what is added about others does not move it.
        """
        with self._database.reading() as connection:
            return lookup.page_experts(connection, words, after=after, limit=limit)
