"""What the phrases of a horizon lexicon name: from a matched rule and a date of reference to a period."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from . import periods
from .grammar import Hit, grammar
from .numbers import read_number
from .periods import ONE_DAY, Period

Yearly = Callable[[int], Period]

_SOME_DAY: Final = date(2000, 1, 1)
_STEPS: Final = {"last": -1, "this": 0, "next": 1}


def period(hit: Hit, /, *, base: date | None, language: str) -> Period | None:
    """The period that a phrase names, seen from ``base``; without it, only what the words hold themselves has dates.

    None when the phrase turns out to name nothing ("the fourth half"); ValueError and OverflowError outside the
    calendar.
    """
    found = RULES[hit.rule](hit, base or _SOME_DAY, language)
    if found is None or base is not None or found.explicit:
        return found
    return replace(found, start=None, end=None)


def plain_date(text: str, /, *, base: date | None, language: str) -> Period | None:
    """A date in some other notation, read by dateparser with ``base`` as its today.

    None unless ``text`` holds the name of a month and a figure, and dateparser finds both day and month.
    """
    months = {form.rstrip(".") for form in grammar(language).points.vocabulary["month"]}
    if not any(char.isdigit() for char in text) or months.isdisjoint(re.findall(r"[^\W\d_]+", text)):
        return None
    from dateparser.date import DateDataParser

    today = datetime.combine((base or _SOME_DAY) - ONE_DAY, datetime.min.time())
    parser = DateDataParser(
        languages=[language],
        settings={
            "RELATIVE_BASE": today,
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": ["day", "month"],
            "PARSERS": ["absolute-time"],
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    found = parser.get_date_data(text).date_obj
    explicit = re.search(r"(?<!\d)\d{4}(?!\d)", text) is not None
    if found is None or (base is None and not explicit):
        return None
    return Period(found.date(), found.date(), "day", explicit)


def _year(hit: Hit, base: date, language: str) -> Period:
    return _explicit(periods.containing("year", date(int(hit.values["year"]), 1, 1)))


def _decade(hit: Hit, base: date, language: str) -> Period | None:
    year = int(hit.values["year"])
    return _explicit(periods.containing("decade", date(year, 1, 1))) if year % 10 == 0 else None


def _half_decade(hit: Hit, base: date, language: str) -> Period | None:
    year = hit.values.get("year")
    decade = _decade(hit, base, language) if year else _stepped("decade", hit.values.get("rel", "this"), base)
    ordinal = int(hit.values["ordinal"])
    if decade is None or decade.start is None or ordinal not in (1, 2, -1):
        return None
    middle = date(decade.start.year + 5, 1, 1)
    return replace(decade, end=middle - ONE_DAY) if ordinal == 1 else replace(decade, start=middle)


def _date(hit: Hit, base: date, language: str) -> Period | None:
    if not (name := hit.values.get("month")):
        return _numeric_date(hit.text, language)
    month, day = int(name), int(hit.values["day"])
    if year := hit.values.get("year"):
        return _explicit(_day(date(int(year), month, day)))
    years = (base.year + shift for shift in range(9))  # a leap day comes back after eight years at most
    days = (date(year, month, day) for year in years if _exists(year, month, day))
    return next((_floating(_day(found)) for found in days if found >= base), None)


def _days(hit: Hit, base: date, language: str) -> Period | None:
    """Two days of one month: "March 3-5"."""
    first = _date(hit, base, language)
    if first is None or first.start is None:
        return None
    return replace(first, end=first.start.replace(day=int(hit.values["day2"])))


def _numeric_date(text: str, language: str) -> Period | None:
    """A date in figures only; None for "3/4/2026" in English, which is two different days."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _explicit(_day(date.fromisoformat(text)))
    first, second, year = map(int, re.split("[./]", text))
    if language == "en" and first != second and first <= 12 and second <= 12:
        return None
    day, month = (second, first) if language == "en" and first <= 12 else (first, second)
    return _explicit(_day(date(year, month, day)))


