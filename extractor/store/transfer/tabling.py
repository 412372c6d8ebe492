"""What is listed, as flat tables: for CSV, Parquet and JSON-LD.

Rows are read page by page. Experts are those at the end of merges; claims have the ids that users see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from extractor.store.tables import (
    appearances,
    articles,
    cited_experts,
    claims,
    expert_names,
    experts,
    resolutions,
    runs,
)

from .wording import in_words, is_quoted

Type = Literal["text", "integer", "number", "flag", "date", "moment", "texts", "integers"]
"""Of a column; in rows: str, int, float, bool, date, datetime (UTC), list of str, list of int, or None."""
Line = dict[str, Any]
PAGE: Final = 500

_ARTICLES: Final[dict[str, Type]] = {
    "id": "text",
    "title": "text",
    "url": "text",
    "author": "text",
    "published": "date",
    "language": "text",
    "inferred": "texts",
    "urls": "texts",
    "opinion": "flag",
    "positions": "integer",
    "predictions": "integer",
    "added_at": "moment",
    "text": "text",
}
_EXPERTS: Final[dict[str, Type]] = {
    "id": "integer",
    "name": "text",
    "kind": "text",
    "role": "text",
    "affiliation": "text",
    "aliases": "texts",
    "merged": "integers",
}
_CLAIM: Final[dict[str, Type]] = {
    "id": "integer",
    "article_id": "text",
    "published": "date",
    "expert_id": "integer",
    "expert": "text",
    "expert_kind": "text",
    "reporter_id": "integer",
    "reported_by": "text",
    "reporter_kind": "text",
    "statement": "text",
    "topic": "text",
    "quote_type": "text",
}
_EVIDENCE: Final[dict[str, Type]] = {"quote": "text", "source": "text", "cue": "text", "spans": "text"}
_POSITION: Final[dict[str, Type]] = {"target": "text", "stance": "text", "kind": "text"}
_PREDICTION: Final[dict[str, Type]] = {
    "expected": "text",
    "likelihood_words": "text",
    "negated": "flag",
    "band": "text",
    "low": "number",
    "high": "number",
    "stated_low": "number",
    "stated_high": "number",
    "condition": "text",
    "horizon_words": "text",
    "horizon_start": "date",
    "horizon_end": "date",
    "granularity": "text",
    "basis": "text",
    "verifiability": "text",
    "missing": "texts",
    "outcome": "text",
}
_RESOLUTIONS: Final[dict[str, Type]] = {
    "id": "integer",
    "claim_id": "integer",
    "statement": "text",
    "expected": "text",
    "outcome": "text",
    "latest": "flag",
    "note": "text",
    "evidence_url": "text",
    "resolver": "text",
    "resolved_at": "moment",
}
COLUMNS: Final[dict[str, dict[str, Type]]] = {
    "articles": _ARTICLES,
    "experts": _EXPERTS,
    "positions": {**_CLAIM, **_POSITION, **_EVIDENCE},
    "predictions": {**_CLAIM, **_PREDICTION, **_EVIDENCE},
    "resolutions": _RESOLUTIONS,
}
"""The tables, and the columns of each with their types."""
QUOTING: Final = frozenset({"text", "likelihood_words", "condition", "horizon_words", *_EVIDENCE})
"""Columns that hold words of articles or their places."""
TELLING: Final = ("statement", "topic", "target")
"""Columns that say in an engine's words what a claim is; these may be the article's (`is_quoted`)."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export: its name, its columns with their types, and its rows, which can be read once."""

    name: str
    columns: Mapping[str, Type]
    rows: Iterator[Line]


def tables(connection: Connection, /, *, text: bool = True) -> Iterator[Table]:
    """Articles, experts, positions, predictions and resolutions; read the rows of each before the next.

    Claims are those of the current runs that nobody rejected, resolutions those of these predictions. Without ``text``
    the columns `QUOTING` are left out, and `TELLING` are None where they are the words of the article.
    """
    for name, columns in COLUMNS.items():
        kept = {column: kind for column, kind in columns.items() if text or column not in QUOTING}
        yield Table(name, kept, _rows(connection, name, kept, text=text))


