"""One-to-one matching of the greatest total weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal

Similarity = Literal["dice", "jaccard"]
Pair = tuple[int, int]
_CLOSE: Final = 1e-12


def similarity(first: AbstractSet[int], second: AbstractSet[int], measure: Similarity = "dice", /) -> float:
    """How much of two sets is common, from 0 to 1: the Dice or the Jaccard coefficient; 0 when nothing is."""
    common = len(first & second)
    if not common:
        return 0.0
    if measure == "dice":
        return 2 * common / (len(first) + len(second))
    return common / (len(first) + len(second) - common)


def matched(
    predicted: Sequence[AbstractSet[int]],
    gold: Sequence[AbstractSet[int]],
    /,
    *,
    measure: Similarity = "dice",
    threshold: float = 0.5,
) -> list[Pair]:
    """Pairs (predicted, gold) of places, one to one, of the greatest total similarity, ascending.

    Only what is at least as similar as the threshold may be paired.
    """
    weights: dict[Pair, float] = {}
    for row, ours in enumerate(predicted):
        for column, theirs in enumerate(gold):
            weight = similarity(ours, theirs, measure)
            if weight >= threshold - _CLOSE:
                weights[row, column] = weight
    return best_pairs(weights)


def best_pairs(weights: Mapping[Pair, float], /) -> list[Pair]:
    """The one-to-one pairs (row, column) of the greatest total weight, ascending; weights are positive.

    Rows enter one by one, each by the alternating path that gains most; a matching that was best for the rows so far
    stays best (successive shortest paths, https://en.wikipedia.org/wiki/Assignment_problem).
    """
    columns: dict[int, list[int]] = {}
    for row, column in sorted(weights):
        columns.setdefault(row, []).append(column)
    row_of: dict[int, int] = {}
    for row in columns:
        _enter(row, columns, weights, row_of)
    return sorted((row, column) for column, row in row_of.items())


def _enter(
    row: int, columns: Mapping[int, Sequence[int]], weights: Mapping[Pair, float], row_of: dict[int, int], /
) -> None:
    """Match a further row: on the best path it takes a column, whose row takes another, and so on.

    A path ends at a free column, or at a row that is left without one.
    """
    gain, came, waiting = {row: 0.0}, {row: (row, -1)}, [row]
    best, end = 0.0, (row, -1)
    while waiting:
        here = waiting.pop(0)
        for column in columns[here]:
            reached = gain[here] + weights[here, column]
            held = row_of.get(column)
            if held is None:
                if reached > best + _CLOSE:
                    best, end = reached, (here, column)
                continue
            freed = reached - weights[held, column]
            if freed > gain.get(held, float("-inf")) + _CLOSE:
                gain[held], came[held] = freed, (here, column)
                waiting.append(held)
    for last in gain:
        if gain[last] > best + _CLOSE:
            best, end = gain[last], came[last]
    while end[1] >= 0:
        here, column = end
        row_of[column] = here
        end = came[here]
