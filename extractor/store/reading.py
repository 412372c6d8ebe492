"""What is stored, as claims and results: lists, one claim in its context, and whole results.

A list is made in two steps: first the ids of its rows, from the tables' indexes, then the claims of these rows, with a
constant number of statements however many they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select

from extractor.errors import InputError
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.stored import (
    ArticleRef,
    Context,
    ExpertRef,
    Rejection,
    Resolution,
    Status,
    StoredClaim,
    Task,
)

from . import rows
from .articles import find_article
from .filters import Filters
from .keysets import Key, Order, Page, list_rows, read_key
from .search.conditions import in_order, indexed, listed, others, unresolved
from .search.snippets import context
from .tables import (
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

BATCH = 500
"""Claims that are read at once, so that the texts of their articles fit into memory."""
FEW = 20_000
"""Claims that are sorted to have a page of them."""
LARGEST = 2**31 - 1
"""What a database's integer holds: no id is larger."""
_MOST = 10**9  # a limit or an offset: two of them fit into a database's integer

_Row = dict[str, Any]
_NEWEST = Order(claims.c.date_published, claims.c.id, descending=True)
_EARLIEST = Order(claims.c.horizon_end, claims.c.claim_id, descending=False)
_own, _expert = experts.alias("own"), experts.alias("expert")
_own_reporter, _reporter = experts.alias("own_reporter"), experts.alias("reporter")


# Claims


def read_claims(connection: Connection, row_ids: Sequence[int], /) -> list[StoredClaim]:
    """The claims of these rows (``claims.id``), in the order given. Raises StoreError when one is damaged."""
    today = date.today()
    batches = (row_ids[start : start + BATCH] for start in range(0, len(row_ids), BATCH))
    return [claim for batch in batches for claim in _read_batch(connection, batch, today)]


def find_claim(connection: Connection, claim_id: int, /) -> StoredClaim:
    """The claim with this id: as its article's current run has it, else as the newest run does.

    Raises InputError when there is none.
    """
    return read_claims(connection, [_find_row(connection, claim_id)])[0]


def list_claims(connection: Connection, filters: Filters, /, *, limit: int, offset: int) -> list[StoredClaim]:
    """Listed claims, newest articles first, undated last. Raises InputError."""
    return read_claims(connection, newest(connection, filters, limit=limit, offset=offset))


def page_claims(connection: Connection, filters: Filters, /, *, after: Key | None, limit: int) -> Page[StoredClaim]:
    """A page of what `list_claims` lists. Raises InputError."""
    return _page(connection, newest(connection, filters, limit=limit + 1, after=after), _NEWEST, limit)


def newest(
    connection: Connection, filters: Filters, /, *, limit: int, offset: int = 0, after: Key | None = None
) -> list[int]:
    """The rows of listed claims, newest articles first, undated last. Raises InputError."""
    limit, offset = bounds(limit, offset)
    wanted = [*listed(filters), *indexed(connection, filters), *in_order(filters), *others(filters)]
    return list_rows(connection, wanted, _NEWEST, limit=limit, offset=offset, after=after)


def list_due(connection: Connection, /, *, until: date | None, limit: int, offset: int) -> list[StoredClaim]:
    """Unresolved predictions whose horizon ends by that day (default: today), earliest first."""
    limit, offset = bounds(limit, offset)
    due = select(claims.c.id).where(claims.c.listed, *unresolved(), claims.c.horizon_end <= (until or date.today()))
    page = due.order_by(*_EARLIEST.columns).limit(limit).offset(offset)
    return read_claims(connection, connection.scalars(page).all())


def list_open(connection: Connection, filters: Filters, /, *, limit: int, offset: int) -> list[StoredClaim]:
    """Unresolved predictions, those with the earliest end of their horizon first, without a horizon last."""
    limit, offset = bounds(limit, offset)
    wanted = _unresolved(connection, filters)
    return read_claims(connection, list_rows(connection, wanted, _EARLIEST, limit=limit, offset=offset))


