"""How predictions turned out, recorded and corrected, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sample_results import sample_extraction, sample_provenance

from extractor.errors import InputError
from extractor.schemas import Extraction
from extractor.store import Store


def ids(store: Store, result: Extraction | None = None, /) -> dict[str, int]:
    """Store a result; the ids of the listed claims by their kind."""
    store.add(result or sample_extraction())
    return {claim.kind: claim.id for claim in store.claims()}


def test_a_resolution_is_recorded_with_its_evidence(store: Store) -> None:
    """The prediction is resolved from then on, and no longer open."""
    prediction = ids(store)["prediction"]
    before = datetime.now(UTC)
    made = store.resolve(
        prediction, "yes", note=" Full at noon. ", evidence_url="https://quay.example/log?day=3", resolver="Ida"
    )
    assert (made.claim_id, made.outcome, made.note, made.resolver) == (prediction, "yes", "Full at noon.", "Ida")
    assert before <= made.resolved_at <= datetime.now(UTC)
    shown = store.show(prediction)
    assert shown.resolutions == (made,)
    assert (shown.claim.status, shown.claim.resolution) == ("resolved", made)
    assert store.open_predictions() == []


def test_a_correction_is_a_record_more_and_the_latest_counts(store: Store) -> None:
    """All records stay."""
    prediction = ids(store)["prediction"]
    first, second = store.resolve(prediction, "no"), store.resolve(prediction, "annulled")
    shown = store.show(prediction)
    assert {each.id for each in shown.resolutions} == {first.id, second.id}
    assert shown.claim.resolution == second


def test_a_resolution_holds_for_the_prediction_in_later_runs(store: Store) -> None:
    """A new run of the article finds the same prediction again, under its id."""
    prediction = ids(store)["prediction"]
    made = store.resolve(prediction, "no")
    later = sample_provenance(model="fake-2", started_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert ids(store, sample_extraction(provenance=later))["prediction"] == prediction
    assert store.show(prediction).claim.resolution == made


def test_a_prediction_that_the_current_run_lacks_can_be_resolved(store: Store) -> None:
    """Its id leads to it for ever."""
    prediction = ids(store)["prediction"]
    later = sample_provenance(model="fake-2", started_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert "prediction" not in ids(store, sample_extraction(provenance=later, predictions=()))
    assert store.resolve(prediction, "yes").outcome == "yes"


def test_a_position_cannot_be_resolved(store: Store) -> None:
    """The message says what it is, and where predictions are listed."""
    with pytest.raises(InputError, match=r"is a position.*predictions open"):
        store.resolve(ids(store)["position"], "yes")


@pytest.mark.parametrize("unknown", [0, -1, 999, 2**31, 2**70])
def test_an_unknown_id_is_refused(store: Store, unknown: int) -> None:
    """The message says how ids are found."""
    with pytest.raises(InputError, match=rf"{unknown}.*extractor"):
        store.resolve(unknown, "yes")


@pytest.mark.parametrize("outcome", ["maybe", "", "YES", None])
def test_an_unknown_outcome_is_refused(store: Store, outcome: Any) -> None:
    """The message lists those that there are."""
    with pytest.raises(InputError, match="yes, no, ambiguous, annulled"):
        store.resolve(ids(store)["prediction"], outcome)


@pytest.mark.parametrize(
    "url",
    ["quay.example", "ftp://quay.example/log", "https://", "https://[", "javascript:alert(1)", "https://a b.example"],
)
def test_evidence_is_a_page_of_the_web(store: Store, url: str) -> None:
    """Anything else is refused, and nothing recorded."""
    prediction = ids(store)["prediction"]
    with pytest.raises(InputError, match="no address of a web page"):
        store.resolve(prediction, "yes", evidence_url=url)
    assert store.show(prediction).resolutions == ()


@pytest.mark.parametrize("told", [{"note": " \n"}, {"evidence_url": ""}, {"resolver": "\t"}], ids=str)
def test_blank_remarks_are_refused(store: Store, told: dict[str, str]) -> None:
    """White space says nothing, and nothing is recorded."""
    prediction = ids(store)["prediction"]
    with pytest.raises(InputError, match="is blank"):
        store.resolve(prediction, "ambiguous", **told)
    assert store.show(prediction).resolutions == ()


@pytest.mark.parametrize("name", ["note", "evidence_url", "resolver"])
@pytest.mark.parametrize(("text", "complaint"), [("https://e.example/" + "n" * 10_000, "shorten"), ("a\0b", "NUL")])
def test_remarks_that_cannot_be_kept_are_refused(store: Store, name: str, text: str, complaint: str) -> None:
    """Too long, or with characters that no database holds."""
    with pytest.raises(InputError, match=complaint):
        store.resolve(ids(store)["prediction"], "yes", **{name: text})
