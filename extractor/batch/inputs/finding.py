"""From inputs as people give them to items, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import BinaryIO

from extractor.errors import InputError

from . import tables
from .checking import check_input, check_url_file
from .item import Item, Reading, is_since
from .places import is_web
from .sources import Source, find_sources
from .standard_input import StandardInput


def find_items(inputs: Sequence[str], reading: Reading, /, *, stdin: BinaryIO | None = None) -> Iterator[Item]:
    """The articles of files, folders, patterns, URLs and (``-``) the standard input, in the same order each time.

    What is given twice comes once. The inputs are looked at before this returns; they are read as the items are taken,
    with a few rows in memory at a time. What concerns one row, or one file of a folder, becomes an item with an error,
    and the others go on. ``stdin`` stands in for the standard input.

    Raises InputError when an input does not exist, is of a format that is not read, or lacks the columns that are
    needed, and MissingPackageError when its format needs an extra that is not installed.
    """
    if not inputs and not reading.url_files:
        raise InputError("there is nothing to read; give files, folders, patterns, URLs, or - for the standard input")
    for given in inputs:
        check_input(given, reading)
    for path in reading.url_files:
        check_url_file(path, reading)
    piped = StandardInput(stdin, reading) if "-" in inputs else None
    return (item for item in _items(inputs, piped, reading) if is_since(item, reading.since))


def _items(inputs: Sequence[str], piped: StandardInput | None, reading: Reading, /) -> Iterator[Item]:
    seen = _Seen()
    many = len(inputs) + len(reading.url_files) > 1
    for source in find_sources(inputs, reading):
        if many and not is_web(source.path) and not seen.add(os.path.realpath(source.path)):
            continue
        found = piped.items() if piped and source.path == "-" else _of(source, reading)
        # A page that is named again is left out; a row of a table is itself, wherever its text is read from.
        yield from (
            item for item in found if item.source != item.place or not is_web(item.place) or seen.add(item.place)
        )


def _of(source: Source, reading: Reading, /) -> Iterator[Item]:
    if source.error is not None:
        told = f"{source.place}: the folder cannot be read ({source.error.strerror}); check its permissions"
        yield Item(place=source.place, error=InputError(told))
    elif source.table is None:
        yield Item(place=source.place, source=source.path)
    else:
        yield from tables.items(source.path, source.place, source.table, reading)


class _Seen:
    """Which paths and URLs came already: 16 bytes of each."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, place: str, /) -> bool:
        """True when it is new."""
        digest = blake2b(os.fsencode(place), digest_size=16).digest()
        known = len(self._digests)
        self._digests.add(digest)
        return len(self._digests) > known
