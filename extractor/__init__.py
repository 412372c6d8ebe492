"""Experts, positions, predictions and summaries from news commentary, each tied to the characters that prove it.

from extractor import Extractor

with Extractor() as extractor:            # the built-in engine; Extractor("openai:NAME") asks a model
    extraction = extractor.extract(text)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .articles import article_from_text, read_article
    from .asking import Answered, Quote
    from .core import Extractor
    from .errors import ExtractorError
    from .schemas import Article, Extraction, Span, Summary
    from .settings import Settings

__version__ = "0.1.0"
_HOMES = {
    "Answered": "asking",
    "Article": "schemas",
    "Extraction": "schemas",
    "Extractor": "core",
    "ExtractorError": "errors",
    "Quote": "asking",
    "Settings": "settings",
    "Span": "schemas",
    "Summary": "schemas",
    "article_from_text": "articles",
    "read_article": "articles",
}
__all__ = [
    "Answered",
    "Article",
    "Extraction",
    "Extractor",
    "ExtractorError",
    "Quote",
    "Settings",
    "Span",
    "Summary",
    "__version__",
    "article_from_text",
    "read_article",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562), so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
