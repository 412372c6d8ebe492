"""The names of an article, shared by all who ask for them while somebody holds them."""

from __future__ import annotations

from typing import Final
from weakref import WeakValueDictionary

from .index import NameIndex

_HELD: Final[WeakValueDictionary[tuple[str, str | None], NameIndex]] = WeakValueDictionary()


def name_index(text: str, /, *more: str, language: str | None) -> NameIndex:
    """The names of an article's text, and of what there is ``more`` of it: a title, an author.

    While somebody holds an index, who asks for it again gets the same, also for that of the text alone.
    """
    known = " \n".join((text, *more))
    held = _HELD.get((known, language))
    if held is None:
        start = name_index(text, language=language) if more else None
        held = _HELD[known, language] = NameIndex(known, language=language, start=start)
    return held
