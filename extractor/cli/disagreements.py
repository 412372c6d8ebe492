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
    from extractor.render.stored import disagreement_answer

    out.check()
    with open_store(database) as store:
        found = store.disagreements(" ".join(words), limit=limit)
    out.write(disagreement_answer(found))
