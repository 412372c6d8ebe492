"""Articles of the store for people and programs, without their texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .flat import ARTICLE, article_row
from .phrases import NOTHING, count, plain
from .sheets import Answer, Line, Sheet
from .stored import SHOWN_OF_ID, appearances_sheet

if TYPE_CHECKING:
    from extractor.schemas.stored import StoredArticle


def articles_answer(articles: Sequence[StoredArticle], /) -> Answer:
    """Articles in a list, each as it appeared last, as the list is ordered."""
    columns = (("Id", None), ("Published", None), ("Title", 7), ("Address", 6), ("Runs", None), ("Claims", None))
    rows = [[a.id[:SHOWN_OF_ID], *_latest(a), f"{len(a.runs):,}", f"{a.positions + a.predictions:,}"] for a in articles]
    sheet = Sheet("Articles", columns, rows, "No article is stored that fits.")
    value = [article.model_dump(mode="json") for article in articles]
    return Answer(value, [sheet], ARTICLE, [*map(article_row, articles)])


def article_answer(article: StoredArticle, /) -> Answer:
    """One article: where it appeared, its runs, and how many claims are listed of it."""
    runs = ", ".join(f"{run} (current)" if run in article.current else f"{run}" for run in article.runs)
    claims = f"{count(article.positions, 'position')} and {count(article.predictions, 'prediction')}"
    parts: list[Line | Sheet] = [
        Line(f"article {article.id}", "bold"),
        Line(f"{claims}; stored {article.added_at:%Y-%m-%d %H:%M} UTC"),
        Line(f"runs: {runs or 'none'}"),
        appearances_sheet(article.appearances),
    ]
    return Answer(article.model_dump(mode="json"), parts, ARTICLE, [article_row(article)])


def _latest(article: StoredArticle) -> list[str]:
    """Day, title and address of where it was published last, and how often else."""
    dated = [one for one in article.appearances if one.published]
    shown = next(iter(dated[-1:] or article.appearances), None)
    if shown is None:
        return [NOTHING] * 3
    more = len(article.appearances) - 1
    address = plain(shown.url or "") or NOTHING
    return [
        f"{shown.published}" if shown.published else "undated",
        plain(shown.title or "") or NOTHING,
        f"{address} (and {more} more)" if more else address,
    ]
