"""The claims database: experts, positions, predictions and how they turned out, on SQLite and PostgreSQL."""

from .filters import Filters
from .store import Store

__all__ = ["Filters", "Store"]