def list_resolved(connection: Connection, /, *, limit: int, offset: int) -> list[StoredClaim]:
    """Resolved predictions, those whose latest outcome was recorded last first."""
    limit, offset = bounds(limit, offset)
    latest = func.max(resolutions.c.id).label("latest")
    told = select(resolutions.c.claim_id, latest).group_by(resolutions.c.claim_id).subquery()
    resolved = select(claims.c.id).join(told, told.c.claim_id == claims.c.claim_id).where(claims.c.listed)
    page = resolved.order_by(told.c.latest.desc(), claims.c.claim_id.desc()).limit(limit).offset(offset)
    return read_claims(connection, connection.scalars(page).all())


def page_open(connection: Connection, filters: Filters, /, *, after: Key | None, limit: int) -> Page[StoredClaim]:
    """A page of what `list_open` lists. Raises InputError."""
    wanted = _unresolved(connection, filters)
    dated_only = filters.ends_by is not None
    if dated_only:  # said once more where an index can see it, so that nobody walks what ends later
        wanted.append(claims.c.horizon_end <= filters.ends_by)
    found = list_rows(connection, wanted, _EARLIEST, limit=limit + 1, after=after, dated_only=dated_only)
    return _page(connection, found, _EARLIEST, limit)


def show(connection: Connection, claim_id: int, /) -> Context:
    """A claim (also a rejected one) with its evidence in the text around it. Raises InputError."""
    claim = find_claim(connection, claim_id)
    said = claim.claim
    evidence = [(span.start, span.end) for span in (*said.content, *said.source, *said.cue)]
    return Context(
        claim=claim,
        pieces=context(_read_texts(connection, [claim.article.id])[claim.article.id], evidence),
        appearances=read_appearances(connection, [claim.article.id])[claim.article.id],
        resolutions=tuple(_read_resolutions(connection, [claim.id]).get(claim.id, ())),
        reason=claim.rejection and claim.rejection.reason,
    )


def read_expert(connection: Connection, expert_id: int, /) -> ExpertRef:
    """The expert with this id, which has to exist."""
    query = select(*_labelled(_expert, "expert")).where(_expert.c.id == expert_id)
    return _read_expert(_fetch(connection, query)[0], "expert")


# Results


def get_extraction(connection: Connection, article: str, /, *, run_id: int | None) -> Extraction | None:
    """The extraction of an article as stored: the current one, or that of a run. Raises InputError."""
    run = _find_run(connection, article, "extract", run_id)
    if run is None:
        return None
    return rows.read_extraction(
        _read_article(connection, run),
        run,
        experts=_of_run(connection, cited_experts.c.run_id, run),
        claims=_of_run(connection, claims.c.run_id, run),
        rejected=_of_run(connection, rejected_items.c.run_id, run, order=rejected_items.c.id),
    )


def find_extraction(connection: Connection, article: Article, made_by: tuple[str, str | None], /) -> Extraction | None:
    """The article's current extraction if it is by this engine and model and of the same date, else None."""
    try:
        extraction = get_extraction(connection, article.id, run_id=None)
    except InputError:  # the article is not stored
        return None
    if extraction is None or extraction.article.published != article.published:
        return None
    made = extraction.provenance
    return extraction.model_copy(update={"article": article}) if (made.engine, made.model) == made_by else None


def get_summary(connection: Connection, article: str, /, *, run_id: int | None) -> Summary | None:
    """The summary of an article as stored: the current one, or that of a run. Raises InputError."""
    run = _find_run(connection, article, "summarize", run_id)
    if run is None:
        return None
    return rows.read_summary(
        _read_article(connection, run),
        run,
        _of_run(connection, summaries.c.run_id, run)[0],
        experts=_of_run(connection, cited_experts.c.run_id, run),
        rejected=_of_run(connection, rejected_items.c.run_id, run, order=rejected_items.c.id),
    )


def bounds(limit: int, offset: int, /) -> tuple[int, int]:
    """A limit and an offset that a database takes: negative ones are 0."""
    return min(max(limit, 0), _MOST), min(max(offset, 0), _MOST)


