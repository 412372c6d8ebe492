"""Which errors concern one article, and which end the batch: the next article would meet them too."""

from __future__ import annotations

from typing import Final

from extractor.errors import (
    AuthenticationError,
    DatabaseMismatchError,
    ExtractorError,
    KeyMissingError,
    MissingPackageError,
    OutputError,
    PromptError,
    QuotaError,
    RequestRejectedError,
    StoreError,
    UnavailableError,
    UnknownModelError,
)

_ALL: Final = (
    QuotaError,
    KeyMissingError,
    UnknownModelError,
    MissingPackageError,
    DatabaseMismatchError,
    PromptError,
    StoreError,
    OutputError,
)
"""Errors that no article is the reason of."""
_REFUSALS: Final = 3
"""Refusals of the key in a row, after it was accepted: a gateway words the refusal of a single text like that."""
_ALIKE: Final = 20
"""Articles in a row whose calls were rejected, or never got through: then it is not they."""


class StopRule:
    """Tells of each error in turn whether it ends the batch."""

    def __init__(self) -> None:
        self._answered = False
        self._row = 0

    def answered(self) -> None:
        """An article was answered: what was met before were single cases."""
        self._answered = True
        self._row = 0

    def ends(self, error: ExtractorError, /) -> bool:
        """True when ``error`` ends the batch, and the article that met it has not failed."""
        if isinstance(error, _ALL) or (isinstance(error, UnavailableError) and error.stops):
            return True
        if not isinstance(error, AuthenticationError | RequestRejectedError | UnavailableError):
            self._row = 0
            return False
        self._row += 1
        most = (_REFUSALS if self._answered else 1) if isinstance(error, AuthenticationError) else _ALIKE
        return self._row >= most
