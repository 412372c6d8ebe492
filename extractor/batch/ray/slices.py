"""Slices: what travels to an actor at once, a few items, as a row of a Ray Dataset."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.batch.inputs import Item

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ITEMS: Final = 64
MOST_CHARS: Final = 500_000
"""Characters of texts in a slice, but for its last item."""
_WEB: Final = ("http://", "https://")
EMPTY: Final = b""
"""In the place of a slice of which nothing is to be done any more."""


def slice_size(workers: int, /) -> int:
    """Items in a slice for an actor that works at so many articles at once."""
    return max(1, min(MOST_ITEMS, math.ceil(workers / 2)))


def open_slices(workers: int, ahead: int, /) -> int:
    """Slices that an actor has at once: so many that those which wait for one slow article leave no worker idle."""
    return 2 * math.ceil((workers + ahead) / slice_size(workers)) + 2


def cut(items: Iterable[Item], size: int, /) -> Iterator[bytes]:
    """The items in slices of ``size``, or less where their texts are long."""
    some: list[Item] = []
    chars = 0
    for item in items:
        some.append(_placed(item))
        chars += len(item.text or "")
        if len(some) >= size or chars >= MOST_CHARS:
            yield pickle.dumps(some)
            some, chars = [], 0
    if some:
        yield pickle.dumps(some)


def _placed(item: Item, /) -> Item:
    """An item that can be read from any folder: actors run in others."""
    if item.source is None or item.source.lower().startswith(_WEB):
        return item
    return replace(item, source=str(Path(item.source).absolute()))


def items_of(data: bytes, /) -> list[Item]:
    """The items of a slice."""
    found: list[Item] = pickle.loads(data) if data else []  # noqa: S301 - it is the driver that made it
    return found


def row(number: int, data: bytes, /) -> pa.Table:
    """A row of the dataset: the number of a slice, and the slice or what became of it."""
    import pyarrow as pa

    return pa.table({"number": pa.array([number], pa.int64()), "data": pa.array([data], pa.binary())})