def _rows(connection: Connection, name: str, columns: Mapping[str, Type], *, text: bool) -> Iterator[Line]:
    told = [column for column in TELLING if column in columns and not text]
    words = _Words(connection)
    for line in _READERS[name](connection):
        own = [column for column in told if line[column] and words.are_of(line["article_id"], line[column])]
        yield {column: None if column in own else line[column] for column in columns}


class _Words:
    """The words of articles, of the latest asked for."""

    def __init__(self, connection: Connection, /) -> None:
        self._connection = connection
        self._known: dict[str, str] = {}

    def are_of(self, article_id: str, told: str, /) -> bool:
        """True when what is told is in the article's words."""
        if article_id not in self._known:
            if len(self._known) >= PAGE:
                self._known.clear()
            found = self._connection.scalar(select(articles.c.text).where(articles.c.id == article_id))
            self._known[article_id] = in_words(found or "")
        return is_quoted(told, self._known[article_id])


def _pages(connection: Connection, chosen: Select[Any], key: ColumnElement[Any]) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a selection in the order of a unique column, `PAGE` at a time."""
    page = connection.execute(chosen.order_by(key).limit(PAGE)).all()
    while page:
        yield page
        page = connection.execute(chosen.where(key > page[-1][0]).order_by(key).limit(PAGE)).all()


def _articles(connection: Connection) -> Iterator[Line]:
    for page in _pages(connection, select(articles), articles.c.id):
        ids = [article.id for article in page]
        known, current = _appearances(connection, ids), _current(connection, ids)
        counted, opinions = _counts(connection, ids), _opinions(connection, ids)
        for article in page:
            shown = [one for one in known[article.id] if one.id == current.get(article.id)] or known[article.id][:1]
            yield {
                **_appearance(shown[0]),
                "id": article.id,
                "urls": list(dict.fromkeys(one.url for one in known[article.id] if one.url)),
                "opinion": article.id in opinions,
                "positions": counted.get((article.id, "position"), 0),
                "predictions": counted.get((article.id, "prediction"), 0),
                "added_at": article.added_at,
                "text": article.text,
            }


def _appearance(row: Row[Any]) -> Line:
    return {
        "title": row.headline,
        "url": row.url,
        "author": row.author,
        "published": row.date_published,
        "language": row.in_language,
        "inferred": row.inferred,
    }


def _appearances(connection: Connection, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The appearances of these articles, the earliest added first."""
    known: dict[str, list[Row[Any]]] = {one: [] for one in ids}
    chosen = select(appearances).where(appearances.c.article_id.in_(ids)).order_by(appearances.c.id)
    for row in connection.execute(chosen):
        known[row.article_id].append(row)
    return known


