"""Who finds the attributions that the audit of a model's draft looks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .schemas import Article

if TYPE_CHECKING:
    from .builtin.detection import Detected

Auditor = Callable[[Article], "Sequence[Detected] | None"]
"""Gives the attributions of an article, or None when it does not read the article's language."""


def builtin_auditor(article: Article, /) -> Sequence[Detected] | None:
    """The attributions that the built-in engine detects; None for a language that it does not read."""
    from .builtin.detection import detect
    from .builtin.engine import reads

    return detect(article.text) if reads(article.language) else None
