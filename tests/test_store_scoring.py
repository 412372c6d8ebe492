"""Track records of what is stored, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sample_results import find, sample_article, sample_extraction, sample_prediction, sample_provenance, stated

from extractor.errors import InputError
from extractor.schemas import Extraction, Likelihood
from extractor.schemas.stored import Outcome
from extractor.store import Store

LIKELY = Likelihood(band="likely", low=55, high=80)
UNLIKELY = Likelihood(band="unlikely", low=20, high=45)


def result(said: str, expert: str = "e1", published: date | None = None, /, **told: Any) -> Extraction:
    """An extraction of one prediction, by Ana Roe (e1) or Piet Maas (e2); ``told`` are its fields."""
    article = sample_article(said, published=published)
    fields = {"expert_id": expert, "reported_by": None, "likelihood": LIKELY, **told}
    prediction = sample_prediction(article, said).model_copy(update=fields)
    extraction = sample_extraction(said, article=article, positions=(), predictions=(prediction,))
    plain = {"role": None, "affiliation": None}  # of which nothing sets two of one name apart
    return extraction.model_copy(update={"experts": tuple(e.model_copy(update=plain) for e in extraction.experts)})


def resolved(store: Store, outcome: Outcome, said: str, *given: Any, **told: Any) -> int:
    """Store a prediction and its outcome; its id."""
    added = store.add(result(said, *given, **told))
    (claim,) = (claim for claim in store.claims() if claim.run_id == added.run_id)
    store.resolve(claim.id, outcome)
    return claim.id


def test_an_expert_is_scored_by_name(store: Store) -> None:
    """Likely and came, unlikely and came: one hit of two, (0.105625 + 0.455625) / 2."""
    resolved(store, "yes", "rye sells well", likelihood=LIKELY)
    resolved(store, "yes", "ferries dock late", likelihood=UNLIKELY, expected="does_not_occur")
    resolved(store, "no", "the well dries up", "e2")
    record = store.score("Ana Roe")
    assert record.expert is not None
    assert (record.expert.name, record.expert.kind) == ("Ana Roe", "person")
    assert (record.resolved, record.leaning, record.hits, record.hit_rate) == (2, 2, 1, 0.5)
    assert record.brier == pytest.approx(0.280625)
    assert [(row.band, row.n) for row in record.calibration] == [("unlikely", 1), ("likely", 1)]


def test_all_experts_are_scored_together(store: Store) -> None:
    """The record has no expert."""
    resolved(store, "yes", "rye sells well")
    resolved(store, "no", "the well dries up", "e2")
    record = store.score()
    assert (record.expert, record.resolved, record.scored, record.hits) == (None, 2, 2, 1)
    assert record.brier == pytest.approx((0.325**2 + 0.675**2) / 2)


def test_a_stated_probability_is_not_imputed(store: Store) -> None:
    """It goes before the band; stored as percent, scored from 0 to 1."""
    said = "rye sells well with 60 percent"
    span = find(sample_article(said), "60 percent")
    told = Likelihood(words=span, band="likely", low=55, high=80, stated=stated(span, 60, 60))
    resolved(store, "yes", said, likelihood=told)
    record = store.score()
    assert record.brier == pytest.approx(0.16)
    assert record.imputed == 0


def test_the_latest_resolution_counts(store: Store) -> None:
    """A correction changes the score."""
    prediction = resolved(store, "no", "rye sells well")
    store.resolve(prediction, "yes")
    assert (store.score().resolved, store.score().hits) == (1, 1)
    store.resolve(prediction, "annulled")
    assert (store.score().resolved, store.score().excluded) == (0, 1)


def test_unresolved_predictions_are_in_no_score(store: Store) -> None:
    """Nothing is judged by itself, not even when the horizon is over."""
    store.add(result("rye sells well"))
    assert store.score().resolved == 0
    assert store.scores() == []


def test_rejected_predictions_never_count(store: Store) -> None:
    """Until they are restored."""
    prediction = resolved(store, "yes", "rye sells well")
    store.reject(prediction, reason="the cue is another's")
    assert store.score("Ana Roe").resolved == 0
    assert store.scores() == []
    store.restore(prediction)
    assert store.score("Ana Roe").resolved == 1


def test_a_prediction_counts_once_however_many_runs_found_it(store: Store) -> None:
    """Runs that are not the current one are in no score."""
    first = result("rye sells well")
    resolved(store, "yes", "rye sells well")
    later = sample_provenance(model="fake-2", started_at=datetime(2027, 1, 1, tzinfo=UTC))
    store.add(first.model_copy(update={"provenance": later}))
    assert (store.score().resolved, store.score().repeated) == (1, 0)


def test_a_forecast_repeated_in_another_article_counts_once(store: Store) -> None:
    """The earlier article's probability counts; the year in the words does not matter, as the horizons end together."""
    resolved(store, "yes", "in 2031 rye sells well", "e1", date(2026, 9, 1), likelihood=UNLIKELY)
    resolved(store, "yes", "rye sells well", "e1", date(2026, 3, 1), likelihood=LIKELY)
    record = store.score("Ana Roe")
    assert (record.resolved, record.repeated) == (1, 1)
    assert record.brier == pytest.approx(0.105625)


def test_two_experts_may_forecast_the_same(store: Store) -> None:
    """It counts for each, until they are merged into one."""
    resolved(store, "yes", "rye sells well")
    resolved(store, "yes", "then rye sells well", "e2")
    assert store.score().resolved == 2
    store.merge("Ana Roe", "Piet Maas")
    assert (store.score("Piet Maas").resolved, store.score("Ana Roe").repeated) == (1, 1)
    assert [record.expert.name for record in store.scores() if record.expert] == ["Ana Roe"]


def test_experts_are_ranked_by_brier_score_and_then_the_others(store: Store) -> None:
    """Who has fewer scored predictions than the least number stands behind, however good."""
    for said in ("rye sells well", "ferries dock late"):
        resolved(store, "no", said)
    resolved(store, "yes", "the well dries up", "e2")
    both, few = store.scores(least=1), store.scores(least=2)
    assert [(one.expert and one.expert.name, one.ranked) for one in both] == [("Piet Maas", True), ("Ana Roe", True)]
    assert [(one.expert and one.expert.name, one.ranked) for one in few] == [("Ana Roe", True), ("Piet Maas", False)]
    assert store.scores(least=1, limit=1) == both[:1]
    assert not any(one.ranked for one in store.scores())
    assert not store.score(least=1).ranked


@pytest.mark.parametrize("least", [0, -3])
def test_a_least_number_below_one_is_refused(store: Store, least: int) -> None:
    """It would rank who has nothing to rank."""
    for ask in (store.score, store.scores):
        with pytest.raises(InputError, match="give 1 or more"):
            ask(least=least)


def test_an_unknown_expert_is_refused(store: Store) -> None:
    """As everywhere."""
    with pytest.raises(InputError, match="Nobody"):
        store.score("Nobody Known")


def test_an_expert_without_resolved_predictions_has_an_empty_record(store: Store) -> None:
    """With the expert named."""
    store.add(result("rye sells well"))
    record = store.score("Ana Roe")
    assert record.expert is not None
    assert (record.resolved, record.scored, record.brier, record.ranked) == (0, 0, None, False)
