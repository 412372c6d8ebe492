"""extractor score"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .store_options import AnswerFlags, Limit, PlaceFlags, expert_named, legible, open_store

if TYPE_CHECKING:
    from extractor.render.sheets import Answer
    from extractor.store import Store

_DIGITS = 9
"""Of the largest number of predictions that anybody may ask for."""


def _read_least(text: str | int, /) -> int:
    """The least number of predictions of the command line."""
    number = str(text).strip()
    if number.isascii() and number.isdigit() and len(number) <= _DIGITS and int(number) >= 1:
        return int(number)
    raise typer.BadParameter(f"{number!r} is no least number of predictions: give a whole number, 1 or more")


def score(
    database: PlaceFlags,
    out: AnswerFlags,
    expert: Annotated[
        str | None, typer.Option(metavar="NAME|ID", help="Of this expert only.", callback=legible)
    ] = None,
    least: Annotated[
        int,
        typer.Option(
            metavar="NUMBER", parser=_read_least, help="Scored predictions from which on an expert is ranked."
        ),
    ] = 10,
    limit: Limit = 100,
) -> None:
    """Show how resolved predictions turned out: hit rate, Brier score (0 to 1) and calibration, each with its number.

    Example: extractor score --expert "Mara Lind"

    Without --expert of all together, then the ranking. Probabilities are those that an article states, else midpoints
    of likelihood bands, which are counted as imputed; a forecast that several articles repeat counts once. Prints on
    the standard output, as tables on a terminal and as JSON, a list, in a pipe.
    """
    out.check(database)
    with open_store(database) as store:
        answer = _ranking(store, least, limit) if expert is None else _record(store, expert, least)
    out.write(answer)


def _record(store: Store, expert: str, least: int) -> Answer:
    from extractor.render.track_records import record_answer

    return record_answer(store.score(expert_named(expert), least=least))


def _ranking(store: Store, least: int, limit: int) -> Answer:
    from extractor.render.track_records import ranking_answer

    return ranking_answer(store.score(least=least), store.scores(least=least, limit=limit), least=least)
