"""Deleted text leaves the files; the write-ahead log and readings that are left open."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from store_databases import fill

from extractor.errors import (
    StoreError,
)
from extractor.store.database import forgetting, opening
from extractor.store.database.opening import open_database
from extractor.store.tables import articles, claims, experts

NOW = datetime(2026, 3, 17, tzinfo=UTC)


def test_deleted_text_is_gone_from_the_files(file: Path) -> None:
    """Not a word of it stays in the file, its log or its index."""
    database = open_database(file)
    with database.writing() as connection:
        connection.execute(update(claims).values(topic="ferries zyxwv " * 2000))
    with database.writing() as connection:
        connection.execute(articles.delete())
        connection.execute(experts.delete())
    database.forget_deleted()
    left = b"".join(path.read_bytes() for path in file.parent.glob("claims.db*"))
    assert not [word for word in (b"zyxwv", b"ferri", b"quay", b"Ana Roe") if word in left]
    database.close()


def test_a_reader_that_keeps_deleted_text_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the log cannot be emptied, and the error says so."""
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    database, other = open_database(file), open_database(file)
    with other.reading() as connection:
        connection.execute(select(articles)).all()
        with database.writing() as writing:
            writing.execute(articles.delete())
        with pytest.raises(StoreError, match="still holds what was deleted"):
            database.forget_deleted()
    database.close()
    other.close()


# The write-ahead log, and forgetting


def test_a_restored_backup_gets_its_log_again(file: Path) -> None:
    """Reading leaves the file as it is; the first writing sets the log."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    database = open_database(file)
    modes = []
    for transaction in (database.reading, database.writing, database.reading):
        with transaction() as connection:
            modes.append(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    assert modes == ["delete", "wal", "wal"]
    database.close()


def test_deleted_text_is_gone_from_the_tables_files_of_postgresql(postgresql_url: str) -> None:
    """They are written anew without a word of it."""
    database = open_database(postgresql_url)
    with database.writing() as connection:
        fill(connection)
        connection.execute(update(claims).values(topic="ferries zyxwv"))
        connection.execute(update(experts).values(job_title="pilot"))
    held = "SELECT pg_read_binary_file(pg_relation_filepath('{}'))"
    paths = ("articles", "claims", "cited_experts", "ix_claims_search")
    with database.outside() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        before = [bytes(connection.exec_driver_sql(held.format(path)).scalar_one()) for path in ("articles", "claims")]
    assert b"old quay" in before[0] and b"zyxwv" in before[1]
    with database.writing() as connection:
        connection.execute(claims.delete())
        connection.execute(articles.delete())
    database.forget_deleted()
    with database.outside() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        left = b"".join(bytes(connection.exec_driver_sql(held.format(path)).scalar_one()) for path in paths)
    assert not [word for word in (b"old quay", b"zyxwv") if word in left]
    database.close()


def test_statistics_of_postgresql_forget_too(postgresql_url: str) -> None:
    """As long as something is stored, its samples take the place of those of what was deleted."""
    database = open_database(postgresql_url)
    seen = "SELECT count(*) FROM pg_stats WHERE s::text LIKE '%%Zyxwv%%'".replace("pg_stats", "pg_stats AS s")
    with database.writing() as connection:
        fill(connection)
        connection.execute(experts.insert(), [{"name": "Zyxwv", "kind": "person", "added_at": NOW}] * 3)
    with database.outside() as connection:
        connection.exec_driver_sql("ANALYZE")
        assert connection.exec_driver_sql(seen).scalar_one() == 1
    with database.writing() as connection:
        connection.execute(experts.delete().where(experts.c.name == "Zyxwv"))
    database.forget_deleted()
    with database.outside() as connection:
        assert connection.exec_driver_sql(seen).scalar_one() == 0
        connection.exec_driver_sql("CHECKPOINT")
        held = "SELECT pg_read_binary_file(pg_relation_filepath('pg_statistic'))"
        assert b"Zyxwv" not in bytes(connection.exec_driver_sql(held).scalar_one())
    database.close()


def test_a_busy_server_does_not_hang_forgetting(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads the tables: the error says that the deletion has happened, and what is left to do."""
    monkeypatch.setattr(forgetting, "LOCK_SECONDS", 1)
    database = open_database(postgresql_url)
    with database.reading() as connection:
        connection.execute(select(articles)).all()
        with pytest.raises(StoreError, match=r"^deleted, but .* run 'VACUUM \(FULL, ANALYZE\)' there"):
            database.forget_deleted()
    database.close()


def test_an_older_transaction_that_keeps_rows_is_told(postgresql_url: str) -> None:
    """Rewriting keeps what somebody may still see, and that is no success."""
    database = open_database(postgresql_url)
    with database.writing() as connection:
        fill(connection)
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT 1 FROM pg_class LIMIT 1").all()
        with database.writing() as writing:
            writing.execute(claims.delete())
        with pytest.raises(StoreError, match=r"deleted, but .* older transaction"):
            database.forget_deleted()
    database.close()


def test_too_many_open_readings_are_told(file: Path) -> None:
    """A generator that nobody finishes holds its connection; the server is not to blame."""
    database = open_database(file)
    database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    with ExitStack() as opened, pytest.raises(StoreError, match=r"too many readings open .* close the exports"):
        for _ in range(20):
            opened.enter_context(database.reading())
    database.close()
