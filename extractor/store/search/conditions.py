"""What filters ask of rows of ``claims``, as conditions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, select

from extractor.store.articles import find_article
from extractor.store.experts import linking
from extractor.store.filters import Filters
from extractor.store.tables import claims, resolutions


def indexed(connection: Connection, filters: Filters, /) -> list[ColumnElement[bool]]:
    """The conditions that an index answers: expert, article and dates. Raises InputError for unknown ones."""
    wanted: list[ColumnElement[bool]] = []
    if filters.expert is not None:
        root = linking.find_expert(connection, filters.expert)
        wanted.append(claims.c.expert_id.in_(linking.members(connection, root)))
    if filters.article is not None:
        wanted.append(claims.c.article_id == find_article(connection, filters.article))
    if filters.since is not None:
        wanted.append(claims.c.date_published >= filters.since)
    if filters.until is not None:
        wanted.append(claims.c.date_published <= filters.until)
    return wanted


def others(filters: Filters, /) -> list[ColumnElement[bool]]:
    """The conditions that need the row: kind and stance."""
    wanted: list[ColumnElement[bool]] = []
    if filters.kind is not None:
        wanted.append(claims.c.kind == filters.kind)
    if filters.stance is not None:
        wanted.append(claims.c.stance == filters.stance)
    return wanted


def unresolved() -> list[ColumnElement[bool]]:
    """The conditions of a listed prediction of which nobody has recorded how it turned out."""
    resolved = exists(select(resolutions.c.id).where(resolutions.c.claim_id == claims.c.claim_id))
    return [claims.c.listed, claims.c.kind == "prediction", ~resolved]
