"""Verifying what is stored: values, references and experts; articles and the index have their own modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select

from extractor.store.tables import (
    appearances,
    cited_experts,
    claims,
    expert_names,
    experts,
    rejections,
    replies,
    resolutions,
    runs,
)

from .article_checking import check_articles
from .damage import damaged_values
from .index_checking import check_postgresql_index, check_sqlite_index
from .problems import Problem

_SOME = 100
"""Kept answers that are read at a time."""
_ROWS = {
    "articles": "article",
    "appearances": "appearance",
    "runs": "run",
    "experts": "expert",
    "cited_experts": "expert",
    "claims": "claim",
    "summaries": "summary of run",
    "rejected_items": "rejected item",
    "jobs": "job",
    "replies": "kept answer",
}
"""How a row of a table is called, where it is not by the table's name."""


def check(connection: Connection, /) -> Iterator[Problem]:
    """Verify every stored value, span and reference, and the search index; yields what is wrong.

    On SQLite also the file itself. Raises what reading a damaged file raises.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        yield from _check_file(connection)
        for table, key, column in damaged_values(connection):
            yield Problem(f"{_ROWS.get(table.name, table.name)} {key}", f"its {column} is damaged")
    yield from _check_references(connection)
    yield from _check_experts(connection)
    yield from _check_replies(connection)
    yield from check_articles(connection)
    yield from check_sqlite_index(connection) if is_sqlite else check_postgresql_index(connection)


def _check_file(connection: Connection, /) -> Iterator[Problem]:
    for message in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if message != "ok":
            yield Problem("file", f"{message}: put a backup in its place")
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Problem(f"{table} {row}", f"refers to a row of {parent} that is not there")


def _check_references(connection: Connection, /) -> Iterator[Problem]:
    """What foreign keys do not say."""
    first = claims.alias()
    wrong: dict[str, Select[Any]] = {
        "is of another article than its run": select(claims.c.id)
        .join(runs, runs.c.id == claims.c.run_id)
        .where(runs.c.article_id.is_distinct_from(claims.c.article_id)),
        "takes its id from no claim of its article and kind": select(claims.c.id)
        .outerjoin(first, first.c.id == claims.c.claim_id)
        .where(first.c.article_id.is_distinct_from(claims.c.article_id) | (first.c.kind != claims.c.kind)),
        "has another date than its run's appearance": select(claims.c.id)
        .join(runs, runs.c.id == claims.c.run_id)
        .outerjoin(appearances, appearances.c.id == runs.c.appearance_id)
        .where(appearances.c.date_published.is_distinct_from(claims.c.date_published)),
        "has another expert than its run cites": _miscited("expert"),
        "has another reporter than its run cites": _miscited("reporter"),
    }
    for message, statement in wrong.items():
        for row in connection.scalars(statement.order_by(claims.c.id)):
            yield Problem(f"claim {row}", message)
    twice = select(claims.c.claim_id, claims.c.run_id).group_by(claims.c.run_id, claims.c.claim_id)
    for claim, run in connection.execute(twice.having(func.count() > 1)):
        yield Problem(f"claim {claim}", f"stands more than once in run {run}")
    for judged in (resolutions, rejections):
        strays = select(judged.c.id, claims.c.id).join(claims, claims.c.id == judged.c.claim_id)
        for number, row in connection.execute(strays.where(claims.c.claim_id != claims.c.id)):
            yield Problem(f"{judged.name} {number}", f"refers to row {row}, which is not the first one of its claim")


def _miscited(role: str, /) -> Select[Any]:
    local, own = claims.c[f"local_{role}"], claims.c[f"{role}_id"]
    cited = (cited_experts.c.run_id == claims.c.run_id) & (cited_experts.c.local_id == local)
    return select(claims.c.id).outerjoin(cited_experts, cited).where(cited_experts.c.expert_id.is_distinct_from(own))


def _check_replies(connection: Connection, /) -> Iterator[Problem]:
    """Every kept answer can be read; one that cannot is asked for again, so that nothing depends on it."""
    from extractor.store.replies.keeping import unpack

    texts = select(replies.c.key, replies.c.text).execution_options(yield_per=_SOME)
    for key, packed in connection.execute(texts):
        try:
            unpack(packed)
        except (ValueError, TypeError):
            yield Problem(f"kept answer {key}", "is damaged: it will be asked for again when it is needed")


def _check_experts(connection: Connection, /) -> Iterator[Problem]:
    """Every expert has a name; every chain of merges ends, and where it ends is known."""
    unnamed = select(experts.c.id).where(~experts.c.id.in_(select(expert_names.c.expert_id))).order_by(experts.c.id)
    for nameless in connection.scalars(unnamed):
        yield Problem(f"expert {nameless}", "has no name that leads to it")
    columns = (experts.c.id, experts.c.merged_into, experts.c.root_id)
    merged = select(*columns).where(experts.c.merged_into.is_not(None) | experts.c.root_id.is_not(None))
    rows = {number: (into, root) for number, into, root in connection.execute(merged)}
    for number, (_, root) in sorted(rows.items()):
        end, seen = number, {number}
        while (into := rows.get(end, (None, None))[0]) is not None and into not in seen:
            seen.add(into)
            end = into
        if into is not None:
            yield Problem(f"expert {number}", "is merged into itself")
        elif root != (None if end == number else end):
            yield Problem(f"expert {number}", f"is said to be part of expert {root}, its merges lead to {end}")
