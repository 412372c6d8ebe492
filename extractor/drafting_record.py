"""What drafting took, by a model or by the built-in engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .schemas import Audit, Rejected, Usage

if TYPE_CHECKING:
    from .conversation import Outcome


@dataclass(slots=True)
class Record:
    """What drafting took: for the provenance."""

    prompts: set[str] = field(default_factory=set)
    attempts: int = 0
    calls: int = 0
    cached: int = 0
    usage: Usage = field(default_factory=Usage)
    repaired: int = 0
    audit: Audit | None = None
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome[Any], /) -> None:
        """Count a conversation."""
        self.prompts |= outcome.prompts
        self.attempts = max(self.attempts, outcome.attempts)
        self.calls += outcome.calls
        self.cached += outcome.cached
        self.usage += outcome.usage
        self.repaired += outcome.repaired
        self.rejected += outcome.rejected
