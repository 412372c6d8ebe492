"""By when a prediction is to come true, read from its own words with a versioned lexicon: pure functions.

Dates are inclusive and resolved against the date of publication, never against today.

- A calendar period ("in 2027", "this summer", "next quarter") keeps its own start and end, even when it is running.
- "By X", "until X", "before X", "later this year" and counted time ("within 18 months", "in five years") start at
  publication. "By 2030" lasts to the end of 2030, "before 2030" to the end of 2029, "by mid-2030" to June 30, "by early
  2030" to April 30. A deadline that had passed at publication has no start. "Early", "mid", "late" are thirds.
- "In two to three years" starts after two years and ends after three.
- "As early as 2027" is 2027; "into 2027", "through 2027" and "to 2030" last from publication to the end of it. "The
  December meeting" is in December, and "before" it is before the end of that month.
- "After 2030", "from 2030", "not before 2030" have a start and no end: granularity "open".
- A month, quarter, half, season, feast, weekday or day of the month ("the 26th") without a year is the one that is
  running or else the next to come. "Next March" and "next summer" are the first to begin after publication (but a
  season whose turn it is next is "this summer", and "next summer" the one after it), "next Friday" is the Friday of the
  following week. Winter is named for the year in which it begins.
- "Next year" is the calendar year, "over the next year" the twelve months from publication; quarters are always
  calendar quarters. The century ends on December 31, 2100, with the granularity "decade", the coarsest of the record.
- Otherwise the granularity is the unit that the words name: "by the end of 2025" a year, "within 18 months" a month.
- Counts that the text leaves vague ("a few months", "in the coming weeks", "soon") and events without a date ("before
  the next election") stay open, without dates. So does "3/4/2026" in English: it is two different days.

Without a date of publication there are no dates but those that the words themselves hold ("by March 3, 2026" has an end
only); the granularity is told all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from .lexicons import base_language, fold, load, squeeze
from .lexicons.grammar import Grammar, Hit, finder, grammar
from .lexicons.numbers import read_number
from .lexicons.periods import ONE_DAY, Edge, Period, Unit, as_unit, beside, coarse, deadline, part, shifted
from .lexicons.times import period, plain_date
from .schemas import Horizon, Span

_TRIMMED: Final = " \"'.,;:!?()[]«»“”…-"
_LONG_AGO: Final = date(1901, 1, 1)


def supports(language: str | None, /) -> bool:
    """True when there is a horizon lexicon for this language (an ISO 639-1 code or a tag like "en-GB")."""
    return base_language(language) is not None


def read_horizon(words: Span | None, /, *, published: date | None, language: str | None) -> Horizon:
    """The dates that the ``words`` of the article name, seen from its date of publication.

    ``basis`` is "explicit" when the year is in the words, "inferred" when dates were computed, "none" without dates.
    Words that name no date that can be computed, and languages without a lexicon, give a horizon that is open.
    """
    base = base_language(language)
    if words is None or base is None:
        return Horizon(words=words)
    reach = _Reader(base, published).read(squeeze(_folded(words.text, base))[0].strip(_TRIMMED))
    if reach is None:
        return Horizon(words=words)
    basis = "none" if reach.start is None and reach.end is None else "explicit" if reach.explicit else "inferred"
    granularity = reach.granularity
    return Horizon(words=words, start=reach.start, end=reach.end, granularity=granularity, basis=basis)


def find_horizon_words(text: str, /, *, language: str | None) -> tuple[int, int] | None:
    """Where in a clause the words that say by when are: start and end (string indices, end exclusive), or None.

    The first that name a date, else the first that leave it open ("soon"). Those about the past ("last year", "since
    2010") are passed over.
    """
    base = base_language(language)
    if base is None:
        return None
    folded, offsets = squeeze(_folded(text, base))
    reader = _Reader(base, _LONG_AGO)
    vague = None
    for match in finder(base).finditer(folded):
        if any(frame == "since" for frame, _ in grammar(base).frames.openings(match.group())):
            continue
        place = offsets[match.start()], offsets[match.end() - 1] + 1
        reach = reader.read(match.group())
        if reach is None:
            vague = vague or place
        elif reach.explicit or reach.end is None or reach.end >= _LONG_AGO:
            return place
    return vague


def _folded(text: str, language: str) -> str:
    for name in load("horizon", language).get("proper", ()):
        text = text.replace(name, name.replace(" ", "_"))
    return fold(text)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads folded, squeezed words of one language as seen from one date of publication."""

    language: str
    published: date | None

    @property
    def grammar(self) -> Grammar:
        return grammar(self.language)

    def read(self, text: str) -> Period | None:
        """What the words name; None when they are open. Never raises."""
        try:
            found = self._whole(text) or self._inside(text) or self._plain_date(text)
        except (ValueError, OverflowError):
            return None
        if found and found.start and found.end and found.start > found.end:
            return None
        return found

    def _whole(self, text: str) -> Period | None:
        """What the words name if all of them are needed for it."""
        if any(self.grammar.open.hits(text)):
            return None
        for hit in self.grammar.spans.hits(text):
            if found := self._span(hit):
                return found
        return next(self._ranges(text), None) or next(self._framed(text), None)

    def _inside(self, text: str) -> Period | None:
        """What the first phrase among other words names ("at its meeting in October")."""
        phrases = (match.group() for match in finder(self.language).finditer(text) if match.group() != text)
        return next((found for phrase in phrases if (found := self._whole(phrase))), None)

    def _plain_date(self, text: str) -> Period | None:
        for frame, rest in (*self.grammar.frames.openings(text), ("in", text)):
            if found := plain_date(rest, base=self.published, language=self.language):
                return self._placed(frame, None, found)
        return None

    def _framed(self, text: str) -> Iterator[Period]:
        """What a time after a preposition ("by", "after") or alone names."""
        for frame, rest in (("in", text), *self.grammar.frames.openings(text)):
            if frame == "since":
                continue
            for tail, core in (("", rest), *self.grammar.tails.closings(rest)):
                if point := self._point(core, self.published, units="later" in (frame, tail)):
                    yield self._placed(tail or frame, *point)

    def _point(self, text: str, base: date | None, *, units: bool = False) -> tuple[Edge | None, Period] | None:
        """A period and the part of it that is meant; ``units`` allows "the year" without "the end of"."""
        whole = self.grammar.edged if units else self.grammar.points
        for hit in whole.hits(text):
            if found := period(hit, base=base, language=self.language):
                return None, found
        for name, rest in self.grammar.edges.openings(text):
            edge = next(edge for edge in get_args(Edge) if edge == name)
            for hit in self.grammar.edged.hits(rest):
                if found := period(hit, base=base, language=self.language):
                    return edge, found
        return None

    def _placed(self, frame: str, edge: Edge | None, named: Period) -> Period:
        """The dates that a preposition makes of a period."""
        window = part(named, edge) if edge else named
        if named.somewhere:
            frame = {"before": "by", "after": "from"}.get(frame, frame)
        if frame == "in":
            return window
        if frame == "from" or (frame == "after" and edge == "start"):
            return Period(window.start, None, "open", named.explicit)
        if frame == "after":
            return Period(window.end and window.end + ONE_DAY, None, "open", named.explicit)
        if frame == "later":
            start = window.start if self.published is None else max(self.published, window.start or self.published)
            return self._until(start, window.end, named)
        if frame == "before":
            return self._until(self.published, _eve(named, edge), named)
        return self._until(self.published, deadline(named, edge), named)

    def _until(self, start: date | None, end: date | None, named: Period) -> Period:
        if start is not None and end is not None and start > end:
            start = None
        return Period(start, end, named.granularity, named.explicit)

    def _span(self, hit: Hit) -> Period | None:
        """So much time from publication on."""
        counts = _counts(hit, self.language)
        if counts is None:
            return None
        low, high, unit = counts
        if self.published is None:
            return Period(None, None, coarse(unit))
        if hit.rule == "next_one" and unit == "quarter":
            return beside("quarter", self.published, steps=1)
        start = self.published
        if hit.rule == "between" and "next" not in hit.values and hit.values.get("frame", "in") == "in":
            start = shifted(start, low, unit)
        return Period(start, shifted(self.published, high, unit), coarse(unit))

    def _ranges(self, text: str) -> Iterator[Period]:
        """What two times with a word like "to" or "and" between them name, wherever the text can be parted so."""
        prefix = self.grammar.range_prefix.match(text)
        rest = text[prefix.end() :] if prefix else text
        for connector in self.grammar.range_connector.finditer(rest):
            if found := self._range(rest[: connector.start()], rest[connector.end() :]):
                limit = prefix and prefix.group("frame")
                yield self._until(self.published, found.end, found) if limit else found

    def _range(self, first: str, second: str) -> Period | None:
        """From the start of one period to the end of another; "March to May 2026" begins in March 2026."""
        start, end = self._point(first, self.published), self._point(second, self.published)
        if start is None or end is None:
            return None
        if start[1].floating and end[1].explicit and end[1].end is not None:
            start = self._point(first, shifted(end[1].end, -1, "year") + ONE_DAY) or start
        elif end[1].floating and start[1].start is not None:
            end = self._point(second, start[1].start) or end
        opening, closing = (part(named, edge) if edge else named for edge, named in (start, end))
        explicit = start[1].explicit or end[1].explicit
        return Period(opening.start, closing.end, closing.granularity, explicit)


def _eve(named: Period, edge: Edge | None) -> date | None:
    """The last day before a period or a part of it: "before 2030", "before the end of 2030"."""
    if edge == "end":
        return named.end
    if edge == "mid":
        return deadline(named, edge)
    start = part(named, edge).start if edge else named.start
    return start and start - ONE_DAY


def _counts(hit: Hit, language: str) -> tuple[float, float, Unit] | None:
    """Least and greatest number of units that an amount of time holds; None when it cannot be read."""
    values = hit.values
    if "measure" in values:
        count, name = values["measure"].split()
        return float(count), float(count), as_unit(name)
    number = read_number(values["number"], language) if "number" in values else 1.0
    other = values.get("number2", "2" if hit.rule == "next_two" else None)
    high = number if other is None else read_number(other, language)
    if number is None or high is None or high < number:
        return None
    extra = float(values.get("plus_half", 0))
    return number + extra, high + extra, as_unit(values.get("unit") or values["period"])
