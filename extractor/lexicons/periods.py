"""Stretches of the calendar as inclusive dates: arithmetic only, no words and no clock.

Weeks run from Monday to Sunday, quarters are calendar quarters, seasons are northern-hemisphere meteorological (winter
is December to February and belongs to the year in which it begins), decades begin with a year ending in 0, the 21st
century ends in 2100. A century has the granularity "decade", the coarsest that the record knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from dateutil.relativedelta import relativedelta

from extractor.schemas.claims import Granularity

Unit = Literal["hour", "day", "week", "fortnight", "month", "quarter", "half", "year", "decade", "century"]
Edge = Literal["start", "early", "mid", "late", "end"]

ONE_DAY: Final = timedelta(days=1)

_MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_DAYS: Final[dict[Unit, int]] = {"day": 1, "week": 7, "fortnight": 14}
_COARSE: Final[dict[Unit, Granularity]] = {"hour": "day", "fortnight": "week", "century": "decade"}
_FIRST_MONTH: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}

# Where the second and the last third begin: in years, months or days from the start.
_THIRDS: Final[dict[str, tuple[relativedelta, relativedelta]]] = {
    "decade": (relativedelta(years=4), relativedelta(years=7)),
    "year": (relativedelta(months=4), relativedelta(months=8)),
    "half": (relativedelta(months=2), relativedelta(months=4)),
    "quarter": (relativedelta(months=1), relativedelta(months=2)),
    "season": (relativedelta(months=1), relativedelta(months=2)),
    "month": (relativedelta(days=10), relativedelta(days=20)),
    "week": (relativedelta(days=2), relativedelta(days=4)),
}
_CENTURY_THIRDS: Final = (relativedelta(years=33), relativedelta(years=67))
# The day in the middle ("by mid-2026"), from the start.
_MIDDLE: Final[dict[str, relativedelta]] = {
    "decade": relativedelta(years=5, days=-1),
    "year": relativedelta(months=6, days=-1),
    "half": relativedelta(months=3, days=-1),
    "quarter": relativedelta(months=1, days=14),
    "season": relativedelta(months=1, days=14),
    "month": relativedelta(days=14),
    "week": relativedelta(days=2),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive dates; None where they are not known, as of "next year" without a date of publication.

    ``explicit`` is True when the words hold the year, so that no date of publication is needed; ``floating`` when they
    name a part of some year ("March", "Friday") and the one that is running or next was chosen; ``somewhere`` when some
    day in it is meant and not said ("the December meeting").
    """

    start: date | None
    end: date | None
    granularity: Granularity
    explicit: bool = False
    floating: bool = False
    somewhere: bool = False


def as_unit(name: str, /) -> Unit:
    """The unit of this name; KeyError when there is none."""
    return {unit: unit for unit in get_args(Unit)}[name]  # type: ignore[no-any-return]


def coarse(unit: Unit, /) -> Granularity:
    """The granularity of the record for a unit of time."""
    return _COARSE.get(unit) or unit  # type: ignore[return-value]


def containing(unit: Unit, day: date, /) -> Period:
    """The calendar week, month, quarter, half-year, year, decade or century in which ``day`` lies."""
    if unit in ("week", "fortnight"):
        start = day - timedelta(days=day.weekday())
    elif unit in ("day", "hour"):
        start = day
    elif unit == "century":
        start = date((day.year - 1) // 100 * 100 + 1, 1, 1)
    elif unit == "decade":
        start = date(day.year // 10 * 10, 1, 1)
    else:
        months = _MONTHS[unit]
        start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, shifted(start, 1, unit) - ONE_DAY, coarse(unit))


def beside(unit: Unit, day: date, /, *, steps: int) -> Period:
    """The calendar unit ``steps`` after (before, if negative) the one in which ``day`` lies."""
    here = containing(unit, day)
    assert here.start is not None
    return containing(unit, shifted(here.start, steps, unit))


def shifted(day: date, count: float, unit: Unit, /) -> date:
    """The day ``count`` units after ``day``; month ends are clipped; hours are rounded up to days.

    ValueError for a part of a unit that is no whole number of months (or days), OverflowError outside the calendar.
    """
    size = -(-count // 24) if unit == "hour" else count * (_DAYS.get(unit) or _MONTHS[unit])
    if size != int(size):
        raise ValueError(f"{count} {unit} is no whole number of days or months")
    if unit == "hour" or unit in _DAYS:
        return day + timedelta(days=int(size))
    return day + relativedelta(months=int(size))


def month(year: int, number: int, /) -> Period:
    """A month (1-12) of a year."""
    return containing("month", date(year, number, 1))


def quarter(year: int, number: int, /) -> Period:
    """A quarter (1-4) of a year."""
    return containing("quarter", date(year, 3 * number - 2, 1))


def weekday_of_month(year: int, number: int, weekday: int, nth: int, /) -> date:
    """The first (1) to fourth (4) or the last (-1) Monday (0) to Sunday (6) of a month (1-12) of a year."""
    first = date(year, number, 1) + (relativedelta(months=1) if nth < 0 else relativedelta())
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth if nth < 0 else nth - 1))


