"""The Pydantic models: drafts that a language model fills, and results that users get."""

from .article import Article, Span
from .claims import (
    Claim,
    Expert,
    Horizon,
    Likelihood,
    Position,
    Prediction,
    Stated,
    Verifiability,
)
from .extraction import Extraction
from .provenance import SCHEMA_VERSION, Audit, Provenance, Rejected, Usage, Violation
from .summary import Cited, ExpertLine, Summary

__all__ = [
    "SCHEMA_VERSION",
    "Article",
    "Audit",
    "Cited",
    "Claim",
    "Expert",
    "ExpertLine",
    "Extraction",
    "Horizon",
    "Likelihood",
    "Position",
    "Prediction",
    "Provenance",
    "Rejected",
    "Span",
    "Stated",
    "Summary",
    "Usage",
    "Verifiability",
    "Violation",
]
