"""What can be told of inputs before any of them is read."""

from __future__ import annotations

import os
from pathlib import Path

from extractor.articles.decoding import shown
from extractor.errors import InputError

from . import tables
from .item import Reading
from .places import KNOWN, Table, is_web, table_of
from .sources import find_inside, is_file, written_to


def check_input(given: str, reading: Reading, /) -> None:
    """Raise InputError when an input is not there or cannot be read; MissingPackageError when an extra is missing."""
    if given == "-" or is_web(given.strip()):
        return
    try:
        if is_file(given) or not given:
            _check_file(given, reading, table_of(given))
        else:
            _check_inside(given, reading)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"{shown(given)} cannot be read ({told}); check the path") from error


def check_url_file(given: str, reading: Reading, /) -> None:
    """Raise InputError when a list of URLs is not there or cannot be read."""
    _check_file(given, reading, "urls")


def _check_file(given: str, reading: Reading, table: Table | None, /) -> None:
    if not given or not Path(given).exists():
        raise InputError(f"{shown(given)} does not exist; check the path")
    if os.path.realpath(given) in written_to(reading):
        raise InputError(f"{shown(given)} is where results are written; it cannot be an input, too")
    if given.lower().endswith((".json", ".json.gz")):
        raise InputError(f"{shown(given)} is JSON as a whole, which is not read; write one object a line, as .jsonl")
    if table is None or not Path(given).is_file():
        return
    try:
        tables.check(given, table, reading)
    except InputError as error:
        raise InputError(f"{shown(given)}: {error}") from error


def _check_inside(given: str, reading: Reading, /) -> None:
    found = next(find_inside(given, written_to(reading)), None)
    if found is None and Path(given).is_dir():
        raise InputError(f"the folder {shown(given)} holds no file to read ({KNOWN}); name the files themselves")
    if found is None:
        raise InputError(f"no file to read matches {shown(given)}; check the pattern")
    if found.error is not None and found.path == given:
        raise found.error
