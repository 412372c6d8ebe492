"""extractor cache stats, clear"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal

import typer

from extractor.render.phrases import count

from .flattening import flattened
from .group import Commands
from .store_options import AnswerFlags, PlaceFlags, open_store

cache = typer.Typer(name="cache", cls=Commands)

_MOST_DAYS = 100_000
Days = Annotated[
    int | None,
    typer.Option("--older-than", metavar="DAYS", min=0, max=_MOST_DAYS, help="Only those unused for so long."),
]
_Form = Annotated[
    Literal["table", "json"] | None,
    typer.Option("--format", "-f", help="By default a table on a terminal, JSON in a pipe.", show_default=False),
]


def _cache() -> None:
    """Look after the answers of models that the database keeps, so that none is paid twice.

    Example: extractor cache stats --db claims.db

    Prints on the standard output. An answer is kept under a digest of its whole request: a run that asks the same
    again, because checks or merging changed, gets it without a call. --no-cache and EXTRACTOR_CACHE=false ask anew and
    keep nothing; EXTRACTOR_CACHE_SIZE is the most to keep, in megabytes (1,000), beyond which those unused for longest
    go.
    """


def stats(database: PlaceFlags, form: _Form = None) -> None:
    """Print how many answers are kept, their size, and the tokens that they once took.

    Example: extractor cache stats --format json

    Prints on the standard output, as a table on a terminal and as JSON in a pipe.
    """
    from extractor.render.upkeep import facts_answer

    with open_store(database) as store:
        found = asdict(store.reply_stats())
    told = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}
    AnswerFlags(form=form).write(facts_answer(told, "Kept answers"))


def clear(database: PlaceFlags, older_than: Days = None, form: _Form = None) -> None:
    """Forget the kept answers, or those that were not used for some time; results stay as they are.

    Example: extractor cache clear --older-than 90

    Prints how many there were on the standard output. The file of an SQLite database does not become smaller, but
    what is free in it is used again.
    """
    from extractor.render.upkeep import told_answer

    with open_store(database) as store:
        number = store.clear_replies(None if older_than is None else timedelta(days=older_than))
        place = store.place
    told = f"Forgot {count(number, 'answer')} in {place}"
    AnswerFlags(form=form).write(told_answer({"forgotten": number}, told))


cache.callback()(flattened(_cache))
cache.command("stats")(flattened(stats))
cache.command("clear")(flattened(clear))
