"""What 'extractor batch submit --dry-run' tells."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from extractor.errors import InputError

from .batch_options import BatchFlags
from .batch_summary import write_survey

if TYPE_CHECKING:
    from extractor.batch import BatchOptions, Item
    from extractor.settings import Settings

    from .batch_later_options import LaterFlags


def survey_submission(
    items: Iterable[Item], settings: Settings, plan: Any, options: BatchOptions, later: LaterFlags, /
) -> None:
    """Tell what would be submitted, at the price of batches; nothing is written or sent."""
    from extractor.batch import Planner
    from extractor.batch.provider.costs import batch_price
    from extractor.batch.provider.hands import OutboxSink
    from extractor.batch.surveying import survey
    from extractor.core import Extractor
    from extractor.store import Store

    assert settings.db is not None
    with ExitStack() as stack:
        extractor = stack.enter_context(Extractor(settings=settings))
        try:
            store = stack.enter_context(Store(settings.db.get_secret_value(), create=False))
            sink = OutboxSink(store, {}, submits=True, lease=later.lease)
        except InputError:  # there is no database yet
            sink = None
        find = None if sink is None else sink.find_extraction
        tuning: dict[str, Any] = {"task": options.task, "length": options.length, "since": options.since}
        planner = Planner(extractor, find_extraction=find, **tuning)
        price = batch_price(plan, prices=settings.prices)
        found = survey(items, planner, extractor, sink, options, price=price)
    write_survey(found, BatchFlags(form=later.form))
