"""Making the schema and bringing it up to date, with Alembic.

Only what changes the schema imports this module: Alembic takes half a second to load.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select

from extractor.store.tables import articles

from .maintenance import backup
from .opening import HEAD, Database, lock_schema, open_any, read_revision

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = Lock()  # Alembic's context is one for the whole process


def migrate(connection: Connection, /, *, revision: str = HEAD) -> None:
    """Bring the schema to ``revision`` in the transaction of ``connection``."""
    config = configuration()
    config.attributes["connection"] = connection
    with _LOCK:
        command.upgrade(config, revision)


def configuration() -> Config:
    """Alembic's configuration: where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(db: str | Path | None = None, /) -> tuple[str, str]:
    """Bring the schema of the database at ``db`` to the newest revision; returns the old and the new one.

    An SQLite database that holds articles is copied first, to a file beside it (``claims.db.0001.backup``). Raises
    what `open_database` raises, and InputError when there is no database.
    """
    database, old = open_any(db)
    try:
        if old != HEAD:
            _keep_copy(database, old)
            with database.writing() as connection:
                lock_schema(connection, database)
                if read_revision(connection, database) != HEAD:
                    migrate(connection)
        return old, HEAD
    finally:
        database.close()


def _keep_copy(database: Database, revision: str, /) -> None:
    if database.path is None:
        return
    with database.reading() as connection:
        if connection.execute(select(articles.c.id).limit(1)).first() is None:
            return
    name = f"{database.path.name}.{revision}.backup"
    names = (name if number == 1 else f"{name}.{number}" for number in count(1))
    backup(database, next(path for path in map(database.path.with_name, names) if not path.exists()))
