"""The records of an export into a store, some at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from extractor.errors import InputError
from extractor.store.database.limits import held
from extractor.store.experts import identity
from extractor.store.tables import articles, expert_changes, runs

from . import records as form
from .article_writing import ArticleWriter, add_failure, is_row
from .details import from_file
from .joining import Joiner
from .numbering import Numbering


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many of each were added; ``runs_known`` were stored already.

    ``ids_kept`` and ``ids_renumbered`` tell of the runs, experts and claims that were added, how many have the id that
    they have in the export.
    """

    articles: int = 0
    appearances: int = 0
    runs: int = 0
    runs_known: int = 0
    experts: int = 0
    resolutions: int = 0
    rejections: int = 0
    changes: int = 0
    ids_kept: int = 0
    ids_renumbered: int = 0


@dataclass(slots=True)
class Batch:
    """Records that one transaction stores, with the numbers of their lines."""

    records: list[tuple[int, form.Record]] = field(default_factory=list)

    @property
    def has_experts_only(self) -> bool:
        """True when there is nothing but experts so far."""
        return all(isinstance(record, form.ExpertRecord) for _, record in self.records)

    @property
    def article(self) -> form.ArticleRecord | None:
        """The article, where there is one."""
        return next((record for _, record in self.records if isinstance(record, form.ArticleRecord)), None)

    def line_of(self, record: form.Record, /) -> int:
        """The number of a record's line."""
        return next(line for line, other in self.records if other is record)

    def runs(self) -> list[form.RunRecord]:
        """The runs."""
        return [record for _, record in self.records if isinstance(record, form.RunRecord)]

    @property
    def is_simple(self) -> bool:
        """True with at most one finished run for each task, and without rejections."""
        tasks = [run.task for run in self.runs() if run.status == "done"]
        return len(tasks) == len(set(tasks)) and not any(
            isinstance(record, form.RejectionRecord) for _, record in self.records
        )

    def names(self) -> set[str]:
        """All names of experts."""
        told = {one.name for _, record in self.records if isinstance(record, form.ExpertRecord) for one in record.names}
        cited = [expert for run in self.runs() if run.result for expert in run.result.experts]
        return told | {name for expert in cited for name in (expert.name, *expert.aliases)}


class Receiver:
    """Stores the records of one export, batch by batch."""

    def __init__(self, connection: Connection, last: form.LastIds, /) -> None:
        """``last``: the last ids of the database that was exported."""
        self._numbering = Numbering(connection, last)
        self._experts = Joiner(self._numbering)
        self._added: Counter[str] = Counter()

    @property
    def imported(self) -> Imported:
        """What was added so far."""
        numbered = {"ids_kept": self._numbering.kept, "ids_renumbered": self._numbering.renumbered}
        return Imported(**self._added, **numbered, experts=self._experts.added)

    def receive(self, connection: Connection, batch: Batch, /) -> None:
        """Store the records of a batch. Raises InputError, which names the line at fault."""
        article = batch.article
        identity.lock_changes(connection)
        identity.lock(connection, article.id if article else "", batch.names())
        stored = _stored_runs(connection, [run.key for run in batch.runs()])
        is_new = article is not None and not _has_article(connection, article.id)
        first, last = batch.records[0][0], batch.records[-1][0]
        with at_line(first):
            cited = [(run, stored.get(run.key)) for run in batch.runs() if run.result]
            told = [record for _, record in batch.records if isinstance(record, form.ExpertRecord)]
            self._experts.join(connection, told, article, cited, is_new=is_new or article is None)
        inside = None
        if article is not None:
            with at_line(batch.line_of(article)):
                inside = ArticleWriter(
                    connection,
                    article,
                    self._experts,
                    self._numbering,
                    stored,
                    is_new=is_new,
                    is_simple=batch.is_simple,
                )
        for line, record in batch.records:
            with at_line(line):
                self._store(connection, record, inside)
        if inside is not None:
            with at_line(last):
                inside.finish()
            self._added.update(inside.added)

    def _store(self, connection: Connection, record: form.Record, inside: ArticleWriter | None) -> None:
        match record:
            case form.RunRecord(article=None):
                self._added["runs"] += add_failure(connection, self._numbering, record, None)
            case form.ChangeRecord():
                self._added["changes"] += self._change(connection, record)
            case form.RunRecord() | form.ResolutionRecord() | form.RejectionRecord():
                if inside is None:
                    raise InputError(f"this {record.type} belongs to no article before it; export it again")
                inside.store(record)

    def _change(self, connection: Connection, record: form.ChangeRecord) -> bool:
        """Log a change of experts, unless it is logged or the two are one here; True when it was new."""
        expert = self._experts.find(record.expert)
        other = None if record.other is None else self._experts.find(record.other)
        row = {"action": record.action, "expert_id": expert, "other_id": other, "added_at": record.added_at}
        if expert == other or _has(connection, expert_changes, row):
            return False
        detail = from_file(connection, record.detail, self._experts.ids)
        row |= held({"reason": record.reason}, "the change")
        connection.execute(insert(expert_changes), {**row, "detail": detail})
        if record.action in ("merge", "unmerge") and record.other is not None:
            self._experts.relink(connection, record.other)
        return True


def _stored_runs(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The ids of the finished runs with these keys."""
    ours = (runs.c.key.in_(keys), runs.c.status == "done")
    return dict(connection.execute(select(runs.c.key, runs.c.id).where(*ours)).all())


def _has_article(connection: Connection, article_id: str) -> bool:
    return connection.scalar(select(articles.c.id).where(articles.c.id == article_id)) is not None


def _has(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    return connection.scalar(select(table.c.id).where(*is_row(table, row)).limit(1)) is not None


@contextmanager
def at_line(line: int, /) -> Iterator[None]:
    """Tell the line of a record that cannot be stored."""
    try:
        yield
    except InputError as error:
        raise InputError(f"line {line}: {error}") from error
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError(f"line {line} is not as an export has it ({told}); export it again") from error
