"""Reading the files of gold and results, with errors that name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from extractor.errors import InputError


def read_text(path: Path, /) -> str:
    """The content of a UTF-8 file, unchanged: line ends and a byte-order mark stay. Raises InputError."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{str(path)!r} is not UTF-8 (byte {error.start}); convert it") from error


def parsed(text: str, place: str, /) -> Any:
    """The value of a JSON text; a byte-order mark in front of it is no part of it. Raises InputError."""
    if not text.strip("\ufeff \t\r\n"):
        raise InputError(f"{place} is empty, which is not JSON; leave it out")
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:  # ValueError also where a number has too many digits
        raise InputError(f"{place} is not JSON: {error}; mend it") from error


def fault(error: ValidationError, /) -> str:
    """The first fault of data that does not fit a model: where it is and what is wrong."""
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
