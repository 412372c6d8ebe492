"""Finding experts of the store by id or name, and listing them with what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    distinct,
    false,
    func,
    literal,
    or_,
    select,
)

from extractor.errors import InputError
from extractor.schemas.stored import ExpertRef, StoredExpert
from extractor.store.keysets import Key, Page
from extractor.store.tables import claims, expert_names, experts

from .naming import forms, normalize

LARGEST_ID: Final = 2**31 - 1
_TOLD: Final = 5
"""Experts that a message names."""
_SHOWN: Final = 80
"""Characters of a name that a message repeats."""
_DIGITS: Final = 40
"""Digits of a number that a message repeats: no id has so many."""
MOST: Final = 10**9
"""A limit or an offset: two of them fit into a database's integer."""
_LISTED: Final = "'extractor experts list' shows all with their ids"
_PAGE: Final = 5000
"""Experts that one statement reads."""

root_of: ColumnElement[int] = func.coalesce(experts.c.root_id, experts.c.id)
"""The expert that an expert is part of, or itself."""


def find_expert(connection: Connection, expert: int | str, /) -> int:
    """The id of the expert with this id or name; of one that was merged, the id of what it is part of.

    Digits are an id. A recorded name goes before names and aliases from articles. Raises InputError when there is none
    or several, with their ids.
    """
    if isinstance(expert, int):
        return find_id(connection, expert)
    if expert.isascii() and (digits := expert.strip()).isdecimal():
        if len(digits) > _DIGITS:
            raise InputError(f"there is no expert {digits[:_DIGITS]}…; {_LISTED}")
        return find_id(connection, int(digits))
    names, shown = forms(expert), expert[:_SHOWN]
    if not names:
        raise InputError(f"{shown!r} names no expert: give a name or an id")
    named = _named(root_of, expert_names.c.origin == "recorded").where(expert_names.c.normalized.in_(names))
    rows = connection.execute(named.distinct()).all()
    recorded = {int(root) for root, is_recorded in rows if is_recorded}
    found = sorted(recorded or {int(root) for root, _ in rows})
    if len(found) == 1:
        return found[0]
    if found:
        more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        told = _told(connection, found[:_TOLD]) + more
        raise InputError(f"several experts are called {shown!r}: {told}; give an id, or merge those that are one")
    near = _near(connection, names[0])
    told = f"alike: {_told(connection, near)}" if near else "'extractor experts list' shows all"
    raise InputError(f"no expert is called {shown!r}; {told}")


def find_id(connection: Connection, number: int, /) -> int:
    """The id of the expert with this id; of one that was merged, of what it is part of. Raises InputError."""
    found = None
    if 0 < number <= LARGEST_ID:
        found = connection.scalar(select(root_of).where(experts.c.id == number))
    if found is None:
        told = str(number) if abs(number) < 10**_DIGITS else "with so long a number"
        raise InputError(f"there is no expert {told}; {_LISTED}")
    return int(found)


def members(connection: Connection, root: int, /) -> list[int]:
    """The ids of an expert and of all that were merged into it, ascending."""
    return list(connection.scalars(select(experts.c.id).where(_is_in([root])).order_by(experts.c.id)))


def list_experts(connection: Connection, words: str, /, *, limit: int, offset: int) -> list[StoredExpert]:
    """Experts one of whose names holds these words or their beginnings, those with the most listed claims first.

    A negative limit or offset is 0.
    """
    limit, offset = (min(max(number, 0), MOST) for number in (limit, offset))
    rows = connection.execute(_ordered(words, None).limit(limit).offset(offset)).all()
    return read_experts(connection, [row.root for row in rows])


def page_experts(connection: Connection, words: str, /, *, after: Key | None, limit: int) -> Page[StoredExpert]:
    """A page of what `list_experts` lists."""
    limit = min(max(limit, 0), MOST)
    rows = connection.execute(_ordered(words, after).limit(limit + 1)).all()
    shown = rows[:limit]
    read = read_experts(connection, [row.root for row in shown])
    return Page(tuple(read), (shown[-1].total, shown[-1].root) if shown and len(rows) > limit else None)


def _ordered(words: str, after: Key | None) -> Select[Any]:
    """Experts (``root``) one of whose names holds these words, by the number of their listed claims (``total``)."""
    held = select(func.count()).where(claims.c.expert_id == experts.c.id, claims.c.listed).correlate(experts)
    each = select(root_of.label("root"), held.scalar_subquery().label("held"))
    if words.strip():
        alike = _alike(normalize(words, "organization")) or [false()]
        each = each.where(root_of.in_(_named(root_of).where(*alike)))
    counted = each.subquery()
    total, root = cast(func.sum(counted.c.held), Integer), counted.c.root
    ordered = select(root, total.label("total")).group_by(root).order_by(total.desc(), root)
    if after is None:
        return ordered
    return ordered.having(or_(total < after[0], and_(total == after[0], root > after[1])))


