"""extractor articles list, extractor articles show"""

from __future__ import annotations

from typing import Annotated

import typer

from .flattening import flattened
from .group import Commands
from .store_options import AnswerFlags, Limit, Offset, PlaceFlags, Words, legible, open_store

articles = typer.Typer(name="articles", cls=Commands)


def _articles() -> None:
    """List the stored articles, without their texts.

    Example: extractor articles list quay

    Prints on the standard output.
    """


def list_articles(
    database: PlaceFlags, out: AnswerFlags, words: Words = None, limit: Limit = 100, offset: Offset = 0
) -> None:
    """List the articles whose title, author and address hold all WORDS, newest first; without WORDS all of them.

    Example: extractor articles list example.org quay

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_articles import articles_answer

    out.check(database)
    with open_store(database) as store:
        found = store.articles(" ".join(words or ()), limit=limit, offset=offset)
    out.write(articles_answer(found))


def show_article(
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="Id of an article; 6 characters will do.", callback=legible)
    ],
    database: PlaceFlags,
    out: AnswerFlags,
) -> None:
    """Show where an article was published, which runs read it, and how many of its claims are listed.

    Example: extractor articles show 3f2a91bc

    Prints on the standard output, as text on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_articles import article_answer

    out.check(database)
    with open_store(database) as store:
        found = store.article(article)
    out.write(article_answer(found))


articles.callback()(flattened(_articles))
articles.command("list")(flattened(list_articles))
articles.command("show")(flattened(show_article))
