"""Which of many sets of words are alike, without comparing each with each. Pure functions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Set as AbstractSet

from .similarity import dice

Words = frozenset[str]
TELLING = 6
"""Letters that a word has at least which tells alone what a text is about."""


def similar(sets: AbstractSet[Words], /, *, least: float) -> dict[Words, dict[Words, float]]:
    """For each set those whose Dice coefficient with it is at least ``least`` (above 0), itself too, with it.

    Two such sets share a word among the rarest of each ("prefix filtering": Chaudhuri, Ganti and Kaushik 2006, "A
    primitive operator for similarity joins in data cleaning"), so that only those are compared that do.
    """
    frequency = Counter(word for words in sets for word in words)
    found: dict[Words, dict[Words, float]] = {words: {words: 1.0} if words else {} for words in sets}
    holding: dict[str, list[Words]] = {}
    for words in sets:
        rarest = sorted(words, key=lambda word: (frequency[word], word))
        shared = math.ceil(least / (2 - least) * len(words) - 1e-9)  # the fewest words in common with any similar set
        prefix = rarest[: len(words) - shared + 1]
        for other in {other for word in prefix for other in holding.get(word, ())}:
            if (alike := dice(other, words)) >= least:
                found[other][words] = found[words][other] = alike
        for word in prefix:
            holding.setdefault(word, []).append(words)
    return found


def containing(sets: AbstractSet[Words], /) -> dict[Words, dict[Words, float]]:
    """For each set those that it is part of and those that are part of it, with the Dice coefficient.

    The smaller one has two words or more, or a single one of `TELLING` letters or more.
    """
    holding: dict[str, list[Words]] = {}
    for words in sets:
        for word in words:
            holding.setdefault(word, []).append(words)
    found: dict[Words, dict[Words, float]] = {words: {} for words in sets}
    for words in filter(_tells, sets):
        rarest = min((holding[word] for word in words), key=len)
        for other in (other for other in rarest if words < other):
            found[words][other] = found[other][words] = dice(words, other)
    return found


def _tells(words: Words) -> bool:
    return len(words) > 1 or any(len(word) >= TELLING for word in words)