# Rows


def _are_few(connection: Connection, filters: Filters) -> bool:
    """True when expert, article or dates leave so few claims that these are sorted rather than all are walked."""
    if filters.expert is not None or filters.article is not None:
        return True
    published = indexed(connection, filters)
    some = select(claims.c.id).where(*published).limit(FEW + 1)
    return bool(published) and (connection.scalar(select(func.count()).select_from(some.subquery())) or 0) <= FEW


def _unresolved(connection: Connection, filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of predictions without an outcome."""
    narrow = filters.rejected or _are_few(connection, filters)
    some = indexed(connection, filters, walked=not narrow)
    return [*listed(filters), *unresolved(narrow=narrow), *some, *others(filters)]


def _page(connection: Connection, row_ids: Sequence[int], order: Order, limit: int) -> Page[StoredClaim]:
    """The page of the first ``limit`` of these rows; one more tells that another page follows."""
    shown = row_ids[:limit]
    following = bool(shown) and len(row_ids) > limit
    after = read_key(connection, order, shown[-1]) if following else None
    return Page(tuple(read_claims(connection, shown)), after)


def _find_row(connection: Connection, claim_id: int) -> int:
    best = (claims.c.listed.desc(), runs.c.is_current.desc(), claims.c.run_id.desc())
    query = select(claims.c.id).join(runs, runs.c.id == claims.c.run_id).where(claims.c.claim_id == claim_id)
    row = connection.scalar(query.order_by(*best).limit(1)) if 0 < claim_id <= LARGEST else None
    if row is None:
        raise InputError(f"no claim {claim_id!r} is stored; 'extractor claims list' shows claims with their ids")
    return int(row)


@cache
def _joined() -> Select[Any]:
    """Rows of ``claims`` with where the merges of their experts end, and how their article appeared."""
    return (
        select(
            claims,
            *_labelled(_expert, "expert"),
            *_labelled(_reporter, "reporter"),
            *_labelled(appearances, "appearance"),
        )
        .join(_own, _own.c.id == claims.c.expert_id)
        .join(_expert, _expert.c.id == func.coalesce(_own.c.root_id, _own.c.id))
        .join(runs, runs.c.id == claims.c.run_id)
        .outerjoin(_own_reporter, _own_reporter.c.id == claims.c.reporter_id)
        .outerjoin(_reporter, _reporter.c.id == func.coalesce(_own_reporter.c.root_id, _own_reporter.c.id))
        .outerjoin(appearances, appearances.c.id == runs.c.appearance_id)
    )


def _labelled(table: Any, name: str) -> Iterator[ColumnElement[Any]]:
    return (column.label(f"{name}__{column.name}") for column in table.c)


def _read_batch(connection: Connection, row_ids: Sequence[int], today: date) -> Iterator[StoredClaim]:
    found = {row["id"]: row for row in _fetch(connection, _joined().where(claims.c.id.in_(row_ids)))}
    texts = _read_texts(connection, {row["article_id"] for row in found.values()})
    claim_ids = {row["claim_id"] for row in found.values()}
    resolved = _read_resolutions(connection, claim_ids)
    rejected = _read_rejected(connection, claim_ids)
    for row_id in row_ids:
        row = found[row_id]
        resolution = resolved.get(row["claim_id"], [None])[-1]
        yield StoredClaim(
            id=row["claim_id"],
            kind=row["kind"],
            claim=rows.read_claim(row, texts[row["article_id"]]),
            quote=row["quote"],
            expert=_read_expert(row, "expert"),
            reported_by=None if row["reporter_id"] is None else _read_expert(row, "reporter"),
            article=_read_reference(row, "appearance__"),
            run_id=row["run_id"],
            status=_status(row, resolution, today),
            resolution=resolution,
            rejected=row["claim_id"] in rejected,
            rejection=rejected.get(row["claim_id"]),
        )


def _status(row: _Row, resolution: Resolution | None, today: date) -> Status | None:
    if row["kind"] != "prediction":
        return None
    if resolution is not None:
        return "resolved"
    return "closed" if row["horizon_end"] is not None and row["horizon_end"] < today else "open"


def _read_expert(row: _Row, name: str) -> ExpertRef:
    return ExpertRef(
        id=row[f"{name}__id"],
        name=row[f"{name}__name"],
        kind=row[f"{name}__kind"],
        role=row[f"{name}__job_title"],
        affiliation=row[f"{name}__affiliation"],
    )


def read_appearances(connection: Connection, article_ids: Sequence[str], /) -> dict[str, tuple[ArticleRef, ...]]:
    """Everywhere that articles were published, by date, undated ones last."""
    query = select(appearances).where(appearances.c.article_id.in_(article_ids))
    order = appearances.c.date_published.asc().nulls_last(), appearances.c.id
    found: dict[str, tuple[ArticleRef, ...]] = dict.fromkeys(article_ids, ())
    for row in _fetch(connection, query.order_by(*order)):
        found[row["article_id"]] += (_read_reference(row),)
    return found


def _read_reference(row: _Row, prefix: str = "") -> ArticleRef:
    return ArticleRef(
        id=row["article_id"],
        title=row[f"{prefix}headline"],
        url=row[f"{prefix}url"],
        author=row[f"{prefix}author"],
        published=row[f"{prefix}date_published"],
        language=row[f"{prefix}in_language"],
    )


def _read_texts(connection: Connection, article_ids: Any) -> dict[str, str]:
    query = select(articles.c.id, articles.c.text).where(articles.c.id.in_(article_ids))
    return {row.id: row.text for row in connection.execute(query)}


def _read_resolutions(connection: Connection, claim_ids: Any) -> dict[int, list[Resolution]]:
    """The resolutions of claims, oldest first."""
    query = select(resolutions).where(resolutions.c.claim_id.in_(claim_ids)).order_by(resolutions.c.id)
    found: dict[int, list[Resolution]] = {}
    for row in _fetch(connection, query):
        found.setdefault(row["claim_id"], []).append(Resolution(**row))
    return found


def _read_rejected(connection: Connection, claim_ids: Any) -> dict[int, Rejection]:
    """Those of these claims that are rejected: the latest record says so."""
    query = select(rejections).where(rejections.c.claim_id.in_(claim_ids)).order_by(rejections.c.id)
    latest = {row.claim_id: row for row in connection.execute(query)}
    return {
        claim_id: Rejection(reason=row.reason, rejected_by=row.rejected_by, rejected_at=row.added_at)
        for claim_id, row in latest.items()
        if row.action == "reject"
    }


def _find_run(connection: Connection, article: str, task: Task, run_id: int | None) -> _Row | None:
    """The run of an article: that with this id, else the current one, if there is one."""
    article_id = find_article(connection, article)
    ours = select(runs).where(runs.c.article_id == article_id, runs.c.task == task)
    if run_id is None:
        return next(iter(_fetch(connection, ours.where(runs.c.is_current))), None)
    known = ours.where(runs.c.id == run_id, runs.c.status == "done")
    found = _fetch(connection, known) if 0 < run_id <= LARGEST else []
    if not found:
        what = "extraction" if task == "extract" else "summary"
        raise InputError(f"run {run_id!r} is no {what} of article {article_id[:12]!r}; give the id of one of its runs")
    return found[0]


def _read_article(connection: Connection, run: _Row) -> Article:
    query = select(appearances, articles.c.text).join(articles, articles.c.id == appearances.c.article_id)
    row = _fetch(connection, query.where(appearances.c.id == run["appearance_id"]))[0]
    return rows.read_article(row["text"], row)


def _of_run(
    connection: Connection, run_id: Column[Any], run: _Row, *, order: Column[Any] | None = None
) -> Sequence[_Row]:
    """The rows of a table that belong to a run."""
    return _fetch(connection, select(run_id.table).where(run_id == run["id"]).order_by(order))


def _fetch(connection: Connection, query: Select[Any]) -> list[_Row]:
    return [row._asdict() for row in connection.execute(query)]
