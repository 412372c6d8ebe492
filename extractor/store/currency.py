"""Which run of an article is the current one, whose claims are listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, func, select, update

from extractor.errors import InputError
from extractor.schemas.stored import ArticleRef, StoredRun, Task

from .articles import find_article
from .experts import identity
from .reading import bounds
from .tables import appearances, claims, rejected_items, rejections, runs

BUILTIN = "builtin"
"""Name of the built-in engine in a provenance."""
_first = claims.alias("first")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished run."""

    id: int
    engine: str
    started_at: datetime
    chosen: bool = False


def current(candidates: Iterable[Candidate], /) -> int | None:
    """The current one of an article's finished runs: the chosen one, else the newest of a model, else the newest of
    the built-in engine; of runs that started together the one stored last. None when there is none.
    """
    ranked = max(candidates, key=_rank, default=None)
    return None if ranked is None else ranked.id


def _rank(run: Candidate) -> tuple[bool, bool, datetime, int]:
    return run.chosen, run.engine != BUILTIN, run.started_at, run.id


def refresh(connection: Connection, article_id: str, task: Task, /) -> int | None:
    """Set which run of an article is current and, for extractions, which claims are listed; the id of that run.

    Listed are the claims of the current run that nobody rejected. Only rows that change are written.
    """
    ours = (runs.c.article_id == article_id, runs.c.task == task)
    columns = (runs.c.id, runs.c.engine, runs.c.started_at, runs.c.chosen)
    found = connection.execute(select(*columns).where(*ours, runs.c.status == "done"))
    best = current(Candidate(*run) for run in found)
    is_best = runs.c.id == best if best is not None else runs.c.id.is_(None)
    connection.execute(update(runs).where(*ours, runs.c.is_current, ~is_best).values(is_current=False))
    connection.execute(update(runs).where(is_best, ~runs.c.is_current).values(is_current=True))
    if task == "extract":
        _list_claims(connection, article_id, best)
    return best


def _list_claims(connection: Connection, article_id: str, run_id: int | None) -> None:
    """List the claims of this run that are not rejected, and no others of the article."""
    of_run = claims.c.run_id == run_id if run_id is not None else claims.c.run_id.is_(None)
    shown = of_run & claims.c.claim_id.not_in(_rejected(article_id))
    ours = claims.c.article_id == article_id
    connection.execute(update(claims).where(ours, claims.c.listed, ~shown).values(listed=False))
    connection.execute(update(claims).where(ours, ~claims.c.listed, shown).values(listed=True))


def _rejected(article_id: str) -> Select[Any]:
    """The ids of an article's claims whose latest action is a rejection."""
    latest = (
        select(func.max(rejections.c.id))
        .join(_first, _first.c.id == rejections.c.claim_id)  # a rejection refers to the first row of a claim
        .where(_first.c.article_id == article_id)
        .group_by(rejections.c.claim_id)
    )
    return select(rejections.c.claim_id).where(rejections.c.id.in_(latest), rejections.c.action == "reject")


def list_runs(
    connection: Connection, article: str | None = None, /, *, failed: bool | None = None, limit: int = 100
) -> list[StoredRun]:
    """The runs, newest first: of an article (its id or the beginning of it), only failed or only finished ones.

    Raises InputError when no article or several begin so.
    """
    wanted: list[ColumnElement[bool]] = []
    if article is not None:
        wanted.append(runs.c.article_id == find_article(connection, article))
    if failed is not None:
        wanted.append(runs.c.status == ("failed" if failed else "done"))
    newest = (runs.c.started_at.desc(), runs.c.id.desc())
    # What the runs found is counted for those that are shown: the database would count for all and then sort.
    page = select(runs.c.id).where(*wanted).order_by(*newest).limit(bounds(limit, 0)[0]).subquery()
    shown = _shown().where(runs.c.id.in_(select(page.c.id))).order_by(*newest)
    return [_read_run(row) for row in connection.execute(shown)]


def choose(connection: Connection, run_id: int, /, *, chosen: bool = True) -> StoredRun:
    """Make a finished run its article's current one, or (``chosen=False``) leave it to the rule again.

    Returns the run that is current now. Raises InputError when there is no such run, it failed, or (``chosen=False``)
    nobody chose it.
    """
    ours = runs.c.id == run_id
    known = 0 < run_id < 2**31  # what the column holds
    article_id = connection.scalar(select(runs.c.article_id).where(ours)) if known else None
    if article_id is not None:
        identity.lock(connection, article_id, ())
    run = connection.execute(select(runs).where(ours)).one_or_none() if known else None
    if run is None:
        raise InputError(f"no run {run_id!r} is stored; give the id of one that is listed")
    if run.status == "failed":
        raise InputError(f"run {run_id!r} failed, so it has nothing to show; choose a finished one")
    if not chosen and not run.chosen:
        raise InputError(f"run {run_id!r} was not chosen; 'extractor runs list' shows which one was")
    if chosen:
        others = (runs.c.article_id == run.article_id, runs.c.task == run.task, runs.c.id != run_id, runs.c.chosen)
        connection.execute(update(runs).where(*others).values(chosen=False))
    connection.execute(update(runs).where(ours).values(chosen=chosen))
    best = refresh(connection, run.article_id, run.task)
    return _read_run(connection.execute(_shown().where(runs.c.id == best)).one())


def find_current(connection: Connection, article_id: str, task: Task, /) -> tuple[int, date | None] | None:
    """The current run of an article, if any, and the day of publication that it was made with."""
    query = select(runs.c.id, appearances.c.date_published).outerjoin_from(
        runs, appearances, runs.c.appearance_id == appearances.c.id
    )
    ours = (runs.c.article_id == article_id, runs.c.task == task, runs.c.is_current)
    found = connection.execute(query.where(*ours)).first()
    return None if found is None else (found.id, found.date_published)


@cache
def _shown() -> Select[Any]:
    """Runs with what is known of their article, and how much they found."""
    return select(
        runs,
        *(column.label(f"appearance_{column.name}") for column in appearances.c),
        _count(claims.c.run_id, claims.c.kind == "position").label("positions"),
        _count(claims.c.run_id, claims.c.kind == "prediction").label("predictions"),
        _count(rejected_items.c.run_id).label("rejected"),
    ).outerjoin_from(runs, appearances, runs.c.appearance_id == appearances.c.id)


def _count(run_id: ColumnElement[int], /, *wanted: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(run_id == runs.c.id, *wanted).correlate(runs).scalar_subquery()


def _read_run(row: Row[Any]) -> StoredRun:
    article = row.article_id and ArticleRef(
        id=row.article_id,
        title=row.appearance_headline,
        url=row.appearance_url,
        author=row.appearance_author,
        published=row.appearance_date_published,
        language=row.appearance_in_language,
    )
    same = ("id", "key", "task", "status", "input", "engine", "model", "chosen", "error")
    counted = ("positions", "predictions", "rejected", "started_at", "elapsed_seconds")
    return StoredRun(
        **{name: getattr(row, name) for name in (*same, *counted)}, article=article, current=row.is_current
    )
