"""An article with all that came from it, as an export tells it, into a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from extractor.errors import InputError
from extractor.schemas import Extraction, Position, Prediction, Summary
from extractor.schemas.stored import Task
from extractor.store import currency, rows
from extractor.store.database.limits import held, plain
from extractor.store.recurring import Seen, recur
from extractor.store.tables import (
    appearances,
    articles,
    cited_experts,
    claims,
    experts,
    rejected_items,
    rejections,
    resolutions,
    runs,
    summaries,
)

from . import records as form
from .joining import Joiner
from .numbering import Numbering

Judgement = form.ResolutionRecord | form.RejectionRecord


class ArticleWriter:
    """Stores the records of one article; `finish` when all came."""

    def __init__(
        self,
        connection: Connection,
        article: form.ArticleRecord,
        people: Joiner,
        numbering: Numbering,
        stored: Mapping[str, int],
        /,
        *,
        is_new: bool,
        is_simple: bool,
    ) -> None:
        """Store text and appearances.

        ``stored``: ids of finished runs that are stored already, by key; ``is_new``: the text is not; ``is_simple``: at
        most one finished run for each task comes, and nobody rejected a claim of it.
        """
        self.added: Counter[str] = Counter()
        self._connection = connection
        self._article = article
        self._people = people
        self._numbering = numbering
        self._is_new = is_new
        self._is_settled = is_new and is_simple
        self._runs = dict(stored)
        self._judged: dict[Table, list[tuple[int, Judgement]]] = {resolutions: [], rejections: []}
        self._chosen: list[form.RunRecord] = []
        self._tasks: set[Task] = set()
        self._newest = 0  # of the runs added: of those that began together the later one counts
        if is_new:
            first = article.appearances[0].article(article.id, article.text)
            connection.execute(insert(articles), rows.write_article(first, added_at=article.added_at))
            self.added["articles"] += 1
        shown = [one.article(article.id, article.text) for one in article.appearances]
        moments = [one.added_at for one in article.appearances]
        written = [rows.write_appearance(one, added_at=when) for one, when in zip(shown, moments, strict=True)]
        self._appearances = [self._add_appearance(row) for row in written]

    def store(self, record: form.RunRecord | Judgement, /) -> None:
        """Store a record of the article. Raises InputError."""
        if not isinstance(record, form.RunRecord):
            self._judge(record)
        elif record.status == "failed":
            self.added["runs"] += add_failure(self._connection, self._numbering, record, self._appearance_id(record))
        else:
            self._add_run(record)

    def finish(self) -> None:
        """Put resolutions and rejections in order, and find out which runs are current and which claims are listed."""
        for table, judged in self._judged.items():
            self.added[table.name] += _merge_log(self._connection, table, judged)
        for record in self._chosen:
            ours = (runs.c.article_id == self._article.id, runs.c.task == record.task)
            if self._connection.scalar(select(runs.c.id).where(*ours, runs.c.chosen).limit(1)) is None:
                chosen = update(runs).where(runs.c.id == self._runs[record.key])
                self._connection.execute(chosen.values(chosen=True))
                self._tasks.add(record.task)
        if self.added["rejections"]:
            self._tasks.add("extract")
        for task in () if self._is_settled else sorted(self._tasks):
            currency.refresh(self._connection, self._article.id, task)

    def _add_appearance(self, row: rows.Row) -> int:
        known = select(appearances.c.id).where(appearances.c.digest == row["digest"])
        if (stored := self._connection.scalar(known)) is not None:
            return int(stored)
        self.added["appearances"] += 1
        return _add_one(self._connection, appearances, row)

    def _appearance_id(self, record: form.RunRecord) -> int:
        return self._appearances[record.appearance or 0]

    def _add_run(self, record: form.RunRecord) -> None:
        result = record.result
        assert result is not None
        if record.chosen:
            self._chosen.append(record)
        if record.key in self._runs:
            self.added["runs_known"] += 1
            return
        row = rows.write_run(result, key=record.key, added_at=record.added_at)
        row |= {"appearance_id": self._appearance_id(record), "is_current": self._is_settled, "input": record.input}
        run_id = self._newest = _number_run(self._connection, self._numbering, record, self._newest)
        self._connection.execute(insert(runs), {**row, "id": run_id})
        self._runs[record.key] = run_id
        self._tasks.add(record.task)
        self.added["runs"] += 1
        known = {local: self._people.find(number) for local, number in record.experts.items()}
        self._add_parts(run_id, result, known)
        if isinstance(result, Extraction):
            self._add_claims(run_id, result, known, record)

    def _add_parts(self, run_id: int, result: Extraction | Summary, known: Mapping[str, int]) -> None:
        """Store what extractions and summaries share, and the sentences of a summary."""
        cited = [{**rows.write_expert(one), "run_id": run_id, "expert_id": known[one.id]} for one in result.experts]
        _add_all(self._connection, cited_experts, cited)
        rejected = [{**rows.write_rejected(one), "run_id": run_id} for one in result.rejected]
        _add_all(self._connection, rejected_items, rejected)
        if isinstance(result, Summary):
            self._connection.execute(insert(summaries), {**rows.write_summary(result), "run_id": run_id})

    def _add_claims(self, run_id: int, result: Extraction, known: Mapping[str, int], record: form.RunRecord) -> None:
        found = rows.in_order(result)
        wanted = [record.claims[claim.id] for claim in found]
        ids = dict(zip(wanted, self._numbering.assign(self._connection, claims, wanted), strict=True))
        given = {local: self._find_claim(name.run, name.claim) for local, name in record.same.items()}
        given.update(self._recurring([claim for claim in found if claim.id not in given], known, set(given.values())))
        written = [
            {
                **rows.write_claim(claim),
                "id": ids[record.claims[claim.id]],
                "claim_id": given.get(claim.id, ids[record.claims[claim.id]]),
                "run_id": run_id,
                "article_id": self._article.id,
                "expert_id": known[claim.expert_id],
                "reporter_id": claim.reported_by and known[claim.reported_by],
                "listed": self._is_settled,
                "date_published": result.article.published,
            }
            for claim in found
        ]
        _add_all(self._connection, claims, written)
        first = {
            record.claims[row["local_id"]]: row["claim_id"] for row in written if row["local_id"] not in record.same
        }
        self._numbering.count([*first], [*first.values()])

    def _recurring(
        self, found: Sequence[Position | Prediction], known: Mapping[str, int], taken: set[int]
    ) -> dict[str, int]:
        """Ids of claims that runs found which only this store has; of those of the export it tells itself."""
        if self._is_new or not found:
            return {}
        root = func.coalesce(experts.c.root_id, experts.c.id)
        roots = dict(
            self._connection.execute(select(experts.c.id, root).where(experts.c.id.in_(set(known.values())))).all()
        )
        leaning = func.coalesce(claims.c.stance, claims.c.expected)
        told = (claims.c.statement, claims.c.target, leaning)
        columns = (claims.c.claim_id, claims.c.kind, root, claims.c.spans, claims.c.run_id, *told)
        stored = self._connection.execute(
            select(*columns)
            .join(experts, experts.c.id == claims.c.expert_id)
            .where(claims.c.article_id == self._article.id)
        ).all()
        ours = set(self._runs.values())
        taken |= {row[0] for row in stored if row[4] in ours}
        earlier = [
            (row[0], Seen(row[1], row[2], tuple((start, end) for start, end in row[3]["content"]), *row[5:]))
            for row in stored
            if row[0] not in taken
        ]
        new = [_seen(claim, roots[known[claim.expert_id]]) for claim in found]
        same = recur(earlier, new, language=self._article.appearances[0].language)
        return {claim.id: again for claim, again in zip(found, same, strict=True) if again is not None}

    def _find_claim(self, key: str, local_id: str) -> int:
        """The id that users see of a claim."""
        ours = (claims.c.run_id == self._runs.get(key), claims.c.local_id == local_id)
        found = self._connection.scalar(select(claims.c.claim_id).where(*ours))
        if found is None:
            raise InputError(f"no claim {local_id!r} was told of run {key[:12]!r}; export it again")
        return int(found)

    def _judge(self, record: Judgement) -> None:
        table = resolutions if isinstance(record, form.ResolutionRecord) else rejections
        self._judged[table].append((self._find_claim(record.run, record.claim), record))


def _seen(claim: Position | Prediction, expert_id: int) -> Seen:
    content = tuple((one.start, one.end) for one in claim.content)
    target = claim.target if isinstance(claim, Position) else None
    leaning = claim.stance if isinstance(claim, Position) else claim.expected
    return Seen(rows.kind_of(claim), expert_id, content, claim.statement, target, leaning)


def _number_run(connection: Connection, numbering: Numbering, record: form.RunRecord, after: int) -> int:
    """The id of a run that is added."""
    given = numbering.assign(connection, runs, [record.id], after=after)
    numbering.count([record.id], given)
    return given[0]


def add_failure(
    connection: Connection, numbering: Numbering, record: form.RunRecord, appearance_id: int | None, /
) -> bool:
    """Store a run that failed, unless it is stored; True when it was new. Raises InputError."""
    made = record.provenance
    assert made is not None
    told = {
        "key": record.key,
        "task": record.task,
        "status": "failed",
        "article_id": record.article,
        "started_at": made.started_at,
        "added_at": record.added_at,
        **{name: getattr(record, name) for name in ("input", "error", "error_type")},
    }
    known = is_row(runs, {name: told[name] for name in ("key", "status", "started_at", "added_at")})
    if connection.scalar(select(runs.c.id).where(*known).limit(1)) is not None:
        return False
    row = {
        **made.model_dump(exclude={"usage", "audit", "started_at"}),
        **told,
        "id": _number_run(connection, numbering, record, 0),
        "settings": plain(made.settings),
        "warnings": list(made.warnings),
        "input_tokens": made.usage.input_tokens,
        "output_tokens": made.usage.output_tokens,
        "audit": made.audit and made.audit.model_dump(),
        "appearance_id": appearance_id,
        "chosen": False,
        "is_current": False,
    }
    connection.execute(insert(runs), held(row, "the run"))
    return True


def is_row(table: Table, row: Mapping[str, Any], /) -> list[ColumnElement[bool]]:
    """What tells a row by these values."""
    return [table.c[name].is_(None) if value is None else table.c[name] == value for name, value in row.items()]


def _merge_log(connection: Connection, table: Table, judged: Sequence[tuple[int, Judgement]]) -> int:
    """Add the records that are not stored yet, so that the latest of each claim is the last; how many were new."""
    moment = "resolved_at" if table is resolutions else "added_at"
    ours = select(table).where(table.c.claim_id.in_({claim_id for claim_id, _ in judged})).order_by(table.c.id)
    stored: dict[int, list[rows.Row]] = defaultdict(list)
    for found in connection.execute(ours) if judged else ():
        stored[found.claim_id].append({name: value for name, value in found._asdict().items() if name != "id"})
    told = [_judgement(claim_id, record) for claim_id, record in judged]
    new = [row for row in told if row not in stored[row["claim_id"]]]
    late = {row["claim_id"] for row in new if any(other[moment] > row[moment] for other in stored[row["claim_id"]])}
    if late:
        connection.execute(delete(table).where(table.c.claim_id.in_(late)))
    mixed = [row for claim_id in sorted(late) for row in stored[claim_id]]
    mixed += [row for row in new if row["claim_id"] in late]
    _add_all(connection, table, [row for row in new if row["claim_id"] not in late])
    _add_all(connection, table, sorted(mixed, key=lambda row: row[moment]))
    return len(new)


def _judgement(claim_id: int, record: Judgement) -> rows.Row:
    told = record.model_dump(exclude={"type", "run", "claim"})
    return held({**told, "claim_id": claim_id}, f"the {record.type}")


def _add_one(connection: Connection, table: Table, row: rows.Row) -> int:
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())


def _add_all(connection: Connection, table: Table, written: Sequence[rows.Row]) -> None:
    if written:
        connection.execute(insert(table), written)
