"""Whether what a claim is told in are the words of its article."""

from __future__ import annotations

import re
from typing import Final

LONG: Final = 8
"""Consecutive words of an article that are its own however they are used."""
SHORT: Final = 3
"""Words of an article that are its own when they are all that is told."""
_WORD: Final = re.compile(r"\w+")


def in_words(text: str, /) -> str:
    """The words of a text in lower case with a blank before and after each."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def is_quoted(told: str, article: str, /) -> bool:
    """True when ``told`` is a stretch of `SHORT` or more words of an article, or has one of `LONG` words.

    ``article`` is what `in_words` makes of it. Case, punctuation and line breaks do not count.
    """
    words = in_words(told).split()
    if len(words) >= SHORT and _holds(article, words):
        return True
    return any(_holds(article, words[start : start + LONG]) for start in range(len(words) - LONG + 1))


def _holds(article: str, words: list[str]) -> bool:
    return f" {' '.join(words)} " in article
