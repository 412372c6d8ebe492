"""Reading the article of an item."""

from __future__ import annotations

from pathlib import Path

from extractor.articles import article_from_text, read_article
from extractor.errors import InputError
from extractor.schemas import Article
from extractor.settings import Settings

from .item import Item
from .places import is_web


def read_item(item: Item, settings: Settings, /) -> Article:
    """The article of an item: made of its text, or read from its file or its page. Blocks.

    What a text says of itself (headline, byline, date) counts where the item does not tell it, as it does in a file.
    Raises the item's error, and InputError when the article cannot be read.
    """
    if item.error is not None:
        raise item.error
    if item.text is not None:
        return _of_text(item, item.text, settings.max_chars)
    source = item.source or item.place
    return read_article(
        source if is_web(source) else Path(source),
        published=item.published,
        title=item.title,
        author=item.author,
        url=item.url,
        language=item.language,
        max_chars=settings.max_chars,
        allow_private=settings.allow_private_urls,
    )


def _of_text(item: Item, text: str, max_chars: int, /) -> Article:
    try:
        return article_from_text(
            text,
            published=item.published,
            title=item.title,
            author=item.author,
            url=item.url,
            language=item.language,
            max_chars=max_chars,
            infer=True,
        )
    except InputError as error:
        raise InputError(f"{item.place}: {error}") from error
