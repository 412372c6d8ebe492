"""Figure: a number in a text and its value."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

Unit = Literal["", "percent", "points"]
Day = tuple[int, int, int | None]
"""Day, month, year (None where it is not told)."""


class Figure(NamedTuple):
    """A number in a text: where it stands (string indices, end exclusive) and what it is worth.

    ``also`` are further readings of the same characters ("3m": 3 and 3,000,000), ``parts`` the numbers inside a
    compound ("one in five": 1 and 5), ``days`` the dates that it may be. ``checked`` is False where the word is as
    often no number ("one", "second"): it proves a value and claims none. ``vague`` marks bare magnitudes
    ("thousands of people").
    """

    start: int
    end: int
    value: Decimal
    checked: bool = True
    unit: Unit = ""
    vague: bool = False
    also: frozenset[Decimal] = frozenset()
    parts: tuple[Decimal, ...] = ()
    days: tuple[Day, ...] = ()
