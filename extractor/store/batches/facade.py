"""The methods of `Store` for runs that many processes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import ExtractorError

from . import claiming, ending

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from extractor.schemas import Article
    from extractor.schemas.stored import Added
    from extractor.store.database.opening import Database

    from .claiming import ClaimStatus, Wanted
    from .ending import Ending
    from .outbox import Outbox


class SharedRuns:
    """Runs that any number of processes, on any number of machines, make together without making one twice.

    A holder is told by a name that no other has. What it claims is its own for so many seconds, and longer as long as
    it keeps it; when it falls silent, others take it over.
    """

    _database: Database

    def outbox(self) -> Outbox:
        """The requests that are written down for a provider's batch, with what became of them."""
        from .outbox import Outbox

        return Outbox(self._database)

    def find_done(self, keys: Collection[str], /) -> set[str]:
        """Those of the keys that have a finished run; nothing is claimed."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for some in claiming.parted(sorted(set(keys))):
                found |= claiming.find_done(connection, some)
        return found

    def claim_runs(
        self, wanted: Sequence[Wanted], holder: str, /, *, lease: float, since: datetime | None = None
    ) -> list[ClaimStatus]:
        """Claim runs for ``lease`` seconds; what each is, in order.

        ``mine``: nobody else works at it now; ``done``: it is stored, and where its article appeared under a new
        address, title, author or date that is stored too; ``failed``: it failed at ``since`` or later (None: what
        failed is to be tried again); ``held``: somebody works at it, the holder itself included.
        """
        found: dict[str, ClaimStatus] = {}
        for some in claiming.parted(sorted({one.key for one in wanted})):
            found |= self._claim(some, holder, lease=lease, since=since)
        self._add_appearances([one.article for one in wanted if one.article and found[one.key] == "done"])
        return claiming.told(wanted, found)

    def keep_runs(self, holder: str, /, *, lease: float) -> int:
        """Renew all leases of a holder for so many seconds from now; how many it has."""
        with self._database.writing() as connection:
            return claiming.keep(connection, holder, lease=lease)

    def release_runs(self, holder: str, keys: Collection[str] | None = None, /) -> int:
        """Drop leases of a holder, those of these keys or (None) all, as if it had not claimed them; how many."""
        with self._database.writing() as connection:
            return claiming.release(connection, holder, keys)

    def finish_runs(self, endings: Sequence[Ending], holder: str, /) -> list[Added | ExtractorError]:
        """Store how runs ended and drop their leases, in one transaction; what each came to, in order.

        One that cannot be stored does not keep the others from it: its error stands in its place and its lease stays,
        until it is stored as failed or released. Raises StoreError when the database fails; then nothing was stored.
        """
        try:
            with self._database.writing() as connection:
                return [*ending.finish(connection, endings, holder)]
        except ExtractorError as error:
            if not ending.is_of_one(error):
                raise
            return [error] if len(endings) == 1 else [self.finish_runs([one], holder)[0] for one in endings]

    def _claim(
        self, keys: Collection[str], holder: str, /, *, lease: float, since: datetime | None
    ) -> dict[str, ClaimStatus]:
        with self._database.reading() as connection:  # so that what has ended is in no writer's way
            found = claiming.find_ended(connection, keys, since=since)
        if left := [key for key in keys if key not in found]:
            with self._database.writing() as connection:
                found |= claiming.claim(connection, left, holder, lease=lease, since=since)
        return found

    def _add_appearances(self, seen: Sequence[Article], /) -> None:
        """Store where articles appeared that are stored already."""
        if not seen:
            return
        with self._database.reading() as connection:
            new = claiming.find_new_appearances(connection, seen)
        if new:
            with self._database.writing() as connection:
                ending.add_appearances(connection, new)
