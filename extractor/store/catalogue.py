"""Which articles are stored: where they appeared, which runs read them, and how many claims are listed of each."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from extractor.schemas.stored import StoredArticle

from .articles import find_article
from .keysets import Key, Page, beyond
from .reading import bounds, read_appearances
from .tables import appearances, articles, claims, runs

BATCH = 500
"""Articles that are read at once."""


def list_articles(connection: Connection, words: str, /, *, limit: int, offset: int) -> list[StoredArticle]:
    """Articles that appeared under a title, author or address with all of these words, the newest first.

    Parts of words are found too, without regard to case and accents. Undated articles come last.
    """
    limit, offset = bounds(limit, offset)
    rows = _list_rows(connection, words, limit=limit, offset=offset, after=None)
    return _read_all(connection, [row.article_id for row in rows])


def page_articles(connection: Connection, words: str, /, *, after: Key | None, limit: int) -> Page[StoredArticle]:
    """A page of what `list_articles` lists."""
    rows = _list_rows(connection, words, limit=bounds(limit, 0)[0] + 1, offset=0, after=after)
    shown = rows[:limit]
    read = _read_all(connection, [row.article_id for row in shown])
    return Page(tuple(read), (shown[-1].day, shown[-1].tie) if shown and len(rows) > limit else None)


def _list_rows(
    connection: Connection, words: str, /, *, limit: int, offset: int, after: Key | None
) -> Sequence[Row[Any, Any, Any]]:
    """Article, latest day and latest appearance, in the order of these."""
    day, tie = func.max(appearances.c.date_published), func.max(appearances.c.id)
    page = select(appearances.c.article_id, day.label("day"), tie.label("tie")).group_by(appearances.c.article_id)
    page = page.order_by(day.desc().nulls_last(), tie.desc())
    if after is not None:
        undated = day.is_(None)
        page = page.having(
            and_(undated, tie < after[1])
            if after[0] is None
            else or_(undated, beyond(day, tie, after, descending=True))
        )
    wanted = _fold(words).split()
    if not wanted:
        return connection.execute(page.limit(limit).offset(offset)).all()
    holding = _holding(connection, wanted)
    found = (row for row in connection.execute(page) if row.article_id in holding)
    return list(islice(found, offset, offset + limit))


def _read_all(connection: Connection, ids: Sequence[str]) -> list[StoredArticle]:
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return [article for batch in batches for article in _read(connection, batch)]


def get_article(connection: Connection, article: str, /) -> StoredArticle:
    """An article by its id or the beginning of it. Raises InputError."""
    return next(_read(connection, [find_article(connection, article)]))


def _holding(connection: Connection, wanted: Sequence[str]) -> set[str]:
    """The articles that appeared with all of these words; compared here, since SQLite folds ASCII letters only."""
    told = select(appearances.c.article_id, appearances.c.headline, appearances.c.author, appearances.c.url)
    rows = ((article_id, _fold(" ".join(filter(None, said)))) for article_id, *said in connection.execute(told))
    return {article_id for article_id, text in rows if all(word in text for word in wanted)}


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in spread if not unicodedata.combining(character))


def _read(connection: Connection, ids: Sequence[str]) -> Iterator[StoredArticle]:
    """The articles with these ids, in the order given."""
    stored = select(articles.c.id, articles.c.added_at).where(articles.c.id.in_(ids))
    added = {row.id: row.added_at for row in connection.execute(stored)}
    appeared = read_appearances(connection, ids)
    columns = (runs.c.article_id, runs.c.id, runs.c.is_current)
    read: dict[str, list[Row[Any, Any, Any]]] = defaultdict(list)
    for run in connection.execute(select(*columns).where(runs.c.article_id.in_(ids)).order_by(runs.c.id.desc())):
        read[run.article_id].append(run)
    counts = _count(connection, ids)
    for one in ids:
        yield StoredArticle(
            id=one,
            appearances=appeared[one],
            runs=tuple(run.id for run in read[one]),
            current=tuple(run.id for run in read[one] if run.is_current),
            positions=counts.get((one, "position"), 0),
            predictions=counts.get((one, "prediction"), 0),
            added_at=added[one],
        )


def _count(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """Listed claims by article and kind."""
    of_both = (claims.c.article_id, claims.c.kind)
    counted = select(*of_both, func.count()).where(claims.c.article_id.in_(ids), claims.c.listed).group_by(*of_both)
    return {(article_id, kind): number for article_id, kind, number in connection.execute(counted)}
