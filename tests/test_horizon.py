"""Horizon: the dates that words name, seen from the date of publication."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from horizon_cases import ALL_ENGLISH, EDGES, EXPLICIT, FOUND_IN_CLAUSES, INFERRED, OPEN, RUSSIAN
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.horizon import find_horizon_words, read_horizon, supports
from extractor.lexicons import load
from extractor.lexicons.grammar import grammar
from extractor.lexicons.times import RULES
from extractor.schemas import Horizon, Span

FRIDAY = date(2025, 3, 14)


def read(words: str, published: date | None = FRIDAY, language: str | None = "en") -> Horizon:
    """The horizon of words that stand at offset 7 of some article."""
    return read_horizon(Span(start=7, end=7 + len(words), text=words), published=published, language=language)


def iso(day: date | None) -> str | None:
    """A date as the tables write it."""
    return day.isoformat() if day else None


@pytest.mark.parametrize(("words", "start", "end", "granularity"), EXPLICIT)
def test_words_that_hold_the_year(words: str, start: str | None, end: str | None, granularity: str) -> None:
    """Words with a year are explicit, and "by" and its like begin at publication."""
    horizon = read(words)
    assert (iso(horizon.start), iso(horizon.end), horizon.granularity) == (start, end, granularity)
    assert horizon.basis == "explicit"


@pytest.mark.parametrize(("words", "start", "end", "granularity"), INFERRED)
def test_words_seen_from_publication(words: str, start: str | None, end: str | None, granularity: str) -> None:
    """Words without a year are computed from the date of publication."""
    horizon = read(words)
    assert (iso(horizon.start), iso(horizon.end), horizon.granularity) == (start, end, granularity)
    assert horizon.basis == "inferred"


@pytest.mark.parametrize("words", OPEN)
def test_words_without_a_date_stay_open(words: str) -> None:
    """Vague counts, undated events, the past and nonsense are kept, and no date is invented for them."""
    horizon = read(words)
    assert (horizon.start, horizon.end, horizon.granularity, horizon.basis) == (None, None, "open", "none")
    assert horizon.words is not None
    assert horizon.words.text == words


@pytest.mark.parametrize(("words", "start", "end", "granularity", "basis"), RUSSIAN)
def test_russian_words(words: str, start: str | None, end: str | None, granularity: str, basis: str) -> None:
    """Russian words are resolved by the same rules."""
    horizon = read(words, language="ru")
    assert (iso(horizon.start), iso(horizon.end)) == (start, end)
    assert (horizon.granularity, horizon.basis) == (granularity, basis)


@pytest.mark.parametrize(("published", "words", "start", "end"), EDGES)
def test_dates_of_publication_at_the_edge(published: str, words: str, start: str, end: str) -> None:
    """The last and first day of a year, leap days and month ends are clipped to the calendar."""
    horizon = read(words, date.fromisoformat(published))
    assert (iso(horizon.start), iso(horizon.end)) == (start, end)


@pytest.mark.parametrize(("words", "_start", "end", "granularity"), EXPLICIT)
def test_without_publication_the_words_own_dates_remain(
    words: str, _start: str | None, end: str | None, granularity: str
) -> None:
    """A year in the words needs no date of publication for the end; "by" then has no start."""
    horizon = read(words, None)
    assert (iso(horizon.end), horizon.granularity, horizon.basis) == (end, granularity, "explicit")
    assert not words.startswith(("by ", "before ", "until ")) or horizon.start is None


@pytest.mark.parametrize(("words", "_start", "end", "granularity"), INFERRED)
def test_without_publication_nothing_is_computed(
    words: str, _start: str | None, end: str | None, granularity: str
) -> None:
    """Words that need the date of publication keep their granularity and have no dates without it."""
    horizon = read(words, None)
    assert (horizon.start, horizon.end, horizon.basis) == (None, None, "none")
    assert horizon.granularity == granularity


def test_no_words_no_horizon() -> None:
    """A prediction without words of time is open."""
    assert read_horizon(None, published=FRIDAY, language="en") == Horizon()


@pytest.mark.parametrize(
    ("language", "known"), [("en", True), ("en-US", True), ("ru", True), ("de", False), (None, False)]
)
def test_languages_with_a_lexicon(language: str | None, known: bool) -> None:
    """English and Russian are read; elsewhere the words are kept and no date is given."""
    assert supports(language) is known
    assert (read("2027", language=language).end is not None) is known


@pytest.mark.parametrize("published", ["1931-05-20", "2024-02-29", "2090-05-20"])
@pytest.mark.parametrize("words", ["this year", "by the end of the year", "this month", "today", "this week"])
def test_the_clock_plays_no_part(words: str, published: str) -> None:
    """Whatever day it is now, "this year" is the year of publication."""
    day = date.fromisoformat(published)
    horizon = read(words, day)
    assert horizon.start is not None
    assert horizon.end is not None
    assert horizon.start <= day <= horizon.end < day + timedelta(days=366)


@pytest.mark.parametrize("year", [1931, 2026, 2090])
@pytest.mark.parametrize("words", ["on 3 March", "3rd day of March", "03-Mar"])
def test_plain_dates_are_seen_from_publication(words: str, year: int) -> None:
    """A day without a year is the next one after publication, in whichever notation it is written."""
    assert read(words, date(year, 1, 10)).end == date(year, 3, 3)
    assert read(words, date(year, 3, 4)).end == date(year + 1, 3, 3)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("Growth will return by the end of next year, she said.", "by the end of next year"),
        ("Prices may fall in the first half of 2026 if the strait reopens", "in the first half of 2026"),
        ("By  the\nend of 2030 the fleet will be gone", "By  the\nend of 2030"),
        ("After last year’s drought the harvest will recover next autumn", "next autumn"),
        ("Since 2010 it has been said that the dam will burst within ten years", "within ten years"),
        ("The truce will soon break, perhaps on Dec. 3.", "on Dec. 3"),
        ("It will end sooner or later", "sooner or later"),
        ("Nothing will happen before the next election", "before the next election"),
        ("Talks will drag well into next year", "well into next year"),
        ("Rates may fall at the board's December meeting, she said", "at the board's December meeting"),
        ("The vote, put off to Friday, will fail", "Friday"),
        ("Prices in the 21st century will rise in the 10th and last round", None),
        ("They march and they may spring a surprise", None),
        ("The second man in the row will sum up", None),
    ],
)
def test_finding_the_words_in_a_clause(clause: str, words: str | None) -> None:
    """The first words that name a date are found, else those that leave it open; never words about the past."""
    found = find_horizon_words(clause, language="en")
    assert (found and clause[slice(*found)]) == words


def test_election_day_is_a_date_only_with_capitals() -> None:
    """The American Election Day is a name; an election day may be that of any country."""
    published = date(2026, 3, 11)
    assert read("by Election Day", published).end == date(2026, 11, 3)
    assert read("by election day", published).end is None


def test_finding_the_words_in_russian() -> None:
    """Russian clauses are searched too, other languages are not."""
    clause = "Переговоры возобновятся не раньше следующей весны, считает он"
    found = find_horizon_words(clause, language="ru")
    assert found is not None
    assert clause[slice(*found)] == "не раньше следующей весны"
    assert find_horizon_words(clause, language="uk") is None


@pytest.mark.parametrize("words", FOUND_IN_CLAUSES)
def test_what_can_be_read_can_be_found(words: str) -> None:
    """Words that name an end are found again inside a clause, with the same dates."""
    clause = f"They expect it {words}, he added."
    found = find_horizon_words(clause, language="en")
    assert found is not None
    again = read(clause[slice(*found)])
    assert (again.start, again.end) == (read(words).start, read(words).end)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_rule_of_the_lexicon_is_known(language: str) -> None:
    """No rule in a lexicon file is without the code that computes its dates, and every pattern compiles."""
    data = load("horizon", language)
    named = set(data["anchored"]) | set(data["framed"]) | set(data["event"]) | set(data["edged"])
    assert named <= RULES.keys()
    assert set(data["span"]) == {"within", "next_one", "next_two", "between"}
    assert set(data["frame"]) == {"later", "by", "before", "after", "from", "since", "in"}
    assert any(grammar(language).open.hits({"en": "soon", "ru": "скоро"}[language]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(ALL_ENGLISH), min_size=1, max_size=3).map(" ".join),
    st.dates(date(1850, 1, 1), date(2150, 1, 1)) | st.none(),
)
def test_the_start_never_follows_the_end(words: str, published: date | None) -> None:
    """Whatever the words and the date of publication, start <= end, and dates come with a basis."""
    horizon = read(words, published)
    assert horizon.start is None or horizon.end is None or horizon.start <= horizon.end
    assert (horizon.basis == "none") == (horizon.start is None and horizon.end is None)
    assert (horizon.end is not None) or horizon.granularity == "open" or published is None


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=60), st.dates() | st.none(), st.sampled_from(["en", "ru", "xx"]))
def test_any_words_can_be_read(words: str, published: date | None, language: str) -> None:
    """Rubbish never raises, on any day of the calendar."""
    assert read(words, published, language).words is not None
    find_horizon_words(words, language=language)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ALL_ENGLISH), st.sampled_from([date.min, date.max, date(1, 12, 31), date(9999, 1, 1)]))
def test_the_ends_of_the_calendar_are_no_error(words: str, published: date) -> None:
    """Next year on the last day of the calendar is open and not an error."""
    horizon = read(words, published)
    assert horizon.start is None or horizon.end is None or horizon.start <= horizon.end


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 40))
def test_counted_years_end_on_the_same_day(published: date, years: int) -> None:
    """N years from publication is the same day of the year, clipped on leap days."""
    horizon = read(f"within {years} years", published)
    assert horizon.start == published
    assert horizon.end is not None
    assert (horizon.end.year, horizon.end.month) == (published.year + years, published.month)
