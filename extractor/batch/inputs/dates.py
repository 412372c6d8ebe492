"""Dates of publication as tables tell them."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from itertools import product

from extractor.articles.decoding import shown
from extractor.errors import InputError

_LONGEST = 100
_AS = "write it as YYYY-MM-DD"
_EPOCH = re.compile(r"[+-]?\d+([.,]\d+)?")
_COMPACT = re.compile(r"\d{8}(T\d.*)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"\d{4}\D")
_DAY_FIRST = re.compile(r"\d\d?\.\d\d?\.\d{4}\b")


def publication_date(value: object, /) -> date | None:
    """The day of a date, of a datetime (in its own time zone), or of a text: ISO 8601, or any plain way to write it.

    None for None and a blank text. Raises InputError for other types, for numbers (which may count seconds or
    milliseconds), and for what is no whole date or may be read as two different ones.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise InputError(f"the date {value!r} is a number, of which it is not known what it counts; {_AS}")
    if not isinstance(value, str):
        raise InputError(f"the date is of the wrong type ({type(value).__name__}); {_AS}")
    return _parse(value.strip()) if value.strip() else None


@lru_cache(4096)
def _parse(text: str, /) -> date:
    if _ISO.match(text) or _COMPACT.fullmatch(text):
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            pass
    if _EPOCH.fullmatch(text):
        raise InputError(f"the date {shown(text)} is a number, of which it is not known what it counts; {_AS}")
    readings = _readings(text) if len(text) <= _LONGEST else set()
    if len(readings) == 1:
        return readings.pop()
    if readings:
        raise InputError(f"the date {shown(text)} is not whole, or may be read in more than one way; {_AS}")
    raise InputError(f"the date {shown(text)} is not a date; {_AS}")


def _readings(text: str, /) -> set[date]:
    """The days that a text may mean; several when a part is missing, as it is filled up in two ways.

    Behind a year of four digits the month is first, in figures between full stops the day is.
    """
    from dateutil.parser import parse

    readings = set()
    days_first = (False,) if _YEAR_FIRST.match(text) else (True,) if _DAY_FIRST.match(text) else (False, True)
    years_first = (True,) if _YEAR_FIRST.match(text) else (False, True)
    for day_first, year_first, other in product(days_first, years_first, (False, True)):
        missing = datetime(2001, 2, 2) if other else datetime(2004, 1, 1)
        try:
            day = parse(text, default=missing, dayfirst=day_first, yearfirst=year_first, ignoretz=True)
        except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError, IndexError):
            continue
        readings.add(day.date())
    return readings
