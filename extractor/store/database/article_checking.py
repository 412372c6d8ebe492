"""Verifying what is stored of articles: spans against the text, what is current and listed, and that it can be read."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Table, select

from extractor.errors import StoreError
from extractor.schemas import Article
from extractor.store import rows
from extractor.store.currency import Candidate, current
from extractor.store.tables import (
    appearances,
    articles,
    cited_experts,
    claims,
    rejected_items,
    rejections,
    runs,
    summaries,
)

from .damage import decoded, undecoded
from .problems import Problem

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
_Row = dict[str, Any]


@dataclass(slots=True)
class _Held:
    """What a few articles have; rows with values that are not of their kind, which are told elsewhere, are left out."""

    texts: Mapping[str, str]
    appearances: dict[int, Article]
    runs: list[_Row]
    of_runs: dict[str, dict[int, list[_Row]]]
    """By table the rows of each run."""
    unreadable: set[int] = field(default_factory=set)
    """Appearances, and runs with rows, that were left out."""
    faulty: set[str] = field(default_factory=set)
    """Places of which something was told, and ids of articles whose text is another."""


def check_articles(connection: Connection, /) -> Iterator[Problem]:
    """Verify articles and what was found in them; yields what is wrong, a few articles at a time."""
    last = ""
    while True:
        portion = select(articles.c.id, articles.c.text).where(articles.c.id > last).order_by(articles.c.id)
        texts = {number: text for number, text in connection.execute(portion.limit(_BATCH))}  # noqa: C416
        if not texts:
            return
        yield from _check_batch(connection, texts)
        last = max(texts)


def _check_batch(connection: Connection, texts: Mapping[str, str], /) -> Iterator[Problem]:
    held = _Held(texts, {}, [], {})
    for number, text in texts.items():
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != number:
            held.faulty.add(number)
            yield Problem(f"article {number}", "its text is not the one that was stored")
    yield from _check_appearances(connection, held)
    yield from _check_current(connection, held)
    for table in (claims, cited_experts, summaries, rejected_items):
        held.of_runs[table.name] = _by_run(connection, table, held)
    for found in (_check_claims(connection, held), _check_experts(held), _check_summaries(held)):
        for problem in found:
            held.faulty.add(problem.place)
            yield problem
    for run in held.runs:
        yield from _rebuild(held, run)


def _fetch(connection: Connection, table: Table, wanted: ColumnElement[bool], /) -> tuple[list[_Row], list[_Row]]:
    """The rows, and as they are those with values that are not of their kind."""
    found, wrong = [], []
    for row in connection.execute(undecoded(table).where(wanted).order_by(*table.primary_key)):
        values = decoded(table, row._mapping)
        found.append(values) if values is not None else wrong.append(dict(row._mapping))
    return found, wrong


def _by_run(connection: Connection, table: Table, held: _Held, /) -> dict[int, list[_Row]]:
    ours = select(runs.c.id).where(runs.c.article_id.in_(list(held.texts)))
    grouped: dict[int, list[_Row]] = defaultdict(list)
    found, wrong = _fetch(connection, table, table.c.run_id.in_(ours))
    for row in found:
        grouped[row["run_id"]].append(row)
    held.unreadable.update(row["run_id"] for row in wrong)
    return grouped


def _check_appearances(connection: Connection, held: _Held, /) -> Iterator[Problem]:
    found, _ = _fetch(connection, appearances, appearances.c.article_id.in_(list(held.texts)))
    for row in found:
        try:
            held.appearances[row["id"]] = rows.read_article(held.texts[row["article_id"]], row)
        except StoreError as error:
            if row["article_id"] in held.faulty:
                continue
            yield Problem(f"appearance {row['id']}", f"cannot be read: {_gist(error)}")


def _check_current(connection: Connection, held: _Held, /) -> Iterator[Problem]:
    """See that the right run is current."""
    held.runs, wrong = _fetch(connection, runs, runs.c.article_id.in_(list(held.texts)))
    unknown = {(run["article_id"], run["task"]) for run in wrong}
    candidates: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    told: dict[tuple[str, str], set[int]] = defaultdict(set)
    for run in held.runs:
        key = run["article_id"], run["task"]
        if run["status"] == "done":
            candidates[key].append(Candidate(run["id"], run["engine"], run["started_at"], run["chosen"]))
        if run["is_current"]:
            told[key].add(run["id"])
    for article, task in sorted({*candidates, *told} - unknown):
        said, right = told[article, task], current(candidates[article, task])
        if said != ({right} if right is not None else set()):
            named = ", ".join(map(str, sorted(said))) or "none"
            yield Problem(f"article {article}", f"current for {task} is run {right}, said to be: {named}")


def _check_claims(connection: Connection, held: _Held, /) -> Iterator[Problem]:
    rejected = _rejected(connection, list(held.texts))
    known = {run["id"]: run["is_current"] for run in held.runs}
    for row in sorted(
        (row for ours in held.of_runs["claims"].values() for row in ours), key=lambda row: int(row["id"])
    ):
        for message in _claim_faults(row, held.texts.get(row["article_id"], "")):
            yield Problem(f"claim {row['id']}", message)
        is_current = known.get(row["run_id"])
        if is_current is not None and row["listed"] != (is_current and row["claim_id"] not in rejected):
            wrong = "is listed and should not be" if row["listed"] else "should be listed and is not"
            yield Problem(f"claim {row['id']}", wrong)


def _rejected(connection: Connection, ids: Sequence[str], /) -> set[int]:
    """The claims of these articles whose latest judgement is a rejection."""
    ours = select(rejections.c.claim_id, rejections.c.action).join(claims, claims.c.id == rejections.c.claim_id)
    judged = connection.execute(ours.where(claims.c.article_id.in_(ids)).order_by(rejections.c.id))
    latest: dict[int, str] = {claim: action for claim, action in judged}  # noqa: C416 - rows are no pairs to mypy
    return {claim for claim, action in latest.items() if action == "reject"}


def _claim_faults(row: _Row, text: str, /) -> Iterator[str]:
    spans = row["spans"]
    if not isinstance(spans, dict) or not spans.get("content") or not _ROLES.keys() >= spans.keys():
        yield "its spans are damaged"
        return
    for role, column in _ROLES.items():
        offsets = spans.get(role, [])
        if fault := _fault(offsets, text):
            yield f"its {role} {fault}"
        elif column and (rows.JOINT.join(text[start:end] for start, end in offsets) or None) != row[column]:
            yield f"its {column} is not what the text has at the offsets of its {role}"


def _check_experts(held: _Held, /) -> Iterator[Problem]:
    articles_of = {run["id"]: run["article_id"] for run in held.runs}
    for run, cited in held.of_runs["cited_experts"].items():
        for row in cited:
            if run in articles_of and (fault := _fault(row["mentions"], held.texts[articles_of[run]])):
                yield Problem(f"expert {row['local_id']} of run {run}", f"its mentions {fault}")


def _check_summaries(held: _Held, /) -> Iterator[Problem]:
    for run in held.runs:
        for row in held.of_runs["summaries"].get(run["id"], []):
            for fault in _summary_faults(row, held.texts[run["article_id"]]):
                yield Problem(f"summary of run {run['id']}", fault)


def _summary_faults(row: _Row, text: str, /) -> Iterator[str]:
    parts = row["parts"]
    try:
        named = {
            "headline": [parts["headline"]],
            **{name: list(part) for name, part in parts.items() if name != "headline"},
        }
        evidence = [(name, cited["evidence"]) for name, sentences in named.items() for cited in sentences]
        words = {name: " ".join(cited["text"] for cited in named[name]) for name in ("headline", "abstract")}
    except (TypeError, LookupError, AttributeError):
        yield "its parts are damaged"
        return
    faults = [f"the evidence of its {name} {fault}" for name, offsets in evidence if (fault := _fault(offsets, text))]
    yield from faults or [f"its {name} is not that of its parts" for name in words if words[name] != row[name]]


def _fault(offsets: Any, text: str, /) -> str | None:
    """What is wrong with ``[[start, end], ...]``."""
    try:
        pairs = [(start, end) for start, end in offsets]
    except (TypeError, ValueError):
        return "are no offsets"
    if not all(type(number) is int for pair in pairs for number in pair):
        return "are no offsets"
    if any(start >= end or end > len(text) or start < 0 for start, end in pairs):
        return "lie outside the text"
    ends = [0, *(end for _, end in pairs)]
    is_ordered = all(start >= end for (start, _), end in zip(pairs, ends, strict=False))
    return None if is_ordered else "overlap or are out of order"


def _rebuild(held: _Held, run: _Row, /) -> Iterator[Problem]:
    """See that the result of a run can be read as it was stored; else which row hinders it."""
    if run["status"] != "done":
        return
    article = held.appearances.get(run["appearance_id"])
    parts = {name: ours.get(run["id"], []) for name, ours in held.of_runs.items()}
    if article is None or run["id"] in held.unreadable:  # told before, or a reference that is broken
        return
    shared = {"experts": parts["cited_experts"], "rejected": parts["rejected_items"]}
    try:
        if run["task"] == "extract":
            rows.read_extraction(article, run, claims=parts["claims"], **shared)
        elif parts["summaries"]:
            rows.read_summary(article, run, parts["summaries"][0], **shared)
        else:
            yield Problem(f"run {run['id']}", "has no summary")
    except StoreError as error:
        found = list(_unreadable_rows(held, parts, article.text))
        if not found and f"summary of run {run['id']}" not in held.faulty:
            found = [Problem(f"run {run['id']}", f"cannot be read: {_gist(error)}")]
        yield from (problem for problem in found if problem.place not in held.faulty)


def _unreadable_rows(held: _Held, parts: Mapping[str, list[_Row]], text: str, /) -> Iterator[Problem]:
    readers: list[tuple[str, Any, list[_Row]]] = [
        ("claim {id}", lambda row: rows.read_claim(row, text), parts["claims"]),
        ("expert {local_id} of run {run_id}", lambda row: rows.read_expert(row, text), parts["cited_experts"]),
        ("rejected item {id}", rows.read_rejected, parts["rejected_items"]),
    ]
    for place, read, ours in readers:
        for row in ours:
            try:
                read(row)
            except StoreError as error:
                yield Problem(place.format(**row), f"cannot be read: {_gist(error)}")


def _gist(error: StoreError, /) -> str:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        first = cause.errors()[0]
        return ": ".join(filter(None, [".".join(map(str, first["loc"])), first["msg"]]))
    return json.dumps(str(cause), ensure_ascii=False)[1:-1][:200]
