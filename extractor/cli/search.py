"""extractor search"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import InputError

from .output import say
from .store_options import AnswerFlags, ClaimFlags, Limit, Offset, PlaceFlags, Words, open_store

if TYPE_CHECKING:
    from extractor.store import Filters
    from extractor.store.search.asking import Found

_NOTHING_ASKED = "Nothing was asked for: give words, or an option such as --expert."


def search(
    which: ClaimFlags,
    database: PlaceFlags,
    out: AnswerFlags,
    words: Words = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """Search the stored claims: those that hold all WORDS in statement, quotation, topic or target, best first.

    Example: extractor search interest rates --expert "Mara Lind" --since 2026-01-01

    Words are found with other endings too; what stands in double quotation marks stands together; inflat* begins words.
    Without WORDS the claims that the options let through, newest first. Prints on the standard output, as a table on a
    terminal and as JSON, a list, in a pipe.
    """
    from extractor.render.stored import bounded_note, hits_answer
    from extractor.store.search.query_words import read_terms

    out.check(database)
    asked, filters = " ".join(words or ()).strip(), which.read()
    found = _search(database, asked, filters, limit=limit, offset=offset)
    hits, bounded = (found.hits, found.bounded) if found else ((), None)
    empty = "No claim is stored that fits." if read_terms(asked) or filters.any else _NOTHING_ASKED
    out.write(hits_answer(hits, empty=empty, bounded=bounded))
    if bounded is not None:
        say(bounded_note(bounded))


def _search(database: PlaceFlags, asked: str, filters: Filters, *, limit: int, offset: int) -> Found | None:
    """What is found; None where there is no database and nothing was asked of it."""
    try:
        with open_store(database) as store:
            return store.search(asked, filters=filters, limit=limit, offset=offset)
    except InputError:
        if asked or filters.any:
            raise
        return None
