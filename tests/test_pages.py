"""The pages of the service: what all of them have, whatever an article says."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from read_page import BROWSER, get
from sample_results import sample_extraction, sample_summary
from service_server import Serve, Served

if TYPE_CHECKING:
    from read_page import Page

HOSTILE = """</script><script>alert(1)</script>"><img src=x onerror=alert(2)> '{{ 7*7 }}' \u202egnp.exe\u202c"""
PATHS = (
    *("/", "/articles", "/experts", "/search"),
    *("/predictions", "/predictions?state=open", "/predictions?state=resolved"),
)

MISSING = (
    *("/nowhere", "/articles/zzz", "/articles/aabbccdd", "/experts/999", "/experts/x", f"/experts/{'9' * 30}"),
    *("/predictions/999", f"/jobs/{'0' * 32}"),
)


def fill(served: Served, said: str = "the old quay of Varnsee will be full", /) -> list[str]:
    """Store an article with a summary, and give the addresses of all pages about it."""
    store = served.store
    article = store.add(sample_extraction(said)).article_id
    store.add(sample_summary(said))
    expert, prediction = store.experts()[0].id, store.open_predictions()[0].id
    return [f"/articles/{article}", f"/experts/{expert}", f"/predictions/{prediction}", "/search?kind=prediction"]


def check_structure(page: Page, /) -> None:
    """One title, one main heading, landmarks, labels, ids that are unique, nothing that the policy forbids."""
    assert len(page.all("h1")) == len(page.all("title")) == len(page.all("main")) == 1
    assert page.one("title").text.endswith("· Commentary extractor")
    assert page.one("nav", aria_label="Main")
    assert page.unlabelled == []
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    assert not [one for one in page.elements if "style" in one.attributes or any(a[:2] == "on" for a in one.attributes)]
    levels = [int(one.name[1]) for one in page.all("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels)), page.headings


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_its_structure_when_nothing_is_stored(served: Served, path: str) -> None:
    """Title, headings, landmarks and labels are there before there is anything to show."""
    page = get(served.client, path)
    check_structure(page)
    current = page.one("a", aria_current="page") if "state" not in path else page.all("a", aria_current="page")[0]
    assert current.attributes["href"] == path.partition("?")[0]


def test_every_page_has_its_structure_when_something_is_stored(served: Served) -> None:
    """Lists, the article, the expert and the prediction are sound pages."""
    for path in [*fill(served), *PATHS]:
        check_structure(get(served.client, path))


def test_empty_pages_say_how_to_begin(served: Served) -> None:
    """Where nothing is stored a page leads to the form for an article."""
    for path in ("/articles", "/experts", "/predictions", "/search"):
        assert get(served.client, path).links["Extract an article"] == "/"


def test_what_an_article_says_never_becomes_markup(served: Served) -> None:
    """Tags, attributes, templates and direction marks of articles and models arrive as text."""
    paths = [*fill(served, HOSTILE), *PATHS, "/search?q=alert"]
    for page in (get(served.client, path) for path in paths):
        check_structure(page)
        assert not page.all("img")
        assert all("alert" not in "".join(one.parts) for one in page.all("script"))
        assert "49" not in page.one("title").text
    assert "<script>alert(1)</script>" in get(served.client, paths[0]).main


def test_what_is_searched_for_never_becomes_markup(served: Served) -> None:
    """Parameters of the address come back as text and as values of fields."""
    fill(served)
    for path in ("/search", "/articles", "/experts"):
        answer = served.client.get(path, params={"q": HOSTILE}, headers=BROWSER)
        assert "<img" not in answer.text and "<script>alert" not in answer.text
    refused = get(served.client, "/search", params={"since": HOSTILE}, status=422)
    assert not refused.all("img") and "is no date" in refused.main


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_told_on_a_page(served: Served, path: str) -> None:
    """An unknown address answers 404 with a page that leads on, without advice about the command line."""
    page = get(served.client, path, status=404)
    check_structure(page)
    assert page.links["First page"] == "/"
    assert "extractor " not in page.main


def test_programs_get_problem_documents(served: Served) -> None:
    """Who does not ask for HTML, or asks under /v1, gets no page."""
    for path, accept in (("/nowhere", "*/*"), ("/v1/nowhere", BROWSER["Accept"])):
        answer = served.client.get(path, headers={"Accept": accept})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_told_on_a_page(served: Served) -> None:
    """A page that only shows something refuses a form."""
    answer = served.client.post("/articles", headers=BROWSER)
    assert answer.status_code == 405
    assert answer.headers["content-type"].startswith("text/html")


def test_scripts_and_styles_of_a_page_are_there(served: Served) -> None:
    """Every file that pages name is given out, to be kept for good, and under no other address."""
    paths = [*fill(served), "/"]
    named = {
        place
        for path in paths
        for place in re.findall(r'(?:src|href)="(/static/[^"]+)"', served.client.get(path, headers=BROWSER).text)
    }
    assert {place.partition("?")[0] for place in named} >= {
        "/static/style.css",
        "/static/pages.css",
        "/static/extract.js",
    }
    for place in named:
        answer = served.client.get(place)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.client.get("/static/pages.css?v=old").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "..%2fpages%2fstatic.py", "%2e%2e/state.py", "", "pages.css/x"])
def test_nothing_else_is_given_out(served: Served, name: str) -> None:
    """Only the static files are under their path."""
    assert served.client.get(f"/static/{name}").status_code == 404


def test_scripts_are_vanilla_and_obey_the_policy() -> None:
    """No script writes markup or evaluates text."""
    from extractor.service.pages.static import _FOLDERS

    for script in (file for folder in _FOLDERS for file in folder.glob("*.js")):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            script
        )


def test_a_nonce_is_new_for_every_page(serve: Serve) -> None:
    """Scripts carry the nonce of the policy that came with their page."""
    served = serve()
    answers = [served.client.get("/", headers=BROWSER) for _ in range(2)]
    nonces = {re.findall(r'nonce="([^"]+)"', answer.text)[0] for answer in answers}
    assert len(nonces) == 2
    for answer in answers:
        found = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert len(found) == 1 and f"'nonce-{found.pop()}'" in answer.headers["content-security-policy"]
