"""extractor delete"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.errors import InputError
from extractor.render.phrases import count, plain

from .output import say
from .store_options import AnswerFlags, PlaceFlags, legible, open_store

if TYPE_CHECKING:
    from extractor.store import Store

_ALL = 1_000_000


def delete(
    article: Annotated[
        str,
        typer.Argument(metavar="ARTICLE", help="Id of the article; 6 characters of it will do.", callback=legible),
    ],
    database: PlaceFlags,
    out: AnswerFlags,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete an article: its text, runs, claims, outcomes and entries of the search index. Nothing brings it back.

    Example: extractor delete 3f2a91bc --yes

    Asks on a terminal, and needs --yes elsewhere. Prints the id of what was deleted on the standard output.
    """
    from extractor.render.upkeep import told_answer

    out.check(database)
    with open_store(database, create=False) as store:
        what = _describe(store, article)
        if not yes and not sys.stdin.isatty():
            raise InputError(f"deleting {what} cannot be undone: give --yes where there is no terminal to ask on")
        if not yes and not _agreed(f"Delete {what} from {store.place}? Nothing brings it back."):
            say("nothing was deleted")
            raise typer.Exit(1)
        deleted = store.delete(article)
    out.write(told_answer({"deleted": deleted}, f"Deleted: {what}"))


def _describe(store: Store, article: str) -> str:
    """What is to be deleted, in words. Raises InputError when no article or several have such an id."""
    from extractor.store import Filters

    runs = store.runs(article, limit=_ALL)
    known = next((run.article for run in runs if run.article), None)
    both = [store.claims(Filters(article=article, rejected=rejected), limit=_ALL) for rejected in (False, True)]
    settled = sum(claim.resolution is not None for claims in both for claim in claims)
    held = [count(len(runs), "run"), count(sum(map(len, both)), "claim"), count(settled, "outcome")]
    title = f" {plain(known.title)!r}" if known and known.title else ""
    day = f" of {known.published}" if known and known.published else ""
    return f"article{title}{day} ({(known.id if known else article)[:12]}: {', '.join(held)})"


def _agreed(question: str) -> bool:
    """Ask on the standard error; typer.confirm would take an interruption for a no."""
    typer.echo(f"{plain(question)} [y/N]: ", nl=False, err=True)
    try:
        return input().strip().casefold() in ("y", "yes")
    except EOFError:
        return False
