"""Figures over articles: sums, intervals, differences."""

from __future__ import annotations

import pytest

from extractor.evaluation.counts import Count
from extractor.evaluation.figures import differences, figures, totals, values

GOOD = [{"attribution": Count(2, 3, 3), "quoted.recall": Count(1, None, 2)} for _ in range(20)]
MIXED = [{"attribution": Count(number % 2, 3, 3), "quoted.recall": Count(1, None, 2)} for number in range(20)]


def test_figures_are_of_the_sums() -> None:
    """An article weighs by what is in it, not each the same."""
    sums = totals([{"attribution": Count(1, 1, 1)}, {"attribution": Count(0, 3, 1)}])
    assert sums == {"attribution": Count(1, 4, 2)}
    found = values(sums)
    assert (found["attribution", "precision"], found["attribution", "recall"]) == (0.25, 0.5)
    assert found["attribution", "f1"] == pytest.approx(1 / 3)


def test_what_cannot_be_divided_is_none() -> None:
    """No prediction has no precision; nothing at all has no F1."""
    found = values({"attribution": Count(0, 0, 4), "people": Count(0, 0, 0), "band.exact": Count(0, None, 0)})
    assert (found["attribution", "precision"], found["attribution", "f1"]) == (None, 0.0)
    assert found["people", "f1"] is found["band.exact", "share"] is None


def test_the_mean_of_both_stances() -> None:
    """F_avg is the mean of the F1 of favor and against; a stance that nobody has does not count."""
    favor, against = Count(1, 1, 1), Count(1, 2, 2)
    assert values({"stance.favor": favor, "stance.against": against})["stance.f_avg", "share"] == 0.75
    assert values({"stance.favor": favor, "stance.against": Count(0, 0, 0)})["stance.f_avg", "share"] == 1.0


def test_an_article_without_a_figure_counts_nothing_there() -> None:
    """Results of different kinds can be summed."""
    assert totals([{"claim": Count(1, 1, 1)}, {}])["claim"] == Count(1, 1, 1)


def test_the_interval_holds_the_figure_and_is_repeatable() -> None:
    """The same seed draws the same articles."""
    (first, share) = figures(MIXED, resamples=200)
    low, high = first.intervals["f1"] or (1, 0)
    assert low < (first.values["f1"] or 0) < high
    assert share.intervals["share"] == (0.5, 0.5)
    assert figures(MIXED, resamples=200) == (first, share)


def test_without_resamples_there_is_no_interval() -> None:
    """The figures are there all the same."""
    (figure, _) = figures(GOOD, resamples=0)
    assert (figure.right, figure.predicted, figure.gold) == (40, 60, 60)
    assert set(figure.intervals.values()) == {None}


def test_one_article_has_no_interval() -> None:
    """It cannot differ from itself, which would look like certainty."""
    assert set(figures(GOOD[:1], resamples=50)[0].intervals.values()) == {None}
    assert (differences(GOOD[:1], MIXED[:1], resamples=50)[0].interval, differences(GOOD, MIXED, resamples=0)[0].p) == (
        None,
        None,
    )


def test_a_clear_difference_is_sure() -> None:
    """All resamples are on one side of zero; the interval holds the difference."""
    attribution, quoted = differences(GOOD, MIXED, resamples=200)
    assert attribution.difference == pytest.approx(0.5)
    assert attribution.interval and attribution.interval[0] < 0.5 < attribution.interval[1]
    assert (attribution.p, quoted.difference, quoted.p) == (0.0, 0.0, 1.0)


def test_a_system_does_not_differ_from_itself() -> None:
    """The same counts give a difference of zero and a p of one."""
    (attribution, _) = differences(MIXED, MIXED, resamples=50)
    assert (attribution.difference, attribution.interval, attribution.p) == (0.0, (0.0, 0.0), 1.0)