def half(year: int, number: int, /) -> Period:
    """A half (1-2) of a year."""
    return containing("half", date(year, 6 * number - 5, 1))


def season(year: int, name: str, /) -> Period:
    """The season ("spring", "summer", "autumn", "winter") that begins in ``year``."""
    start = date(year, _FIRST_MONTH[name], 1)
    return Period(start, start + relativedelta(months=3) - ONE_DAY, "season")


def running_or_next(of_year: Callable[[int], Period], day: date, /) -> Period:
    """Of a yearly period the one that is running on ``day`` or, if none is, the next to come."""
    return next(period for shift in (-1, 0, 1) if _until(period := of_year(day.year + shift)) >= day)


def first_after(of_year: Callable[[int], Period], day: date, /) -> Period:
    """Of a yearly period the first to begin after ``day``."""
    return next(period for shift in (-1, 0, 1) if _since(period := of_year(day.year + shift)) > day)


def next_named(of_year: Callable[[int], Period], day: date, /) -> Period:
    """ "Next March", "next summer": the first to begin after ``day``.

    A season whose turn it is next is "this summer" (said in spring), so that "next summer" is the one after it.
    """
    coming = first_after(of_year, day)
    if coming.granularity == "season" and _since(coming) - relativedelta(months=3) <= day:
        return of_year(_since(coming).year + 1)
    return coming


def last_named(of_year: Callable[[int], Period], day: date, /) -> Period:
    """The latest to end before ``day``."""
    return next(period for shift in (0, -1, -2) if _until(period := of_year(day.year + shift)) < day)


def part(period: Period, edge: Edge, /) -> Period:
    """The first, middle or last third of a period ("early", "mid", "late"); of a single day the day itself."""
    if period.start is None or period.end is None or period.granularity not in _THIRDS:
        return period
    is_century = period.end.year - period.start.year > 50
    cuts = _CENTURY_THIRDS if is_century else _THIRDS[period.granularity]
    second, last = (period.start + cut for cut in cuts)
    bounds = {"mid": (second, last - ONE_DAY), "late": (last, period.end), "end": (last, period.end)}
    start, end = bounds.get(edge, (period.start, second - ONE_DAY))
    return Period(start, end, period.granularity, period.explicit)


def deadline(period: Period, edge: Edge | None, /) -> date | None:
    """The last day that "by" allows.

    "By 2030" and "by late 2030": its end; "by mid-2030": June 30; "by early 2030": the end of its first third; "by the
    start of 2030": January 1.
    """
    if period.start is None or edge in (None, "late", "end"):
        return period.end
    if edge == "start" or period.granularity not in _MIDDLE:
        return period.start
    if edge == "early":
        return part(period, "early").end
    if period.end is not None and period.end.year - period.start.year > 50:
        return date(period.start.year + 49, 12, 31)
    return period.start + _MIDDLE[period.granularity]


def _since(period: Period) -> date:
    assert period.start is not None
    return period.start


def _until(period: Period) -> date:
    assert period.end is not None
    return period.end