def get_expert(connection: Connection, expert: int | str, /) -> StoredExpert:
    """An expert by id or name, with its names and counts. Raises InputError."""
    return read_experts(connection, [find_expert(connection, expert)])[0]


def read_refs(connection: Connection, ids: Sequence[int], /) -> dict[int, ExpertRef]:
    """Experts by their ids."""
    columns = (experts.c.id, experts.c.name, experts.c.kind, experts.c.job_title, experts.c.affiliation)
    found = {}
    for start in range(0, len(ids), _PAGE):
        for row in connection.execute(select(*columns).where(experts.c.id.in_(ids[start : start + _PAGE]))):
            number, name, kind, role, affiliation = row
            found[number] = ExpertRef(id=number, name=name, kind=kind, role=role, affiliation=affiliation)
    return found


def read_experts(connection: Connection, roots: Sequence[int], /) -> list[StoredExpert]:
    """The experts with these ids, which were not merged into others, in the order given."""
    found: list[StoredExpert] = []
    for start in range(0, len(roots), _PAGE):
        found += _read_page(connection, roots[start : start + _PAGE])
    return found


def _read_page(connection: Connection, roots: Sequence[int]) -> list[StoredExpert]:
    if not roots:
        return []
    refs = read_refs(connection, roots)
    merged = defaultdict(list)
    part = select(experts.c.root_id, experts.c.id).where(experts.c.root_id.in_(roots)).order_by(experts.c.id)
    for root, expert in connection.execute(part):
        merged[root].append(expert)
    names = _read_names(connection, roots)
    counts = _read_counts(connection, roots)
    return [
        StoredExpert(
            **refs[root].model_dump(),
            aliases=tuple(name for name in names[root] if name != refs[root].name),
            merged=tuple(merged[root]),
            **counts.get(root, {}),
        )
        for root in roots
    ]


def _read_names(connection: Connection, roots: Sequence[int]) -> dict[int, dict[str, None]]:
    """The names by expert: recorded ones first, then in the order in which articles brought them."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    first = case((expert_names.c.origin == "recorded", 0), else_=1)
    named = _named(root_of, expert_names.c.name).where(_is_in(roots))
    rows = connection.execute(named.order_by(first, expert_names.c.id))
    for root, name in rows:
        found[root][name] = None
    return found


def _read_counts(connection: Connection, roots: Sequence[int]) -> dict[int, dict[str, int]]:
    """Listed claims and their articles by expert."""
    is_position = case((claims.c.kind == "position", 1), else_=0)
    counts = (func.sum(is_position), func.sum(1 - is_position), func.count(distinct(claims.c.article_id)))
    rows = connection.execute(
        select(root_of, *counts)
        .join(claims, claims.c.expert_id == experts.c.id)
        .where(_is_in(roots), claims.c.listed)
        .group_by(root_of)
    )
    return {row[0]: dict(zip(("positions", "predictions", "articles"), row[1:], strict=True)) for row in rows}


def _is_in(roots: Sequence[int]) -> ColumnElement[bool]:
    return or_(experts.c.id.in_(roots), experts.c.root_id.in_(roots))


def _named(*columns: ColumnElement[Any]) -> Select[Any]:
    """Experts with their names."""
    return select(*columns).join_from(experts, expert_names, expert_names.c.expert_id == experts.c.id)


def _alike(normalized: str) -> list[ColumnElement[bool]]:
    """For each word that a word of the name begins with it."""
    spaced = literal(" ") + expert_names.c.normalized
    return [spaced.contains(f" {word}", autoescape=True) for word in normalized.split()]


def _near(connection: Connection, normalized: str) -> list[int]:
    """Experts that have words of a name in their names, those with the most first."""
    alike = _alike(normalized)[:_TOLD]
    most = func.max(sum((case((one, 1), else_=0) for one in alike), start=literal(0)))
    page = _named(root_of).where(or_(*alike)).group_by(root_of).order_by(most.desc(), root_of)
    return list(connection.scalars(page.limit(_TOLD)))


def _told(connection: Connection, roots: Sequence[int]) -> str:
    refs = read_refs(connection, roots)
    return ", ".join(f"{root} ({tell(refs[root])})" for root in roots)


def tell(expert: ExpertRef, /) -> str:
    """Name, role and affiliation of an expert, in place of the latter two else the kind."""
    return f"{expert.name}, {', '.join(filter(None, (expert.role, expert.affiliation))) or expert.kind}"
