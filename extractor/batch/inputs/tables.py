"""Files that hold many articles, by their formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extractor.errors import InputError, MissingPackageError

from . import delimited, jsonl, parquet, urls
from .item import Item, Reading
from .lines import is_packed, lines, longest_line, opened
from .places import Table
from .rows import item_of

_MOST_COUNTED = 64_000_000
"""Bytes: a larger file is not read just to count its rows."""


def check(path: str, table: Table, reading: Reading, /) -> None:
    """Raise InputError when a table lacks the columns that are needed, or cannot be read as what it is called.

    Raises MissingPackageError when its format needs an extra that is not installed.
    """
    if table == "parquet":
        parquet.check(path, reading)
        return
    with opened(path) as file:
        numbered = lines(file, longest_line(reading.max_chars))
        if table == "jsonl":
            jsonl.check(numbered, reading)
        elif table == "csv" or table == "tsv":
            delimited.check(numbered, table, reading)


def items(path: str, place: str, table: Table, reading: Reading, /) -> Iterator[Item]:
    """The articles of a table, one at a time; of a file that cannot be read as a whole, one item with the error."""
    try:
        if table == "parquet":
            yield from map(item_of, parquet.rows(path, place, reading))
            return
        with opened(path) as file:
            numbered = lines(file, longest_line(reading.max_chars))
            if table == "urls":
                yield from urls.items(numbered, place)
            elif table == "jsonl":
                yield from map(item_of, jsonl.rows(numbered, place, reading))
            else:
                yield from map(item_of, delimited.rows(numbered, place, table, reading))
    except (InputError, MissingPackageError) as error:
        yield Item(place=place, error=InputError(f"{place}: {error}"))


def count(path: str, table: Table, reading: Reading, /) -> int | None:
    """The number of articles in a table; None where it takes long to find out, or the table cannot be read."""
    try:
        if table == "parquet":
            return parquet.count(path)
        if is_packed(path) or Path(path).stat().st_size > _MOST_COUNTED:
            return None
        with opened(path) as file:
            numbered = lines(file, longest_line(reading.max_chars))
            if table == "csv" or table == "tsv":
                return delimited.count(numbered, table, reading)
            return urls.count(numbered) if table == "urls" else jsonl.count(numbered)
    except (InputError, MissingPackageError, OSError):
        return None
