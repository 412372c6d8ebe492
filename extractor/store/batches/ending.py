"""How runs ended: results and failures of many articles in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from extractor.errors import ExtractorError, InputError
from extractor.schemas import Article, Extraction, Summary
from extractor.schemas.stored import Added, Task
from extractor.store import writing
from extractor.store.experts import identity

from . import claiming


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedAttempt:
    """What is stored of a run that failed, with its article where that could be read; as for `Store.add_failure`."""

    error: ExtractorError
    task: Task
    engine: str
    model: str | None = None
    article: Article | None = None
    started_at: datetime | None = None
    elapsed_seconds: float = 0.0
    settings: Mapping[str, Any] | None = None
    prompts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended; ``key`` is the one under which it was claimed."""

    key: str
    result: Extraction | Summary | FailedAttempt
    read_from: str | None = None


def finish(connection: Connection, endings: Sequence[Ending], holder: str, /) -> list[Added]:
    """Store how runs ended and drop their leases; all of them or, when an error leaves it, none.

    A result whose lease was lost is stored as well. Raises InputError when a text of one cannot be stored.
    """
    done = [
        (ending.key, ending.result, ending.read_from)
        for ending in endings
        if not isinstance(ending.result, FailedAttempt)
    ]
    given = [ending.result.article.id for ending in endings if ending.result.article is not None]
    identity.lock_articles(connection, given)  # all of them in order, before storing takes those of results
    added = iter(writing.add_all(connection, done))
    stored = [
        _fail(connection, ending, ending.result) if isinstance(ending.result, FailedAttempt) else next(added)
        for ending in endings
    ]
    claiming.release(connection, holder, {ending.key for ending in endings})
    return stored


def _fail(connection: Connection, ending: Ending, failed: FailedAttempt) -> Added:
    """Store a failure, unless somebody finished the run meanwhile."""
    if (stored := writing.find_run(connection, ending.key)) is not None:
        return Added(run_id=stored, article_id=failed.article and failed.article.id, new=False)
    return writing.add_failure(
        connection,
        failed.error,
        task=failed.task,
        engine=failed.engine,
        model=failed.model,
        article=failed.article,
        read_from=ending.read_from,
        started_at=failed.started_at,
        elapsed_seconds=failed.elapsed_seconds,
        settings=failed.settings,
        prompts=failed.prompts,
        key=ending.key,
    )


def add_appearances(connection: Connection, seen: Sequence[Article], /) -> None:
    """Store where articles appeared; those that are not stored are left out."""
    identity.lock_articles(connection, [article.id for article in seen])
    for article in seen:
        writing.add_appearance(connection, article)


def is_of_one(error: ExtractorError, /) -> bool:
    """True when an error is about what was to be stored, so that other results may be stored without it."""
    cause = error.__cause__
    if isinstance(cause, DBAPIError) and str(getattr(cause.orig, "sqlstate", "")).startswith("54"):
        return True  # a limit of PostgreSQL, such as that of the words of a row
    values = (DataError, IntegrityError, InterfaceError, ProgrammingError, ValueError, TypeError)
    return isinstance(error, InputError) or isinstance(cause, values)
