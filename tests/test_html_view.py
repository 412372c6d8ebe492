"""What the view of an article decides: who is shown with what, what is linked, where charts are drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sample_results import (
    SAID,
    find,
    sample_article,
    sample_experts,
    sample_extraction,
    sample_position,
    sample_prediction,
    sample_summary,
    stated,
)

from extractor.errors import InputError
from extractor.render.html.charts import calibration, likelihood_band, time_line
from extractor.render.html.view import article_view, web_address
from extractor.schemas import Horizon, Likelihood
from extractor.schemas.stored import CalibrationRow, Interval

PUBLISHED = date(2026, 3, 17)


def test_claims_stand_with_their_experts() -> None:
    """Experts with claims are shown, with numbers; who only reports stands on the card."""
    view = article_view(sample_extraction())
    assert [(one.name, one.told) for one in view.experts] == [("Ana Roe", "1 position, 1 prediction")]
    position, prediction = view.experts[0].claims
    assert (position.kind, position.stance, position.reported_by) == ("fact", "against", "")
    assert (prediction.kind, prediction.stance, prediction.reported_by) == ("prediction", "", "Piet Maas")
    assert (view.kinds, view.stances, view.claims) == (("fact", "prediction"), ("against",), 2)


def test_a_card_tells_where_its_words_stand() -> None:
    """Spans are offsets into the text, and the link leads to a segment that begins there."""
    view = article_view(sample_extraction())
    passage = view.experts[0].claims[0].passage
    text = sample_article().text
    start, end = map(int, passage.spans.split("-"))
    assert text[start:end] == passage.quote == SAID
    assert passage.href == f"#t{start}"
    assert start in {segment.start for segment in view.segments}


def test_a_target_that_repeats_the_statement_is_left_out() -> None:
    """It would tell nothing; another one is shown."""
    article = sample_article()
    position = sample_position(article, SAID)
    other = position.model_copy(update={"target": "a second quay"})
    for held, target in ((position, ""), (other, "a second quay")):
        view = article_view(sample_extraction(positions=(held,), predictions=()))
        assert view.experts[0].claims[0].target == target


def test_numbers_stand_where_a_claim_ends() -> None:
    """As footnotes for print: two claims that end together share the place."""
    article = sample_article()
    again = sample_position(article, SAID).model_copy(update={"id": "c2"})
    view = article_view(sample_extraction(positions=(sample_position(article, SAID), again), predictions=()))
    assert view.endings == {find(article, SAID).end: "1 2"}


def test_a_summary_stands_on_top_of_an_extraction() -> None:
    """Its passages are numbered through, in the order in which sentences name them."""
    view = article_view(sample_extraction(), summary=sample_summary())
    assert view.summary is not None and view.extracted
    numbers = [[number for number, _ in one.evidence] for one in (view.summary.headline, *view.summary.abstract)]
    assert numbers == [[1], [1, 2]]
    assert view.summary.by_expert[0].expert == "Ana Roe"


def test_a_summary_alone_shows_its_experts() -> None:
    """All of them, without claims."""
    view = article_view(sample_summary())
    assert [one.name for one in view.experts] == ["Ana Roe", "Piet Maas"]
    assert not view.extracted and view.claims == 0
    assert {role for segment in view.segments for role in segment.roles} == {"evidence"}


def test_results_of_two_articles_are_not_mixed() -> None:
    """A summary of another article, or a second one, is refused."""
    with pytest.raises(InputError, match="the summary is of article"):
        article_view(sample_extraction(), summary=sample_summary("something else"))
    with pytest.raises(InputError, match="two summaries"):
        article_view(sample_summary(), summary=sample_summary())


def test_experts_are_linked_where_there_is_a_page() -> None:
    """The function gets the local id."""
    view = article_view(sample_extraction(), expert_link={"e1": "/experts/7"}.get)
    assert view.experts[0].href == "/experts/7"


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://news.example/a?b=1", True),
        ("HTTP://news.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//news.example/a", False),
        ("https://", False),
        (" https://news.example", False),
        ("https://news.example/\u202egnp", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str | None, linked: bool) -> None:
    """Everything else is shown as text."""
    assert (web_address(url) is not None) is linked


def test_what_was_inferred_says_so() -> None:
    """The language of the sample is inferred, its date is given."""
    view = article_view(sample_extraction())
    assert view.facts == (SAID, "17 Mar 2026", "en", "inferred: language")


@pytest.mark.parametrize(
    ("likelihood", "place"),
    [
        ({"band": "likely", "low": 55, "high": 80}, (55, 25)),
        ({"band": "almost_certain", "low": 95, "high": 100}, (95, 5)),
        ({}, None),
    ],
)
def test_a_likelihood_is_drawn_from_0_to_100(likelihood: Any, place: tuple[float, float] | None) -> None:
    """A band has its own width; without a number there is nothing to draw."""
    band = likelihood_band(Likelihood(**likelihood))
    drawn = (band.low, band.width) if band else None
    assert drawn == place


def test_a_stated_number_comes_before_the_band() -> None:
    """It is seen even where it is a single one, and within the line at its end."""
    span = find(sample_article(), "likely")
    told = Likelihood(band="almost_certain", low=95, high=100, stated=stated(span, 100, 100))
    band = likelihood_band(told)
    assert band is not None and band.stated and band.low + band.width == 100
    assert band.label == "almost certain, 100%"


@pytest.mark.parametrize(
    ("start", "end", "label", "distance"),
    [
        (PUBLISHED, date(2026, 12, 31), "by 31 Dec 2026", "ends 9 months after publication"),
        (date(2031, 1, 1), date(2031, 12, 31), "1 Jan 2031 – 31 Dec 2031", "ends 6 years after publication"),
        (PUBLISHED, PUBLISHED, "by 17 Mar 2026", "on the day of publication"),
        (None, date(2026, 3, 18), "by 18 Mar 2026", "ends 1 day after publication"),
        (date(2027, 1, 1), None, "from 1 Jan 2027", ""),
        (date(2025, 1, 1), date(2025, 12, 31), "1 Jan 2025 – 31 Dec 2025", "before publication"),
    ],
)
def test_a_horizon_is_told_from_publication(start: date | None, end: date | None, label: str, distance: str) -> None:
    """In words, and as a bar that never leaves the line."""
    line = time_line(Horizon(start=start, end=end), PUBLISHED)
    assert line is not None
    assert (line.label, line.distance) == (label, distance)
    assert line.start >= 0 and line.width > 0 and line.start + line.width <= 100
    assert line.open_right is (end is None)


def test_a_later_horizon_stands_further_right() -> None:
    """Near days have more room than far ones, and days before publication stand left of it."""
    ends = [date(2026, 3, 20), date(2026, 6, 1), date(2027, 1, 1), date(2040, 1, 1), date(2066, 1, 1)]
    lines = [time_line(Horizon(start=end, end=end), PUBLISHED) for end in ends]
    starts = [line.start for line in lines if line]
    assert starts == sorted(starts) and len(set(starts)) == len(ends)
    before = time_line(Horizon(start=date(2026, 1, 1), end=date(2026, 1, 31)), PUBLISHED)
    assert before is not None and before.start < before.published < starts[0] and before.open_left


@pytest.mark.parametrize("known", [{}, {"start": PUBLISHED, "end": PUBLISHED}], ids=["no dates", "no publication"])
def test_without_dates_nothing_is_drawn(known: Any) -> None:
    """The words are told all the same."""
    assert time_line(Horizon(**known), None) is None
    assert time_line(Horizon(), PUBLISHED) is None


def test_calibration_is_drawn_in_percent() -> None:
    """The whisker is the interval, or nothing but the point."""
    rows = [
        CalibrationRow(band="likely", n=4, forecast=0.7, occurred=0.5, interval=Interval(low=0.1, high=0.9), imputed=0),
        CalibrationRow(band="unlikely", n=1, forecast=0.3, occurred=1, imputed=1),
    ]
    first, second = calibration(rows)
    assert (first.forecast, first.occurred, first.low, first.high) == (70, 50, 10, 90)
    assert second.low == second.high == second.occurred == 100
    assert first.label == "likely: 4 predicted at 70% on average, 50% happened"


def test_a_condition_and_the_words_of_a_forecast_are_kept() -> None:
    """They stand on the card as the article has them."""
    article = sample_article()
    view = article_view(
        sample_extraction(
            positions=(), predictions=(sample_prediction(article, SAID),), experts=sample_experts(article, SAID)
        )
    )
    forecast = view.experts[0].claims[0].forecast
    assert forecast is not None
    assert (forecast.words, forecast.negated, forecast.by, forecast.condition) == (
        "likely",
        False,
        "by 2031",
        "if it rains",
    )
