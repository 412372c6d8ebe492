"""Storing results: one article, one transaction. Nothing is overwritten, and a run that is stored adds nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, literal_column, select, text

from extractor.errors import ExtractorError
from extractor.likelihood import LEXICON_VERSION
from extractor.run_keys import key_of, run_key, task_of
from extractor.schemas import SCHEMA_VERSION, Article, Expert, Extraction, Position, Prediction, Summary
from extractor.schemas.stored import Added, Task

from . import currency, rows
from .database.limits import check_ids, legible, plain
from .experts import identity
from .recurring import Seen, Stretch, recur
from .tables import appearances, articles, cited_experts, claims, experts, rejected_items, runs, summaries


def add(connection: Connection, result: Extraction | Summary, /, *, read_from: str | None = None) -> Added:
    """Store a result with its article, experts and claims; what of it is stored already is left as it is.

    A run that is stored adds nothing but an appearance of its article that was not known. Raises InputError when a
    database cannot hold a text of it, or its local ids are out of order.
    """
    check_ids(result)
    key, article, now = key_of(result), result.article, datetime.now(UTC)
    identity.lock(connection, article.id, [name for one in result.experts for name in (one.name, *one.aliases)])
    is_new, appearance_id, appearance_new = _add_article(connection, article, now)
    told = {"article_id": article.id, "appearance_new": appearance_new and not is_new}
    if not is_new and (stored := find_run(connection, key)) is not None:
        return Added(run_id=stored, new=False, **told)
    run = rows.write_run(result, key=key, added_at=now)
    run.update(appearance_id=appearance_id, input=read_from and legible(read_from), is_current=is_new)
    run_id = _add_one(connection, runs, run)
    known = _add_experts(connection, run_id, article.id, result.experts)
    _add_all(connection, rejected_items, [{"run_id": run_id, **rows.write_rejected(one)} for one in result.rejected])
    if isinstance(result, Summary):
        connection.execute(insert(summaries), {"run_id": run_id, **rows.write_summary(result)})
    else:
        _add_claims(connection, run_id, result, known, is_new=is_new)
    if not is_new:
        told |= _take_over(connection, run_id, article.id, task_of(result))
    return Added(run_id=run_id, new=True, **told)


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
) -> Added:
    """Store a run that failed, every time that it does, with the article where it could be read.

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
        return _add_failed(connection, run, None)
    identity.lock(connection, article.id, ())
    is_new, run["appearance_id"], added = _add_article(connection, article, now)
    return _add_failed(connection, run, article).model_copy(update={"appearance_new": added and not is_new})


def _add_failed(connection: Connection, run: rows.Row, article: Article | None) -> Added:
    run["article_id"] = None if article is None else article.id
    run["key"] = _failed_key(run, article)
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


def find_run(connection: Connection, key: str, /) -> int | None:
    """The id of the finished run with this key."""
    return connection.scalar(select(runs.c.id).where(runs.c.key == key, runs.c.status == "done"))


def _take_over(connection: Connection, run_id: int, article_id: str, task: Task) -> dict[str, Any]:
    """Find out which run of an article is current now; when it is this one, which was until now (fields of `Added`)."""
    before = currency.find_current(connection, article_id, task)
    if currency.refresh(connection, article_id, task) != run_id or before is None:
        return {}
    return {"replaced": before[0], "replaced_published": before[1]}


def _add_article(connection: Connection, article: Article, now: datetime) -> tuple[bool, int, bool]:
    """True when the text is new; the id of the appearance; True when that is new."""
    text_row = rows.write_article(article, added_at=now)
    appearance = rows.write_appearance(article, added_at=now)
    is_new = connection.scalar(select(articles.c.id).where(articles.c.id == article.id)) is None
    if is_new:
        connection.execute(insert(articles), text_row)
    else:
        same = select(appearances.c.id).where(appearances.c.digest == appearance["digest"])
        if (stored := connection.scalar(same)) is not None:
            return False, stored, False
    return is_new, _add_one(connection, appearances, appearance), True


def _add_experts(connection: Connection, run_id: int, article_id: str, cited: Sequence[Expert]) -> dict[str, int]:
    """What the run says of its experts; their ids in the store by their local ids."""
    written = [rows.write_expert(expert) for expert in cited]
    known = identity.resolve_experts(connection, article_id, cited) if cited else {}
    _add_all(
        connection, cited_experts, [{"run_id": run_id, "expert_id": known[row["local_id"]], **row} for row in written]
    )
    return known


def _add_claims(
    connection: Connection, run_id: int, extraction: Extraction, known: dict[str, int], /, *, is_new: bool
) -> None:
    """The claims; listed where the article is new. A claim of an earlier run keeps its claim_id."""
    found = rows.in_order(extraction)
    if not found:
        return
    article = extraction.article
    kept = [None] * len(found) if is_new else _kept_ids(connection, article, found, known)
    _add_all(
        connection,
        claims,
        [
            {
                "id": claim_row,
                "claim_id": claim_row if claim_id is None else claim_id,
                "run_id": run_id,
                "article_id": article.id,
                "expert_id": known[claim.expert_id],
                "reporter_id": claim.reported_by and known[claim.reported_by],
                "listed": is_new,
                "date_published": article.published,
                **rows.write_claim(claim),
            }
            for claim, claim_row, claim_id in zip(found, _claim_ids(connection, len(found)), kept, strict=True)
        ],
    )


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


def _claim_ids(connection: Connection, number: int) -> Sequence[int]:
    """Ids for so many new claims, never given out before, so that a claim's row can name its own."""
    if connection.dialect.name == "postgresql":
        series = func.generate_series(1, number)
        following = func.nextval(func.pg_get_serial_sequence("claims", "id"))
        return sorted(connection.scalars(select(following).select_from(series)))
    # One writer at a time, so that what follows the last id is free.
    last = connection.scalar(
        select(literal_column("seq")).select_from(text("sqlite_sequence")).where(text("name = 'claims'"))
    )
    return range((last or 0) + 1, (last or 0) + 1 + number)


def _add_one(connection: Connection, table: Table, row: rows.Row) -> int:
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())


def _add_all(connection: Connection, table: Table, written: Sequence[rows.Row]) -> None:
    if written:
        connection.execute(insert(table), written)
