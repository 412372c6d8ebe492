"""Verifying what is stored: spans against the text, references, what is listed, and the search index."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, select
from sqlalchemy.exc import DBAPIError

from extractor.store.currency import Candidate, current
from extractor.store.rows import JOINT
from extractor.store.tables import (
    FTS,
    articles,
    cited_experts,
    claims,
    experts,
    rejections,
    resolutions,
    runs,
    summaries,
)

_BATCH = 20
"""Articles that are looked at together."""
_ROLES = {
    "source": "source",
    "cue": "cue",
    "content": "quote",
    "likelihood": "likelihood_words",
    "stated": None,
    "condition": "condition",
    "horizon": "horizon_words",
}
"""The roles of spans, with the column that holds the words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the store: ``place`` such as ``claim 12``, and what is wrong there."""

    place: str
    message: str


def check(connection: Connection, /) -> Iterator[Problem]:
    """Verify every stored span, every reference and the search index; yields what is wrong, a few articles at a time.

    On SQLite also the file itself. Raises what reading a damaged file raises.
    """
    if connection.dialect.name == "sqlite":
        yield from _check_file(connection)
    yield from _check_references(connection)
    yield from _check_experts(connection)
    last = ""
    while True:
        found = connection.execute(select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_BATCH))
        texts = {row.id: row.text for row in found}
        if not texts:
            break
        yield from _check_articles(connection, texts)
        last = max(texts)
    yield from _check_sqlite_index(connection) if connection.dialect.name == "sqlite" else _check_gin(connection)


def _check_file(connection: Connection, /) -> Iterator[Problem]:
    for message in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if message != "ok":
            yield Problem("file", f"{message}: put a backup in its place")
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Problem(f"{table} {row}", f"refers to a row of {parent} that is not there")


def _check_references(connection: Connection, /) -> Iterator[Problem]:
    """What foreign keys do not say."""
    first = claims.alias()
    wrong: dict[str, Select[Any]] = {
        "is of another article than its run": select(claims.c.id)
        .join(runs, runs.c.id == claims.c.run_id)
        .where(runs.c.article_id.is_distinct_from(claims.c.article_id)),
        "takes its id from no claim of its article and kind": select(claims.c.id)
        .outerjoin(first, first.c.id == claims.c.claim_id)
        .where(first.c.article_id.is_distinct_from(claims.c.article_id) | (first.c.kind != claims.c.kind)),
        "has another expert than its run cites": _miscited("expert"),
        "has another reporter than its run cites": _miscited("reporter"),
    }
    for message, statement in wrong.items():
        for row in connection.scalars(statement.order_by(claims.c.id)):
            yield Problem(f"claim {row}", message)
    for judged in (resolutions, rejections):
        strays = select(judged.c.id, claims.c.id).join(claims, claims.c.id == judged.c.claim_id)
        for number, row in connection.execute(strays.where(claims.c.claim_id != claims.c.id)):
            yield Problem(f"{judged.name} {number}", f"refers to row {row}, which is not the first one of its claim")


def _miscited(role: str, /) -> Select[Any]:
    local, own = claims.c[f"local_{role}"], claims.c[f"{role}_id"]
    cited = (cited_experts.c.run_id == claims.c.run_id) & (cited_experts.c.local_id == local)
    return select(claims.c.id).outerjoin(cited_experts, cited).where(cited_experts.c.expert_id.is_distinct_from(own))


def _check_experts(connection: Connection, /) -> Iterator[Problem]:
    """Every chain of merges ends, and where it ends is known."""
    columns = (experts.c.id, experts.c.merged_into, experts.c.root_id)
    merged = select(*columns).where(experts.c.merged_into.is_not(None) | experts.c.root_id.is_not(None))
    rows = {number: (into, root) for number, into, root in connection.execute(merged)}
    for number, (_, root) in sorted(rows.items()):
        end, seen = number, {number}
        while (into := rows.get(end, (None, None))[0]) is not None and into not in seen:
            seen.add(into)
            end = into
        if into is not None:
            yield Problem(f"expert {number}", "is merged into itself")
        elif root != (None if end == number else end):
            yield Problem(f"expert {number}", f"is said to be part of expert {root}, its merges lead to {end}")


def _check_articles(connection: Connection, texts: Mapping[str, str], /) -> Iterator[Problem]:
    ids = list(texts)
    for number, text in texts.items():
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != number:
            yield Problem(f"article {number}", "its text is not the one that was stored")
    currents: set[int] = set()
    yield from _check_runs(connection, ids, currents)
    yield from _check_claims(connection, texts, currents)
    mentions = cast(cited_experts.c.mentions, Text)
    cited = select(cited_experts.c.run_id, cited_experts.c.local_id, mentions, runs.c.article_id)
    for run, local, spans, article in connection.execute(cited.join(runs).where(runs.c.article_id.in_(ids))):
        if fault := _fault(_load(spans), texts[article]):
            yield Problem(f"expert {local} of run {run}", f"its mentions {fault}")
    told = select(summaries.c.run_id, cast(summaries.c.parts, Text), runs.c.article_id).join(runs)
    for run, parts, article in connection.execute(told.where(runs.c.article_id.in_(ids))):
        for fault in _summary_faults(_load(parts), texts[article]):
            yield Problem(f"summary of run {run}", fault)


def _check_runs(connection: Connection, ids: Sequence[str], currents: set[int], /) -> Iterator[Problem]:
    """See that the right run is current; ``currents`` gets the ids of those that are said to be."""
    columns = (runs.c.id, runs.c.engine, runs.c.started_at, runs.c.chosen)
    rows = connection.execute(
        select(*columns, runs.c.article_id, runs.c.task, runs.c.status, runs.c.is_current).where(
            runs.c.article_id.in_(ids)
        )
    )
    candidates: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    told: dict[tuple[str, str], set[int]] = defaultdict(set)
    for *candidate, article, task, status, is_current in rows:
        if status == "done":
            candidates[article, task].append(Candidate(*candidate))
        if is_current:
            told[article, task].add(candidate[0])
    for article, task in sorted({*candidates, *told}):
        said, right = told[article, task], current(candidates[article, task])
        if said != ({right} if right is not None else set()):
            named = ", ".join(map(str, sorted(said))) or "none"
            yield Problem(f"article {article}", f"current for {task} is run {right}, said to be: {named}")
    currents.update(*told.values())


def _check_claims(connection: Connection, texts: Mapping[str, str], currents: set[int], /) -> Iterator[Problem]:
    words = [claims.c[column] for column in _ROLES.values() if column]
    columns = (claims.c.id, claims.c.claim_id, claims.c.run_id, claims.c.article_id, claims.c.listed)
    rows = connection.execute(
        select(*columns, *words, cast(claims.c.spans, Text).label("offsets"))
        .where(claims.c.article_id.in_(list(texts)))
        .order_by(claims.c.id)
    ).all()
    rejected = _rejected(connection, list(texts))
    for row in rows:
        for message in _claim_faults(row, texts[row.article_id]):
            yield Problem(f"claim {row.id}", message)
        if row.listed != (row.run_id in currents and row.claim_id not in rejected):
            yield Problem(
                f"claim {row.id}", "is listed and should not be" if row.listed else "should be listed and is not"
            )


def _rejected(connection: Connection, ids: Sequence[str], /) -> set[int]:
    """The claims of these articles whose latest judgement is a rejection."""
    ours = select(rejections.c.claim_id, rejections.c.action).join(claims, claims.c.id == rejections.c.claim_id)
    judged = connection.execute(ours.where(claims.c.article_id.in_(ids)).order_by(rejections.c.id))
    latest: dict[int, str] = {claim: action for claim, action in judged}  # noqa: C416 - rows are no pairs to mypy
    return {claim for claim, action in latest.items() if action == "reject"}


def _claim_faults(row: Any, text: str, /) -> Iterator[str]:
    spans = _load(row.offsets)
    if not isinstance(spans, dict) or not spans.get("content") or not _ROLES.keys() >= spans.keys():
        yield "its spans are damaged"
        return
    for role, column in _ROLES.items():
        offsets = spans.get(role, [])
        if fault := _fault(offsets, text):
            yield f"its {role} {fault}"
        elif column and (JOINT.join(text[start:end] for start, end in offsets) or None) != getattr(row, column):
            yield f"its {column} is not what the text has at the offsets of its {role}"


def _summary_faults(parts: Any, text: str, /) -> Iterator[str]:
    try:
        named = {
            "headline": [parts["headline"]],
            **{name: list(part) for name, part in parts.items() if name != "headline"},
        }
        evidence = [(name, cited["evidence"]) for name, sentences in named.items() for cited in sentences]
    except (TypeError, LookupError, AttributeError):
        yield "its parts are damaged"
        return
    for name, offsets in evidence:
        if fault := _fault(offsets, text):
            yield f"the evidence of its {name} {fault}"


def _load(stored: str, /) -> Any:
    """What JSON says; None when it is none."""
    try:
        return json.loads(stored)
    except (ValueError, TypeError):
        return None


def _fault(offsets: Any, text: str, /) -> str | None:
    """What is wrong with ``[[start, end], ...]``."""
    try:
        pairs = [(start, end) for start, end in offsets]
        ends = [0, *(end for _, end in pairs)]
        if not all(type(number) is int for pair in pairs for number in pair):
            return "are no offsets"
        if any(start >= end or end > len(text) or start < 0 for start, end in pairs):
            return "lie outside the text"
        return (
            "overlap or are out of order"
            if any(start < end for (start, _), end in zip(pairs, ends, strict=False))
            else None
        )
    except (TypeError, ValueError):
        return "are no offsets"


def _check_sqlite_index(connection: Connection, /) -> Iterator[Problem]:
    """Compare what the index holds with what is listed, and let FTS5 look at the index itself.

    FTS5 is asked by a statement that writes in name only; on a connection of its own it hinders nobody for long.
    """
    unfound = "SELECT id FROM claims WHERE listed AND id NOT IN (SELECT id FROM claims_fts_docsize)"
    found = "SELECT id FROM claims_fts_docsize WHERE id NOT IN (SELECT id FROM claims WHERE listed)"
    for row in connection.exec_driver_sql(unfound).scalars():
        yield Problem(f"claim {row}", "is listed, but search does not find it")
    for row in connection.exec_driver_sql(found).scalars():
        yield Problem(f"claim {row}", "is not listed, but search finds it")
    try:
        with connection.engine.connect() as own:
            own.exec_driver_sql("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")
    except DBAPIError as error:
        if "readonly" not in str(error.orig):
            yield Problem(FTS, f"{error.orig}: the search index is damaged")


def _check_gin(connection: Connection, /) -> Iterator[Problem]:
    """PostgreSQL computes the column itself: the index only has to be there and finished."""
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_claims_search')"
    if connection.exec_driver_sql(valid).scalar() is not True:
        yield Problem("ix_claims_search", "the search index is missing or unfinished: REINDEX or restore a backup")
