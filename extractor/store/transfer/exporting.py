"""The whole store as records (`extractor.store.transfer.records`), read article by article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select, text

from extractor.schemas import Extraction, Summary
from extractor.schemas.article import Frozen
from extractor.store.rows import read_article, read_extraction, read_provenance, read_summary
from extractor.store.tables import (
    appearances,
    articles,
    cited_experts,
    claims,
    expert_changes,
    expert_names,
    experts,
    rejected_items,
    rejections,
    resolutions,
    runs,
    summaries,
)

from . import records as form
from .details import to_file
from .numbering import read_last
from .tabling import tables

PAGE: Final = 50
"""Articles, or records of other kinds by the hundred, that are held at a time."""

_NOTE: Final = "statement, topic and target are left out where they are the article's words"

Row = Mapping[str, Any]
Rows = Mapping[Any, Sequence[Row]]


def records(connection: Connection, /, *, text: bool = True) -> Iterator[dict[str, Any]]:
    """The records of an export, in JSON's types and in the order that `extractor.store.transfer.importing` needs.

    The same store gives the same records, also when it was itself imported from them. Without ``text`` they are a
    header and the rows of `tables`, each with the ``type`` of record that it is; these cannot be imported.
    """
    told = 0
    for record in _whole(connection) if text else _textless(connection):
        yield record
        told += 1
    yield _dump(form.EndRecord(records=told))


def _textless(connection: Connection) -> Iterator[dict[str, Any]]:
    yield _dump(form.StoreRecord(revision=_revision(connection), text=False, note=_NOTE, last=read_last(connection)))
    for table in tables(connection, text=False):
        for row in table.rows:
            yield {"type": table.name.removesuffix("s"), **{name: _json(value) for name, value in row.items()}}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _whole(connection: Connection) -> Iterator[dict[str, Any]]:
    people = _Experts(connection)
    yield _dump(form.StoreRecord(revision=_revision(connection), text=True, last=read_last(connection)))
    for page in _paged(connection.scalars(select(articles.c.id).order_by(articles.c.added_at, articles.c.id)).all()):
        read = _Page(connection, page)
        described = people.read({row["expert_id"] for many in read.cited.values() for row in many})
        for article_id in page:
            yield from _dumps(people.tell(read.expert_ids(article_id), described))
            yield from _dumps(read.article(article_id))
    for some in _paged(people.untold()):
        yield from _dumps(people.tell(some, people.read(some)))
    yield from _dumps(_failures(connection))
    yield from _dumps(_changes(connection, people.ids))


def _dump(record: Frozen) -> dict[str, Any]:
    return record.model_dump(mode="json")


def _dumps(told: Iterable[Frozen]) -> Iterator[dict[str, Any]]:
    return map(_dump, told)


def _revision(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _paged(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]


def _group(connection: Connection, chosen: Select[Any], column: str) -> Rows:
    """Rows by one of their columns."""
    grouped: dict[Any, list[Row]] = defaultdict(list)
    for found in connection.execute(chosen):
        row = found._asdict()
        grouped[row[column]].append(row)
    return grouped


_RESOLUTION: Final = ("run", "claim", "outcome", "note", "evidence_url", "resolver", "resolved_at")
_REJECTION: Final = ("run", "claim", "action", "reason", "rejected_by", "added_at")


class _Experts:
    """The experts; which of them were told."""

    def __init__(self, connection: Connection, /) -> None:
        ids = connection.scalars(select(experts.c.id).order_by(experts.c.id))
        self.ids = dict.fromkeys(ids)
        merged = select(experts.c.id, experts.c.merged_into).where(experts.c.merged_into.is_not(None))
        self._targets: dict[int, int] = dict(connection.execute(merged).all())
        self._told: set[int] = set()
        self._connection = connection

    def read(self, wanted: Iterable[int], /) -> dict[int, form.ExpertRecord]:
        """Records of these experts that were not told yet, and of all that they were merged into."""
        ids = {each for one in wanted for each in self._chain(one)} - self._told
        names = select(expert_names).where(expert_names.c.expert_id.in_(ids)).order_by(expert_names.c.id)
        named = _group(self._connection, names, "expert_id")
        found = _group(self._connection, select(experts).where(experts.c.id.in_(ids)), "id")
        return {one: self._record(row, named.get(one, ())) for one, (row,) in found.items()}

    def tell(self, wanted: Iterable[int], described: Mapping[int, form.ExpertRecord], /) -> Iterator[form.ExpertRecord]:
        """Those of them that were not told yet, by id, each after what it was merged into."""
        for one in sorted(wanted):
            for each in reversed(self._chain(one)):
                if each not in self._told:
                    self._told.add(each)
                    yield described[each]

    def untold(self) -> list[int]:
        """Those that no article cites."""
        return [one for one in self.ids if one not in self._told]

    def _chain(self, one: int) -> list[int]:
        chain = [one]
        while (target := self._targets.get(chain[-1])) is not None and target not in chain:
            chain.append(target)
        return chain

    def _record(self, row: Row, names: Sequence[Row]) -> form.ExpertRecord:
        return form.ExpertRecord(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            role=row["job_title"],
            affiliation=row["affiliation"],
            names=tuple(form.Name(name=name["name"], origin=name["origin"]) for name in names),
            merged_into=row["merged_into"],
            added_at=row["added_at"],
        )


class _Page:
    """All that is stored of some articles, read with a constant number of statements."""

    def __init__(self, connection: Connection, ids: Sequence[str], /) -> None:
        of_runs = runs.c.article_id.in_(ids)

        def by_run(table: Any, /) -> Rows:
            chosen = select(table).join(runs, runs.c.id == table.c.run_id).where(of_runs)
            order = table.c.id if "id" in table.c else table.c.run_id
            return _group(connection, chosen.order_by(order), "run_id")

        def by_article(table: Any, /) -> Rows:
            named = claims.alias()
            key = select(runs.c.key).where(runs.c.id == named.c.run_id).scalar_subquery()
            chosen = select(table, named.c.article_id, key.label("run"), named.c.local_id.label("claim"))
            chosen = chosen.join(named, named.c.id == table.c.claim_id).where(named.c.article_id.in_(ids))
            return _group(connection, chosen.order_by(table.c.id), "article_id")

        self._articles = _group(connection, select(articles).where(articles.c.id.in_(ids)), "id")
        ours = appearances.c.article_id.in_(ids)
        self._appearances = _group(connection, select(appearances).where(ours).order_by(appearances.c.id), "article_id")
        self._runs = _group(connection, select(runs).where(of_runs).order_by(runs.c.id), "article_id")
        self.cited, self._claims, self._rejected, self._summaries = map(
            by_run, (cited_experts, claims, rejected_items, summaries)
        )
        self._resolutions, self._rejections = map(by_article, (resolutions, rejections))

    def expert_ids(self, article_id: str, /) -> set[int]:
        """The experts that an article's runs cite."""
        return {row["expert_id"] for run in self._runs[article_id] for row in self.cited.get(run["id"], ())}

    def article(self, article_id: str, /) -> Iterator[Frozen]:
        """The records of an article."""
        shown = self._appearances[article_id]
        yield form.ArticleRecord(
            id=article_id,
            added_at=self._articles[article_id][0]["added_at"],
            appearances=tuple(map(_appearance, shown)),
            text=self._articles[article_id][0]["text"],
        )
        places = {row["id"]: place for place, row in enumerate(shown)}
        first = {row["id"]: (run["key"], row["local_id"]) for run, row in self._claims_of(article_id)}
        for run in self._runs[article_id]:
            yield self._run(run, places[run["appearance_id"]], first)
        for row in self._resolutions.get(article_id, ()):
            yield form.ResolutionRecord(**{name: row[name] for name in _RESOLUTION})
        for row in self._rejections.get(article_id, ()):
            yield form.RejectionRecord(**{name: row[name] for name in _REJECTION})

    def _claims_of(self, article_id: str) -> Iterator[tuple[Row, Row]]:
        return ((run, row) for run in self._runs[article_id] for row in self._claims.get(run["id"], ()))

    def _run(self, run: Row, place: int, first: Mapping[int, tuple[str, str]]) -> form.RunRecord:
        if run["status"] == "failed":
            return _failure(run, place)
        found = self._claims.get(run["id"], ())
        same = {row["local_id"]: first[row["claim_id"]] for row in found if _is_later(row)}
        cited = sorted(self.cited.get(run["id"], ()), key=lambda row: int(row["local_id"][1:]))
        return form.RunRecord(
            **_told(run),
            appearance=place,
            experts={row["local_id"]: row["expert_id"] for row in cited},
            claims={row["local_id"]: row["id"] for row in found},
            same={local: form.ClaimName(run=key, claim=claim) for local, (key, claim) in same.items()},
            result=self._result(run, place),
        )

    def _result(self, run: Row, place: int) -> Extraction | Summary:
        article_id = run["article_id"]
        article = read_article(self._articles[article_id][0]["text"], self._appearances[article_id][place])
        cited, rejected = self.cited.get(run["id"], ()), self._rejected.get(run["id"], ())
        if run["task"] == "extract":
            found = self._claims.get(run["id"], ())
            return read_extraction(article, run, experts=cited, claims=found, rejected=rejected)
        return read_summary(article, run, self._summaries[run["id"]][0], experts=cited, rejected=rejected)


