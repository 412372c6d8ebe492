"""How much two short texts have in common, by their content words."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache

from extractor.grounding.normalization import WORD, fold
from extractor.names.function_words import FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def content_words(text: str, /, *, language: str | None = None) -> frozenset[str]:
    """The words of a text, folded, without the function words of its language (an ISO 639-1 code or a tag).

    Without a language the function words are the English ones; of a text of nothing else all words count. In scripts
    without spaces each character is a word.
    """
    found = frozenset(map(str, WORD.findall(fold(text).text)))
    base = (language or "en").lower().split("-")[0]
    return found - FUNCTION_WORDS.get(base, frozenset()) or found


def dice(first: AbstractSet[str], second: AbstractSet[str], /) -> float:
    """The Dice coefficient of two sets of words, from 0 to 1; 0 when one is empty."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
