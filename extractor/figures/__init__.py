"""Figures by value: whether the numbers and dates of a statement are in its article."""

from .index import FigureIndex, figures, unsupported_figures
from .numerals import Day, Figure

__all__ = ["Day", "Figure", "FigureIndex", "figures", "unsupported_figures"]
