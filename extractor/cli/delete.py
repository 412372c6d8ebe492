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

    out.check()
    if not yes and not sys.stdin.isatty():
        raise InputError("deleting cannot be undone: give --yes where there is no terminal to ask on")
    with open_store(database) as store:
        what = _describe(store, article)
        if not yes and not _agreed(f"Delete {what} from {store.place}? Nothing brings it back."):
            say("nothing was deleted")
            raise typer.Exit(1)
        deleted = store.delete(article)
    out.write(told_answer({"deleted": deleted}, f"Deleted: {what}"))


def _describe(store: Store, article: str) -> str:
    """What is to be deleted, in words. Raises InputError."""
    from extractor.store import Filters

    runs = store.runs(article, limit=_ALL)
    known = next((run.article for run in runs if run.article), None)
    claims = store.claims(Filters(article=article), limit=_ALL)
    settled = sum(claim.resolution is not None for claim in claims)
    held = [count(len(runs), "run"), count(len(claims), "listed claim"), count(settled, "outcome")]
    title = f" {plain(known.title)!r}" if known and known.title else ""
    return f"article{title} ({(known.id if known else article)[:12]}: {', '.join(held)})"


def _agreed(question: str) -> bool:
    try:
        return typer.confirm(plain(question), err=True)
    except typer.Abort:
        return False
