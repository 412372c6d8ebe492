"""What a batch came to, at its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from extractor.errors import BudgetSpentError, ExtractorError

from .counts import Counts, Failure

How = Literal["done", "limit", "stopped", "interrupted"]
"""How a batch ended: all items, ``--limit``, an error that concerned all, or the user."""

INTERRUPTED = 130
SOME_FAILED = 3


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls took: their number, tokens, and USD (None when no price is known)."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What a batch came to: the fields of `Counts`, and how and when it ended.

    Tokens and ``cost`` (in USD, None when no price is known) are those of all calls, also of runs that failed, where a
    meter counted them. ``error`` is what ended the batch before all was done.
    """

    ended: How
    error: ExtractorError | None
    place: str
    started_at: datetime
    seconds: float
    done: int
    skipped: int
    failed: int
    failed_elsewhere: int
    left_out: int
    postponed: int
    rejected: int
    claims: int
    calls: int
    cached: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    kinds: dict[str, int]
    examples: tuple[Failure, ...]

    @property
    def exit_code(self) -> int:
        """0; 3 when runs failed or the budget is spent; 1 or 2 for what ended the batch; 130 after an interruption."""
        if self.ended == "interrupted":
            return INTERRUPTED
        if self.error is not None and not isinstance(self.error, BudgetSpentError):
            return self.error.exit_code
        return SOME_FAILED if self.error is not None or self.failed or self.failed_elsewhere else 0

    @property
    def as_json(self) -> dict[str, Any]:
        """It as JSON's types."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        told["error"] = self.error and {"kind": type(self.error).__name__, "message": str(self.error)}
        told["examples"] = [asdict(one) for one in self.examples]
        return told | {"started_at": self.started_at.isoformat()}


def make_report(
    counts: Counts,
    /,
    *,
    ended: How,
    error: ExtractorError | None,
    place: str,
    started_at: datetime,
    seconds: float,
    spent: Spent | None,
) -> BatchReport:
    """The report of a batch; ``spent`` is what a meter counted, if there was one."""
    taken = spent or Spent(counts.calls - counts.cached, counts.input_tokens, counts.output_tokens, None)
    return BatchReport(
        ended=ended,
        error=error,
        place=place,
        started_at=started_at,
        seconds=round(seconds, 3),
        done=counts.done,
        skipped=counts.skipped,
        failed=counts.failed,
        failed_elsewhere=counts.failed_elsewhere,
        left_out=counts.left_out,
        postponed=counts.postponed,
        rejected=counts.rejected,
        claims=counts.claims,
        cached=counts.cached,
        calls=taken.calls,
        input_tokens=taken.input_tokens,
        output_tokens=taken.output_tokens,
        cost=taken.cost,
        kinds=dict(counts.kinds.most_common()),
        examples=tuple(counts.examples),
    )
