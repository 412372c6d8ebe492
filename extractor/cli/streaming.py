"""Writing what is too long to hold, piece by piece: to a file, which appears when it is complete, or to a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import typer

from .output import is_file, opened, standard_output


def write_pieces(pieces: Iterable[str], output: Path | None, /) -> int:
    """Write pieces of text as UTF-8 to a file, all or nothing, or (None or ``-``) to the standard output; their number.

    Ends the command, with exit code 0, when the reader of the standard output has seen enough. Raises OutputError, and
    what making the pieces raises.
    """
    if is_file(output):
        with opened(output) as file:
            return _write(pieces, file)
    with standard_output() as file:
        number = _write(pieces, file)
        file.flush()
        return number
    raise typer.Exit(0)


def _write(pieces: Iterable[str], file: IO[bytes]) -> int:
    number = 0
    for piece in pieces:
        file.write(piece.encode("utf-8", "replace"))
        number += 1
    return number
