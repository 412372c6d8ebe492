"""extractor predictions list, due, open, resolve"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import typer

from .flattening import flattened
from .group import Commands
from .output import say
from .store_options import AnswerFlags, Claim, Limit, Offset, PlaceFlags, WhichFlags, day_option, legible, open_store

predictions = typer.Typer(name="predictions", cls=Commands)


def _predictions() -> None:
    """List the stored predictions, and record how they turned out.

    Example: extractor predictions due

    Prints on the standard output.
    """


def list_predictions(
    which: WhichFlags,
    database: PlaceFlags,
    out: AnswerFlags,
    status: Annotated[
        Literal["open", "closed", "resolved"] | None,
        typer.Option(help="Only resolved ones; of the others only open ones, or only closed ones: their time is over."),
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> None:
    """List the stored predictions, newest articles first.

    Example: extractor predictions list --expert "Mara Lind"

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored import predictions_answer

    out.check(database)
    filters = which.read(kind="prediction", status=status)
    with open_store(database) as store:
        found = store.claims(filters, limit=limit, offset=offset)
    out.write(predictions_answer(found, empty="No prediction is stored that fits."))


def due(
    database: PlaceFlags,
    out: AnswerFlags,
    until: Annotated[date | None, day_option("Whose time ends by this day, in place of today.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> None:
    """List the predictions that can be settled: those without an outcome whose time is over, earliest first.

    Example: extractor predictions due --until 2026-12-31

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored import predictions_answer

    out.check(database)
    with open_store(database) as store:
        found = store.due(until=until, limit=limit, offset=offset)
    out.write(predictions_answer(found, empty="No prediction is due."))


def list_open(
    which: WhichFlags, database: PlaceFlags, out: AnswerFlags, limit: Limit = 100, offset: Offset = 0
) -> None:
    """List the predictions without an outcome, those whose time ends first before the others.

    Example: extractor predictions open --expert "Mara Lind"

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored import predictions_answer

    out.check(database)
    filters = which.read()
    with open_store(database) as store:
        found = store.open_predictions(filters, limit=limit, offset=offset)
    out.write(predictions_answer(found, empty="No prediction without an outcome is stored that fits."))


Outcome = Annotated[
    Literal["yes", "no", "ambiguous", "annulled"],
    typer.Argument(
        metavar="OUTCOME",
        help="yes: the event in the statement happened; no: it did not; ambiguous: nobody can say; annulled: it does"
        " not count, as its condition did not come true, say.",
    ),
]


def resolve(
    claim: Claim,
    outcome: Outcome,
    database: PlaceFlags,
    out: AnswerFlags,
    note: Annotated[str | None, typer.Option(help="What happened.", callback=legible)] = None,
    evidence_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Page that shows it.", callback=legible)
    ] = None,
    resolver: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so.", callback=legible)] = None,
) -> None:
    """Record how a prediction turned out: yes, no, ambiguous or annulled.

    Example: extractor predictions resolve 12 yes --note "cut on 4 June" --evidence-url https://example.org/decision

    The outcome is of the event in the statement, whatever was expected of it. Nothing is overwritten: of several
    records the latest counts. Prints the record on the standard output, and on the standard error what to know of it.
    """
    from extractor.render.stored import resolution_answer, resolution_notes

    out.check(database)
    with open_store(database) as store:
        before = store.show(claim).claim
        recorded = store.resolve(claim, outcome, note=note, evidence_url=evidence_url, resolver=resolver)
    for told in resolution_notes(recorded, before):
        say(f"note: {told}")
    out.write(resolution_answer(recorded, before))


predictions.callback()(flattened(_predictions))
predictions.command("list")(flattened(list_predictions))
predictions.command("due")(flattened(due))
predictions.command("open")(flattened(list_open))
predictions.command("resolve")(flattened(resolve))
