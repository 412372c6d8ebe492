"""extractor import"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated

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

    The whole file is looked at before anything is stored. Each article is stored whole or not at all; an import that
    was interrupted can be repeated. An empty database gets everything with the ids that it had; elsewhere ids that are
    taken are renumbered. Prints how much was added on the standard output.
    """
    from extractor.render.upkeep import facts_answer
    from extractor.store.transfer.importing import check, lines

    out.check(database, None if source == "-" else source)
    with _opened(source) as file:
        begin = file.tell()
        with progress(f"checking {source}", OutputFlags()), _named(source):
            check(lines(file))
        file.seek(begin)
        with (
            open_store(database, create=True) as store,
            progress(f"importing into {store.place}", OutputFlags()),
            _named(source),
        ):
            imported = store.load(lines(file))
            place = store.place
    out.write(facts_answer(asdict(imported), f"Added to {place}"))


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    """The file, or the standard input, so that it can be read twice. Raises InputError."""
    with ExitStack() as stack:
        try:
            file = sys.stdin.buffer if source == "-" else stack.enter_context(Path(source).open("rb"))
            if not file.seekable():  # a pipe
                copy = stack.enter_context(TemporaryFile())
                shutil.copyfileobj(file, copy)
                copy.seek(0)
                file = copy
        except OSError as error:
            raise InputError(f"cannot read {source!r}: {error.strerror or error}; name another file") from error
        yield file


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Tell which file it is that something is wrong with."""
    try:
        yield
    except InputError as error:
        name = "the standard input" if source == "-" else repr(source)
        told = str(error)
        named = told.replace("the file", name, 1) if told.startswith("the file ") else f"{name}, {told}"
        raise InputError(named) from error