def _current(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The appearance that each article's current run was made with; of an extraction rather than of a summary."""
    ours = (runs.c.article_id.in_(ids), runs.c.is_current)
    chosen = select(runs.c.article_id, runs.c.appearance_id).where(*ours).order_by(runs.c.task.desc())
    return dict(connection.execute(chosen).all())


def _counts(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many claims of each kind are listed, by article and kind."""
    by = (claims.c.article_id, claims.c.kind)
    chosen = select(*by, func.count()).where(claims.c.article_id.in_(ids), claims.c.listed).group_by(*by)
    return {(article_id, kind): number for article_id, kind, number in connection.execute(chosen)}


def _opinions(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these articles whose author holds positions in them."""
    cited = (cited_experts.c.run_id == claims.c.run_id) & (cited_experts.c.local_id == claims.c.local_expert)
    by_author = (cited_experts.c.kind == "author", claims.c.kind == "position", claims.c.listed)
    chosen = select(claims.c.article_id).join(cited_experts, cited).where(claims.c.article_id.in_(ids), *by_author)
    return set(connection.scalars(chosen.distinct()))


def _experts(connection: Connection) -> Iterator[Line]:
    for page in _pages(connection, select(experts).where(experts.c.merged_into.is_(None)), experts.c.id):
        ids = [expert.id for expert in page]
        merged: dict[int, list[int]] = {one: [] for one in ids}
        parts = select(experts.c.root_id, experts.c.id).where(experts.c.root_id.in_(ids), experts.c.id.not_in(ids))
        for root, part in connection.execute(parts.order_by(experts.c.id)):
            merged[root].append(part)
        names = _names(connection, ids)
        for expert in page:
            yield {
                "id": expert.id,
                "name": expert.name,
                "kind": expert.kind,
                "role": expert.job_title,
                "affiliation": expert.affiliation,
                "aliases": [name for name in names[expert.id] if name != expert.name],
                "merged": merged[expert.id],
            }


def _names(connection: Connection, roots: Sequence[int]) -> dict[int, list[str]]:
    """The names of these experts and of all that were merged into them, each once."""
    root = func.coalesce(experts.c.root_id, experts.c.id)
    ours = experts.c.id.in_(roots) | experts.c.root_id.in_(roots)
    chosen = select(root, expert_names.c.name).join(experts, experts.c.id == expert_names.c.expert_id).where(ours)
    names: dict[int, dict[str, None]] = {one: {} for one in roots}
    for expert_id, name in connection.execute(chosen.order_by(expert_names.c.id)):
        names[expert_id][name] = None
    return {expert_id: list(found) for expert_id, found in names.items()}


def _claims(connection: Connection, kind: str) -> Iterator[Line]:
    held, held_root, told, told_root = (experts.alias(name) for name in ("held", "held_root", "told", "told_root"))
    chosen = (
        select(
            claims.c.id.label("row"),
            claims,
            held_root.c.id.label("root_id"),
            held_root.c.name.label("expert"),
            held_root.c.kind.label("expert_kind"),
            told_root.c.id.label("told_id"),
            told_root.c.name.label("reported_by"),
            told_root.c.kind.label("reporter_kind"),
        )
        .join(held, held.c.id == claims.c.expert_id)
        .join(held_root, held_root.c.id == func.coalesce(held.c.root_id, held.c.id))
        .outerjoin(told, told.c.id == claims.c.reporter_id)
        .outerjoin(told_root, told_root.c.id == func.coalesce(told.c.root_id, told.c.id))
        .where(claims.c.listed, claims.c.kind == kind)
    )
    for page in _pages(connection, chosen, claims.c.id):
        outcomes = _outcomes(connection, [row.claim_id for row in page]) if kind == "prediction" else {}
        for row in page:
            yield _claim(row, outcomes.get(row.claim_id))


def _claim(row: Row[Any], outcome: str | None) -> Line:
    return {
        **row._mapping,
        "id": row.claim_id,
        "published": row.date_published,
        "expert_id": row.root_id,
        "reporter_id": row.told_id,
        "kind": row.position_kind,
        "negated": row.likelihood_negated,
        "low": row.likelihood_low,
        "high": row.likelihood_high,
        "outcome": outcome,
        "spans": json.dumps(row.spans),
    }


def _outcomes(connection: Connection, claim_ids: Sequence[int]) -> dict[int, str]:
    """The latest outcome of these claims, where somebody recorded one."""
    ours = resolutions.c.claim_id.in_(claim_ids)
    chosen = select(resolutions.c.claim_id, resolutions.c.outcome).where(ours).order_by(resolutions.c.id)
    return dict(connection.execute(chosen).all())


def _resolutions(connection: Connection) -> Iterator[Line]:
    later = resolutions.alias()
    latest = select(func.max(later.c.id)).where(later.c.claim_id == resolutions.c.claim_id).scalar_subquery()
    chosen = select(
        resolutions,
        claims.c.article_id,
        claims.c.statement,
        claims.c.expected,
        (resolutions.c.id == latest).label("latest"),
    ).join(claims, (claims.c.claim_id == resolutions.c.claim_id) & claims.c.listed)
    for page in _pages(connection, chosen, resolutions.c.id):
        yield from (dict(row._mapping) for row in page)


_READERS: Final[dict[str, Callable[[Connection], Iterator[Line]]]] = {
    "articles": _articles,
    "experts": _experts,
    "positions": lambda connection: _claims(connection, "position"),
    "predictions": lambda connection: _claims(connection, "prediction"),
    "resolutions": _resolutions,
}
