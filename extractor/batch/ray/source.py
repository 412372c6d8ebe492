"""The slices as a data source of Ray Data: taken from the desk one after the other, as fast as actors need them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from .calling import asked
from .slices import EMPTY, row

if TYPE_CHECKING:
    import pyarrow as pa


def rows(desk: Any, /) -> Iterator[pa.Table]:
    """The slices in their order, a row each.

    Ray may read them again from the first on, when a block was lost: it goes by their numbers. Those that are settled
    by then come empty.
    """
    number = 0
    settled = asked(desk.settled_below.remote)
    while True:
        data = EMPTY if number < settled else asked(partial(desk.take.remote, number))
        if data is None:
            return
        yield row(number, data)
        number += 1


def source(desk: Any, /) -> Any:
    """A `ray.data.Datasource` of the desk's slices."""
    from ray.data import Datasource, ReadTask
    from ray.data.block import BlockMetadata

    class Slices(Datasource):
        """Slices as the desk has them."""

        def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[Any]:
            """One task: slices have an order, and reading them is next to no work."""
            unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
            return [ReadTask(lambda: rows(desk), unknown)]

        def estimate_inmemory_data_size(self) -> None:
            """It is not known."""

    made: Any = Slices
    return made()
