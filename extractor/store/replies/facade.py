"""The methods of `Store` for kept answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from extractor.store.database.opening import Database

    from .cache import StoredReplies
    from .keeping import ReplyStats


class KeptReplies:
    """Answers of models, each under the digest of its request; any number of processes may share them."""

    _database: Database
    _opened: list[StoredReplies]

    def replies(self, *, limit_mb: int = 1000) -> StoredReplies:
        """The kept answers, for `Extractor`'s ``cache``; one for a process is enough.

        Beyond ``limit_mb`` megabytes (compressed) those go that were unused for longest. Close it, or the store.
        """
        from .cache import StoredReplies

        self._opened.append(StoredReplies(self._database, limit_mb=limit_mb))
        return self._opened[-1]

    def reply_stats(self) -> ReplyStats:
        """How many answers are kept, and what they once took."""
        from . import keeping

        with self._database.reading() as connection:
            return keeping.stats(connection)

    def clear_replies(self, older_than: timedelta | None = None) -> int:
        """Forget the answers that were not used for so long, or all; how many."""
        from . import keeping

        with self._database.writing() as connection:
            return keeping.clear(connection, older_than)
