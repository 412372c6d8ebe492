"""Measuring a system against gold: attributions as PolNeAR annotates them, and our own records of claims."""

from .reading import GoldArticle, gold_names, read_gold, read_names, sampled
from .reports import Named, Report, evaluate
from .systems import System, read_results, run

__all__ = [
    "GoldArticle",
    "Named",
    "Report",
    "System",
    "evaluate",
    "gold_names",
    "read_gold",
    "read_names",
    "read_results",
    "run",
    "sampled",
]
