"""What is stored, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from rich_store import fill as fill_richly
from sample_claims import DAY, expects, holds, said_by
from sample_results import sample_extraction, sample_summary
from service_server import Serve, Served

from extractor.schemas import Extraction, Summary
from extractor.schemas.stored import Context, Resolution, StoredArticle, StoredExpert, Timeline, TrackRecord

OVER = date.today() - timedelta(days=3)
TOMORROW = date.today() + timedelta(days=1)


@pytest.fixture
def served(serve: Serve, database_url: str) -> Served:
    """A server on each kind of database in turn."""
    return serve(db=database_url)


@pytest.fixture
def client(served: Served) -> httpx2.Client:
    """A client of it."""
    return served.client


def fill(served: Served, /) -> None:
    """Nine claims of two experts in three articles, one of them undated."""
    for number, day in enumerate((DAY, None, DAY + timedelta(days=1))):
        said = holds(f"The mill {number} turns"), expects(f"Rain falls on {number}", by=(OVER, TOMORROW, None)[number])
        told = holds("The harbour silts up", "against", target="the harbour")
        article = said_by(("Mira Oake", "Jon Pell")[number % 2], *said, told, published=day, title=f"Mill {number}")
        served.store.add(article)


def ids(answer: httpx2.Response, /) -> list[Any]:
    """The ids of the items of a page."""
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def turned(client: httpx2.Client, url: str, /) -> list[Any]:
    """The ids of all items of a list, by its links."""
    found: list[Any] = []
    following: str | None = url
    while following is not None:
        answer = client.get(following)
        found += ids(answer)
        following = answer.links["next"]["url"] if "next" in answer.links else None
        assert (answer.json()["next"] is None) == (following is None)
    return found


def refused(answer: httpx2.Response, status: int, /) -> str:
    """What a problem document says."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert problem["status"] == status and problem["title"]
    return str(problem["detail"])


def test_claims(served: Served, client: httpx2.Client) -> None:
    """Claims are listed as the store lists them, by pages that links lead through."""
    fill(served)
    everything = [claim.id for claim in served.store.claims()]
    assert len(everything) == 9
    for limit in (1, 4, 9, 200):
        assert turned(client, f"/v1/claims?limit={limit}") == everything
    first = client.get("/v1/claims?limit=1").json()["items"][0]
    stored = served.store.claims(limit=1)[0]
    assert {**stored.model_dump(mode="json"), "score": None, "snippet": []} == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "prediction"}, [8, 2, 5]),
        ({"stance": "against", "expert": "Mira Oake"}, [9, 3]),
        ({"expert": "2"}, [6, 5, 4]),
        ({"since": "2026-03-02"}, [9, 8, 7]),
        ({"until": "2026-03-01", "kind": "position"}, [3, 1]),
        ({"status": "closed"}, [2]),
        ({"status": "open"}, [8, 5]),
        ({"q": "  "}, [9, 8, 7, 3, 2, 1, 6, 5, 4]),
    ],
    ids=str,
)
def test_filters(served: Served, client: httpx2.Client, query: dict[str, str], expected: list[int]) -> None:
    """Filters narrow a list down, and its links keep them."""
    fill(served)
    assert ids(client.get("/v1/claims", params=query)) == expected
    address = str(client.build_request("GET", "/v1/claims", params={**query, "limit": "2"}).url)
    assert turned(client, address) == expected


def test_claims_of_an_article(served: Served, client: httpx2.Client) -> None:
    """An article is told by its id or the beginning of it."""
    fill(served)
    article = served.store.claims(limit=1)[0].article.id
    assert ids(client.get(f"/v1/claims?article={article}")) == ids(client.get(f"/v1/claims?article={article[:8]}"))
    assert ids(client.get(f"/v1/predictions?article={article[:8]}")) == [8]


def test_search(served: Served, client: httpx2.Client) -> None:
    """Words rank claims, with a score and a snippet; pages follow each other."""
    fill(served)
    answer = client.get("/v1/claims", params={"q": "harbour silts", "limit": 2})
    hits = served.store.search("harbour silts", limit=2).hits
    assert ids(answer) == [hit.found.id for hit in hits]
    item = answer.json()["items"][0]
    assert item["score"] > 0 and {"text": "harbour", "hit": True} in item["snippet"]
    assert answer.json()["bounded"] is None
    assert turned(client, "/v1/claims?q=harbour&limit=1") == [9, 3, 6]
    assert turned(client, "/v1/predictions?q=rain*&limit=2&state=open") == [8, 2, 5]
    assert ids(client.get("/v1/predictions?q=rain&state=due")) == [2]
    assert ids(client.get("/v1/claims?q=...")) == []


