"""From counts of articles to figures: precision, recall, F1, shares, and how sure they are."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .counts import Count, Counts

MEANS: Final = {"stance.f_avg": ("stance.favor", "stance.against")}
"""Figures that are the mean of the F1 of others."""
SEED: Final = 1

Interval = tuple[float, float]
Values = dict[tuple[str, str], float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over all articles.

    ``values`` has precision, recall and f1, or a share, from 0 to 1, None where there is nothing to divide by;
    ``intervals`` are 95 % percentile intervals by bootstrap over articles.
    """

    name: str
    right: float | None
    predicted: float | None
    gold: float | None
    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one system has more than the other in a figure: F1, or the share.

    ``interval`` is the 95 % percentile interval of a paired bootstrap over articles, ``p`` twice the share of resamples
    on the smaller side of zero (those on it count to both), 1 at most.
    """

    name: str
    measure: str
    value: float | None
    other: float | None
    difference: float | None
    interval: Interval | None
    p: float | None


def totals(counts: Sequence[Counts], /) -> dict[str, Count]:
    """The sums over articles; a figure that an article does not have counts nothing there."""
    return _Table(counts).totals(range(len(counts)))


def values(sums: Counts, /) -> Values:
    """Every figure of summed counts, by name and measure."""
    found: Values = {}
    for name, count in sums.items():
        for measure, value in _measures(count).items():
            found[name, measure] = value
    for name, parts in MEANS.items():
        if all(part in sums for part in parts):
            f1s = [value for part in parts if (value := found[part, "f1"]) is not None]
            found[name, "share"] = sum(f1s) / len(f1s) if f1s else None
    return found


def figures(counts: Sequence[Counts], /, *, resamples: int, seed: int = SEED) -> tuple[Figure, ...]:
    """The figures over articles, each with its interval; without resamples, or of one article, there is none."""
    table = _Table(counts)
    sums = table.totals(range(len(counts)))
    drawn = [values(table.totals(draw)) for draw in _draws(len(counts), resamples, seed)]
    found: dict[str, dict[str, float | None]] = {}
    for (name, measure), value in values(sums).items():
        found.setdefault(name, {})[measure] = value
    return tuple(_figure(name, sums.get(name), measures, drawn) for name, measures in found.items())


def differences(
    counts: Sequence[Counts], others: Sequence[Counts], /, *, resamples: int, seed: int = SEED
) -> tuple[Difference, ...]:
    """The figures of two systems over the same articles in the same order, and how sure their difference is."""
    tables = _Table(counts), _Table(others)
    drawn = [tuple(values(table.totals(draw)) for table in tables) for draw in _draws(len(counts), resamples, seed)]
    ours, theirs = (values(table.totals(range(len(counts)))) for table in tables)
    found = []
    for key in ours:
        if key not in theirs or key[1] not in ("f1", "share"):
            continue
        gaps = [gap for one, other in drawn if (gap := _gap(one[key], other[key])) is not None]
        found.append(Difference(*key, ours[key], theirs[key], _gap(ours[key], theirs[key]), _interval(gaps), _p(gaps)))
    return tuple(found)


class _Table:
    """Counts of articles as columns of numbers, so that resamples are quickly summed."""

    def __init__(self, counts: Sequence[Counts], /) -> None:
        first = {name: count for each in reversed(counts) for name, count in each.items()}
        self.names = {name: count.predicted is None for name, count in first.items()}
        zero = Count(0, 0, 0)
        self.columns = [
            [[count.right, count.predicted or 0, count.gold] for each in counts for count in (each.get(name, zero),)]
            for name in self.names
        ]
        self.flat = [list(column) for triples in self.columns for column in zip(*triples, strict=True)]

    def totals(self, places: Sequence[int], /) -> dict[str, Count]:
        sums = iter([sum(map(column.__getitem__, places)) for column in self.flat])
        return {
            name: Count(right, None if is_share else predicted, gold)
            for (name, is_share), right, predicted, gold in zip(self.names.items(), sums, sums, sums, strict=True)
        }


def _draws(number: int, resamples: int, seed: int, /) -> list[list[int]]:
    """Articles drawn with replacement, as many as there are; one article alone tells nothing of how others differ."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return [rng.choices(range(number), k=number) for _ in range(resamples)] if number > 1 else []


def _measures(count: Count, /) -> dict[str, float | None]:
    recall = _ratio(count.right, count.gold)
    if count.predicted is None:
        return {"share": recall}
    f1 = _ratio(2 * count.right, count.predicted + count.gold)
    return {"precision": _ratio(count.right, count.predicted), "recall": recall, "f1": f1}


def _ratio(part: float, whole: float, /) -> float | None:
    return part / whole if whole else None


def _figure(name: str, sums: Count | None, measures: Mapping[str, float | None], drawn: Sequence[Values], /) -> Figure:
    intervals = {
        measure: _interval([value for found in drawn if (value := found[name, measure]) is not None])
        for measure in measures
    }
    right, predicted, gold = (sums.right, sums.predicted, sums.gold) if sums else (None, None, None)
    return Figure(name, right, predicted, gold, measures, intervals)


def _gap(one: float | None, other: float | None, /) -> float | None:
    return None if one is None or other is None else one - other


def _interval(found: Sequence[float], /) -> Interval | None:
    if not found:
        return None
    ordered, last = sorted(found), len(found) - 1
    return ordered[int(0.025 * last)], ordered[round(0.975 * last)]


def _p(gaps: Sequence[float], /) -> float | None:
    if not gaps:
        return None
    below, above = sum(gap <= 0 for gap in gaps), sum(gap >= 0 for gap in gaps)
    return min(1.0, 2 * min(below, above) / len(gaps))
