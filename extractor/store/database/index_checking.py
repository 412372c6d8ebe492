"""Verifying the search index: that it holds what is listed, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from extractor.store.tables import FTS

from .problems import Problem

_COLUMNS = "statement, quote, topic, target, expert_id"
_MAKE = (
    f"CREATE VIRTUAL TABLE temp.right_fts USING fts5({_COLUMNS}, content='', tokenize='{{}}')",
    f"INSERT INTO temp.right_fts (rowid, {_COLUMNS}) SELECT id, {_COLUMNS} FROM claims WHERE listed",  # noqa: S608
    "CREATE VIRTUAL TABLE temp.right_terms USING fts5vocab(temp, right_fts, col)",
    f"CREATE VIRTUAL TABLE temp.own_terms USING fts5vocab(main, {FTS}, col)",
)
_TERMS = """
SELECT one.term FROM temp.{} AS one LEFT JOIN temp.{} AS other ON other.term = one.term AND other.col = one.col
WHERE coalesce(other.doc, 0) < one.doc OR coalesce(other.cnt, 0) < one.cnt
ORDER BY other.term IS NOT NULL, one.term LIMIT 1
"""
_LENGTHS = """
SELECT own.id FROM main.claims_fts_docsize AS own JOIN temp.right_fts_docsize AS other ON other.id = own.id
WHERE own.sz IS NOT other.sz ORDER BY own.id
"""


def check_sqlite_index(connection: Connection, /) -> Iterator[Problem]:
    """Compare the index with what is listed, by claims and by words, and let FTS5 look at the index itself.

    The words are compared with those of an index that is made anew in SQLite's temporary space: which words stand in
    which column of how many claims and how often, and how many words each claim has. (FTS5's own comparison would take
    the claims that are not listed for missing ones.) Not seen are words that claims of equal lengths have exchanged.
    """
    unfound = "SELECT id FROM claims WHERE listed AND id NOT IN (SELECT id FROM claims_fts_docsize)"
    found = "SELECT id FROM claims_fts_docsize WHERE id NOT IN (SELECT id FROM claims WHERE listed)"
    for row in connection.exec_driver_sql(unfound).scalars():
        yield Problem(f"claim {row}", "is listed, but search does not find it")
    for row in connection.exec_driver_sql(found).scalars():
        yield Problem(f"claim {row}", "is not listed, but search finds it")
    try:  # a statement that writes in name only; on a connection of its own it hinders nobody for long
        with connection.engine.connect() as own:
            own.exec_driver_sql("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")
    except DBAPIError as error:
        if "readonly" not in str(error.orig):
            yield Problem(FTS, f"{error.orig}: the search index is damaged")
            return
    yield from _compare_words(connection)


def _compare_words(connection: Connection, /) -> list[Problem]:
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'claims_fts'").scalar_one()
    tokenizer = re.search(r"tokenize\s*=\s*'([^']*)'", made)
    first, *others = _MAKE
    try:
        connection.exec_driver_sql(first.format(tokenizer[1] if tokenizer else "unicode61"))
        for statement in others:
            connection.exec_driver_sql(statement)
        foreign = connection.exec_driver_sql(_TERMS.format("own_terms", "right_terms")).scalar()
        missing = connection.exec_driver_sql(_TERMS.format("right_terms", "own_terms")).scalar()
        lengths = connection.exec_driver_sql(_LENGTHS).scalars().all()
    except DBAPIError as error:
        return [Problem(FTS, f"{error.orig}: the search index is damaged")]
    finally:
        for name in ("own_terms", "right_terms", "right_fts"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS temp.{name}")
    problems = [Problem(f"claim {row}", "has more or fewer words than search knows of it") for row in lengths]
    if foreign is not None:
        problems.append(Problem(FTS, f"search finds words that no listed claim has so often, such as {foreign!r}"))
    if missing is not None:
        problems.append(Problem(FTS, f"search does not find all words of listed claims, such as {missing!r}"))
    return problems


def check_postgresql_index(connection: Connection, /) -> Iterator[Problem]:
    """PostgreSQL computes the column itself: the index only has to be there and finished."""
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_claims_search')"
    if connection.exec_driver_sql(valid).scalar() is not True:
        yield Problem("ix_claims_search", "the search index is missing or unfinished: REINDEX or restore a backup")