def test_predictions_by_state(served: Served, client: httpx2.Client) -> None:
    """Open and due predictions come by the end of their horizon, others newest first."""
    fill(served)
    assert ids(client.get("/v1/predictions")) == [8, 2, 5]
    assert ids(client.get("/v1/predictions?state=open")) == turned(client, "/v1/predictions?state=open&limit=1")
    assert ids(client.get("/v1/predictions?state=open")) == [2, 5, 8]
    assert ids(client.get("/v1/predictions?state=due")) == [2]
    assert ids(client.get(f"/v1/predictions?state=due&ends_by={TOMORROW}")) == [2, 5]
    served.store.resolve(2, "yes")
    assert ids(client.get("/v1/predictions?state=resolved")) == [2]
    assert ids(client.get("/v1/predictions?state=due")) == []


def test_one_claim(served: Served, client: httpx2.Client) -> None:
    """A claim stands in its context; a prediction under its own address too, a position not."""
    fill(served)
    assert Context.model_validate(client.get("/v1/claims/1").json()) == served.store.show(1)
    assert Context.model_validate(client.get("/v1/predictions/2").json()) == served.store.show(2)
    assert "is a position" in refused(client.get("/v1/predictions/1"), 404)
    for address in ("/v1/claims/99", "/v1/predictions/99", "/v1/predictions/99/resolutions"):
        assert "no claim 99" in refused(client.get(address), 404)


def test_articles(served: Served, client: httpx2.Client) -> None:
    """Articles are listed newest first, found by words, and shown one by one."""
    fill(served)
    listed = served.store.articles()
    assert turned(client, "/v1/articles?limit=2") == [one.id for one in listed]
    assert ids(client.get("/v1/articles", params={"q": "MILL 1"})) == [listed[2].id]
    shown = StoredArticle.model_validate(client.get(f"/v1/articles/{listed[0].id}").json())
    assert shown == listed[0]
    assert "no article" in refused(client.get("/v1/articles/abcdef0123"), 404)


def test_results_of_an_article(served: Served, client: httpx2.Client) -> None:
    """Its extraction and its summary come as they were made; what was not made is not found."""
    extraction, summary = sample_extraction(), sample_summary()
    article = served.store.add(extraction).article_id
    assert "no summary" in refused(client.get(f"/v1/articles/{article}/summary"), 404)
    served.store.add(summary)
    told = client.get(f"/v1/articles/{article}/extraction")
    assert Extraction.model_validate(told.json()) == extraction
    assert Summary.model_validate(client.get(f"/v1/articles/{article}/summary").json()) == summary


def test_experts(served: Served, client: httpx2.Client) -> None:
    """Experts are listed by their claims, with a timeline and a track record each."""
    fill(served)
    assert turned(client, "/v1/experts?limit=1") == [1, 2]
    assert ids(client.get("/v1/experts?q=pel")) == [2]
    assert StoredExpert.model_validate(client.get("/v1/experts/1").json()) == served.store.expert(1)
    timeline = Timeline.model_validate(client.get("/v1/experts/1/timeline?about=mill&limit=1").json())
    assert timeline == served.store.timeline(1, about="mill", limit=1) and timeline.omitted == 1
    served.store.resolve(2, "no")
    score = TrackRecord.model_validate(client.get("/v1/experts/1/score?least=1").json())
    assert score == served.store.score(1, least=1) and score.resolved == 1
    for rest in ("", "/timeline", "/score"):
        assert "no expert 99" in refused(client.get(f"/v1/experts/99{rest}"), 404)


def test_resolving(served: Served, client: httpx2.Client) -> None:
    """An outcome is recorded under an address of its own; the latest counts."""
    fill(served)
    said = {"outcome": "yes", "note": "it rained", "evidence_url": "https://example.org/rain?day=1", "resolver": "Ida"}
    made = client.post("/v1/predictions/2/resolutions", json=said)
    assert made.status_code == 201
    resolution = Resolution.model_validate(made.json())
    assert client.get(made.headers["Location"]).json() == made.json()
    assert {name: made.json()[name] for name in said} == said
    client.post("/v1/predictions/2/resolutions", json={"outcome": "annulled"})
    listed = client.get("/v1/predictions/2/resolutions").json()["items"]
    assert [one["outcome"] for one in listed] == ["yes", "annulled"] and listed[0] == made.json()
    assert served.store.show(2).resolutions[0] == resolution
    assert "no resolution 99" in refused(client.get("/v1/predictions/2/resolutions/99"), 404)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"outcome": "maybe"},
        {"outcome": "yes", "comment": "unknown field"},
        {"outcome": "yes", "note": " \n"},
        {"outcome": "yes", "note": "a\0b"},
        {"outcome": "yes", "note": "a" * 10_001},
        {"outcome": "yes", "evidence_url": "javascript:alert(1)"},
        {"outcome": "yes", "evidence_url": "ftp://example.org/"},
        {"outcome": "yes", "evidence_url": "https://"},
        {"outcome": "yes", "evidence_url": "https://example.org/a b"},
        {"outcome": "yes", "evidence_url": "https://example.org/\u2028"},
        {"outcome": "yes", "evidence_url": "HTTPS:example.org"},
    ],
    ids=str,
)
def test_what_no_resolution_is(serve: Serve, said: dict[str, str]) -> None:
    """What cannot be recorded is refused with the field named, and nothing is stored."""
    served = serve()
    fill(served)
    answer = served.client.post("/v1/predictions/2/resolutions", json=said)
    refused(answer, 422)
    wrong = next((name for name in said if name != "outcome"), "outcome")
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"#/{wrong}"]
    assert served.store.show(2).resolutions == ()


