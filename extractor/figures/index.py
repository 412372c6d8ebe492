"""Whether the figures of a statement are in its article, compared by value.

"Two" is 2, "1.2bn" is 1.2 billion, "70 per cent" is 70%. A percentage needs a percentage in the article, or a fraction
of the same size; a day of a month needs that day of that month, and not of another year; a month or weekday needs its
name; "thousands" needs some number from 1,000 up to a million. "One", "first" and "second" claim nothing, as they are
as often no numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from .calendar_words import CalendarWord, calendar_words
from .numerals import Day, Figure, figures

__all__ = ["Figure", "FigureIndex", "figures", "unsupported_figures"]

_BEFORE_MONTH: Final = re.compile(r"\.?[\s-]*(?:(?:of|de|del|de\sel|di|do|van)\s+)?", re.IGNORECASE)
_AFTER_MONTH: Final = re.compile(r"\.?[\s-]+(?:the\s+)?", re.IGNORECASE)
_NEXT_DAY: Final = re.compile(
    r"(?:st|nd|rd|th)?\s*(?:[-–—/,]|,?\s?(?:and|or|to|through|und|bis|oder|et|ou|au|y|al|e|и|до|по))\s*", re.IGNORECASE
)
_YEAR_AFTER: Final = re.compile(r",?\s*(?:de\s+|del\s+)?((?:1[5-9]|20)\d\d)(?!\d)")


class FigureIndex:
    """The figures, months and weekdays of an article, read once."""

    def __init__(self, text: str, /, *, language: str | None = None) -> None:
        self._text = text
        self._language = language
        found = figures(text, language=language)
        names = calendar_words(text, language=language)
        self._values, self._percents = _values(found)
        self._magnitudes = sorted(figure.value for figure in found if not _is_year(figure))
        self._names = {(name.kind, name.number) for name in names}
        self._days: dict[tuple[int, int], set[int | None]] = {}
        for figure in found:
            for day, month, year in figure.days:
                self._days.setdefault((day, month), set()).add(year)
                self._names.add(("month", month))
        for dated in _dates(found, names, text):
            for day, month, year in dated.days:
                self._days.setdefault((day, month), set()).add(year)

    def unsupported(self, statement: str, /, *, allowed: Collection[Decimal | int] = ()) -> list[str]:
        """The figures, months and weekdays of ``statement`` that the article does not have, verbatim and in order.

        ``allowed`` are further values that may be told, such as the number of the experts.
        """
        found = figures(statement, language=self._language)
        names = calendar_words(statement, language=self._language)
        dates = _dates(found, names, statement)
        missing = [
            (figure.start, figure.end)
            for figure in found
            if figure.checked
            and not self._has(figure, allowed)
            and not self._quotes(statement[figure.start : figure.end])
        ]
        missing += [
            (name.start, name.end) for name in names if name.checked and (name.kind, name.number) not in self._names
        ]
        for date in dates:
            if not any(self._has_day(day) for day in date.days):
                missing.append((date.start, date.end))
        return [statement[start:end] for start, end in _outermost(missing)]

    def _has(self, figure: Figure, allowed: Collection[Decimal | int]) -> bool:
        if any(self._has_day(day) for day in figure.days):
            return True
        if any(year for _, _, year in figure.days):
            return False
        if figure.unit == "percent":
            return figure.value in self._percents
        if figure.vague:
            return self._has_about(figure.value)
        if figure.value in self._values or figure.value in allowed or not figure.also.isdisjoint(self._values):
            return True
        return bool(figure.parts) and all(part in self._values for part in figure.parts)

    def _has_about(self, magnitude: Decimal) -> bool:
        """Thousands: something from 1,000 up to a million that is no year."""
        place = bisect_left(self._magnitudes, magnitude)
        return place < len(self._magnitudes) and self._magnitudes[place] < magnitude * 1000

    def _has_day(self, day: Day) -> bool:
        years = self._days.get(day[:2], set())
        return bool(years) and (day[2] is None or None in years or day[2] in years)

    def _quotes(self, words: str) -> bool:
        """True when the article has the very words; digits alone are compared by value only."""
        if words.isdigit():
            return False
        return re.search(rf"(?<![\w.,'’]){re.escape(words)}(?!\w)", self._text) is not None


def unsupported_figures(
    statement: str,
    article: str | FigureIndex,
    /,
    *,
    language: str | None = None,
    allowed: Collection[Decimal | int] = (),
) -> list[str]:
    """The figures, months and weekdays of ``statement`` that ``article`` (text or index) does not have, verbatim.

    ``language`` is that of a text; ``allowed`` are further values that may be told. For more than one statement make a
    FigureIndex once.
    """
    index = article if isinstance(article, FigureIndex) else FigureIndex(article, language=language)
    return index.unsupported(statement, allowed=allowed)


def _values(found: Iterable[Figure]) -> tuple[set[Decimal], set[Decimal]]:
    """All values, and those that stand for percentages; 70% and 0.7 give each other."""
    values: set[Decimal] = set()
    percents: set[Decimal] = set()
    for figure in found:
        readings = {figure.value, *figure.also, *figure.parts}
        values |= readings
        if figure.unit:
            percents |= readings
            values.add(figure.value / 100)
        elif 0 < figure.value < 1:
            percents.add(figure.value * 100)
    return values, percents


def _is_year(figure: Figure) -> bool:
    return not figure.unit and 1500 <= figure.value < 2100 and figure.value == figure.value.to_integral()


def _dates(found: Sequence[Figure], names: Sequence[CalendarWord], text: str) -> list[Figure]:
    """Days of a month by its name ("3 March", "March 3-5, 2026"), each with all the days that it covers."""
    days = [figure for figure in found if _may_be_day(figure)]
    by_end = {figure.end: figure for figure in days}
    starts = [figure.start for figure in days]
    dates = []
    for name in names:
        if name.kind == "month":
            dates += [*_days_before(name, by_end, text), *_days_after(name, days, starts, text)]
    return dates


def _may_be_day(figure: Figure) -> bool:
    return (
        not figure.unit and not figure.parts and 1 <= figure.value <= 31 and figure.value == figure.value.to_integral()
    )


def _days_before(name: CalendarWord, by_end: dict[int, Figure], text: str) -> Iterator[Figure]:
    """The days in front of a month: "3 March", "3rd of March", "3-5 March"."""
    end, gap = name.start, _BEFORE_MONTH
    while figure := _just_before(end, by_end, gap, text):
        yield _dated(figure, name, name.end, text)
        end, gap = figure.start, _NEXT_DAY


def _just_before(end: int, by_end: dict[int, Figure], gap: re.Pattern[str], text: str) -> Figure | None:
    for start in range(end, max(-1, end - 9), -1):
        if (figure := by_end.get(start)) and gap.fullmatch(text, start, end):
            return figure
    return None


def _days_after(name: CalendarWord, days: Sequence[Figure], starts: Sequence[int], text: str) -> list[Figure]:
    """The days behind a month: "March 3", "March 3 and 5"."""
    found: list[Figure] = []
    end, gap = name.end, _AFTER_MONTH
    place = bisect_left(starts, end)
    while place < len(days) and gap.fullmatch(text, end, days[place].start):
        found.append(days[place])
        end, gap, place = days[place].end, _NEXT_DAY, place + 1
    return [_dated(figure, name, end if figure is found[-1] else figure.end, text) for figure in found]


def _dated(figure: Figure, name: CalendarWord, end: int, text: str) -> Figure:
    """The date of a day and a month that end at ``end``, with the year if one follows."""
    year = _YEAR_AFTER.match(text, end)
    start = min(figure.start, name.start)
    day = (int(figure.value), name.number, int(year[1]) if year else None)
    return Figure(start, year.end() if year else end, figure.value, days=(day,))


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, without those inside another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
