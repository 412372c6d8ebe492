"""extractor disagreements"""

from __future__ import annotations

from typing import Annotated

import typer

from .store_options import AnswerFlags, Limit, PlaceFlags, legible, open_store


def disagreements(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What it is about.", callback=legible)],
    database: PlaceFlags,
    out: AnswerFlags,
    limit: Limit = 100,
) -> None:
    """Show who favours and who opposes something: positions with all WORDS in target, topic or statement, by stance.

    Example: extractor disagreements second quay

    Prints on the standard output, as tables on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored import NO_POSITIONS, disagreement_answer
    from extractor.store.search.query_words import read_terms

    out.check(database)
    asked = " ".join(words)
    with open_store(database) as store:
        found = store.disagreements(asked, limit=limit)
    empty = NO_POSITIONS if read_terms(asked) else "Nothing was asked for: give words."
    out.write(disagreement_answer(found, empty=empty))
