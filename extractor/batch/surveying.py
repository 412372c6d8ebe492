"""What a batch would do, without doing it: --dry-run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from extractor.schemas import Usage

from .counts import EXAMPLES, Failure
from .inputs import Item
from .options import BatchOptions
from .work import Planner, Work

if TYPE_CHECKING:
    from extractor.core import Extractor
    from extractor.llm.prices import Price

    from .sinks import Sink

OUTPUT_SHARE: Final = 0.4
"""Tokens of answers for each token of the article's text, where nothing better is known."""
_AT_ONCE: Final = 64


@dataclass(slots=True)
class Survey:
    """What a batch would do: ``to_do`` articles with ``requests`` opening calls; the others as in `Counts`.

    Tokens are estimates of the opening calls and their answers; what follows depends on the answers. ``cost`` is in
    USD, None when no price is known.
    """

    to_do: int = 0
    skipped: int = 0
    unreadable: int = 0
    left_out: int = 0
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    examples: list[Failure] = field(default_factory=list)


def survey(
    items: Iterable[Item],
    planner: Planner,
    extractor: Extractor,
    sink: Sink | None,
    options: BatchOptions,
    /,
    *,
    price: Price | None = None,
) -> Survey:
    """Read all items and tell what would be done; nothing is claimed, kept or sent.

    ``sink`` is None where there is none yet; ``price`` where it is not known.
    """
    found = Survey()
    seen: set[str] = set()
    for group in _groups(_planned(items, planner, found)):
        done = set() if sink is None else sink.find_done([work.key for work in group])
        for work in group:
            if work.key in done or work.key in seen:
                found.skipped += 1
            elif options.limit is None or found.to_do < options.limit:
                seen.add(work.key)
                _add(found, work, extractor, options)
        if options.limit is not None and found.to_do >= options.limit:
            break
    if price is not None:
        found.cost = price.cost(Usage(input_tokens=found.input_tokens, output_tokens=found.output_tokens))
    return found


def _planned(items: Iterable[Item], planner: Planner, found: Survey) -> Iterator[Work]:
    for item in items:
        work = planner.plan(item)
        if work is None:
            found.left_out += 1
        elif work.error is not None:
            found.unreadable += 1
            if len(found.examples) < EXAMPLES:
                found.examples.append(Failure(item.place, type(work.error).__name__, str(work.error)))
        else:
            yield work


def _groups(work: Iterator[Work]) -> Iterator[list[Work]]:
    while group := list(islice(work, _AT_ONCE)):
        yield group


def _add(found: Survey, work: Work, extractor: Extractor, options: BatchOptions) -> None:
    assert work.article is not None
    found.to_do += 1
    if extractor.is_builtin:
        return
    length = options.length if options.task == "summarize" else None
    preview = extractor.preview(work.article, length=length, extraction=work.extraction)
    found.requests += len(preview.requests)
    found.input_tokens += preview.estimated_tokens
    found.output_tokens += round(len(work.article.text) / 4 * OUTPUT_SHARE)
