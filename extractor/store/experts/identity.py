"""Experts on their way into the store: each is found again or added. Which one it is, `matching` decides."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, text, update

from extractor.schemas import Expert
from extractor.store.tables import cited_experts, expert_changes, expert_names, experts, runs

from .matching import Known, Sought, assign, namesakes
from .naming import Described, Sort, forms, normalize, sort_of, tells_apart

_CHANGES: Final = 0x45585450
"""Classes of locks on PostgreSQL, in the order in which they are taken."""
_ARTICLES: Final = _CHANGES + 1
_NAMES: Final = _CHANGES + 2
_LOCKS: Final = 2048
"""Locks of a class, which all names share: a server holds some 6,400 locks of all transactions by default."""
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:kind, key) FROM unnest(CAST(:keys AS integer[])) AS key")


def lock(connection: Connection, article_id: str, names: Iterable[str], /) -> None:
    """Keep other writers from adding this article, or experts with one of these names, until the transaction ends.

    SQLite has one writer at a time anyway. On PostgreSQL everybody takes locks in the same order (`lock_changes`,
    `lock_articles`, `lock_names`), so that no two wait for each other.
    """
    lock_articles(connection, [article_id])
    lock_names(connection, names)


def lock_changes(connection: Connection, /) -> None:
    """Keep others from changing which experts are one, until the transaction ends."""
    _take(connection, _CHANGES, ["experts"])


def lock_articles(connection: Connection, ids: Iterable[str], /) -> None:
    """Keep others from adding these articles, until the transaction ends."""
    _take(connection, _ARTICLES, ids)


def lock_names(connection: Connection, names: Iterable[str], /) -> None:
    """Keep others from adding experts with these names, until the transaction ends."""
    _take(connection, _NAMES, (form for name in names for form in forms(name)))


def _take(connection: Connection, kind: int, what: Iterable[str]) -> None:
    """Take the locks of a class for these texts, in the order of their numbers."""
    if connection.dialect.name != "postgresql":
        return
    digests = {hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in what}
    keys = sorted({int.from_bytes(digest[:4]) % _LOCKS for digest in digests})
    if keys:
        connection.execute(_LOCK, {"kind": kind, "keys": keys})


def resolve_experts(connection: Connection, article_id: str, cited: Sequence[Expert], /) -> dict[str, int]:
    """The id in the store of each expert of a result, by its local id; experts that are not found are added.

    The caller holds `lock` for the article and for all names and aliases. Nothing that is stored is overwritten; a role
    or an affiliation that the store lacks is filled in, and names that it lacks are added.
    """
    sought = [_sought(expert) for expert in cited]
    here = _read_here(connection, article_id)
    elsewhere = _read_names(connection, sought)
    apart = _read_apart(connection, sought, elsewhere)
    found = assign(sought, {key: known.id for key, known in here.items()}, elsewhere, apart=apart)
    stored = {known.id: known for many in (here.values(), *elsewhere.values()) for known in many}
    _fill(connection, sought, found, stored)
    missing: dict[tuple[Sort, str], Sought] = {}
    for one in sought:
        if one.expert.id not in found:
            missing.setdefault(one.key, one)
    added = _add(connection, list(missing.values()))
    new = dict(zip(missing, added, strict=True))
    ids = {one.expert.id: found.get(one.expert.id) or new[one.key] for one in sought}
    _add_names(connection, sought, ids, known_ids=set(found.values()))
    return ids


def _sought(expert: Expert) -> Sought:
    name = normalize(expert.name, expert.kind)
    return Sought(expert, sort_of(expert.kind), name, tells_apart(expert.name, expert.kind))


def _known(row: Sequence[Any]) -> Known:
    number, root, kind, role, affiliation, origin, _ = row
    return Known(number, root or number, sort_of(kind), origin, (role, affiliation))


_COLUMNS = (experts.c.id, experts.c.root_id, experts.c.kind, experts.c.job_title, experts.c.affiliation)
# Made once: they run for every article.
_OF_ARTICLE: Final = (
    select(*_COLUMNS, cited_experts.c.kind, cited_experts.c.name)
    .join(cited_experts, cited_experts.c.expert_id == experts.c.id)
    .join(runs, runs.c.id == cited_experts.c.run_id)
    .where(runs.c.article_id == bindparam("article"))
    .order_by(experts.c.id)
)
_OF_NAMES: Final = (
    select(*_COLUMNS, expert_names.c.origin, expert_names.c.normalized)
    .join(expert_names, expert_names.c.expert_id == experts.c.id)
    .where(
        or_(
            and_(expert_names.c.normalized.in_(bindparam("telling", expanding=True)), expert_names.c.origin != "alias"),
            and_(
                expert_names.c.normalized.in_(bindparam("vague", expanding=True)), expert_names.c.origin == "recorded"
            ),
        )
    )
)
_NAMES_OF: Final = select(expert_names.c.expert_id, expert_names.c.normalized).where(
    expert_names.c.expert_id.in_(bindparam("ids", expanding=True))
)
_APART: Final = select(expert_changes.c.expert_id, expert_changes.c.other_id).where(
    expert_changes.c.action.in_(("split", "unmerge"))
)
_ADD: Final = insert(experts).returning(experts.c.name, experts.c.kind, experts.c.id)  # in whatever order
# A row that somebody merges at this moment keeps its gap: nobody who holds locks of names waits here for a row, so that
# however many rows others change, and in whatever order, no two wait for each other.
_FREE: Final = select(experts.c.id).where(experts.c.id == bindparam("expert"))
_FILL: Final = (
    update(experts)
    .where(experts.c.id == _FREE.with_for_update(key_share=True, skip_locked=True).scalar_subquery())
    .values(
        job_title=func.coalesce(experts.c.job_title, bindparam("role")),
        affiliation=func.coalesce(experts.c.affiliation, bindparam("place")),
    )
)


def _read_here(connection: Connection, article_id: str) -> dict[tuple[Sort, str], Known]:
    """The experts of earlier runs of the article, by sort and normalized name."""
    found: dict[tuple[Sort, str], Known] = {}
    for row in connection.execute(_OF_ARTICLE, {"article": article_id}):
        found.setdefault((sort_of(row[5]), normalize(row[6], row[5])), _known(row))
    return found


def _read_names(connection: Connection, sought: Sequence[Sought]) -> dict[str, list[Known]]:
    """The experts that have one of the names as theirs; under names that tell nobody apart recorded ones."""
    telling = {one.name for one in sought if one.telling}
    vague = {one.name for one in sought if one.sort != "other"} - telling
    found: dict[str, list[Known]] = defaultdict(list)
    if telling or vague:
        for row in connection.execute(_OF_NAMES, {"telling": sorted(telling), "vague": sorted(vague)}):
            found[row[6]].append(_known(row))
    return found


def _read_apart(connection: Connection, sought: Sequence[Sought], elsewhere: Mapping[str, Sequence[Known]]) -> set[int]:
    """The experts that a person took apart; read only where an expert of whom nothing is told has namesakes."""
    if all(any(one.described) or len(namesakes(one, elsewhere.get(one.name, ()))) < 2 for one in sought):
        return set()
    return {expert for pair in connection.execute(_APART) for expert in pair}


def _fill(
    connection: Connection, sought: Sequence[Sought], found: Mapping[str, int], stored: Mapping[int, Known]
) -> None:
    """Tell the store roles and affiliations that it lacks."""
    news: dict[int, Described] = {}
    for one in sought:
        known = stored.get(found.get(one.expert.id, 0))
        if known and any(said and not had for said, had in zip(one.described, known.described, strict=True)):
            news.setdefault(known.id, one.described)
    if news:
        told = [{"expert": key, "role": news[key][0], "place": news[key][1]} for key in sorted(news)]
        connection.execute(_FILL, told)


def _add(connection: Connection, new: Sequence[Sought]) -> list[int]:
    """Ids of new experts, in order."""
    if not new:
        return []
    now = datetime.now(UTC)
    written = [
        {
            "name": one.expert.name,
            "kind": one.expert.kind,
            "job_title": one.expert.role,
            "affiliation": one.expert.affiliation,
            "added_at": now,
        }
        for one in new
    ]
    ids = {(name, kind): expert for name, kind, expert in connection.execute(_ADD, written)}
    return [ids[one.expert.name, one.expert.kind] for one in new]


def _add_names(
    connection: Connection, sought: Sequence[Sought], ids: Mapping[str, int], *, known_ids: set[int]
) -> None:
    """Add the names that the store lacks."""
    had: dict[int, set[str]] = defaultdict(set)
    if known_ids:
        for expert, name in connection.execute(_NAMES_OF, {"ids": sorted(known_ids)}):
            had[expert].add(name)
    written = []
    for one in sought:
        names = (one.expert.name, *one.expert.aliases)
        expert = ids[one.expert.id]
        written += write_names(expert, one.expert.kind, names, had=had[expert])
    if written:
        connection.execute(insert(expert_names), written)


def write_names(expert: int, kind: str, names: Iterable[str], /, *, had: set[str]) -> list[dict[str, Any]]:
    """Rows of ``expert_names`` for what is not among the normalized names that it ``had``; adds them there.

    The first name of an expert is its name, all others are aliases.
    """
    written = []
    for name in names:
        normalized = normalize(name, kind)
        if normalized and normalized not in had:
            origin = "alias" if had else "name"
            had.add(normalized)
            written.append({"expert_id": expert, "name": name, "normalized": normalized, "origin": origin})
    return written
