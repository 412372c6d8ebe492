"""Storing results: of one article or of many in a transaction. Nothing is overwritten; a stored run adds nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from extractor.errors import ExtractorError
from extractor.likelihood import LEXICON_VERSION
from extractor.run_keys import key_of, run_key
from extractor.schemas import SCHEMA_VERSION, Article, Extraction, Position, Prediction, Summary
from extractor.schemas.stored import Added, Task

from . import bulk, currency, rows
from .database.limits import check_ids, legible, plain
from .experts import identity
from .recurring import Seen, Stretch, recur
from .tables import appearances, articles, cited_experts, claims, experts, rejected_items, runs, summaries


@dataclass(frozen=True, slots=True)
class _Given:
    """A result with the rows that it makes, as far as they do without ids of the store."""

    result: Extraction | Summary
    text: rows.Row
    appearance: rows.Row
    run: rows.Row
    experts: list[rows.Row]
    claims: list[rows.Row]
    rejected: list[rows.Row]
    summary: rows.Row | None


def add(connection: Connection, result: Extraction | Summary, /, *, read_from: str | None = None) -> Added:
    """Store a result with its article, experts and claims; what of it is stored already is left as it is.

    A run that is stored adds nothing but an appearance of its article that was not known. Raises InputError when a
    database cannot hold a text of it, or its local ids are out of order.
    """
    return add_all(connection, [(key_of(result), result, read_from)])[0]


def add_all(connection: Connection, results: Sequence[tuple[str, Extraction | Summary, str | None]], /) -> list[Added]:
    """Store results as `add` does one after the other, but those of new articles together.

    Each comes with its key and with where its article was read. Raises InputError when one of them cannot be stored.
    """
    now = datetime.now(UTC)
    given = [_prepare(key, result, read_from, now) for key, result, read_from in results]
    identity.lock_articles(connection, [one.result.article.id for one in given])
    cited = [expert for one in given for expert in one.result.experts]
    identity.lock_names(connection, [name for one in cited for name in (one.name, *one.aliases)])
    stored = _find_articles(connection, {one.result.article.id for one in given})
    fresh: dict[str, int] = {}
    for place, one in enumerate(given):
        if one.result.article.id not in stored:
            fresh.setdefault(one.result.article.id, place)
    new = [given[place] for place in fresh.values()]
    bulk.insert_rows(connection, articles, [one.text for one in new])
    appeared = _add_appearances(connection, [one.appearance for one in new])
    runs_of = dict(zip(fresh.values(), _store(connection, new, appeared, is_new=True), strict=True))
    return [
        Added(run_id=runs_of[place], article_id=one.result.article.id, new=True, appearance_new=False)
        if place in runs_of
        else _add_known(connection, one)
        for place, one in enumerate(given)
    ]


def _prepare(key: str, result: Extraction | Summary, read_from: str | None, now: datetime) -> _Given:
    """The rows of a result. Raises InputError when a database cannot hold a text of it."""
    check_ids(result)
    run = rows.write_run(result, key=key, added_at=now)
    run["input"] = read_from and legible(read_from)
    return _Given(
        result,
        rows.write_article(result.article, added_at=now),
        rows.write_appearance(result.article, added_at=now),
        run,
        [rows.write_expert(one) for one in result.experts],
        [] if isinstance(result, Summary) else [rows.write_claim(claim) for claim in rows.in_order(result)],
        [rows.write_rejected(one) for one in result.rejected],
        rows.write_summary(result) if isinstance(result, Summary) else None,
    )


def _add_known(connection: Connection, one: _Given) -> Added:
    """Store a result whose article is stored."""
    article_id = one.result.article.id
    appearance_id, appearance_new = _find_appearance(connection, one.appearance)
    told = {"article_id": article_id, "appearance_new": appearance_new}
    if (stored := find_run(connection, one.run["key"])) is not None:
        return Added(run_id=stored, new=False, **told)
    run_id = _store(connection, [one], [appearance_id], is_new=False)[0]
    return Added(run_id=run_id, new=True, **told, **_take_over(connection, run_id, article_id, one.run["task"]))


def _store(
    connection: Connection, given: Sequence[_Given], appearance_ids: Sequence[int], /, *, is_new: bool
) -> Sequence[int]:
    """Store runs of articles that are stored, with all that they found; their ids. ``is_new``: they are the first."""
    if not given:
        return ()
    run_ids = bulk.next_ids(connection, runs, len(given))
    placed = zip(given, run_ids, appearance_ids, strict=True)
    bulk.insert_rows(
        connection,
        runs,
        [{"id": run, **one.run, "appearance_id": seen, "is_current": is_new} for one, run, seen in placed],
    )
    casts = [(one.result.article.id, one.result.experts) for one in given]
    known = identity.resolve_all(connection, casts, is_new=is_new)
    each = list(zip(given, run_ids, known, strict=True))
    bulk.insert_rows(
        connection,
        cited_experts,
        [{"run_id": run, "expert_id": ids[row["local_id"]], **row} for one, run, ids in each for row in one.experts],
    )
    rejected = [{"run_id": run, **row} for one, run, _ in each for row in one.rejected]
    bulk.insert_rows(connection, rejected_items, rejected)
    bulk.insert_rows(connection, summaries, [{"run_id": run, **one.summary} for one, run, _ in each if one.summary])
    _add_claims(connection, each, is_new=is_new)
    return run_ids


def add_failure(
    connection: Connection,
    error: ExtractorError,
    /,
    *,
    task: Task,
    engine: str,
    model: str | None = None,
    article: Article | None = None,
    read_from: str | None = None,
    started_at: datetime | None = None,
    elapsed_seconds: float = 0.0,
    settings: Mapping[str, Any] | None = None,
    prompts: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Added:
    """Store a run that failed, every time that it does, with the article where it could be read.

    ``key`` is that of the run, where it is known what it would have stood on; else one is made of what is known.
    ``started_at`` without a time zone is taken for UTC; left out it is now. Raises InputError when a database cannot
    hold the article's text.
    """
    now = datetime.now(UTC)
    run = {
        **_NOTHING_DONE,
        **_told(error),
        "task": task,
        "input": read_from and legible(read_from),
        "engine": engine,
        "model": model,
        "prompts": dict(prompts or {}),
        "settings": plain(settings or {}),
        "started_at": _aware(started_at or now),
        "elapsed_seconds": elapsed_seconds,
        "added_at": now,
    }
    if article is None:
        return _add_failed(connection, run, None, key)
    identity.lock(connection, article.id, ())
    is_new, run["appearance_id"], added = _add_article(connection, article, now)
    return _add_failed(connection, run, article, key).model_copy(update={"appearance_new": added and not is_new})


def _add_failed(connection: Connection, run: rows.Row, article: Article | None, key: str | None) -> Added:
    run["article_id"] = None if article is None else article.id
    run["key"] = key or _failed_key(run, article)
    return Added(run_id=_add_one(connection, runs, run), article_id=run["article_id"], new=True)


def _told(error: ExtractorError) -> rows.Row:
    return {"error": legible(str(error)), "error_type": type(error).__name__}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _failed_key(run: rows.Row, article: Article | None) -> str:
    """A key that no finished run has: the same input failing again has the same."""
    return run_key(
        task=run["task"],
        article_id=run["article_id"],
        published=None if article is None else article.published,
        engine=run["engine"],
        model=run["model"],
        prompts={},
        schema_version=SCHEMA_VERSION,
        lexicon_version=LEXICON_VERSION,
        tagger_version=None,
        settings={"failed": run["input"]},
    )


_NOTHING_DONE: rows.Row = {
    "status": "failed",
    "schema_version": SCHEMA_VERSION,
    "lexicon_version": LEXICON_VERSION,
    **dict.fromkeys(("attempts", "calls", "input_tokens", "output_tokens", "merged", "repaired"), 0),
    "names_unchecked": False,
    "warnings": [],
    "chosen": False,
    "is_current": False,
}


def add_appearance(connection: Connection, article: Article, /) -> None:
    """Store where an article appeared, if it is stored; the caller holds its lock."""
    if connection.scalar(select(articles.c.id).where(articles.c.id == article.id)) is not None:
        _add_article(connection, article, datetime.now(UTC))


def find_run(connection: Connection, key: str, /) -> int | None:
    """The id of the finished run with this key."""
    return connection.scalar(select(runs.c.id).where(runs.c.key == key, runs.c.status == "done"))


def _take_over(connection: Connection, run_id: int, article_id: str, task: Task) -> dict[str, Any]:
    """Find out which run of an article is current now; when it is this one, which was until now (fields of `Added`)."""
    before = currency.find_current(connection, article_id, task)
    if currency.refresh(connection, article_id, task) != run_id or before is None:
        return {}
    return {"replaced": before[0], "replaced_published": before[1]}


def _find_articles(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of the articles that are stored."""
    return set(connection.scalars(select(articles.c.id).where(articles.c.id.in_(sorted(ids)))))


