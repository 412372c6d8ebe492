"""Opening the store: whose database it is, transactions, and what each fault comes to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, update
from store_databases import count_articles, fill

from extractor.errors import (
    DatabaseMismatchError,
    InputError,
    StoreError,
)
from extractor.store.database import opening
from extractor.store.database.opening import Database, open_database
from extractor.store.tables import articles, experts

# Whose database it is


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """A file in it has to be named."""
    with pytest.raises(DatabaseMismatchError, match="is a folder"):
        open_database(tmp_path)


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    """A mistyped path makes no folders."""
    with pytest.raises(DatabaseMismatchError, match="there is no folder"):
        open_database(tmp_path / "typo" / "claims.db")
    assert not list(tmp_path.iterdir())


def test_another_kind_of_file_is_left_alone(tmp_path: Path) -> None:
    """A text is no database and stays what it is."""
    text = tmp_path / "notes.txt"
    text.write_text("The quay floods. " * 500)
    with pytest.raises(DatabaseMismatchError, match="is no SQLite database"):
        open_database(text)
    assert text.read_text() == "The quay floods. " * 500


@pytest.mark.parametrize("statement", ["CREATE TABLE claims (id)", "PRAGMA application_id = 17"])
def test_another_programs_file_is_left_alone(statement: str, sqlite_path: Path) -> None:
    """Tables that are not ours, or another program's mark, stop it before anything is written."""
    with closing(sqlite3.connect(sqlite_path)) as connection:
        connection.execute(statement)
    before = sqlite_path.read_bytes()
    with pytest.raises(DatabaseMismatchError, match="another program's"):
        open_database(sqlite_path)
    assert sqlite_path.read_bytes() == before


@pytest.mark.parametrize("table", ["quays (id integer)", "alembic_version (version_num text)"])
def test_another_programs_schema_is_left_alone(table: str, postgresql_url: str) -> None:
    """A PostgreSQL database with tables that are not ours is refused."""
    engine = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table}")
    engine.dispose()
    with pytest.raises(DatabaseMismatchError, match="another program's"):
        open_database(postgresql_url)


def test_a_newer_schema_is_refused(database: Database, database_url: str) -> None:
    """An older program does not touch what it does not know."""
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseMismatchError, match="schema 9999 of a newer version"):
        open_database(database_url)


def test_an_older_schema_asks_for_the_upgrade(database: Database, database_url: str) -> None:
    """Opening does not change a schema that holds something."""
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(DatabaseMismatchError, match="run 'extractor db upgrade'"):
        open_database(database_url)


def test_a_missing_file_is_not_made_when_it_should_exist(sqlite_path: Path) -> None:
    """Asking an absent store says where it is missing and what makes one."""
    with pytest.raises(InputError, match=r"there is no database '.*claims.db': 'extractor extract"):
        open_database(sqlite_path, create=False)
    assert not sqlite_path.exists()


def test_an_empty_database_is_not_filled_when_it_should_exist(postgresql_url: str, sqlite_path: Path) -> None:
    """A database without tables holds no store, on either kind."""
    sqlite_path.touch()
    for address in (postgresql_url, sqlite_path):
        with pytest.raises(InputError, match="no claims are stored in"):
            open_database(address, create=False)


# Transactions


def test_an_error_undoes_a_transaction(database: Database) -> None:
    """Whatever leaves the transaction takes all of it back; errors of ours pass as they are."""
    for error in (KeyboardInterrupt(), InputError("no")):
        with pytest.raises(type(error)), database.writing() as connection:
            fill(connection)
            raise error
    assert count_articles(database) == 0


def test_an_error_of_the_database_is_the_stores(database: Database) -> None:
    """It is wrapped once, with its cause, and holds no value that was to be stored."""
    with pytest.raises(StoreError, match="nothing was changed") as caught, database.writing() as connection:
        fill(connection)
        fill(connection)
    assert not isinstance(caught.value.__cause__, StoreError)
    assert "Ana Roe" not in "".join(traceback.format_exception(caught.value))
    assert count_articles(database) == 0


def test_reading_sees_one_state(database: Database) -> None:
    """What others store meanwhile is not in it."""
    with database.reading() as connection:
        before = connection.execute(select(articles)).all()
        with database.writing() as other:
            fill(other)
        assert connection.execute(select(articles)).all() == before
    assert count_articles(database) == 1


def test_threads_write_in_turn(database: Database) -> None:
    """A read followed by a write in one transaction loses no update."""
    with database.writing() as connection:
        fill(connection)
        connection.execute(update(experts).values(name="0"))

    def add_ones() -> None:
        for _ in range(5):
            with database.writing() as connection:
                name = connection.execute(select(experts.c.name).with_for_update()).scalar_one()
                connection.execute(update(experts).values(name=str(int(name) + 1)))

    threads = [threading.Thread(target=add_ones) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(experts.c.name)).scalar_one() == "30"


def test_processes_may_make_the_same_store(database_url: str) -> None:
    """Several that open an empty database at once all get the one store."""
    program = f"from extractor.store.database.opening import open_database\nopen_database({database_url!r}).close()"
    running = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 4
    database = open_database(database_url, create=False)
    assert count_articles(database) == 0
    database.close()


def test_opening_does_not_load_alembic(file: Path) -> None:
    """Half a second of imports is for changing the schema only."""
    program = (
        "import sys\nfrom extractor.store.database.opening import open_database\n"
        f"open_database({str(file)!r}).close()\nassert not {{'alembic', 'psycopg'}} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_sqlite_is_set_up(sqlite_path: Path) -> None:
    """A log for readers beside a writer, foreign keys, and deleted content overwritten; the file tells whose it is."""
    database = open_database(sqlite_path)
    with database.reading() as connection:
        pragmas = ("journal_mode", "foreign_keys", "secure_delete", "synchronous", "busy_timeout", "application_id")
        values = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for pragma in pragmas]
    assert values == ["wal", 1, 1, 1, 30_000, opening.APPLICATION_ID]
    database.close()


def test_postgresql_speaks_utc(postgresql_url: str) -> None:
    """Whatever the server's time zone is; and reading cannot write."""
    database = open_database(postgresql_url)
    with database.reading() as connection:
        settings = ("TimeZone", "transaction_isolation", "transaction_read_only")
        values = [connection.exec_driver_sql(f"SHOW {setting}").scalar_one() for setting in settings]
    assert values == ["UTC", "repeatable read", "on"]
    database.close()
