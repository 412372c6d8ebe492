"""How many items there are, where that is cheap to tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from . import tables
from .item import Reading
from .sources import find_sources

_MOST_FILES = 100_000
"""Files that are looked for; beyond them it is not known how many there are."""


def count_items(inputs: Sequence[str], reading: Reading, /) -> int | None:
    """The number of items that `find_items` gives, for a progress bar; None where it takes long to tell.

    What is given twice is counted twice. None with the standard input, with ``since``, with packed or large tables (of
    Parquet the number is known), and with very many files.
    """
    if reading.since is not None or "-" in inputs:
        return None
    total = 0
    for number, source in enumerate(islice(find_sources(inputs, reading), _MOST_FILES + 1)):
        if number == _MOST_FILES:
            return None
        if source.table is None:
            total += 1
            continue
        rows = tables.count(source.path, source.table, reading)
        if rows is None:
            return None
        total += rows
    return total
