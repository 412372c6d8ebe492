"""Lists of URLs: one a line; blank lines and those that begin with # are passed over."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.articles.decoding import shown
from extractor.errors import InputError

from .item import Item
from .lines import Numbered
from .places import is_web


def items(numbered: Iterator[Numbered], name: str, /) -> Iterator[Item]:
    """The pages of a list. A line that is no URL becomes an item with an error."""
    for number, line in numbered:
        if isinstance(line, InputError):
            yield _failed(f"{name}:{number}", str(line))
            continue
        url = line.strip()
        if not url or url.startswith("#"):
            continue
        if is_web(url) and "\0" not in url and url.isprintable():
            yield Item(place=url, source=url)
        else:
            yield _failed(f"{name}:{number}", f"{shown(url)} is not an http or https URL; write one a line")


def count(numbered: Iterator[Numbered], /) -> int:
    """The number of pages, and of lines that are no URLs."""
    return sum(1 for _ in items(numbered, ""))


def _failed(place: str, message: str, /) -> Item:
    return Item(place=place, error=InputError(f"{place}: {message}"))
