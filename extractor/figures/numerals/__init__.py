"""Numbers in a text, in digits and in words, as values."""

from .figure import Day, Figure, Unit
from .reading import figures

__all__ = ["Day", "Figure", "Unit", "figures"]
