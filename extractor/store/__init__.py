"""The claims database: experts, positions, predictions and how they turned out, on SQLite and PostgreSQL."""

from .batches.claiming import ClaimStatus, Wanted
from .batches.ending import Ending, FailedAttempt
from .filters import Filters
from .store import Store

__all__ = ["ClaimStatus", "Ending", "FailedAttempt", "Filters", "Store", "Wanted"]
