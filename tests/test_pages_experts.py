"""The pages of experts."""

from __future__ import annotations

from datetime import date

import pytest
from read_page import get
from sample_results import sample_article, sample_experts, sample_extraction, sample_position, sample_provenance
from service_server import Served

import extractor.service.pages.experts
from extractor.schemas import Extraction


def published(said: str, day: date | None, stance: str, /, *, target: str = "a toll on lorries") -> Extraction:
    """What Ana Roe says of a toll on one day."""
    article = sample_article(said, published=day, title=f"Tolls, {day or 'undated'}")
    position = sample_position(article, said).model_copy(update={"stance": stance, "target": target, "topic": "Tolls"})
    experts = sample_experts(article, "harbour master")
    return Extraction(article=article, experts=experts, positions=(position,), provenance=sample_provenance())


def change_of_mind(served: Served, /) -> int:
    """Store that Ana Roe was in favour, then against, and something undated; her id."""
    served.store.add(published("the toll is fair", date(2024, 3, 2), "favor"))
    served.store.add(published("the toll is a mistake", date(2025, 6, 9), "against"))
    served.store.add(published("the ferry is late", None, "neutral", target="the ferry"))
    return served.store.expert("Ana Roe").id


def test_experts_are_listed_and_found(served: Served) -> None:
    """With office and numbers; the list narrows to a name."""
    expert = change_of_mind(served)
    page = get(served.client, "/experts")
    assert page.links["Ana Roe"] == f"/experts/{expert}"
    assert "harbour master" in page.main and "3 positions" in page.main and "3 articles" in page.main
    assert "Ana Roe" in get(served.client, "/experts?q=roe").links
    assert "Nobody of this name" in get(served.client, "/experts?q=zzz").headings


def test_positions_stand_by_topic(served: Served) -> None:
    """Positions on one topic stand together, the newest first, with the number on each side."""
    page = get(served.client, f"/experts/{change_of_mind(served)}")
    topic = page.one("details", class_="topic card")
    assert topic.text.startswith("Tolls 1 in favour 1 against 1 neutral")
    assert topic.text.index("the toll is a mistake") < topic.text.index("the toll is fair")


def test_possible_reversals_show_both_quotations(served: Served) -> None:
    """Both sides stand beside each other with day, stance and words, and link to their articles."""
    page = get(served.client, f"/experts/{change_of_mind(served)}")
    told = page.one("article", aria_label="Possible reversal 1").text
    for words in (
        "2 March 2024",
        "in favour",
        "“the toll is fair”",
        "9 June 2025",
        "against",
        "“the toll is a mistake”",
    ):
        assert words in told, words
    assert "only a reader can tell" in page.main


def test_the_timeline_runs_by_month(served: Served) -> None:
    """The newest month first, undated claims last; claims that may contradict each other link to each other."""
    page = get(served.client, f"/experts/{change_of_mind(served)}")
    assert [title for title in page.headings if title in ("June 2025", "March 2024", "Undated")] == [
        "June 2025",
        "March 2024",
        "Undated",
    ]
    turns = page.all("li", class_="turn")
    links = {one.attributes["href"] for one in page.all("a", class_="chip chip-warning")}
    assert {f"#{one.attributes['id']}" for one in turns} == links and len(turns) == 2


def test_a_page_narrows_to_a_subject(served: Served) -> None:
    """Only claims with these words, and a way back to all."""
    expert = change_of_mind(served)
    page = get(served.client, f"/experts/{expert}?about=ferry")
    assert "the ferry is late" in page.main and "the toll is fair" not in page.main
    assert page.links["Show all"] == f"/experts/{expert}"
    words = "+".join(f"w{number}" for number in range(200))
    assert "cannot be looked for" in get(served.client, f"/experts/{expert}?about={words}", status=422).main


def test_the_track_record_is_drawn(served: Served) -> None:
    """Hit rate, Brier score and a plot of calibration, in figures and as a picture with words."""
    served.store.add(sample_extraction())
    expert, prediction = served.store.expert("Ana Roe").id, served.store.open_predictions()[0].id
    assert "resolved yet" in get(served.client, f"/experts/{expert}").main
    served.store.resolve(prediction, "yes")
    page = get(served.client, f"/experts/{expert}")
    assert [one.text for one in page.all("dd", class_="figure")] == ["100%", "0.11"]
    assert (
        "likely: 1 predicted at 68% on average, 100% happened"
        in page.one("svg", class_="chart calibration").attributes["aria-label"]
    )
    assert "Too few for a comparison" in page.main


def test_an_expert_that_was_merged_leads_to_the_other(served: Served) -> None:
    """An old link still works."""
    served.store.add(sample_extraction())
    first, second = served.store.expert("Ana Roe").id, served.store.expert("Piet Maas").id
    served.store.merge(first, second)
    answer = served.client.get(f"/experts/{second}", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/experts/{first}")
    assert "Piet Maas" in get(served.client, f"/experts/{first}").main


def test_what_a_page_leaves_out_is_told_with_a_way_to_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many claims those published last are shown; the search has the others."""
    expert = change_of_mind(served)
    monkeypatch.setattr(extractor.service.pages.experts, "_CLAIMS", 2)
    page = get(served.client, f"/experts/{expert}")
    assert "Of the 2 claims published last." in page.main and "1 claim more, older or undated" in page.main
    assert page.links["search all claims"] == f"/search?expert={expert}"
    assert page.links["Search all positions"] == f"/search?expert={expert}&kind=position"


def test_a_target_that_the_statement_tells_is_not_repeated(served: Served) -> None:
    """The statement stands once in the list of positions and once in the timeline."""
    served.store.add(published("the toll is fair", date(2024, 3, 2), "favor", target="The toll is fair"))
    page = get(served.client, f"/experts/{served.store.expert('Ana Roe').id}")
    assert page.main.casefold().count("the toll is fair") == 2


@pytest.mark.parametrize("path", ["/experts/", "/predictions/", "/predictions?recorded="])
def test_an_id_of_any_length_is_looked_up(served: Served, path: str) -> None:
    """A number of thousands of digits is no expert, and no fault of the service either."""
    assert served.client.get(path + "9" * 5_000).status_code == (200 if "?" in path else 404)
