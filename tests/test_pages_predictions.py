"""The pages of predictions: what is due, open and resolved, and recording how one turned out."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from read_page import BROWSER, get
from sample_results import SAID, sample_extraction
from service_server import Served

from extractor.schemas.stored import StoredClaim
from extractor.store import Filters


def stored_prediction(served: Served, /) -> StoredClaim:
    """The prediction of the sample article, which ends with 2031, as it is stored."""
    served.store.add(sample_extraction())
    return served.store.open_predictions()[0]


def test_open_predictions_are_listed_with_what_settles_them(served: Served) -> None:
    """Who, what, how likely, by when and on what condition, with a form; it is not due before its time."""
    one = stored_prediction(served)
    page = get(served.client, "/predictions?state=open")
    assert page.one("a", href=f"/predictions/{one.id}").text == SAID
    for told in (
        "Ana Roe",
        "reported by Piet Maas",
        "likely, 55–80%",
        "31 Dec 2031",
        "if it rains",
        "partly: no metric",
    ):
        assert told in page.main, told
    assert page.one("form", action=f"/predictions/{one.id}/resolutions")
    assert "Nothing is due" in get(served.client, "/predictions").headings


def test_a_prediction_is_due_when_its_time_is_over(served: Served) -> None:
    """After the end of its horizon it stands among the due ones and says so."""
    one = stored_prediction(served)
    with time_machine.travel(date(2032, 3, 1), tick=True):
        page = get(served.client, "/predictions?state=due")
    assert page.one("a", href=f"/predictions/{one.id}").text == SAID
    assert "Time is over" in page.main and "ago" in page.main


def test_resolving_a_prediction_leads_back_to_the_list(served: Served) -> None:
    """The form records outcome, note, evidence and name, and goes back with a notice to the tab it stood in."""
    one = stored_prediction(served)
    given = {"outcome": "yes", "note": " It was full. ", "evidence_url": "https://example.org/quay", "resolver": "Ida"}
    answer = served.client.post(f"/predictions/{one.id}/resolutions", data={**given, "state": "open"}, headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/predictions?state=open&recorded={one.id}"
    page = get(served.client, answer.headers["location"])
    assert "Recorded." in page.main and "It happened" in page.main
    stored = served.store.show(one.id).resolutions[0]
    assert (stored.outcome, stored.note, stored.resolver) == ("yes", "It was full.", "Ida")
    resolved = get(served.client, "/predictions?state=resolved")
    assert SAID in resolved.main and "It was full." in resolved.main


def test_the_page_of_a_prediction_shows_its_context_and_history(served: Served) -> None:
    """The evidence is marked in the text around it; all records are listed, the latest one first."""
    one = stored_prediction(served)
    for outcome in ("no", "yes"):
        data = {"outcome": outcome, "evidence_url": f"https://example.org/{outcome}"}
        answer = served.client.post(f"/predictions/{one.id}/resolutions", data=data, headers=BROWSER)
        assert answer.headers["location"] == f"/predictions/{one.id}?recorded=yes"
    page = get(served.client, answer.headers["location"])
    assert SAID in [mark.text for mark in page.all("mark")]
    assert [item.text.split(" counts")[0] for item in page.all("strong") if "happen" in item.text][:2] == [
        "It happened",
        "It did not happen",
    ]
    evidence = page.one("a", href="https://example.org/yes")
    assert evidence.attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"note": "kept"}, "choose one of the four outcomes"),
        ({"outcome": "perhaps", "note": "kept"}, "is no outcome"),
        ({"outcome": "yes", "evidence_url": "javascript:alert(1)", "note": "kept"}, "is no address of a web page"),
        ({"outcome": "yes", "note": "kept" * 2_501}, "shorten it"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_filled(served: Served, given: dict[str, str], told: str) -> None:
    """What is wrong is told above the form, which keeps what was written; nothing is recorded."""
    one = stored_prediction(served)
    answer = served.client.post(f"/predictions/{one.id}/resolutions", data=given, headers=BROWSER)
    assert answer.status_code == 422
    assert told in answer.text and given["note"][:4] in answer.text
    assert served.store.show(one.id).resolutions == ()


def test_a_position_has_no_page_of_a_prediction(served: Served) -> None:
    """Only predictions turn out."""
    stored_prediction(served)
    position = next(claim for claim in served.store.claims() if claim.kind == "position")
    get(served.client, f"/predictions/{position.id}", status=404)
    answer = served.client.post(f"/predictions/{position.id}/resolutions", data={"outcome": "yes"}, headers=BROWSER)
    assert answer.status_code == 404


def test_what_was_recorded_last_comes_first(served: Served) -> None:
    """The order of resolved predictions is that of their latest records, whatever the dates of the articles."""
    for year in (2024, 2026):
        served.store.add(sample_extraction(f"the quay of {year} will be full"))
    newest, oldest = served.store.claims(Filters(kind="prediction"))
    served.store.resolve(oldest.id, "no")
    served.store.resolve(newest.id, "yes")
    assert [one.id for one in served.store.resolved()] == [newest.id, oldest.id]
    served.store.resolve(oldest.id, "yes")
    page = get(served.client, "/predictions?state=resolved")
    assert [item.attributes["id"] for item in page.all("li") if "id" in item.attributes] == [
        f"p{oldest.id}",
        f"p{newest.id}",
    ]
    assert [one.id for one in served.store.resolved(limit=1, offset=1)] == [newest.id]
