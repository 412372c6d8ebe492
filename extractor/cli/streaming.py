"""Writing what is too long to hold, piece by piece: to a file, which appears when it is complete, or to a pipe."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import typer

from extractor.errors import OutputError


def write_pieces(pieces: Iterable[str], output: Path | None, /) -> int:
    """Write pieces of text as UTF-8 to a file, all or nothing, or (None or ``-``) to the standard output; their number.

    Raises OutputError, and what making the pieces raises.
    """
    if output is None or output == Path("-"):
        return _write_stdout(pieces)
    path = output.resolve()
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            with path.open("wb") as file:
                return _write(pieces, file)
        return _replace(path, pieces)
    except OSError as error:
        raise OutputError(f"cannot write {str(output)!r}: {error.strerror or error}; choose another file") from error


def _replace(path: Path, pieces: Iterable[str]) -> int:
    """Write a new file beside ``path`` and let it take its place; an interruption leaves neither."""
    beside = path.with_name(f".extractor-{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            number = _write(pieces, file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return number


def _write(pieces: Iterable[str], file: IO[bytes]) -> int:
    number = 0
    for piece in pieces:
        file.write(piece.encode("utf-8", "replace"))
        number += 1
    return number


def _write_stdout(pieces: Iterable[str]) -> int:
    try:
        sys.stdout.flush()
        number = _write(pieces, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has seen enough
        raise typer.Exit(1) from None
    except OSError as error:
        raise OutputError(f"cannot write to the standard output: {error.strerror or error}") from error
    return number
