"""What a batch needs of the place where its results go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from extractor.errors import ExtractorError
from extractor.schemas import Article, Extraction

if TYPE_CHECKING:
    from extractor.store import ClaimStatus, Ending, Wanted


class Sink(Protocol):
    """Where the results of a batch go.

    The methods block. One thread at a time calls them, but for the two that find, which any thread may call.
    """

    @property
    def place(self) -> str:
        """What people are shown; no password is in it."""
        ...

    @property
    def lease(self) -> float | None:
        """Seconds that a claim holds unless `keep` renews it; None when nobody else can claim the same."""
        ...

    def claim(self, wanted: Sequence[Wanted], /) -> list[ClaimStatus]:
        """Claim runs; one status for each, in their order: as `Store.claim_runs`. Raises StoreError or OutputError."""
        ...

    def finish(self, endings: Sequence[Ending], /) -> list[ExtractorError | None]:
        """Keep how runs ended, durably, and give up the claims to them.

        For each, in their order: None when it is kept, else why this one cannot be held while the others are. Raises
        StoreError or OutputError when nothing can be kept for now: call again with the same, which keeps nothing twice.
        """
        ...

    def keep(self) -> None:
        """Renew all claims. Raises StoreError."""
        ...

    def release(self, keys: Collection[str] | None = None, /) -> None:
        """Give up claims without a result (None: all): others, or a rerun, make these runs. Raises StoreError."""
        ...

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """Those of the keys whose runs are done; nothing is claimed."""
        ...

    def find_extraction(self, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
        """A kept extraction of an article by an engine and model, for its summary; None where there is none."""
        ...

    def close(self) -> None:
        """Give up what is still claimed, and close what is open. Calling it again does nothing."""
        ...
