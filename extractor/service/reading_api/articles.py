"""Articles: where they appeared, and what runs found in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from extractor.schemas import Extraction, Summary
from extractor.schemas.stored import StoredArticle
from extractor.service.openapi import refusals
from extractor.service.problems import ProblemError
from extractor.service.state import Service, service

from .cursors import ByDay
from .listing import PAGED, Listing, link_next, place_of
from .parameters import ArticleId, NamesQuery
from .refusing import found

router = APIRouter(prefix="/articles", tags=["Articles"])


class Articles(Listing[StoredArticle]):
    """A page of articles."""


@router.get("", summary="List articles", response_description="Articles, the newest first.", responses=PAGED)
def list_articles(
    request: Request,
    response: Response,
    asked: Annotated[NamesQuery, Query()],
    shared: Annotated[Service, Depends(service)],
) -> Articles:
    """Articles that appeared under a title, author or address with all the words of `q`, undated ones last."""
    page = shared.store.pages.articles(asked.q, after=place_of(request, asked, ByDay), limit=asked.limit)
    return Articles(items=page.items, next=link_next(request, response, asked, page.after))


@router.get(
    "/{article}", summary="Show an article", response_description="The article.", responses=refusals("not-found")
)
def get_article(article: ArticleId, shared: Annotated[Service, Depends(service)]) -> StoredArticle:
    """Where an article appeared, which runs read it, and how many of its claims are listed."""
    with found():
        return shared.store.article(article)


@router.get(
    "/{article}/extraction",
    summary="Show what an article says",
    response_description="The extraction.",
    responses=refusals("not-found"),
)
def get_extraction(article: ArticleId, shared: Annotated[Service, Depends(service)]) -> Extraction:
    """The article's current extraction as it was made: text, experts, positions and predictions with their spans."""
    with found():
        extraction = shared.store.get_extraction(article)
    if extraction is None:
        raise ProblemError("not-found", _missing("extraction", article))
    return extraction


@router.get(
    "/{article}/summary",
    summary="Show an article's summary",
    response_description="The summary.",
    responses=refusals("not-found"),
)
def get_summary(article: ArticleId, shared: Annotated[Service, Depends(service)]) -> Summary:
    """The article's current summary as it was made, each sentence with its evidence in the text."""
    with found():
        summary = shared.store.get_summary(article)
    if summary is None:
        raise ProblemError("not-found", _missing("summary", article))
    return summary


def _missing(what: str, article: str) -> str:
    plural = "extractions" if what == "extraction" else "summaries"
    return f"no {what} of article {article[:12]!r} is stored; POST /v1/{plural} makes one of its text or address"
