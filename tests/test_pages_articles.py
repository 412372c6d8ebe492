"""The pages of articles, and what can be downloaded from them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from read_page import BROWSER, get
from sample_results import SAID, sample_article, sample_extraction, sample_summary
from service_server import Served

from extractor.errors import RefusalError
from extractor.schemas import Extraction, Summary


def test_articles_are_listed_and_found(served: Served) -> None:
    """With author, day and numbers of claims; the list narrows to words of the title."""
    article = served.store.add(sample_extraction()).article_id
    page = get(served.client, "/articles")
    assert page.links[SAID] == f"/articles/{article}"
    assert "17 March 2026" in page.main and "1 position" in page.main and "1 prediction" in page.main
    assert SAID in get(served.client, "/articles?q=varnsee").links
    assert "No article has these words" in get(served.client, "/articles?q=zzz").headings
    assert "That was all" in get(served.client, "/articles?page=2").headings


def test_an_article_shows_its_text_with_the_claims(served: Served) -> None:
    """Every character of the text is there; holders lead to the pages of the store's experts."""
    made = sample_extraction()
    article = served.store.add(made).article_id
    page = get(served.client, f"/articles/{article}")
    assert "".join(page.one("div", id="article-text").parts) == made.article.text
    assert page.links["Ana Roe"] == f"/experts/{served.store.expert('Ana Roe').id}"
    assert page.one("form", action=f"/articles/{article}/summary").text == "Summarize"
    assert page.one("link", rel="canonical").attributes["href"] == f"/articles/{article}"


def test_a_summary_stands_on_top(served: Served) -> None:
    """Where one is stored it is shown, and none is offered."""
    article = served.store.add(sample_extraction()).article_id
    served.store.add(sample_summary())
    page = get(served.client, f"/articles/{article}")
    assert page.headings.index("Summary") < page.headings.index("Article")
    assert not page.all("form", action=f"/articles/{article}/summary")


def test_a_summary_alone_is_shown(served: Served) -> None:
    """An article that was only summarized has a page."""
    article = served.store.add(sample_summary()).article_id
    page = get(served.client, f"/articles/{article}")
    assert "Summary" in page.headings
    assert served.client.get(f"/articles/{article}/download/json", headers=BROWSER).status_code == 404


def test_the_beginning_of_an_id_leads_to_the_article(served: Served) -> None:
    """As on the command line, the first characters are enough."""
    article = served.store.add(sample_extraction()).article_id or ""
    answer = served.client.get(f"/articles/{article[:10]}", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/articles/{article}")


def test_an_article_that_only_failed_says_why(served: Served) -> None:
    """The page of an article without a result tells the error."""
    failed = RefusalError("the model refused; ask another")
    article = served.store.add_failure(failed, task="extract", engine="fake", article=sample_article()).article_id
    page = get(served.client, f"/articles/{article}")
    assert "the model refused; ask another" in page.main


def test_all_places_of_publication_are_told(served: Served) -> None:
    """Addresses of the web are links, others are not."""
    article = served.store.add(sample_extraction()).article_id
    for day, url in ((date(2026, 3, 18), "https://www.example.org/quay"), (date(2026, 3, 19), "javascript:alert(1)")):
        again = sample_article(published=day).model_copy(update={"url": url})
        served.store.add(sample_extraction().model_copy(update={"article": again}))
    page = get(served.client, f"/articles/{article}")
    assert "Appeared in 3 places" in page.main
    assert page.links["example.org"] == "https://www.example.org/quay"
    assert not [address for address in page.links.values() if address.startswith("javascript")]


def test_the_download_in_json_is_the_result(served: Served) -> None:
    """It reads back as the same extraction, and the one of the summary as the same summary."""
    made, summed = sample_extraction(), sample_summary()
    article = served.store.add(made).article_id
    served.store.add(summed)
    answer = served.client.get(f"/articles/{article}/download/json")
    assert answer.headers["content-type"] == "application/json"
    assert Extraction.model_validate_json(answer.text) == made
    assert Summary.model_validate_json(served.client.get(f"/articles/{article}/download/summary").text) == summed


@pytest.mark.parametrize(
    ("form", "kind", "ending"),
    [
        ("csv", "text/csv; charset=utf-8", ".csv"),
        ("markdown", "text/markdown; charset=utf-8", ".md"),
        ("html", "text/html; charset=utf-8", ".html"),
        ("json", "application/json", ".json"),
    ],
)
def test_downloads_are_files(served: Served, form: str, kind: str, ending: str) -> None:
    """Each is named after the article and holds what is said in it."""
    article = served.store.add(sample_extraction()).article_id or ""
    answer = served.client.get(f"/articles/{article}/download/{form}", headers=BROWSER)
    assert answer.headers["content-type"] == kind
    name = f"the-old-quay-of-varnsee-will-be-full-{article[:8]}{ending}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert SAID in answer.text


def test_the_download_in_csv_has_a_row_for_each_claim(served: Served) -> None:
    """With a line of column names; what a spreadsheet would compute is a text."""
    article = served.store.add(sample_extraction("=1+1 is a sum")).article_id
    rows = [*csv.DictReader(io.StringIO(served.client.get(f"/articles/{article}/download/csv").text))]
    assert [row["kind"] for row in rows] == ["prediction", "position"]
    assert {row["statement"] for row in rows} == {"'=1+1 is a sum"}


@pytest.mark.parametrize("form", ["pdf", "..%2fjson", "JSON"])
def test_there_is_no_other_download(served: Served, form: str) -> None:
    """An unknown form is told with those that there are."""
    article = served.store.add(sample_extraction()).article_id
    assert served.client.get(f"/articles/{article}/download/{form}", headers=BROWSER).status_code == 404


def test_a_title_cannot_forge_a_header(served: Served) -> None:
    """The name of a file holds letters, figures and hyphens only."""
    title = 'a"; filename="evil.exe\r\nSet-Cookie: x=1 ' + "wordy " * 30
    made = sample_extraction()
    article = served.store.add(made.model_copy(update={"article": sample_article(title=title)})).article_id or ""
    answer = served.client.get(f"/articles/{article}/download/json")
    assert answer.headers["content-disposition"].startswith('attachment; filename="a-filename-evil-exe-set-cookie-')
    assert len(answer.headers["content-disposition"]) < 100 and "set-cookie" not in answer.headers
