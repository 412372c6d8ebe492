"""extractor runs list, extractor runs choose"""

from __future__ import annotations

from typing import Annotated

import typer

from .flattening import flattened
from .group import Commands
from .store_options import AnswerFlags, Limit, PlaceFlags, Run, legible, open_store

runs = typer.Typer(name="runs", cls=Commands)


def _runs() -> None:
    """List the stored runs, and choose which of an article's counts.

    Example: extractor runs list --failed

    Prints on the standard output. The claims of an article's current run are listed: of the newest run of a model, else
    of the newest one of the built-in engine, unless you choose another.
    """


def list_runs(
    database: PlaceFlags,
    out: AnswerFlags,
    article: Annotated[
        str | None,
        typer.Argument(metavar="ARTICLE", help="Id of an article; 6 characters will do.", callback=legible),
    ] = None,
    failed: Annotated[
        bool | None, typer.Option("--failed/--done", help="Only those that failed, or only those that did not.")
    ] = None,
    limit: Limit = 100,
) -> None:
    """List the runs, newest first: of an article, or of all.

    Example: extractor runs list 3f2a91bc

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.stored_experts import runs_answer

    out.check(database)
    with open_store(database) as store:
        found = store.runs(article, failed=failed, limit=limit)
    out.write(runs_answer(found))


def choose(
    run: Run,
    database: PlaceFlags,
    out: AnswerFlags,
    undo: Annotated[bool, typer.Option("--undo", help="Leave it to the rule again.")] = False,
) -> None:
    """Make a run its article's current one, whose claims are listed.

    Example: extractor runs choose 7

    Prints the run that is current now on the standard output.
    """
    from extractor.render.stored_experts import run_answer

    out.check(database)
    with open_store(database) as store:
        now = store.choose(run, chosen=not undo)
    out.write(run_answer(now, _told(run, now.id, undo=undo)))


def _told(run: int, current: int, /, *, undo: bool) -> str:
    if not undo:
        return f"Run {run} is its article's current one because it was chosen"
    if run == current:
        return f"Run {run} is no longer chosen, and still its article's current one, by the rule"
    return f"Run {run} is no longer chosen; its article's current one is run {current}, by the rule"


runs.callback()(flattened(_runs))
runs.command("list")(flattened(list_runs))
runs.command("choose")(flattened(choose))