def _add_article(connection: Connection, article: Article, now: datetime) -> tuple[bool, int, bool]:
    """True when the text is new; the id of the appearance; True when that is new."""
    text_row = rows.write_article(article, added_at=now)
    appearance = rows.write_appearance(article, added_at=now)
    is_new = not _find_articles(connection, {article.id})
    if is_new:
        connection.execute(insert(articles), text_row)
    return is_new, *_find_appearance(connection, appearance)


def _find_appearance(connection: Connection, row: rows.Row) -> tuple[int, bool]:
    """The id of an appearance, and True when it was not stored before."""
    stored = connection.scalar(select(appearances.c.id).where(appearances.c.digest == row["digest"]))
    return (stored, False) if stored is not None else (_add_appearances(connection, [row])[0], True)


def _add_appearances(connection: Connection, written: Sequence[rows.Row]) -> Sequence[int]:
    ids = bulk.next_ids(connection, appearances, len(written))
    bulk.insert_rows(connection, appearances, [{"id": number, **row} for number, row in zip(ids, written, strict=True)])
    return ids


def _add_claims(connection: Connection, each: Sequence[tuple[_Given, int, dict[str, int]]], /, *, is_new: bool) -> None:
    """The claims of runs with their experts; listed where the article is new. Those of an earlier run keep their id."""
    ids = iter(bulk.next_ids(connection, claims, sum(len(one.claims) for one, _, _ in each)))
    written = []
    for one, run_id, known in each:
        article = one.result.article
        kept: Sequence[int | None] = [None] * len(one.claims)
        if not is_new and isinstance(one.result, Extraction):
            kept = _kept_ids(connection, article, rows.in_order(one.result), known)
        for row, number, claim_id in zip(one.claims, ids, kept, strict=False):
            reporter = row["local_reporter"]
            placed = {
                "id": number,
                "claim_id": number if claim_id is None else claim_id,
                "run_id": run_id,
                "article_id": article.id,
                "expert_id": known[row["local_expert"]],
                "reporter_id": reporter and known[reporter],
                "listed": is_new,
                "date_published": article.published,
            }
            written.append(placed | row)
    bulk.insert_claims(connection, written)


