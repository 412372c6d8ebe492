"""What a batch has come to so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError

if TYPE_CHECKING:
    from extractor.schemas import Extraction, Summary

EXAMPLES = 10
"""Failures that are told one by one at the end."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed run: where its article stands, and the error."""

    place: str
    kind: str
    message: str


@dataclass(slots=True)
class Counts:
    """What a batch has come to so far; it grows with nothing. Written on the event loop, read from any thread.

    ``done``: made and kept; ``skipped``: done before, or by another process; ``failed_elsewhere``: tried by another
    process during this batch, in vain; ``left_out``: published before the day that was asked for; ``postponed``: left
    for another run; ``in_flight``: being worked at; ``aside``: worked at by others, looked at again later.
    """

    done: int = 0
    skipped: int = 0
    failed: int = 0
    failed_elsewhere: int = 0
    left_out: int = 0
    postponed: int = 0
    in_flight: int = 0
    aside: int = 0
    rejected: int = 0
    claims: int = 0
    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    """Failures by the class of their error."""
    examples: list[Failure] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """Items of which nothing is to be done any more."""
        return self.done + self.skipped + self.failed + self.failed_elsewhere + self.left_out + self.postponed

    def add_result(self, result: Extraction | Summary, /) -> None:
        """Count a result that is kept."""
        made = result.provenance
        self.done += 1
        self.rejected += len(result.rejected)
        self.claims += len(getattr(result, "positions", ())) + len(getattr(result, "predictions", ()))
        self.calls += made.calls
        self.cached += made.cached
        self.input_tokens += made.usage.input_tokens
        self.output_tokens += made.usage.output_tokens

    def add_failure(self, place: str, error: ExtractorError, /) -> None:
        """Count a run that failed."""
        self.failed += 1
        kind = type(error).__name__
        self.kinds[kind] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(Failure(place, kind, str(error)))
