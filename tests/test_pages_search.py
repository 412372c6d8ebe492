"""The page that searches claims."""

from __future__ import annotations

import pytest
from expert_results import cite, person
from read_page import get
from sample_results import SAID, sample_extraction
from service_server import Served


def test_hits_are_shown_with_the_words_marked(served: Served) -> None:
    """What was looked for is marked in the statement, with who said it and where."""
    served.store.add(sample_extraction())
    page = get(served.client, "/search?q=Quay")
    assert {mark.text for mark in page.all("mark")} == {"quay"}
    assert SAID in page.main and "Ana Roe" in page.main and "17 March 2026" in page.main
    assert page.one("input", id="q").attributes["value"] == "Quay"
    assert page.one("title").text.startswith("Quay · Search")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=position", 1),
        ("kind=prediction&status=open", 1),
        ("stance=against", 1),
        ("stance=favor", 0),
        ("expert=Ana+Roe", 2),
        ("q=quay&since=2026-03-17&until=2026-03-17", 2),
        ("q=quay&until=2026-03-16", 0),
        ("kind=&stance=&status=&since=&until=&expert=&q=quay", 2),
        ("status=resolved", 0),
    ],
)
def test_filters_narrow_what_is_found(served: Served, query: str, found: int) -> None:
    """Each filter of the address counts, an empty one does not."""
    served.store.add(sample_extraction())
    page = get(served.client, f"/search?{query}")
    assert len(page.all("li", class_="hit")) == found
    assert ("Nothing found" in page.headings) == (found == 0)


def test_filters_stay_chosen(served: Served) -> None:
    """The form shows what was asked for, and one link drops it."""
    served.store.add(sample_extraction())
    page = get(served.client, "/search?q=quay&kind=prediction&since=2026-01-01")
    chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
    assert chosen == ["prediction"]
    assert page.one("input", id="since").attributes["value"] == "2026-01-01"
    assert page.links["Drop all filters"] == "/search?q=quay"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=yesterday", "'yesterday' is no date; write it as in 2026-05-31"),
        ("kind=opinion", "'opinion' is no kind; choose one of position, prediction"),
        ("since=2026-02-01&until=2026-01-01", "exchange the two"),
        ("expert=Nobody+Known", "Nobody Known"),
        ("article=zz", "is no article id"),
        ("q=" + "+".join(f"w{number}" for number in range(200)), "words"),
    ],
)
def test_what_cannot_be_searched_for_is_told(served: Served, query: str, told: str) -> None:
    """A wrong filter is a message above the form, without advice about the command line."""
    served.store.add(sample_extraction())
    page = get(served.client, f"/search?{query}", status=422)
    assert told in page.main
    assert "'extractor " not in page.main


def test_long_lists_go_on(served: Served) -> None:
    """There is a page after the first one that keeps the words, and it shows the rest."""
    served.store.add(cite("the weir", *(person(f"Lia Holm{'abcdefghijklmnopqrstuvwxyzåäö'[n]}") for n in range(28))))
    first = get(served.client, "/search?q=weir")
    assert len(first.all("li", class_="hit")) == 25
    assert first.links["Next"] == "/search?q=weir&page=2"
    second = get(served.client, first.links["Next"])
    assert len(second.all("li", class_="hit")) == 3
    assert second.links["Previous"] == "/search?q=weir"


def test_hits_lead_to_their_pages(served: Served) -> None:
    """A prediction leads to its page, a position to its card beside the article."""
    article = served.store.add(sample_extraction()).article_id
    page = get(served.client, "/search?q=quay")
    prediction = served.store.open_predictions()[0]
    assert page.one("a", href=f"/predictions/{prediction.id}")
    assert page.all("a", href=f"/articles/{article}#claim-c1")
    assert get(served.client, f"/articles/{article}").one("li", id="claim-c1")


def test_an_expert_asked_for_by_number_is_named(served: Served) -> None:
    """Links of an expert's page give the id; the form says who that is."""
    served.store.add(sample_extraction())
    expert = served.store.expert("Ana Roe").id
    assert f"Number {expert} is Ana Roe" in get(served.client, f"/search?expert={expert}&kind=prediction").main
    assert "Number" not in get(served.client, "/search?expert=Ana+Roe").main


def test_a_page_after_the_last_leads_back(served: Served) -> None:
    """It does not say that nothing was found."""
    served.store.add(sample_extraction())
    page = get(served.client, "/search?q=quay&page=9")
    assert page.links["Back to the first page"] == "/search?q=quay"
