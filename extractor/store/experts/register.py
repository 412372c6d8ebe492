"""The experts of several articles on their way into the store, looked up together and written together.

Each article finds those whom the articles before it brought, as if they had been stored one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from extractor.schemas import Expert
from extractor.store import bulk
from extractor.store.tables import cited_experts, expert_changes, expert_names, experts, runs

from .matching import Known, Sought, assign, namesakes
from .naming import Described, Sort, normalize, sort_of, tells_apart

_PROVISIONAL: Final = 2**40
"""Ids from here on are of experts that are not stored yet: later than all that are."""
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


def seek(cited: Iterable[Expert], /) -> list[Sought]:
    """The experts of an article, with what they are found by."""
    return [
        Sought(one, sort_of(one.kind), normalize(one.name, one.kind), tells_apart(one.name, one.kind)) for one in cited
    ]


class Register:
    """What the store knows of the experts of some articles (``sought``), and what these articles add to it."""

    def __init__(self, connection: Connection, sought: Sequence[Sought], /) -> None:
        self._connection = connection
        self._named = _read_names(connection, sought)
        self._apart: set[int] | None = None
        self._new: dict[int, Sought] = {}
        self._filled: dict[int, Described] = {}
        self._called: list[tuple[int, Expert]] = []

    def resolve(self, article_id: str, sought: Sequence[Sought], /, *, is_new: bool) -> dict[str, int]:
        """The ids of an article's experts by their local ids; provisional ones of those who are not stored.

        ``is_new``: no run of the article is stored.
        """
        here = {} if is_new else _read_here(self._connection, article_id)
        elsewhere = self._view(sought)
        found = assign(
            sought, {key: known.id for key, known in here.items()}, elsewhere, apart=self._find_apart(sought, elsewhere)
        )
        self._fill(sought, found, [*here.values(), *(known for many in elsewhere.values() for known in many)])
        new: dict[tuple[Sort, str], int] = {}
        for one in sought:
            if one.expert.id not in found and one.key not in new:
                new[one.key] = self._add(one)
        ids = {one.expert.id: found.get(one.expert.id) or new[one.key] for one in sought}
        self._called += [(ids[one.expert.id], one.expert) for one in sought]
        return ids

    def write(self) -> dict[int, int]:
        """Store what came; the ids of new experts by their provisional ones."""
        ids = dict(zip(self._new, bulk.next_ids(self._connection, experts, len(self._new)), strict=True))
        now = datetime.now(UTC)
        bulk.insert_rows(
            self._connection,
            experts,
            [
                _write(ids[number], one.expert, self._filled.get(number, one.described), now)
                for number, one in self._new.items()
            ],
        )
        told = [
            {"expert": number, "role": said[0], "place": said[1]}
            for number, said in sorted(self._filled.items())
            if number not in ids
        ]
        if told:
            self._connection.execute(_FILL, told)
        self._write_names(ids)
        return ids

    def _view(self, sought: Sequence[Sought]) -> dict[str, list[Known]]:
        """Those who have one of the names as theirs; under names that tell nobody apart recorded ones."""
        telling = {one.name for one in sought if one.telling}
        return {
            name: [
                replace(known, described=self._filled[known.id]) if known.id in self._filled else known
                for known in self._named.get(name, ())
                if name in telling or known.origin == "recorded"
            ]
            for name in {one.name for one in sought if one.telling or one.sort != "other"}
        }

    def _find_apart(self, sought: Sequence[Sought], elsewhere: Mapping[str, Sequence[Known]]) -> set[int]:
        """Those that a person took apart; read only where an expert of whom nothing is told has namesakes."""
        if all(any(one.described) or len(namesakes(one, elsewhere.get(one.name, ()))) < 2 for one in sought):
            return set()
        if self._apart is None:
            self._apart = {expert for pair in self._connection.execute(_APART) for expert in pair}
        return self._apart

    def _fill(self, sought: Sequence[Sought], found: Mapping[str, int], known: Iterable[Known]) -> None:
        """Note roles and affiliations that are not known yet."""
        stored = {one.id: one for one in known}
        news: dict[int, Described] = {}
        for one in sought:
            had = stored.get(found.get(one.expert.id, 0))
            if had and any(said and not known for said, known in zip(one.described, had.described, strict=True)):
                (role, place), (said_role, said_place) = had.described, one.described
                news.setdefault(had.id, (role or said_role, place or said_place))
        self._filled |= news

    def _add(self, one: Sought) -> int:
        """A new expert, whom the articles that follow find; its provisional id."""
        number = _PROVISIONAL + len(self._new)
        self._new[number] = one
        self._named[one.name].append(Known(number, number, one.sort, "name", one.described))
        return number

    def _write_names(self, ids: Mapping[int, int]) -> None:
        """Add the names that the store lacks."""
        had: dict[int, set[str]] = defaultdict(set)
        known = sorted({number for number, _ in self._called if number not in ids})
        if known:
            for expert, name in self._connection.execute(_NAMES_OF, {"ids": known}):
                had[expert].add(name)
        written = []
        for number, one in self._called:
            expert = ids.get(number, number)
            written += write_names(expert, one.kind, (one.name, *one.aliases), had=had[expert])
        bulk.insert_rows(self._connection, expert_names, written)


def _write(number: int, expert: Expert, described: Described, now: datetime) -> dict[str, Any]:
    role, affiliation = described
    told = {"id": number, "name": expert.name, "kind": expert.kind, "job_title": role, "affiliation": affiliation}
    return {**told, "added_at": now}


def _known(row: Sequence[Any]) -> Known:
    number, root, kind, role, affiliation, origin, _ = row
    return Known(number, root or number, sort_of(kind), origin, (role, affiliation))


def _read_here(connection: Connection, article_id: str) -> dict[tuple[Sort, str], Known]:
    """The experts of earlier runs of the article, by sort and normalized name."""
    found: dict[tuple[Sort, str], Known] = {}
    for row in connection.execute(_OF_ARTICLE, {"article": article_id}):
        found.setdefault((sort_of(row[5]), normalize(row[6], row[5])), _known(row))
    return found


def _read_names(connection: Connection, sought: Sequence[Sought]) -> defaultdict[str, list[Known]]:
    """The experts that have one of the names as theirs; under names that tell nobody apart recorded ones."""
    telling = {one.name for one in sought if one.telling}
    vague = {one.name for one in sought if one.sort != "other"} - telling
    found: defaultdict[str, list[Known]] = defaultdict(list)
    if telling or vague:
        for row in connection.execute(_OF_NAMES, {"telling": sorted(telling), "vague": sorted(vague)}):
            found[row[6]].append(_known(row))
    return found


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
