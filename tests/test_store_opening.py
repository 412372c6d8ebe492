"""Opening the store: addresses, whose database it is, transactions, and what each fault comes to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, update
from store_databases import count_articles, fill, make_store

from extractor.errors import (
    DatabaseMismatchError,
    InputError,
    MissingPackageError,
    StoreError,
)
from extractor.store.database import forgetting, opening
from extractor.store.database.opening import Database, find_address, open_database
from extractor.store.tables import articles, claims, experts

SECRET = "tide-4711-quay"
NOW = datetime(2026, 3, 17, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def file(sqlite_path: Path) -> Path:
    """An SQLite database with an article, closed."""
    return make_store(sqlite_path)


# Addresses


def test_an_empty_database_becomes_a_store(database_url: str) -> None:
    """What was empty gets the schema, and opens again without being made."""
    open_database(database_url).close()
    again = open_database(database_url, create=False)
    assert count_articles(again) == 0
    again.close()


def test_without_an_address_it_is_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file lies in the platform's folder for data, which is made."""
    monkeypatch.setattr(opening, "user_data_path", lambda name, **_: tmp_path / "share" / name)
    open_database().close()
    assert (tmp_path / "share" / "extractor" / "claims.db").is_file()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("sub/a b%20?#.db", "sub/a b%20?#.db"),
        ("sqlite:///sub/a%20b#.db", "sub/a b#.db"),
        ("{folder}/sub/ü.db", "sub/ü.db"),
        ("file:x.db", "file:x.db"),
    ],
)
def test_a_path_is_a_file_of_that_name(address: str, name: str, tmp_path: Path) -> None:
    """Nothing in a path is read as an option or an escape; in a URL escapes are."""
    (tmp_path / "sub").mkdir()
    open_database(address.replace("{folder}", str(tmp_path))).close()
    assert (tmp_path / name).is_file()


def test_a_path_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tilde is expanded, for the shell does not do so after an equals sign."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_address("~/x.db").path == tmp_path / "x.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_three_schemes(postgresql_url: str, scheme: str) -> None:
    """The schemes in use all lead to the same database, shown under one."""
    database = open_database(postgresql_url.replace("postgresql", scheme, 1))
    assert database.place.startswith("postgresql://")
    assert database.engine.driver == "psycopg"
    database.close()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://ana:{}@host/db", "databases of 'mysql' are not known"),
        ("sqlite://", "names no file"),
        ("sqlite:///x.db?mode=ro", "names no file"),
        (":memory:", "no place for a database"),
        (" ", "no place for a database"),
        ("a\0b", "no place for a database"),
        ("postgresql://ana:{}@host:port/db", "malformed"),
        ("postgresql://ana:{}@@host/db", "write it as '%40'"),
        ("://", "malformed"),
    ],
)
def test_other_addresses_are_refused(address: str, message: str) -> None:
    """The error says what is accepted, and holds no password."""
    with pytest.raises(DatabaseMismatchError, match=message) as caught:
        open_database(address.replace("{}", SECRET))
    assert SECRET not in str(caught.value)
    assert caught.value.exit_code == 2


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL needs the extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'commentary-extractor\[postgres\]'"):
        open_database("postgresql://ana@host/db")


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


def test_deleted_text_is_vacuumed(postgresql_url: str) -> None:
    """PostgreSQL is told to reuse what was deleted."""
    database = open_database(postgresql_url)
    database.forget_deleted()
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


# Addresses that hold secrets

WRONG_FORMS = [
    "postgresql:/u:{}@h/db",
    "postgresql//u:{}@h/db",
    "postgresql:u:{}@h",
    "postgresql:{}",
    "host=h user=u password={} dbname=x",
    "dbname=x  password = '{}'",
    "u:{}@h/db",
    "u:{}/x@h/db",
    "//u:{}@h/db",
    "bob:{}@postgresql://h/db",
    "host=h password={} options=x://y",
    "postgresql:///u:{}@h/db",
    "postgresql://h;password={}/db",
    "postgresql://h/db;password={}",
    "postgresql://user=u password={}@h/db",
]


@pytest.mark.parametrize("address", WRONG_FORMS)
def test_what_looks_like_an_address_is_no_file(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused without being repeated, as a path object too, and no file is made."""
    monkeypatch.chdir(tmp_path)
    for given in (address.replace("{}", SECRET), Path(address.replace("{}", SECRET))):
        with pytest.raises(DatabaseMismatchError) as caught:
            open_database(given)
        told = "".join(traceback.format_exception(caught.value))
        assert (SECRET in told, caught.value.exit_code, list(tmp_path.iterdir())) == (False, 2, [])


@pytest.mark.parametrize(
    "query",
    [
        "oauth_client_secret={}",
        "scram_client_key={}",
        "options=-c password={}",
        "sslmode=require;password={}",
        "user=u:{}@h",
        "password={}&password={}",
        "A{}=1",
    ],
)
def test_of_a_query_only_what_is_known_is_shown(query: str) -> None:
    """The rest may be a secret: neither the place, nor a representation, nor the engine has it."""
    pytest.importorskip("psycopg")
    address = find_address(f"postgresql://u@h/db?{query.replace('{}', SECRET)}&application_name=quays&host=h2")
    assert address.url is not None
    engine = opening._postgresql_engine(address.url)
    assert not [text for text in (address.place, repr(address), repr(engine)) if SECRET in text]
    assert address.place.endswith("&application_name=quays&host=h2")
    engine.dispose()


def test_a_file_may_be_named_like_an_address(tmp_path: Path) -> None:
    """With the scheme of files; ordinary names need none."""
    assert find_address(f"sqlite:///{tmp_path}/u:x@y.db").path == tmp_path / "u:x@y.db"
    for name in ("claims@work.db", "a=b.db", "postgresql.db", "postgresql/claims.db", str(tmp_path / "user=ana.db")):
        assert find_address(name).path == Path(name).absolute()


def test_the_home_of_an_unknown_user_is_told() -> None:
    """A tilde with a name that nobody has is no crash."""
    with pytest.raises(DatabaseMismatchError, match="home folder"):
        find_address("~no_such_user_of_ours/claims.db")


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
