"""What the store knows of experts, after an article that cited them is gone.

Experts that nothing refers to any more go. Of the others goes what only that article said: names, role, affiliation.
Where that was all that was known, what the earliest other run said takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, exists, or_, select, update

from extractor.store.tables import cited_experts, claims, expert_changes, expert_names, experts, runs

from .naming import normalize

Cited = Row[tuple[int, str, str, str | None, str | None, list[str]]]
"""What a run said of an expert: id in the store, name, kind, role, affiliation, other names."""
Word = tuple[str, str]
"""A normalized name, a role or an affiliation, behind the name of the column that it is in."""

_DESCRIBING: Final = ("job_title", "affiliation")
_COLUMNS: Final = tuple(
    cited_experts.c[name] for name in ("expert_id", "name", "kind", *_DESCRIBING, "alternate_names")
)


def cited_by(connection: Connection, article_id: str, /) -> list[Cited]:
    """What the runs of an article say of experts."""
    found = select(*_COLUMNS).join(runs, runs.c.id == cited_experts.c.run_id).where(runs.c.article_id == article_id)
    return list(connection.execute(found))


def forget(connection: Connection, gone: Sequence[Cited], /) -> None:
    """Forget what only runs said that are deleted by now; ``gone`` is what they said."""
    said: dict[int, set[Word]] = {}
    for one in gone:
        said.setdefault(one.expert_id, set()).update(_words(one))
    for former, new in _split(connection, list(said)):  # it may still have words of what was split off
        said.setdefault(former, set()).update(said[new])
    unneeded = _delete_unneeded(connection, list(said))
    for expert_id in sorted(said.keys() - unneeded):
        _forget_words(connection, expert_id, said[expert_id])


def _split(connection: Connection, new: Sequence[int]) -> set[tuple[int, int]]:
    """From which experts these were split off: pairs of the former one and the new one."""
    logged = select(expert_changes.c.other_id, expert_changes.c.detail).where(
        expert_changes.c.action == "split", expert_changes.c.other_id.in_(new)
    )
    return {(former, other) for other, detail in connection.execute(logged) for _, _, former in detail["cited"]}


def _delete_unneeded(connection: Connection, touched: Sequence[int]) -> set[int]:
    """Delete those of these experts that nothing refers to, with their names and what is logged of them; their ids."""
    part = experts.alias()
    needed = or_(
        experts.c.merged_into.is_not(None),
        exists().where(part.c.merged_into == experts.c.id),
        exists().where(claims.c.expert_id == experts.c.id),
        exists().where(claims.c.reporter_id == experts.c.id),
        exists().where(cited_experts.c.expert_id == experts.c.id),
        exists().where(expert_names.c.expert_id == experts.c.id, expert_names.c.origin == "recorded"),
    )
    unneeded = connection.scalars(select(experts.c.id).where(experts.c.id.in_(touched), ~needed)).all()
    logged = or_(expert_changes.c.expert_id.in_(unneeded), expert_changes.c.other_id.in_(unneeded))
    connection.execute(delete(expert_changes).where(logged))
    connection.execute(delete(expert_names).where(expert_names.c.expert_id.in_(unneeded)))
    connection.execute(delete(experts).where(experts.c.id.in_(unneeded)))
    return set(unneeded)


def _forget_words(connection: Connection, expert_id: int, lost: set[Word]) -> None:
    """Forget those words of an expert that no run says any more; reads runs until all words are found again."""
    left = select(*_COLUMNS).where(cited_experts.c.expert_id == expert_id).order_by(cited_experts.c.run_id)
    with connection.execute(left, execution_options={"yield_per": 500}) as found:
        for one in found:
            lost = lost - _words(one)
            if not lost:
                return
    known = connection.execute(select(experts).where(experts.c.id == expert_id)).one_or_none()
    if known is None:
        return
    first = connection.execute(left.limit(1)).one_or_none()
    changes: dict[str, Any] = {
        name: _first(connection, expert_id, name) for name in _DESCRIBING if (name, getattr(known, name)) in lost
    }
    names = {text for column, text in lost if column == "name"}
    if (own := normalize(known.name, known.kind)) in names and first is None:
        names.discard(own)  # an expert that a person merged or gave an alias needs some name
    elif own in names and first is not None:
        changes |= {"name": first.name, "kind": first.kind}
    _forget_names(connection, expert_id, names)
    if "name" in changes:
        _make_main(connection, expert_id, normalize(changes["name"], changes["kind"]))
    if changes:
        connection.execute(update(experts).where(experts.c.id == expert_id).values(changes))


def _words(one: Cited) -> set[Word]:
    names = {("name", normalize(name, one.kind)) for name in (one.name, *one.alternate_names)}
    return names | {(name, text) for name in _DESCRIBING if (text := getattr(one, name))}


def _first(connection: Connection, expert_id: int, column: str) -> str | None:
    """The role or affiliation that the earliest run says which says one."""
    said = cited_experts.c[column]
    ours = (cited_experts.c.expert_id == expert_id, said.is_not(None))
    return connection.scalar(select(said).where(*ours).order_by(cited_experts.c.run_id).limit(1))


def _forget_names(connection: Connection, expert_id: int, names: set[str]) -> None:
    ours = (expert_names.c.expert_id == expert_id, expert_names.c.origin != "recorded")
    connection.execute(delete(expert_names).where(*ours, expert_names.c.normalized.in_(sorted(names))))


def _make_main(connection: Connection, expert_id: int, name: str) -> None:
    """Make an alias the expert's name."""
    ours = (expert_names.c.expert_id == expert_id, expert_names.c.normalized == name, expert_names.c.origin == "alias")
    connection.execute(update(expert_names).where(*ours).values(origin="name"))
