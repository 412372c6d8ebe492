"""Which experts of this store the experts of an export are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from extractor.errors import InputError
from extractor.store.database.limits import held
from extractor.store.experts import identity
from extractor.store.experts.naming import normalize
from extractor.store.tables import cited_experts, expert_names, experts

from . import records as form
from .numbering import Numbering


class Joiner:
    """The experts of one export, found again in the store or added to it."""

    def __init__(self, numbering: Numbering, /) -> None:
        self.ids: dict[int, int] = {}
        """Ids in the store by id in the file."""
        self.added = 0
        self._numbering = numbering
        self._taken: set[int] = set()  # the values of `ids`
        self._targets: dict[int, int] = {}

    def join(
        self,
        connection: Connection,
        told: Sequence[form.ExpertRecord],
        article: form.ArticleRecord | None,
        cited: Sequence[tuple[form.RunRecord, int | None]],
        /,
        *,
        is_new: bool,
    ) -> None:
        """Find or add the experts that are told before an article; each of its runs comes with its id if it is stored.

        ``is_new``: the article is not stored yet. The caller holds the locks for the names. Raises InputError.
        """
        unknown = {record.id: record for record in told if record.id not in self.ids}
        self._targets.update((one.id, one.merged_into) for one in told if one.merged_into is not None)
        if not (is_new and self._is_alone(connection, unknown)):
            for number, one in _find_again(connection, list(unknown.values())):
                self._know(number, one)
            self._find_by_runs(connection, [(run, stored) for run, stored in cited if stored is not None])
            if article is not None:
                for run in (run for run, stored in cited if stored is None and run.result is not None):
                    self._find_by_identity(connection, article.id, run)
        new = [record for number, record in unknown.items() if number not in self.ids]
        self._add(connection, new)
        self._name(connection, list(unknown.values()), {record.id for record in new})

    def find(self, number: int, /) -> int:
        """The id of an expert. Raises InputError when it was not told."""
        if number not in self.ids:
            raise InputError(f"expert {number} was not told before; export it again")
        return self.ids[number]

    def relink(self, connection: Connection, number: int, /) -> None:
        """Merge an expert as the export has it in the end, or take its merge back; nothing that would make a circle."""
        one = self.ids[number]
        target = self.ids.get(self._targets.get(number, 0))
        parts = _parts(connection, one)
        if target in parts:
            return
        root = target and _root(connection, target)
        connection.execute(update(experts).where(experts.c.id == one).values(merged_into=target, root_id=root))
        connection.execute(update(experts).where(experts.c.id.in_(parts - {one})).values(root_id=root or one))

    def _is_alone(self, connection: Connection, unknown: Collection[int]) -> bool:
        """True while nobody else added experts: then those that are not known yet are new ones."""
        others = or_(experts.c.id > self._numbering.last.experts, experts.c.id.in_(unknown))
        is_alone = self._numbering.is_unused(experts)
        return is_alone and connection.scalar(select(experts.c.id).where(others).limit(1)) is None

    def _know(self, number: int, one: int) -> None:
        self.ids[number] = one
        self._taken.add(one)

    def _find_by_runs(self, connection: Connection, stored: Sequence[tuple[form.RunRecord, int]]) -> None:
        """By what runs cite that are stored already."""
        for run, run_id in stored:
            columns = (cited_experts.c.local_id, cited_experts.c.expert_id)
            here = dict(connection.execute(select(*columns).where(cited_experts.c.run_id == run_id)).all())
            for local, number in run.experts.items():
                if local in here and number not in self.ids:
                    self._know(number, here[local])

    def _find_by_identity(self, connection: Connection, article_id: str, run: form.RunRecord) -> None:
        """As experts of a new article are found; not as one that the export has under another id."""
        assert run.result is not None
        if all(number in self.ids for number in run.experts.values()):
            return
        newest = connection.scalar(select(func.max(experts.c.id))) or 0
        trial = connection.begin_nested()  # to look only: new ones are added as the export has them
        found = identity.resolve_experts(connection, article_id, run.result.experts)
        trial.rollback()
        for local, number in run.experts.items():
            one = found.get(local, newest + 1)
            if one <= newest and number not in self.ids and one not in self._taken:
                self._know(number, one)

    def _add(self, connection: Connection, new: Sequence[form.ExpertRecord]) -> None:
        wanted = [record.id for record in new]
        given = self._numbering.assign(connection, experts, wanted)
        for record, one in zip(new, given, strict=True):
            row = {**_row(record), "id": one}
            if record.merged_into is not None:
                row["merged_into"] = self.find(record.merged_into)
                row["root_id"] = _root(connection, row["merged_into"])
            connection.execute(insert(experts), row)
            self._know(record.id, one)
            self.added += 1
        self._numbering.count(wanted, given)

    def _name(self, connection: Connection, told: Sequence[form.ExpertRecord], new: Collection[int]) -> None:
        """Add the names that the store lacks: to an expert that it had, names of the articles as aliases."""
        had = _names_of(connection, [self.ids[record.id] for record in told if record.id not in new])
        written = []
        for record in told:
            expert, origins = self.ids[record.id], had[self.ids[record.id]]
            for one in record.names:
                name = normalize(one.name, record.kind)
                is_main = one.origin == "name" and record.id in new
                origin = one.origin if is_main or one.origin == "recorded" else "alias"
                if origin in origins[name] or (origin == "alias" and origins[name]):
                    continue
                if origin == "recorded" and not self._is_free(connection, name, expert):
                    continue
                origins[name].add(origin)
                row = {"expert_id": expert, "name": one.name, "normalized": name, "origin": origin}
                written.append(held(row, f"expert {record.id}"))
        if written:
            connection.execute(insert(expert_names), written)

    def _is_free(self, connection: Connection, name: str, expert: int) -> bool:
        """True unless somebody recorded a name for another expert of this store."""
        recorded = (expert_names.c.normalized == name, expert_names.c.origin == "recorded")
        owners = connection.scalars(select(expert_names.c.expert_id).where(*recorded)).all()
        return all(_root(connection, owner) == _root(connection, expert) for owner in owners)


def _row(record: form.ExpertRecord) -> dict[str, Any]:
    row = {
        "name": record.name,
        "kind": record.kind,
        "job_title": record.role,
        "affiliation": record.affiliation,
        "added_at": record.added_at,
    }
    return held(row, f"expert {record.id}")


def _find_again(connection: Connection, told: Sequence[form.ExpertRecord]) -> Iterator[tuple[int, int]]:
    """Ids in the file and here of those that an earlier import added: called so, and added at the same moment."""
    names = {normalize(record.name, record.kind) for record in told}
    columns = (experts.c.id, experts.c.name, experts.c.kind, experts.c.added_at)
    rows = connection.execute(
        select(*columns).join(expert_names).where(expert_names.c.normalized.in_(names)).order_by(experts.c.id.desc())
    )
    stored = {tuple(row[1:]): row[0] for row in rows}
    for record in told:
        if (found := stored.pop((record.name, record.kind, record.added_at), None)) is not None:
            yield record.id, found


def _names_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, set[str]]]:
    """The origins of names, by expert and normalized name."""
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns = (expert_names.c.expert_id, expert_names.c.normalized, expert_names.c.origin)
    for expert, name, origin in connection.execute(select(*columns).where(expert_names.c.expert_id.in_(ids))):
        found[expert][name].add(origin)
    return found


def _root(connection: Connection, one: int) -> int:
    """Where the merges of an expert end."""
    return connection.scalar(select(func.coalesce(experts.c.root_id, experts.c.id)).where(experts.c.id == one)) or one


def _parts(connection: Connection, one: int) -> set[int]:
    """An expert and all that were merged into it, at any depth."""
    found, front = {one}, {one}
    while front:
        front = set(connection.scalars(select(experts.c.id).where(experts.c.merged_into.in_(front)))) - found
        found |= front
    return found
