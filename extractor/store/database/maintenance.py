"""Upkeep of the store: verifying what is stored, counting it, and copying it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, exists, func, select

from extractor.errors import InputError, StoreError
from extractor.store.tables import (
    appearances,
    articles,
    claims,
    experts,
    metadata,
    rejected_items,
    rejections,
    resolutions,
    runs,
)

from .checking import check
from .faults import translate
from .opening import Database, read_revision
from .problems import Problem

__all__ = ["Problem", "Stats", "backup", "check", "stats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How much is stored. Positions and predictions are the listed ones; ``open`` ones have no resolution."""

    place: str
    revision: str
    articles: int
    appearances: int
    runs: int
    failed_runs: int
    experts: int
    positions: int
    predictions: int
    open: int
    resolved: int
    rejected_claims: int
    rejected_items: int
    bytes: int


def stats(connection: Connection, database: Database, /) -> Stats:
    """How much is stored."""

    def count(column: ColumnElement[int], *wanted: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count(column)).where(*wanted)).scalar_one()

    predictions = count(claims.c.id, claims.c.listed, claims.c.kind == "prediction")
    is_resolved = exists().where(resolutions.c.claim_id == claims.c.claim_id)
    resolved = count(claims.c.id, claims.c.listed, claims.c.kind == "prediction", is_resolved)
    latest = select(func.max(rejections.c.id)).group_by(rejections.c.claim_id)
    return Stats(
        place=database.place,
        revision=read_revision(connection, database) or "",
        articles=count(articles.c.id),
        appearances=count(appearances.c.id),
        runs=count(runs.c.id, runs.c.status == "done"),
        failed_runs=count(runs.c.id, runs.c.status == "failed"),
        experts=count(experts.c.id, experts.c.merged_into.is_(None)),
        positions=count(claims.c.id, claims.c.listed, claims.c.kind == "position"),
        predictions=predictions,
        open=predictions - resolved,
        resolved=resolved,
        rejected_claims=count(rejections.c.id, rejections.c.id.in_(latest), rejections.c.action == "reject"),
        rejected_items=count(rejected_items.c.id),
        bytes=_size(connection),
    )


def _size(connection: Connection, /) -> int:
    """Bytes of the database file, or of the tables with their indexes."""
    if connection.dialect.name == "sqlite":
        pages, size = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
        )
        return int(pages * size)
    sizes = (func.pg_total_relation_size(name) for name in metadata.tables)
    return sum(connection.execute(select(*sizes)).one())


def backup(database: Database, target: Path, /) -> None:
    """Copy an SQLite database, which others may be using, to a new file; it is whole or not there.

    Raises InputError when the database is PostgreSQL's, or when ``target`` exists or its folder does not, and
    StoreError when the file cannot be written.
    """
    if database.path is None:
        raise InputError(f"{database.place!r} is copied with PostgreSQL's own 'pg_dump'")
    target = target.expanduser().absolute()
    if target.exists() or target.is_symlink():
        raise InputError(f"{str(target)!r} exists: name a new file for the copy")
    if not target.parent.is_dir():
        raise InputError(f"there is no folder {str(target.parent)!r} for the copy: make it first")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        _copy(database, unfinished)
        _put(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(database: Database, target: Path, /) -> None:
    with database.outside() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        try:
            with closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE").close()  # one file: no log stays beside it
        except sqlite3.Error as error:
            raise translate(error, str(target)) from error


def _put(unfinished: Path, target: Path, /) -> None:
    """Give the file its name, unless another file has got it meanwhile."""
    try:
        os.link(unfinished, target)
    except FileExistsError as error:
        raise InputError(f"{str(target)!r} exists: name a new file for the copy") from error
    except OSError:  # a file system without links
        try:
            unfinished.rename(target)
        except OSError as error:
            raise StoreError(f"{str(target)!r} cannot be written ({error.strerror}): name another file") from error