def _part_of_year(hit: Hit, base: date, language: str) -> Period | None:
    yearly = _yearly(hit.values, base)
    return None if yearly is None else _in_year(yearly, hit.values, base)


def _part(hit: Hit, base: date, language: str) -> Period | None:
    yearly = _yearly(hit.values, base)
    return None if yearly is None else _floating(periods.running_or_next(yearly, base))


def _stretch(hit: Hit, base: date, language: str) -> Period | None:
    """The first or last months (weeks, days) of a year."""
    year = _in_year(lambda number: periods.containing("year", date(number, 1, 1)), hit.values, base)
    count = read_number(hit.values["number"], language)
    if count is None or year.start is None or year.end is None or hit.values["ordinal"] not in ("1", "-1"):
        return None
    unit = periods.as_unit(hit.values["unit"])
    if hit.values["ordinal"] == "1":
        end = periods.shifted(year.start, count, unit) - ONE_DAY
        return Period(year.start, end, periods.coarse(unit), year.explicit)
    start = periods.shifted(year.end + ONE_DAY, -count, unit)
    return Period(start, year.end, periods.coarse(unit), year.explicit)


def _part_rel(hit: Hit, base: date, language: str) -> Period | None:
    rel = hit.values.get("rel", "coming")
    if "weekend" in hit.values:
        return _weekend(base, rel)
    if "weekday" in hit.values:
        return _weekday_rel(int(hit.values["weekday"]), base, rel)
    if (yearly := _yearly(hit.values, base)) is None:
        return None
    if rel == "coming":
        return _told(hit.values, periods.first_after(yearly, base))
    choose = {"this": periods.running_or_next, "next": periods.next_named, "last": periods.last_named}
    return _told(hit.values, choose[rel](yearly, base))


def _unit_rel(hit: Hit, base: date, language: str) -> Period:
    return _stepped(periods.as_unit(hit.values["period"]), hit.values["rel"], base)


def _unit(hit: Hit, base: date, language: str) -> Period:
    return periods.containing(periods.as_unit(hit.values["period"]), base)


def _weekday(hit: Hit, base: date, language: str) -> Period:
    return _floating(_weekday_rel(int(hit.values["weekday"]), base, "this"))


def _offset(hit: Hit, base: date, language: str) -> Period:
    return _day(base + timedelta(days=int(hit.values["offset"])))


def _new_year(hit: Hit, base: date, language: str) -> Period:
    return _stepped("year", "next", base)


def _year_end(hit: Hit, base: date, language: str) -> Period:
    year = _in_year(lambda number: periods.containing("year", date(number, 1, 1)), hit.values, base)
    return periods.part(year, "end")


def _feast(hit: Hit, base: date, language: str) -> Period | None:
    yearly = _yearly(hit.values, base)
    if yearly is None:
        return None
    if hit.values.keys() & {"year", "rel"}:
        return _in_year(yearly, hit.values, base)
    return _told(hit.values, _floating(periods.running_or_next(yearly, base)))


def _day_of_month(hit: Hit, base: date, language: str) -> Period | None:
    """ "The 26th", "Thursday the 26th": the next such day; "the 26th of next month"."""
    day, weekday = int(hit.values["day"]), hit.values.get("weekday")
    if rel := hit.values.get("rel"):
        first = periods.shifted(base.replace(day=1), _STEPS[rel], "month")
        return _day(first.replace(day=day))
    months = (periods.shifted(base.replace(day=1), step, "month") for step in range(14))
    days = (first.replace(day=day) for first in months if _exists(first.year, first.month, day))
    fitting = (found for found in days if found >= base and weekday in (None, str(found.weekday())))
    return next((_floating(_day(found)) for found in fitting), None)


def _event(hit: Hit, base: date, language: str) -> Period | None:
    """ "The December meeting", "next month's summit": some day in that time."""
    if month := hit.values.get("monthly"):
        hit = replace(hit, values={"month": month})
    rule = "part_of_year" if "year" in hit.values else "part"
    if "period" in hit.values:
        rule = "unit_rel"
    elif hit.values.keys() & {"rel", "weekday"}:
        rule = "part_rel" if "rel" in hit.values else "weekday"
    found = RULES[rule](hit, base, language)
    return found and replace(found, somewhere=found.granularity != "day")


