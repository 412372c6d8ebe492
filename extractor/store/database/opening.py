"""Opening the store: where it is, whether it is ours, and transactions in it."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from extractor.errors import DatabaseMismatchError, InputError, MissingPackageError, StoreError

from . import forgetting
from .addresses import Address, is_shown, parse
from .damage import is_of_a_value, locate
from .faults import translate, unreadable

HEAD = "0004"
"""The newest revision of the schema."""
APPLICATION_ID = 0x45585452
"""What SQLite files of ours bear in their header: "EXTR"."""
BUSY_SECONDS = 30.0
"""How long a writer of SQLite waits for another, in seconds."""
CONNECT_SECONDS = 10
"""How long to wait for a PostgreSQL server, in seconds."""

_MAKE = "'extractor extract ARTICLE --db ADDRESS' makes one"
_OURS = {"alembic_version", "appearances", "cited_experts"}
_OLDEST_POSTGRESQL = 140_000
_CACHE = 16_000
"""Of each connection to SQLite, in KiB. With four times as much queries of 2 GB took as long: the system caches too."""
_TABLES = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
"""


class Database:
    """An open database. Its transactions may run in several threads at once."""

    def __init__(self, engine: Engine, /, *, place: str, path: Path | None = None) -> None:
        self.engine = engine
        self.place = place
        self.path = path
        """The file, for SQLite."""
        self._keeps_log = False

    def __repr__(self) -> str:
        return f"Database({self.place!r})"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout. Raises StoreError."""
        with self._transaction(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is stored at the end, or not at all when an error leaves it. Raises StoreError."""
        if self.path is not None and not self._keeps_log:  # a backup that was put in the file's place has none
            with self.translated():
                self._keeps_log = _try_log(self.path)
        with self._transaction(isolation_level="READ COMMITTED", sqlite_begin="BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """A connection without a transaction, for what none can hold. Raises StoreError."""
        with self.translated(), self.engine.connect() as connection:
            yield self._with(connection, isolation_level="AUTOCOMMIT", sqlite_begin=None)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def forget_deleted(self) -> None:
        """Take what was deleted out of the files too, where it would stand until something overwrites it.

        On PostgreSQL the tables are rewritten, which shuts others out meanwhile. Raises StoreError, which says that the
        deletion itself has happened, when others keep using the database for so long that this cannot be done.
        """
        forgetting.forget_deleted(self)

    @contextmanager
    def _transaction(self, **options: Any) -> Iterator[Connection]:
        with self.translated(), self.engine.connect() as connection, self._with(connection, **options).begin():
            yield connection

    def _with(self, connection: Connection, /, **options: Any) -> Connection:
        """Set those of ``options`` that are for this kind of database."""
        foreign = ("isolation_level", "postgresql") if self.path else ("sqlite",)
        chosen = {name: value for name, value in options.items() if not name.startswith(foreign)}
        return connection.execution_options(**chosen)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the database and its driver raise into errors of this package."""
        try:
            yield
        except (DBAPIError, PoolTimeoutError, sqlite3.Error) as error:
            raise translate(error, self.place) from error
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            if not is_of_a_value(error):
                raise
            raise unreadable(error, self.place, locate(self.path) if self.path else None) from error


def open_database(db: str | Path | None = None, /, *, create: bool = True) -> Database:
    """Open the database at ``db`` (a path or a URL; None: the file in the user's data folder).

    An empty or missing one gets the schema unless ``create`` is False. Raises ConfigurationError when it cannot be
    used as it is, InputError when there is none and ``create`` is False, and StoreError when it cannot be reached,
    read or written.
    """
    database, revision = open_any(db, create=create)
    if revision != HEAD:
        database.close()
        raise _outdated(database, revision)
    return database


def verify(connection: Connection, database: Database, /) -> None:
    """See that the database still is one of ours with the schema of this program. Raises DatabaseMismatchError."""
    revision = read_revision(connection, database)
    if revision != HEAD:
        raise _outdated(database, revision)


def _outdated(database: Database, revision: str | None, /) -> DatabaseMismatchError:
    return DatabaseMismatchError(
        f"the database {database.place!r} has the schema {revision}, this program needs {HEAD}: "
        "run 'extractor db upgrade'"
    )


def open_any(db: str | Path | None = None, /, *, create: bool = False) -> tuple[Database, str]:
    """Open a database of ours, also one of an older revision, which is returned with it. Raises as `open_database`."""
    address = find_address(db)
    database = _connect(address, create=create)
    try:
        with database.reading() as connection:
            revision = read_revision(connection, database)
        if revision is None and create:
            revision = _create(database)
    except BaseException:
        database.close()
        raise
    if revision is None:
        database.close()
        raise InputError(f"no claims are stored in {database.place!r}: {_MAKE}")
    return database, revision


def find_address(db: str | Path | None = None, /) -> Address:
    """What ``db`` means. Raises DatabaseMismatchError when it is no address."""
    if db is None:
        return Address(path=user_data_path("extractor", appauthor=False) / "claims.db")
    return parse(db)


def _connect(address: Address, /, *, create: bool) -> Database:
    if address.url is not None:
        return Database(_postgresql_engine(address.url), place=address.place)
    path = address.path
    assert path is not None
    try:
        _look_at(path, create=create)
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be used ({error.strerror}): use another place") from error
    return Database(_sqlite_engine(path), place=address.place, path=path)


def _look_at(path: Path, /, *, create: bool) -> None:
    """See that a file is at ``path`` or may be made there."""
    if path.is_dir():
        raise DatabaseMismatchError(f"{str(path)!r} is a folder: name a file in it")
    if path.exists():
        return
    if not create:
        raise InputError(f"there is no database {str(path)!r}: {_MAKE}")
    if path == find_address().path:
        path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.is_dir():
        raise DatabaseMismatchError(f"there is no folder {str(path.parent)!r} for the database: make it first")


def _postgresql_engine(url: URL, /) -> Engine:
    wanted = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"}
    arguments: dict[str, Any] = {name: value for name, value in wanted.items() if name not in url.query}
    hidden = {name: value for name, value in url.query.items() if not is_shown(name, value)}
    arguments |= {name: value if isinstance(value, str) else value[-1] for name, value in hidden.items()}
    url = url.difference_update_query(hidden)  # an engine shows its query
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=arguments)
    except ImportError as error:
        raise MissingPackageError(
            "PostgreSQL needs a package more: pip install 'commentary-extractor[postgres]'"
        ) from error
    event.listen(engine, "connect", _set_time_zone)
    return engine


