"""Pages of long lists, by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from .wording import href

ROWS: Final = 25
"""Rows of a page."""
_LAST: Final = 10_000
"""The number of the last page that is looked up."""
_DIGITS: Final = 18
"""More than ids have; Python refuses to read some thousand of them."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Generic[Row]):
    """A page of a list: its rows, its number (from 1), and where the pages before and after it are, if any."""

    rows: Sequence[Row]
    number: int
    before: str | None
    after: str | None


def page_number(text: str | None, /) -> int:
    """The number of a page as an address gives it; the first one where it gives none that makes sense."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > len(str(_LAST)):
        return 1
    return min(max(int(text), 1), _LAST)


def read_id(text: str, /) -> int:
    """An id as an address gives it; 0, which nothing has, where it gives none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


def paged(
    fetch: Callable[[int, int], Sequence[Row]],
    path: str,
    query: Mapping[str, object],
    /,
    *,
    number: int,
    size: int = ROWS,
) -> Paged[Row]:
    """A page of what ``fetch(limit, offset)`` gives; links lead to ``path`` with ``query`` and the page's number."""
    found = fetch(size + 1, (number - 1) * size)
    return Paged(
        rows=found[:size],
        number=number,
        before=href(path, **query, page=number - 1 if number > 2 else None) if number > 1 else None,
        after=href(path, **query, page=number + 1) if len(found) > size else None,
    )