def test_resolving_what_is_no_prediction(served: Served, client: httpx2.Client) -> None:
    """Neither an unknown id nor a position has outcomes."""
    fill(served)
    assert "no claim 99" in refused(client.post("/v1/predictions/99/resolutions", json={"outcome": "yes"}), 404)
    assert "is a position" in refused(client.post("/v1/predictions/1/resolutions", json={"outcome": "yes"}), 404)


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/claims?cursor=abc", "cursor"),
        ("/v1/claims?cursor=a%20b", "cursor"),
        ("/v1/claims?limit=0", "limit"),
        ("/v1/claims?limit=201", "limit"),
        ("/v1/claims?knid=position", "knid"),
        ("/v1/claims?since=2026-02-30", "since"),
        ("/v1/claims?since=0", "since"),
        ("/v1/predictions?ends_by=20260301", "ends_by"),
        ("/v1/claims?since=2026-03-02&until=2026-03-01", "since"),
        ("/v1/claims?q=ab*", "q"),
        ("/v1/claims?status=over", "status"),
        ("/v1/claims?article=xyz", "article"),
        ("/v1/experts/0", "expert"),
        ("/v1/experts/one", "expert"),
        ("/v1/experts/1/timeline?about=" + "x" * 300, "about"),
        ("/v1/articles/ABCDEF", "article"),
        ("/v1/predictions?state=over", "state"),
    ],
)
def test_what_no_query_is(serve: Serve, address: str, parameter: str) -> None:
    """What a query says wrong is refused with the parameter named."""
    served = serve()
    fill(served)
    answer = served.client.get(address)
    refused(answer, 422)
    assert [one["parameter"] for one in answer.json()["errors"]] == [parameter]


def test_cursor_of_another_query(served: Served, client: httpx2.Client) -> None:
    """A cursor goes with the filters of its page only; the size of the next page is free."""
    fill(served)
    cursor = client.get("/v1/claims?limit=2&kind=position").json()["next"]
    assert "another query" in refused(client.get(f"/v1/claims?cursor={cursor}"), 422)
    assert "another query" in refused(client.get(f"/v1/claims?kind=prediction&cursor={cursor}"), 422)
    assert ids(client.get(f"/v1/claims?kind=position&limit=3&cursor={cursor}")) == [3, 1, 6]


@pytest.mark.parametrize("address", ["/v1/claims?expert=Nobody%20Here", "/v1/predictions?article=abcdef012345"])
def test_filters_that_lead_nowhere(client: httpx2.Client, address: str) -> None:
    """An unknown expert or article is not found."""
    refused(client.get(address), 404)


def test_words_that_no_database_holds(served: Served, client: httpx2.Client) -> None:
    """A NUL character, or any other odd one, is a word like any other: it finds nothing."""
    fill(served)
    for odd in ("\0", "a\0b", "\ud7ff\ue000", "\U0010ffff", "%", "_", "\\", "'", '"', "*", "\u202e"):
        for path in ("/v1/articles", "/v1/experts", "/v1/claims", "/v1/predictions"):
            answer = client.get(path, params={"q": odd})
            assert answer.status_code in (200, 422), (path, odd, answer.text)
        assert client.get("/v1/claims", params={"expert": odd}).status_code == 404


PAGES: dict[str, Callable[[Served], int]] = {
    "/v1/claims": lambda served: len(served.store.claims()),
    "/v1/experts": lambda served: len(served.store.experts()),
    "/v1/articles": lambda served: len(served.store.articles()),
    "/v1/predictions": lambda served: len([one for one in served.store.claims() if one.kind == "prediction"]),
}


@pytest.mark.parametrize("path", PAGES)
def test_of_a_store_with_a_history(served: Served, client: httpx2.Client, path: str) -> None:
    """With several runs, merges, rejections and resolutions the pages are complete, each item once."""
    fill_richly(served.store)
    found = turned(client, f"{path}?limit=2")
    assert len(found) == len(set(found)) == PAGES[path](served)


@pytest.mark.parametrize(
    "address", ["/v1/experts/999/timeline", "/v1/experts/999/score", "/v1/claims/999", "/v1/articles/abcdef"]
)
def test_no_advice_about_the_command_line(client: httpx2.Client, address: str) -> None:
    """Who asks over HTTP may have none."""
    answer = client.get(address)
    assert answer.status_code == 404
    assert "999" in answer.json()["detail"] or "abcdef" in answer.json()["detail"]
    assert "'extractor" not in answer.text
