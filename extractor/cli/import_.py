"""extractor import"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, cast

import typer

from extractor.errors import InputError

from .options import OutputFlags
from .output import progress
from .store_options import AnswerFlags, PlaceFlags, legible, open_store


def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="What 'extractor export' wrote, or - for standard input.", callback=legible
        ),
    ],
    database: PlaceFlags,
    out: AnswerFlags,
) -> None:
    """Read what 'extractor export' wrote into a database; what it holds already is left as it is.

    Example: extractor import claims.jsonl --db new.db

    Each article is stored whole or not at all; an import that was interrupted can be repeated. Prints how much was
    added on the standard output.
    """
    from extractor.render.upkeep import facts_answer
    from extractor.store.transfer.importing import lines

    out.check()
    with (
        _opened(source) as file,
        open_store(database, create=True) as store,
        progress(f"importing into {store.place}", OutputFlags()),
    ):
        imported = store.load(lines(file))
        place = store.place
    out.write(facts_answer(asdict(imported), f"Added to {place}"))


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    """The file, or the standard input. Raises InputError."""
    if source == "-":
        yield cast("IO[bytes]", sys.stdin.buffer)
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(source).open("rb"))
        except OSError as error:
            raise InputError(f"cannot read {source!r}: {error.strerror or error}; name another file") from error
        yield file