def _set_time_zone(connection: Any, _: object) -> None:
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = False


def _sqlite_engine(path: Path, /) -> Engine:
    def connect() -> sqlite3.Connection:
        return _connect_file(path)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _connect_file(path: Path, /) -> sqlite3.Connection:
    """A connection to the file, to read only where it lies on a medium or in a folder that cannot be written."""
    try:
        return _prepare(path.as_uri())
    except sqlite3.OperationalError as error:
        log = path.with_name(f"{path.name}-wal")
        unwritable = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not unwritable or not path.exists() or (log.exists() and log.stat().st_size):
            raise
    return _prepare(f"{path.as_uri()}?immutable=1")


def _prepare(uri: str, /) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "secure_delete = ON", f"cache_size = -{_CACHE}"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("SELECT 1 FROM sqlite_master").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    """Begin as the transaction wants it; Python's driver would begin late, and never for reading."""
    statement = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


def read_revision(connection: Connection, database: Database, /) -> str | None:
    """The revision of the schema; None for an empty database. Raises DatabaseMismatchError when it is not ours."""
    tables, stranger = _list_tables(connection, database)
    if not tables and not stranger:
        return None
    ours = tables >= _OURS
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if ours else None
    if stranger or revision is None or not re.fullmatch(r"\d{4}", revision):
        raise DatabaseMismatchError(f"the database {database.place!r} is another program's: name another one")
    if revision > HEAD:
        raise DatabaseMismatchError(
            f"the database {database.place!r} has the schema {revision} of a newer version, this program knows {HEAD}: "
            "upgrade commentary-extractor"
        )
    return str(revision)


def _list_tables(connection: Connection, database: Database, /) -> tuple[set[str], bool]:
    """The names of all tables, and whether the database bears another program's mark."""
    if database.path is not None:
        mark = connection.exec_driver_sql("PRAGMA application_id").scalar()
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'")
        return set(names.scalars()), mark not in (0, APPLICATION_ID)
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if version < _OLDEST_POSTGRESQL or encoding != "UTF8":
        raise DatabaseMismatchError(
            f"the database {database.place!r} has version {version // 10_000} and encoding {encoding}: "
            f"use PostgreSQL {_OLDEST_POSTGRESQL // 10_000} or newer and a database with encoding UTF8"
        )
    return set(connection.exec_driver_sql(_TABLES).scalars()), False


def _create(database: Database, /) -> str:
    """Make the schema, unless another process was faster; returns its revision."""
    from .migrating import migrate

    if database.path is not None:
        with database.translated():
            _keep_log(database.path)
    with database.writing() as connection:
        lock_schema(connection, database)
        revision = read_revision(connection, database)
        if revision is None:
            migrate(connection)
            if database.path is not None:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    return revision or HEAD


def lock_schema(connection: Connection, database: Database, /) -> None:
    """Wait until no other process changes the schema; on SQLite the transaction itself has waited."""
    if database.path is None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")


def _keep_log(path: Path, /) -> None:
    """Set the write-ahead log, which the file then keeps; SQLite does not wait for others that do the same."""
    end = time.monotonic() + BUSY_SECONDS
    with closing(_connect_file(path)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL").close()
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
            time.sleep(0.05)


def _try_log(path: Path, /) -> bool:
    """Set the write-ahead log unless others use the file; without it they only wait for each other more."""
    with closing(_connect_file(path)) as connection:
        connection.execute("PRAGMA busy_timeout = 0").close()
        try:
            return bool(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")
        except sqlite3.OperationalError:
            return False  # where the file cannot be written, writing will say so
