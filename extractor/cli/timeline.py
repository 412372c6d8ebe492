"""extractor timeline"""

from __future__ import annotations

from typing import Annotated

import typer

from .store_options import AnswerFlags, Expert, Limit, PlaceFlags, expert_named, legible, open_store


def timeline(
    expert: Expert,
    database: PlaceFlags,
    out: AnswerFlags,
    about: Annotated[
        str, typer.Option(metavar="WORDS", help="Only claims that hold all these words.", callback=legible)
    ] = "",
    limit: Limit = 1_000,
) -> None:
    """Show what an expert held in order of publication, with possible reversals marked.

    Example: extractor timeline "Mara Lind" --about "interest rates"

    A possible reversal is a pair of claims, with the words of both, for a reader to judge: another stance toward the
    same target, or the opposite expected of the same. Of more claims than --limit those published last are shown and
    compared. Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored import timeline_answer

    out.check(database)
    with open_store(database) as store:
        found = store.timeline(expert_named(expert), about=about, limit=limit)
    out.write(timeline_answer(found))
