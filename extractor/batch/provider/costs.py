"""What batches took and cost, at the price of batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.llm.metering import Meter
from extractor.llm.prices import Price, find_price
from extractor.schemas import Usage

from .plans import Plan

if TYPE_CHECKING:
    from extractor.store.batches.outbox_rows import Part


@dataclass(frozen=True, slots=True)
class Cost:
    """Tokens, and USD (None when a price is not known)."""

    input_tokens: int
    output_tokens: int
    cost: float | None


def batch_price(plan: Plan, /, *, prices: Path | None) -> Price | None:
    """The price of a plan's model in a batch; None when it is not known. Raises ConfigurationError."""
    price = find_price(plan["engine"], plan["name"], prices=prices)
    return None if price is None else price.batched()


def cost_of(parts: Iterable[Part], /, *, prices: Path | None) -> Cost:
    """What the answers of these parts took. Raises ConfigurationError for a file of prices that cannot be used."""
    given = made = 0
    costs: list[float | None] = []
    for part in parts:
        meter = Meter(batch_price(part.plan, prices=prices))
        counts = part.counts
        usage = Usage(input_tokens=counts.get("input_tokens", 0), output_tokens=counts.get("output_tokens", 0))
        if not usage.input_tokens and not usage.output_tokens:
            continue
        meter.count(usage, cached_input=counts.get("cached_input_tokens", 0))
        given += usage.input_tokens
        made += usage.output_tokens
        costs.append(meter.cost)
    known = [cost for cost in costs if cost is not None]
    return Cost(given, made, sum(known) if len(known) == len(costs) else None)