def _any_weekend(hit: Hit, base: date, language: str) -> Period:
    return _weekend(base, "this")


def _yearly(values: Mapping[str, str], base: date) -> Yearly | None:
    """A feast, month, quarter, half or season as a function of the year; None when there is no such part."""
    if name := values.get("feast"):
        return lambda year: _feast_day(year, name)
    if "season" in values:
        return lambda year: periods.season(year, values["season"])
    if "month" in values:
        return lambda year: periods.month(year, int(values["month"]))
    kind = values.get("piece") or ("quarter" if "quarter" in values else "half")
    size = 4 if kind == "quarter" else 2
    number = int(values.get("quarter") or values.get("half") or values.get("ordinal", "0"))
    number = size if number == -1 else number
    make = periods.quarter if kind == "quarter" else periods.half
    return (lambda year: make(year, number)) if 1 <= number <= size else None


def _in_year(yearly: Yearly, values: Mapping[str, str], base: date) -> Period:
    """The part of the year that the words name, of this year when they name none."""
    if year := values.get("year"):
        return _explicit(yearly(int(year)))
    return yearly(base.year + _STEPS[values.get("rel", "this")])


def _weekday_rel(weekday: int, base: date, rel: str) -> Period:
    monday = base - timedelta(days=base.weekday())
    if rel == "next":
        return _day(monday + timedelta(days=7 + weekday))
    ahead = (weekday - base.weekday()) % 7
    if rel == "last":
        return _day(base + timedelta(days=ahead - 7))
    return _day(base + timedelta(days=ahead or (7 if rel == "coming" else 0)))


def _weekend(base: date, rel: str) -> Period:
    saturday = base - timedelta(days=base.weekday() - 5) + timedelta(days=7 * _STEPS.get(rel, 0))
    return Period(saturday, saturday + ONE_DAY, "day")


def _stepped(unit: periods.Unit, rel: str, base: date) -> Period:
    return periods.beside(unit, base, steps=_STEPS[rel])


def _feast_day(year: int, name: str) -> Period:
    """The day of a feast, told as the file of words tells it ("12-25", "easter+1", "11/3/4")."""
    from dateutil.easter import easter

    anchor, shift = _FEAST.fullmatch(name.removesuffix(_EVEN)).groups()  # type: ignore[union-attr]
    if anchor == "easter":
        day = easter(year)
    elif "/" in anchor:
        day = periods.weekday_of_month(year, *map(int, anchor.split("/")))
    else:
        day = date.fromisoformat(f"{year:04}-{anchor}")
    return _day(day + timedelta(days=int(shift or 0)))


_EVEN: Final = " even"
_FEAST: Final = re.compile(r"(easter|\d\d-\d\d|\d\d/\d/-?\d)([+-]\d+)?")


def _told(values: Mapping[str, str], found: Period) -> Period | None:
    """``found``, but for a feast whose year the words leave open."""
    odd = found.start is not None and found.start.year % 2 == 1
    return None if odd and values.get("feast", "").endswith(_EVEN) else found


def _day(day: date) -> Period:
    return Period(day, day, "day")


def _explicit(period: Period) -> Period:
    return replace(period, explicit=True)


def _floating(period: Period) -> Period:
    return replace(period, floating=True)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


RULES: Final[Mapping[str, Callable[[Hit, date, str], Period | None]]] = {
    "date": _date,
    "days": _days,
    "part_of_year": _part_of_year,
    "half_decade": _half_decade,
    "stretch": _stretch,
    "part_rel": _part_rel,
    "unit_rel": _unit_rel,
    "weekday": _weekday,
    "offset": _offset,
    "new_year": _new_year,
    "year_end": _year_end,
    "year": _year,
    "decade": _decade,
    "part": _part,
    "feast": _feast,
    "day_of_month": _day_of_month,
    "event": _event,
    "weekend": _any_weekend,
    "unit": _unit,
}
