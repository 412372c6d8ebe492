"""Taking what was deleted out of the files of a database too, where it would stand until something overwrites it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from extractor.errors import StoreError
from extractor.store.tables import metadata

if TYPE_CHECKING:
    from .opening import Database

LOCK_SECONDS = 10
"""How long to wait for others who use a table of PostgreSQL; those who come later wait behind us meanwhile."""
_VACUUM = "'VACUUM (FULL, ANALYZE)'"


def forget_deleted(database: Database, /) -> None:
    """Clean the files of a database, as `Database.forget_deleted` tells."""
    try:
        told = _clean_sqlite(database) if database.path is not None else _clean_postgresql(database)
    except StoreError as error:
        again = "open it and delete another article, or copy it anew" if database.path else f"run {_VACUUM} there"
        raise StoreError(
            f"deleted, but the files of {database.place!r} still hold what was deleted, as others use them: "
            f"when they have finished, {again} ({error})"
        ) from error
    if told:
        raise StoreError(told)


def _clean_sqlite(database: Database, /) -> str | None:
    """Rewrite the index and cut off the log; what hinders it."""
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO claims_fts (claims_fts) VALUES ('optimize')")
    with database.outside() as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if not busy:
        return None
    return (
        f"deleted, but others read {database.place!r}, so its '-wal' file still holds what was deleted: "
        "close them, then open and close the database once more"
    )


def _clean_postgresql(database: Database, /) -> str | None:
    """Rewrite the tables and their statistics; what hinders it.

    A plain VACUUM would only allow what is deleted to be overwritten, and leave samples of it in ``pg_stats``.
    """
    hindrances: list[str] = []

    def listen(notice: Any) -> None:
        kept = re.match(r"[1-9]\d* ", notice.message_detail or "")  # row versions that somebody may still see
        if notice.severity_nonlocalized == "WARNING" or (kept and notice.severity_nonlocalized == "INFO"):
            hindrances.append(" ".join((notice.message_primary or "").split()))

    with database.outside() as connection:
        driver: Any = connection.connection.driver_connection
        connection.detach()  # its settings and its listener are for this
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        driver.add_notice_handler(listen)
        connection.exec_driver_sql("VACUUM (FULL, ANALYZE, VERBOSE) " + ", ".join(sorted(metadata.tables)))
        driver.remove_notice_handler(listen)
        connection.exec_driver_sql("VACUUM (FULL) pg_catalog.pg_statistic")  # samples; skipped without the right to it
    if not hindrances:
        return None
    return (
        f"deleted, but the files of {database.place!r} still hold what was deleted ({hindrances[0]}): when no older "
        f"transaction is open, let the owner of its tables run {_VACUUM} there"
    )
