"""The figures of a track record, against examples worked out by hand and a second way to compute them."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from extractor.store.outcomes.track_record import Forecast, distinct, interval, repeats, summarize
from extractor.store.similarity import content_words, dice

_numbers = count(1)
_FIRST = datetime(2030, 5, 1, tzinfo=UTC)
_EVENTS = "Otters vote. Snow melts. Bridges open. Wheat sells. Clocks stop. Ferries dock. Kites soar. Bells ring"


def forecast(statement: str = "The ferry returns to Varnsee", **more: Any) -> Forecast:
    """A prediction that came true, of an article of its own, unless ``more`` says otherwise."""
    number = next(_numbers)
    told = {"article_id": f"a{number}", "expert_id": 1, "expected": "occurs", "outcome": "yes"}
    when = {"resolved_at": _FIRST + timedelta(days=number), "resolution_id": number, "published": date(2026, 3, 17)}
    return Forecast(**{"claim_id": number, "statement": statement, **told, **when, **more})


def several(*given: tuple[Any, str], name: str = "band") -> list[Forecast]:
    """Forecasts of different events, each with a value of the field ``name`` and an outcome."""
    events = _EVENTS.split(". ")
    return [
        forecast(event, outcome=outcome, **({name: value} if value is not None else {}))
        for event, (value, outcome) in zip(events, given, strict=False)
    ]


def test_the_brier_score_is_the_mean_squared_error_from_0_to_1() -> None:
    """Errors of 0.325 ("likely", came), 0.675 ("unlikely", came) and 0.875 ("very likely", did not), squared."""
    record = summarize(several(("likely", "yes"), ("unlikely", "yes"), ("very_likely", "no")), least=10)
    assert record.brier == pytest.approx((0.105625 + 0.455625 + 0.765625) / 3)
    assert (record.scored, record.imputed) == (3, 3)


@pytest.mark.parametrize(("percent", "outcome", "brier"), [(100, "yes", 0), (100, "no", 1), (50, "no", 0.25)])
def test_the_brier_score_of_a_stated_probability(percent: float, outcome: Any, brier: float) -> None:
    """Certainty that is right scores 0, certainty that is wrong 1, and even odds a quarter."""
    told = forecast(stated_low=percent, stated_high=percent, band="likely", outcome=outcome)
    record = summarize([told], least=1)
    assert (record.brier, record.imputed) == (brier, 0)


def test_a_stated_range_counts_with_its_middle_in_its_own_band() -> None:
    """60 to 80 percent is 0.7 and likely."""
    (row,) = summarize([forecast(stated_low=60, stated_high=80, band="likely")], least=1).calibration
    assert (row.band, row.n, row.forecast, row.occurred, row.imputed) == ("likely", 1, 0.7, 1, 0)


def test_without_words_of_likelihood_there_is_no_score() -> None:
    """A plain "will" leans, and is counted as a hit, but has no probability."""
    record = summarize([forecast()], least=1)
    assert (record.resolved, record.leaning, record.hits, record.scored) == (1, 1, 1, 0)
    assert record.brier is None
    assert not record.calibration


def test_hits_are_predictions_that_lean_to_what_came() -> None:
    """Expected and came, not expected and did not come: 2 of 4; "may" leans neither way."""
    expected = ["occurs", "occurs", "does_not_occur", "does_not_occur", "uncertain"]
    outcomes = ["yes", "no", "no", "yes", "yes"]
    record = summarize(several(*zip(expected, outcomes, strict=True), name="expected"), least=10)
    assert (record.resolved, record.leaning, record.hits, record.hit_rate) == (5, 4, 2, 0.5)


def test_ambiguous_and_annulled_predictions_are_excluded_and_counted() -> None:
    """They are in no figure but their own."""
    record = summarize(several(("likely", "yes"), ("likely", "ambiguous"), ("likely", "annulled")), least=10)
    assert (record.resolved, record.excluded, record.scored) == (1, 2, 1)


def test_calibration_tells_what_was_said_and_what_happened_by_band() -> None:
    """A stated 57 percent and two that are likely: 0.64 on average, of which two thirds came."""
    given = [*several(("likely", "yes"), ("likely", "no"), ("almost_no_chance", "no"))]
    given.append(forecast("Prices double", stated_low=57, stated_high=57, band="likely"))
    low, high = summarize(given, least=10).calibration
    assert (low.band, low.n, low.forecast, low.occurred, low.imputed) == ("almost_no_chance", 1, 0.025, 0, 1)
    assert (high.band, high.n, high.imputed) == ("likely", 3, 2)
    assert high.forecast == pytest.approx(0.64)
    assert high.occurred == pytest.approx(2 / 3)
    assert (low.interval, high.interval) == (None, interval([1.0, 1.0, 0.0]))


@pytest.mark.parametrize(
    ("percent", "band"),
    [(0, "almost_no_chance"), (5, "very_unlikely"), (45, "roughly_even"), (55, "likely"), (100, "almost_certain")],
)
def test_a_probability_on_the_border_belongs_to_the_band_above(percent: float, band: str) -> None:
    """Bands include their lower bounds, the last its upper one too."""
    (row,) = summarize([forecast(stated_low=percent, stated_high=percent)], least=1).calibration
    assert row.band == band


def test_nothing_resolved_gives_no_figure() -> None:
    """Every number is 0 and every share is null."""
    record = summarize([], least=10)
    assert (record.resolved, record.scored, record.ranked) == (0, 0, False)
    assert [record.hit_rate, record.brier, record.hit_interval, record.brier_interval] == [None] * 4


def test_a_record_is_ranked_from_the_least_number_of_scored_predictions_on() -> None:
    """Predictions without a probability do not help."""
    given = several(("likely", "yes"), ("likely", "no"), (None, "yes"))
    assert not summarize(given, least=3).ranked
    assert summarize(given, least=2).ranked


def test_a_forecast_repeated_in_other_articles_counts_once() -> None:
    """The earliest by publication gives the probability."""
    later = forecast("By spring the ferry returns to Varnsee", band="very_likely", published=date(2026, 9, 1))
    undated = forecast("The ferry will return to Varnsee: it returns", published=None, band="unlikely")
    first = forecast(band="likely", published=date(2026, 1, 9))
    record = summarize([later, undated, first], least=10)
    assert (record.resolved, record.repeated, record.scored) == (1, 2, 1)
    assert record.brier == pytest.approx(0.105625)


def test_of_different_outcomes_of_one_forecast_the_latest_resolution_counts() -> None:
    """The earlier article keeps its probability and gets the outcome recorded last."""
    first = forecast(published=date(2026, 1, 9), resolved_at=_FIRST, outcome="yes")
    again = forecast(published=date(2026, 2, 9), resolved_at=_FIRST + timedelta(days=9), outcome="no")
    (counted,) = distinct([again, first])
    assert (counted.claim_id, counted.outcome) == (first.claim_id, "no")


@pytest.mark.parametrize(
    "other",
    [
        {"expert_id": 2},
        {"expected": "does_not_occur"},
        {"article_id": "same"},
        {"start": date(2027, 1, 1), "end": date(2027, 12, 31)},
        {"statement": "The ferry returns to Osterholt and Bremsund"},
        {"statement": "The ferry never returns to Varnsee"},
        {"statement": "The ferry returns to Varnsee 40 times"},
    ],
)
def test_what_differs_is_another_forecast(other: dict[str, Any]) -> None:
    """Another expert, direction, horizon, statement, negation or figure; one article makes no forecast twice."""
    assert not repeats(forecast(article_id="same"), forecast(**other))


def test_opposites_are_different_forecasts() -> None:
    """The words of both statements are the same but for one."""
    assert not repeats(forecast("The price of rye rises again"), forecast("The price of rye falls again"))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ((None, date(2027, 12, 31)), (date(2026, 3, 1), date(2027, 12, 31)), True),
        ((date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 6, 30), date(2026, 9, 1)), True),
        ((date(2026, 1, 1), date(2026, 6, 29)), (date(2026, 6, 30), date(2026, 9, 1)), False),
        ((date(2026, 7, 1), None), (date(2026, 1, 1), date(2026, 6, 30)), False),
        ((date(2026, 7, 1), None), (date(2026, 1, 1), date(2028, 6, 30)), True),
        ((None, None), (None, None), True),
        ((None, None), (date(2026, 1, 1), date(2026, 6, 30)), False),
    ],
)
def test_horizons_of_one_forecast_have_a_day_in_common(first: Any, second: Any, same: bool) -> None:
    """Or both are unknown; an open end reaches on."""
    one, other = (forecast(start=start, end=end) for start, end in (first, second))
    assert bool(repeats(one, other)) == bool(repeats(other, one)) == same


def test_years_in_the_words_differ_only_where_the_horizons_do() -> None:
    """The same last day makes "by 2027" and "within two springs" one forecast; other years are another one."""
    same: dict[str, Any] = {"start": date(2026, 3, 1), "end": date(2027, 12, 31)}
    named, plain = forecast("The ferry returns to Varnsee by 2027", **same), forecast(**same)
    later = forecast("The ferry returns to Varnsee by 2028", start=date(2026, 3, 1), end=date(2028, 12, 31))
    assert repeats(named, plain)
    assert not repeats(named, later)


def test_two_forecasts_of_one_article_stay_two() -> None:
    """Where each of them is repeated elsewhere, each takes the one that is more like it."""
    one = forecast("The ferry returns to Varnsee in summer", article_id="x")
    other = forecast("The ferry returns to Varnsee in winter", article_id="x")
    again = forecast("In winter the ferry returns to Varnsee", article_id="y", outcome="no")
    counted = {each.claim_id: each.outcome for each in distinct([one, other, again])}
    assert counted == {one.claim_id: "yes", other.claim_id: "no"}


def test_repetitions_are_found_without_comparing_each_with_each() -> None:
    """As when each forecast is compared with the first ones of all groups."""
    rng = random.Random(3)
    words = ["harbour", "ferry", "rye", "quay", "winter", "falls", "rises", "closes", "40", "never"]
    given = [forecast(" ".join(rng.sample(words, rng.randint(2, 5)))) for _ in range(100)]
    firsts: list[Forecast] = []
    for one in given:
        firsts += [] if any(repeats(first, one) for first in firsts) else [one]
    assert [each.claim_id for each in distinct(given)] == [each.claim_id for each in firsts]


def test_an_interval_agrees_with_a_plain_bootstrap() -> None:
    """Drawing values one by one gives the same interval but for chance."""
    values = [0.0] * 14 + [1.0] * 26
    rng = random.Random(7)
    means = sorted(math.fsum(rng.choices(values, k=40)) / 40 for _ in range(20_000))
    found = interval(values)
    assert found is not None
    assert found.low == pytest.approx(means[500], abs=0.02)
    assert found.high == pytest.approx(means[19_500], abs=0.02)


def test_an_interval_is_the_same_every_time_and_in_any_order() -> None:
    """The seed is fixed."""
    values = [0.1, 0.4, 0.2, 0.9]
    found = interval(values)
    assert found == interval(values[::-1])
    assert found is not None
    assert 0.1 <= found.low < 0.4 < found.high <= 0.9


@pytest.mark.parametrize("values", [[], [0.25], [1.0, 1.0, 1.0]])
def test_there_is_no_interval_where_resampling_tells_nothing(values: list[float]) -> None:
    """One forecast, or several that came out alike, would give a width of zero."""
    assert interval(values) is None


def test_similarity_looks_at_content_words() -> None:
    """Function words, case and accents do not count; of two and three words two are common: 0.8."""
    assert content_words("The Café is in the port") == {"cafe", "port"}
    assert dice(content_words("a café port"), content_words("the old cafe port")) == 0.8
    assert dice(frozenset(), frozenset()) == 0


def test_similarity_knows_the_function_words_of_other_languages() -> None:
    """Each language has its own; a text of nothing else keeps all its words."""
    assert content_words("die Fähre und der Hafen", language="de-AT") == {"fahre", "hafen"}
    assert content_words("who will be what") == {"who", "will", "be", "what"}
