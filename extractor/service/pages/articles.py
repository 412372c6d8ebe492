"""Articles: a list, and a page of each with what was found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response

from extractor.errors import InputError
from extractor.render.html.view import ArticleView, article_view
from extractor.schemas import Extraction, Summary
from extractor.schemas.stored import StoredArticle
from extractor.service.problems import ProblemError
from extractor.store import Store
from extractor.store.filters import Filters

from .downloads import DOWNLOADS, download
from .paging import page_number, paged
from .rendering import page, see
from .shared import Shared
from .wording import article_path

router = APIRouter(include_in_schema=False)

_LINKED: Final = 2_000
"""Claims of an article that are looked at for who in it is which expert of the store."""
_FAILURES: Final = 3


@router.get("/articles")
def list_articles(request: Request, shared: Shared) -> Response:
    """The newest articles, or those with some words in title, author or address."""
    words = request.query_params.get("q", "").strip()
    shown = paged(
        lambda limit, offset: shared.store.articles(words, limit=limit, offset=offset),
        "/articles",
        {"q": words},
        number=page_number(request.query_params.get("page")),
    )
    return page(request, "articles.html", active="articles", words=words, shown=shown)


@router.get("/articles/{article_id}")
def show_article(article_id: str, request: Request, shared: Shared) -> Response:
    """An article with its claims and its summary; an id that is cut short leads to the whole one."""
    stored = find_article(shared.store, article_id)
    if stored.id != article_id:
        return see(article_path(stored.id))
    extraction, summary = results(shared.store, stored.id)
    link = _linking(shared.store, stored.id)
    failed = shared.store.runs(stored.id, failed=True, limit=_FAILURES)
    return page(
        request,
        "article.html",
        active="articles",
        stored=stored,
        extraction=extraction,
        summary=summary,
        view=_view(extraction, summary, link),
        failed=failed,
        models=shared.models,
        downloads=[name for name, one in DOWNLOADS.items() if one.fits(extraction, summary)],
    )


@router.get("/articles/{article_id}/download/{form}")
def download_article(article_id: str, form: str, shared: Shared) -> Response:
    """What was found in an article as a file."""
    stored = find_article(shared.store, article_id)
    return download(form, stored, *results(shared.store, stored.id), shared.store)


def find_article(store: Store, article_id: str, /) -> StoredArticle:
    """A stored article by its id or the beginning of it."""
    try:
        return store.article(article_id)
    except InputError:
        raise ProblemError("not-found", f"No article {article_id[:20]!r} is stored.") from None


def results(store: Store, article_id: str, /) -> tuple[Extraction | None, Summary | None]:
    """The current extraction and the current summary of an article."""
    return store.get_extraction(article_id), store.get_summary(article_id)


def _view(
    extraction: Extraction | None, summary: Summary | None, link: Callable[[str], str | None]
) -> ArticleView | None:
    if extraction is not None:
        return article_view(extraction, summary=summary, expert_link=link)
    return article_view(summary, expert_link=link) if summary is not None else None


def _linking(store: Store, article_id: str) -> Callable[[str], str | None]:
    """Leads from an expert of the article to the page of the one in the store."""
    known: dict[str, int] = {}
    for stored in store.claims(Filters(article=article_id), limit=_LINKED):
        known[stored.claim.expert_id] = stored.expert.id
        if stored.claim.reported_by and stored.reported_by:
            known[stored.claim.reported_by] = stored.reported_by.id
    return lambda expert_id: f"/experts/{known[expert_id]}" if expert_id in known else None