def _kept_ids(
    connection: Connection, article: Article, found: Sequence[Position | Prediction], known: dict[str, int]
) -> Sequence[int | None]:
    """For each claim the claim_id under which an earlier run of the article stored it, else None.

    Earlier claims are as the run told them that found them first: of what is judged, and it does not drift.
    """
    root = func.coalesce(experts.c.root_id, experts.c.id)
    leaning = func.coalesce(claims.c.expected, claims.c.stance)
    columns = (claims.c.claim_id, claims.c.kind, root, claims.c.spans, claims.c.statement, claims.c.target, leaning)
    first = (claims.c.article_id == article.id, claims.c.id == claims.c.claim_id)
    if not found:
        return []
    earlier = connection.execute(select(*columns).join(experts, experts.c.id == claims.c.expert_id).where(*first)).all()
    if not earlier:
        return [None] * len(found)
    roots = dict(connection.execute(select(experts.c.id, root).where(experts.c.id.in_(set(known.values())))).all())
    return recur(
        [
            (claim_id, Seen(kind, expert, _stretches(spans["content"]), *told))
            for claim_id, kind, expert, spans, *told in earlier
        ],
        [_seen(claim, roots[known[claim.expert_id]]) for claim in found],
        language=article.language,
    )


def _seen(claim: Position | Prediction, expert_id: int) -> Seen:
    content = tuple((part.start, part.end) for part in claim.content)
    if isinstance(claim, Prediction):
        return Seen("prediction", expert_id, content, claim.statement, None, claim.expected)
    return Seen("position", expert_id, content, claim.statement, claim.target, claim.stance)


def _stretches(pairs: Sequence[Sequence[int]]) -> tuple[Stretch, ...]:
    return tuple((start, end) for start, end in pairs)


def _add_one(connection: Connection, table: Table, row: rows.Row) -> int:
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())
