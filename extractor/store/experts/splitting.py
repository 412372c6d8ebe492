"""Making an expert of its own of what an expert holds in some articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, and_, insert, select, update

from extractor.errors import InputError
from extractor.store.articles import find_article
from extractor.store.tables import cited_experts, claims, expert_names, experts, runs

from .identity import lock_articles
from .lookup import members
from .register import write_names


def separate(connection: Connection, root: int, articles: Sequence[str], /) -> tuple[int, dict[str, Any]]:
    """Give what these articles hold of an expert (and of all merged into it) to a new one.

    The new one has the name, role and affiliation that their runs tell, the latest first. Returns its id and which rows
    moved. Raises InputError when one of the articles does not cite the expert, or nothing else does.
    """
    ids = sorted({find_article(connection, article) for article in articles})
    lock_articles(connection, ids)
    whole = members(connection, root)
    cited = _read_cited(connection, whole, ids, root)
    new = _add(connection, cited)
    within = claims.c.article_id.in_(ids)
    moved = {
        name: _move(connection, column, and_(within, column.in_(whole)), new)
        for name, column in (("claims", claims.c.expert_id), ("reporters", claims.c.reporter_id))
    }
    for row in cited:
        same = and_(cited_experts.c.run_id == row.run_id, cited_experts.c.local_id == row.local_id)
        connection.execute(update(cited_experts).where(same).values(expert_id=new))
    return new, {"articles": ids, **moved, "cited": [[row.run_id, row.local_id, row.expert_id] for row in cited]}


def _read_cited(connection: Connection, whole: list[int], articles: list[str], root: int) -> list[Row[Any]]:
    """What runs of the articles say of the expert, the latest first."""
    joined = cited_experts.join(runs, runs.c.id == cited_experts.c.run_id)
    among = cited_experts.c.expert_id.in_(whole)
    found = connection.execute(
        select(cited_experts, runs.c.article_id)
        .select_from(joined)
        .where(among, runs.c.article_id.in_(articles))
        .order_by(cited_experts.c.run_id.desc(), cited_experts.c.local_id)
    ).all()
    for article in articles:
        if all(row.article_id != article for row in found):
            raise InputError(f"the article {article[:12]!r} does not cite expert {root}: leave it out")
    rest = select(runs.c.id).select_from(joined).where(among, runs.c.article_id.not_in(articles)).limit(1)
    if connection.scalar(rest) is None:
        raise InputError(f"no other article cites expert {root}: leave one out, so that something stays")
    return list(found)


def _add(connection: Connection, cited: Sequence[Row[Any]]) -> int:
    """Add the expert that these articles cite."""
    row = {
        "name": cited[0].name,
        "kind": cited[0].kind,
        "job_title": next((one.job_title for one in cited if one.job_title), None),
        "affiliation": next((one.affiliation for one in cited if one.affiliation), None),
        "added_at": datetime.now(UTC),
    }
    new = int(connection.execute(insert(experts).returning(experts.c.id), row).scalar_one())
    names = [*(one.name for one in cited), *(alias for one in cited for alias in one.alternate_names)]
    connection.execute(insert(expert_names), write_names(new, cited[0].kind, names, had=set()))
    return new


def _move(connection: Connection, column: Column[Any], where: Any, new: int) -> list[list[int]]:
    """Give the claims to the new expert; returns the rows with the expert that they named."""
    moved = [list(row) for row in connection.execute(select(claims.c.id, column).where(where).order_by(claims.c.id))]
    connection.execute(update(claims).where(where).values({column: new}))
    return moved
