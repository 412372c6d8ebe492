"""Handing in an article on the first page, without script, and watching its job."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from read_page import BROWSER, Page, get
from sample_results import sample_extraction
from service_server import KEY, Serve, Served

from extractor.schemas.jobs import JobRequest

TEXT = 'The quay is old. "It will be full by 2031," said Ana Roe, the harbour master. Piet Maas doubts that it will.'


def hand_in(served: Served, /, **more: Any) -> str:
    """Send the form and give the address of the job."""
    answer = served.client.post("/extract", **more, headers=BROWSER)
    assert answer.status_code == 303, answer.text[:2000]
    location: str = answer.headers["location"]
    assert location.startswith("/jobs/")
    return location


def follow(served: Served, job: str, /) -> str:
    """Look at the page of a job until it leads on; where it leads."""
    until = time.monotonic() + 60
    while (answer := served.client.get(job, headers=BROWSER)).status_code == 200:
        assert time.monotonic() < until, answer.text
        assert "It did not work" not in answer.text, answer.text
        time.sleep(0.05)
    location: str = answer.headers["location"]
    return location


def queued(served: Served, /, **more: Any) -> str:
    """A job that nobody takes; the address of its page."""
    served.service.runner.drain()
    request = JobRequest(task="extract", model="builtin", text=TEXT, **more)
    job, _ = served.store.submit_job(request, owner="local", digest="d", most=10)
    return f"/jobs/{job.id}"


def test_the_first_page_has_the_form_and_the_latest_articles(served: Served) -> None:
    """Text, address and file, and what is known of the article; below it what was stored last."""
    page = get(served.client, "/")
    form = page.one("form", id="extract")
    assert form.attributes["enctype"] == "multipart/form-data" and form.attributes["action"] == "/extract"
    names = {one.attributes.get("name") for one in page.all("input", "textarea", "select")}
    assert names >= {"text", "url", "file", "model", "published", "title", "author", "language"}
    assert "Paste" in page.headings
    served.store.add(sample_extraction())
    assert "Latest articles" in get(served.client, "/").headings


def test_a_pasted_text_becomes_an_article(served: Served) -> None:
    """The form leads to the job, the job to the article; line breaks stay single, what is given counts."""
    data = {
        "text": f"{TEXT}\r\n\r\nIt rains.",
        "published": "2026-03-17",
        "title": "The quay",
        "url": "",
        "author": " ",
    }
    article = follow(served, hand_in(served, data=data))
    stored = served.store.get_extraction(article.removeprefix("/articles/"))
    assert stored is not None
    assert stored.article.text == f"{TEXT}\n\nIt rains."
    assert (stored.article.published, stored.article.title) == (date(2026, 3, 17), "The quay")
    page = get(served.client, article)
    assert page.headings[0] == "The quay" and "Ana Roe" in page.main


def test_an_uploaded_file_becomes_an_article(served: Served) -> None:
    """Its kind is told by its content."""
    html = f"<html><body><article><h1>The quay</h1><p>{TEXT}</p></article></body></html>"
    article = follow(served, hand_in(served, files={"file": ("quay.html", html.encode(), "text/html")}))
    assert "harbour master" in get(served.client, article).main


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"data": {"text": "  "}}, "Give exactly one of text, url and file"),
        ({"data": {"text": TEXT, "url": "https://example.org/"}}, "Give exactly one of text, url and file"),
        ({"data": {"url": "ftp://example.org/x"}}, "Web address"),
        ({"data": {"text": TEXT, "published": "soon"}}, "Day of publication: write the day as YYYY-MM-DD"),
        ({"data": {"text": TEXT, "model": "openai:other"}}, "not offered"),
        ({"files": {"file": ("quay.pdf", b"%PDF-1.7 broken", "application/pdf")}}, "quay.pdf"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_filled(served: Served, sent: dict[str, Any], told: str) -> None:
    """What is wrong is told above the form, which keeps what was written; no job is queued."""
    answer = served.client.post("/extract", **sent, headers=BROWSER)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert told in page.one("div", role="alert", id="problem").text
    assert page.one("textarea", id="text").text == sent.get("data", {}).get("text", "").strip()
    assert sum(served.store.count_jobs().values()) == 0


def test_a_full_queue_is_told_on_the_form(serve: Serve) -> None:
    """429 with Retry-After, and the text stays."""
    served = serve(queue=1)
    queued(served)
    answer = served.client.post("/extract", data={"text": f"{TEXT} Again."}, headers=BROWSER)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert "Again." in Page(answer.text).one("textarea", id="text").text


def test_a_form_of_another_website_is_refused_on_a_page(served: Served) -> None:
    """A browser that comes from elsewhere is told so and starts nothing."""
    headers = {**BROWSER, "Origin": "https://evil.example"}
    answer = served.client.post("/extract", data={"text": TEXT}, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert sum(served.store.count_jobs().values()) == 0


def test_a_job_that_waits_shows_its_stages_and_can_be_cancelled(served: Served) -> None:
    """The current stage is marked; without script the page looks again by itself; the button stops the job."""
    job = queued(served)
    page = get(served.client, job)
    assert page.one("li", aria_current="step").text == "Waiting for its turn"
    assert page.one("meta", http_equiv="refresh").inside[-1] == "noscript"
    answer = served.client.post(f"{job}/cancel", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, job)
    assert get(served.client, job).headings == ["Cancelled"]


def test_a_job_that_failed_says_why(served: Served) -> None:
    """The problem in words and a way to try again."""
    job = hand_in(served, data={"url": "http://127.0.0.1:9/private"})
    until = time.monotonic() + 60
    while (page := get(served.client, job)).headings[0] != "It did not work":
        assert time.monotonic() < until, page.html
        time.sleep(0.05)
    assert "127.0.0.1" in page.main and page.links["Try again"] == "/?again=yes"


def test_summarizing_an_article_leads_back_to_it(served: Served) -> None:
    """The button queues a summary of the stored article, under what is known of it."""
    article = follow(served, hand_in(served, data={"text": TEXT, "title": "The quay", "published": "2026-03-17"}))
    answer = served.client.post(f"{article}/summary", headers=BROWSER)
    assert follow(served, answer.headers["location"]) == article
    assert "Summary" in get(served.client, article).headings
    stored = served.store.article(article.removeprefix("/articles/"))
    assert len(stored.appearances) == 1 and len(stored.runs) == 2


def test_a_summary_by_a_model_that_is_not_offered_is_refused(served: Served) -> None:
    """Also a form that somebody changed chooses among the models that are offered."""
    article = served.store.add(sample_extraction()).article_id
    data = {"model": "openai:other"}
    assert served.client.post(f"/articles/{article}/summary", data=data, headers=BROWSER).status_code == 422


def test_several_models_can_be_chosen_from(serve: Serve) -> None:
    """The form offers those of the service, the default one first."""
    served = serve(models="builtin, openai:big")
    page = get(served.client, "/")
    assert [one.attributes["value"] for one in page.all("option")] == ["builtin", "openai:big"]


def test_a_session_may_hand_in(serve: Serve) -> None:
    """With keys the form works for whoever signed in."""
    served = serve(api_keys=KEY)
    assert served.client.post("/extract", data={"text": TEXT}, headers=BROWSER).status_code in (303, 401)
    assert sum(served.store.count_jobs().values()) == 0
    served.client.post("/login", data={"key": KEY}, headers=BROWSER)
    assert follow(served, hand_in(served, data={"text": TEXT})).startswith("/articles/")
