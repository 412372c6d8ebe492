"""Where likelihood, horizon and calibration are drawn: plain numbers for the templates, which hold the shapes.

Places are in percent of a chart's width, from the left, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import log1p
from typing import TYPE_CHECKING, Final, get_args

from extractor.render.phrases import percent
from extractor.schemas.claims import Band

if TYPE_CHECKING:
    from extractor.schemas import Horizon, Likelihood
    from extractor.schemas.stored import CalibrationRow

BOUNDS: Final = (5.0, 20.0, 45.0, 55.0, 80.0, 95.0)
"""Where one word of the ICD 203 scale ends and the next begins, in percent."""
BANDS: Final[tuple[Band, ...]] = get_args(Band)
_PUBLISHED_AT: Final = 12.0
"""Where the line of the day of publication stands; what lies before it is not to scale."""
_TICKS: Final = ((7, "1 wk"), (30, "1 mo"), (365, "1 yr"), (3_652, "10 yr"))
_FARTHEST: Final = 14_610  # days: forty years
_LEAST: Final = 2.5  # percent: a bar is seen even where it stands for a single day


@dataclass(frozen=True, slots=True)
class LikelihoodBand:
    """A likelihood on the line from 0 to 100 percent; places are percentages, of the event and of the width alike."""

    low: float
    width: float
    label: str
    stated: bool
    """True when the article gives the number."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A horizon on a time line on which near days have more room than far ones, the same for every prediction."""

    published: float
    start: float
    width: float
    open_left: bool
    """True when the bar begins before what is drawn."""
    open_right: bool
    """True when it ends after what is drawn, or has no end."""
    label: str
    distance: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """A band's mean forecast, from the left, and the share that happened, from the bottom; all in percent."""

    forecast: float
    occurred: float
    low: float
    high: float
    number: int
    radius: float
    label: str


def likelihood_band(likelihood: Likelihood, /) -> LikelihoodBand | None:
    """Where to draw a likelihood; None without a number."""
    stated = likelihood.stated
    low, high = (stated.low, stated.high) if stated else (likelihood.low, likelihood.high)
    if low is None or high is None:
        return None
    width = max(high - low, _LEAST)
    words = likelihood.band.replace("_", " ") if likelihood.band else ""
    label = ", ".join(part for part in (words, percent(low, high)) if part)
    return LikelihoodBand(low=min(low, 100 - width), width=width, label=label, stated=stated is not None)


def time_line(horizon: Horizon, published: date | None, /) -> TimeLine | None:
    """Where to draw a horizon; None without a date of publication or a date of the horizon."""
    start, end = horizon.start, horizon.end
    if published is None or (start is None and end is None):
        return None
    first = (start - published).days if start else 0
    last = (end - published).days if end else _FARTHEST + 1
    first = min(first, last)
    left, right = _place(first), _place(last)
    width = max(right - left, _LEAST)
    return TimeLine(
        published=_PUBLISHED_AT,
        start=round(min(left, 100 - width), 2),
        width=round(width, 2),
        open_left=first < 0 and start is not None,
        open_right=last > _FARTHEST,
        label=_dates(start if start != published else None, end),
        distance=_distance((end - published).days) if end else "",
        ticks=tuple(Tick(round(_place(days), 2), label) for days, label in _TICKS),
    )


def calibration(rows: Iterable[CalibrationRow], /) -> tuple[CalibrationPoint, ...]:
    """Where to draw the bands of a track record."""
    return tuple(
        CalibrationPoint(
            forecast=100 * row.forecast,
            occurred=100 * row.occurred,
            low=100 * (row.interval.low if row.interval else row.occurred),
            high=100 * (row.interval.high if row.interval else row.occurred),
            number=row.n,
            radius=min(2 + row.n**0.5 / 2, 5),
            label=f"{row.band.replace('_', ' ')}: {row.n:,} predicted at {100 * row.forecast:.0f}% on average,"
            f" {100 * row.occurred:.0f}% happened",
        )
        for row in rows
    )


def _place(days: int) -> float:
    """Where a day stands, counted from publication."""
    if days < 0:
        return _PUBLISHED_AT * max(1 + days / 365, 0)
    return _PUBLISHED_AT + (100 - _PUBLISHED_AT) * min(log1p(days) / log1p(_FARTHEST), 1)


def _dates(start: date | None, end: date | None) -> str:
    if start and end:
        return day(start) if start == end else f"{day(start)} – {day(end)}"
    return f"by {day(end)}" if end else f"from {day(start)}" if start else ""


def day(value: date, /) -> str:
    """'17 Mar 2026'."""
    return f"{value.day} {value:%b} {value.year}"


def _distance(days: int) -> str:
    """How long after publication a horizon ends, in words."""
    if days < 0:
        return "before publication"
    if days == 0:
        return "on the day of publication"
    for unit, length, least in (("year", 365.25, 700), ("month", 30.44, 60), ("week", 7, 21)):
        if days >= least:
            number = round(days / length)
            return f"ends {number} {unit}{'' if number == 1 else 's'} after publication"
    return f"ends {days} day{'' if days == 1 else 's'} after publication"
