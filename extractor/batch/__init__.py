"""Many articles: inputs, runs over them, and where results go.

from extractor import Extractor
from extractor.batch import StoreSink, run_batch
from extractor.store import Store

with Extractor() as extractor, Store("claims.db") as store:
    report = run_batch(["articles/"], extractor, StoreSink(store))
"""

from .counts import Counts, Failure
from .hands import Hands, ModelHands, Postponed
from .inputs import Item, Reading, count_items, find_items, read_item
from .options import BatchOptions
from .report import BatchReport
from .runner import BatchRunner
from .running import make_runner, run_batch, supervise
from .sinks import FileSink, Sink, StoreSink
from .work import Planner

__all__ = [
    "BatchOptions",
    "BatchReport",
    "BatchRunner",
    "Counts",
    "Failure",
    "FileSink",
    "Hands",
    "Item",
    "ModelHands",
    "Planner",
    "Postponed",
    "Reading",
    "Sink",
    "StoreSink",
    "count_items",
    "find_items",
    "make_runner",
    "read_item",
    "run_batch",
    "supervise",
]