def _is_later(row: Row) -> bool:
    """True for a claim that an earlier run found before."""
    return bool(row["claim_id"] != row["id"])


def _appearance(row: Row) -> form.Appearance:
    return form.Appearance(
        title=row["headline"],
        url=row["url"],
        author=row["author"],
        published=row["date_published"],
        language=row["in_language"],
        inferred=tuple(row["inferred"]),
        added_at=row["added_at"],
    )


def _told(run: Row) -> dict[str, Any]:
    """What records of finished and of failed runs share."""
    names = ("id", "key", "task", "status", "input", "chosen", "added_at", "error", "error_type")
    return {"article": run["article_id"], **{name: run[name] for name in names}}


def _failure(run: Row, place: int | None) -> form.RunRecord:
    return form.RunRecord(**_told(run), appearance=place, provenance=read_provenance(run))


def _rows(connection: Connection, chosen: Select[Any], key: Any) -> Iterator[Row]:
    """The rows of a selection in the order of a table's id."""
    last = 0
    while page := connection.execute(chosen.where(key > last).order_by(key).limit(20 * PAGE)).all():
        yield from (row._asdict() for row in page)
        last = page[-1].id


def _failures(connection: Connection) -> Iterator[form.RunRecord]:
    """Runs over what could not be read."""
    unread = select(runs).where(runs.c.article_id.is_(None))
    return (_failure(run, None) for run in _rows(connection, unread, runs.c.id))


def _changes(connection: Connection, ids: Collection[int]) -> Iterator[form.ChangeRecord]:
    """Changes of experts that are still there."""
    for row in _rows(connection, select(expert_changes), expert_changes.c.id):
        if row["expert_id"] in ids and (row["other_id"] is None or row["other_id"] in ids):
            yield form.ChangeRecord(
                action=row["action"],
                expert=row["expert_id"],
                other=row["other_id"],
                detail=to_file(connection, row["detail"], ids),
                reason=row["reason"],
                added_at=row["added_at"],
            )
