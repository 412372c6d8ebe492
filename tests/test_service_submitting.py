"""What clients send, and what of it is refused before it becomes a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fake_engine import FakeEngine, expert, extraction, position
from fastapi.exceptions import RequestValidationError
from service_jobs import ASYNC, TEXT, UNAUDITED
from service_server import Serve, Served

from extractor.errors import InputError
from extractor.schemas import Article
from extractor.schemas.article import text_id
from extractor.schemas.jobs import Job, JobRequest
from extractor.service.answering import under
from extractor.service.idempotency import digest_of
from extractor.service.making import article_of
from extractor.service.models import Extractors, settings_for
from extractor.service.problems import ProblemError
from extractor.service.submissions import Submission, Upload, describe_body, read_fields, read_json
from extractor.service.submitting import form_request, retry_after, to_job
from extractor.settings import load_settings

_PAGE = (
    f"<!doctype html><html><head><title>Quays</title></head><body><article><p>{TEXT} {TEXT}</p></article></body></html>"
)
_OFFERED: dict[str, Any] = {"task": "extract", "models": ["builtin", "openai:one"], "max_chars": 1_000}


def _post(client: httpx2.Client, body: dict[str, Any]) -> httpx2.Response:
    return client.post("/v1/extractions", json=body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "exactly one of text, url and file"),
        ({"text": TEXT, "url": "https://example.org/"}, "exactly one of text, url and file"),
        ({"text": ""}, "text"),
        ({"text": " \n"}, "is empty"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": 5}, "text"),
        ({"text": TEXT, "model": "openai:dear"}, "'openai:dear' is not offered; choose one of builtin"),
        ({"text": TEXT, "published": "yesterday"}, "YYYY-MM-DD"),
        ({"text": TEXT, "published": "86400"}, "YYYY-MM-DD"),
        ({"text": TEXT, "published": 86400}, "published"),
        ({"text": TEXT, "language": "english"}, "language"),
        ({"text": TEXT, "title": "two\nlines"}, "title"),
        ({"text": TEXT, "length": "short"}, "length"),
        ({"text": TEXT, "prompt": "x"}, "prompt"),
        ({"url": "file:///etc/hosts"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://example.org/a b"}, "url"),
        ({"url": "https://me:secret@example.org/"}, "without user name and password"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(client: httpx2.Client, body: dict[str, Any], told: str) -> None:
    """A body with a field that is unknown or not acceptable gets 422, which names it."""
    answer = _post(client, body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert told in answer.json()["detail"]


def test_a_text_that_is_too_long_is_refused(serve: Serve) -> None:
    """Texts of more than `max_chars` characters get 422."""
    answer = _post(serve(settings={"max_chars": 50}).client, {"text": TEXT})
    assert answer.status_code == 422
    assert "more than the 50 allowed" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"text": "\\ud800"}'])
def test_a_body_that_is_no_json_is_refused(client: httpx2.Client, body: bytes) -> None:
    """The problem says that it is no JSON."""
    answer = client.post("/v1/extractions", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:commentary-extractor:problem:bad-request")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=b"])
def test_a_form_that_is_none_is_refused(client: httpx2.Client, kind: str) -> None:
    """A body without the boundary that its type names gets 400."""
    answer = client.post("/v1/extractions", content=b"--x\r\n", headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_content_types_are_refused(client: httpx2.Client, kind: str | None) -> None:
    """The answer is 415 and says what may be sent."""
    headers = {"Content-Type": kind} if kind else {}
    answer = client.post("/v1/extractions", content=b"text=x", headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept-post"] == "application/json, multipart/form-data"


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [("quays.html", _PAGE, "Quays"), ("quays.md", f"# Old quays\n\n{TEXT}", "Old quays"), ("quays.txt", TEXT, None)],
)
def test_a_file_is_read_as_what_it_is(served: Served, name: str, data: str, title: str | None) -> None:
    """An uploaded page, Markdown or text becomes an article; what its document says of it is told as inferred."""
    answer = served.client.post("/v1/extractions", files={"file": (f"C:\\news\\{name}", data)})
    article = answer.json()["article"]
    assert (answer.status_code, article["title"]) == (200, title)
    assert article["inferred"] == (["title", "language"] if title else ["language"])
    assert [run.input for run in served.store.runs()] == [name]


def test_a_pasted_text_is_read_like_a_file() -> None:
    """Its headline counts where no title is given; an empty one says that there is none."""
    text = f"Old quays\n\n{TEXT}"
    told = [to_job(Submission(text=text, title=title), None, **_OFFERED).title for title in (None, "", "T")]
    assert told == ["Old quays", None, "T"]


def test_the_longer_a_job_takes_the_less_often_to_ask() -> None:
    """Retry-After is a tenth of the job's age, within bounds."""
    now = datetime.now(UTC)
    job = Job(id="0", task="extract", status="running", stage="extracting", model="builtin", created_at=now)
    ages = [job.model_copy(update={"created_at": now - timedelta(seconds=age)}) for age in (0, 40, 4_000)]
    assert [retry_after(one) for one in ages] == [1, 4, 10]


def test_what_a_form_says_overrides_the_document(client: httpx2.Client) -> None:
    """Fields beside a file count, blank ones as if they were left out."""
    fields = {"title": "A new quay", "published": "2026-03-17", "author": "", "model": "builtin"}
    answer = client.post("/v1/summaries", files={"file": ("quays.md", f"# Old quays\n\n{TEXT}")}, data=fields)
    article = answer.json()["article"]
    assert (article["title"], article["published"], article["author"]) == ("A new quay", "2026-03-17", None)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG image"),
        ("scan.pdf", b"%PDF-1.7 nothing", "damaged PDF"),
        ("empty.txt", b"", "is empty"),
        ("login.html", b"<html><body><form></form></body></html>", "holds no article"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(served: Served, name: str, data: bytes, told: str) -> None:
    """The answer is 422, says what is wrong with the file, and no job is made."""
    answer = served.client.post("/v1/extractions", files={"file": (name, data)}, headers=ASYNC)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:commentary-extractor:problem:unreadable")
    assert told in answer.json()["detail"]
    assert sum(served.store.count_jobs().values()) == 0


@pytest.mark.parametrize(
    ("files", "data", "told"),
    [
        ([("file", ("a.txt", TEXT))], {"text": TEXT}, "exactly one of text, url and file"),
        ([("file", ("a.txt", TEXT))], {"colour": "red"}, "colour"),
        ([("article", ("a.txt", TEXT))], {}, "article"),
        ([("text", (None, TEXT)), ("text", (None, TEXT))], {}, "text"),
        ([("file", (None, TEXT))], {}, "file"),
        ([("text", (None, TEXT)), ("published", (None, "1 May"))], {}, "YYYY-MM-DD"),
    ],
)
def test_a_form_with_stray_parts_is_refused(
    client: httpx2.Client, files: list[Any], data: dict[str, str], told: str
) -> None:
    """Files under other names, fields that are unknown or given twice, and two articles at once get 422."""
    answer = client.post("/v1/extractions", files=files, data=data)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def test_a_model_may_be_chosen_among_those_that_are_offered(serve: Serve) -> None:
    """GET /v1/models lists them, the default first; a job is done by the one that it names."""
    made = extraction([expert("Ida Falk")], [position("Ida Falk", "the new quay would open")])
    client = serve(engine=FakeEngine(made), settings=UNAUDITED, models="builtin, openai:one").client
    assert client.get("/v1/models").json() == {"models": ["builtin", "openai:one"], "default": "builtin"}
    answer = _post(client, {"text": TEXT, "model": "openai:one"})
    assert answer.json()["provenance"]["engine"] == "fake"


def test_a_form_field_may_hold_a_long_text(serve: Serve) -> None:
    """A text of more than a megabyte, which is the framework's limit for fields, is taken."""
    answer = serve(wait=0).client.post("/v1/extractions", files={"text": (None, "words " * 200_000)}, timeout=60)
    assert answer.status_code == 202


def test_an_article_of_a_request_is_the_one_that_was_submitted() -> None:
    """What was inferred at submission is told as inferred when the job runs."""
    upload = Upload("a.md", f"---\nauthor: Tom Berg\ndate: 2026-03-17\n---\n{TEXT}".encode())
    request = to_job(Submission(title="T"), upload, **_OFFERED)
    article = article_of(request, load_settings())
    assert (article.title, article.author, str(article.published)) == ("T", "Tom Berg", "2026-03-17")
    assert article.inferred == ("author", "published", "language")


def test_the_address_is_kept_for_the_job() -> None:
    """Nothing is fetched at submission; a blank title says that there is none."""
    request = to_job(Submission(url="https://example.org/a", title=""), None, **_OFFERED)
    assert request == JobRequest(
        task="extract", model="builtin", url="https://example.org/a", title="", read_from="https://example.org/a"
    )


def test_a_form_is_read_for_the_pages_too() -> None:
    """`form_request` gives the same request as the API makes."""
    request = form_request({"text": TEXT, "model": "openai:one", "title": " "}, None, **_OFFERED)
    assert (request.model, request.title, request.text) == ("openai:one", None, TEXT)
    with pytest.raises(ProblemError, match="not offered"):
        form_request({"text": TEXT, "model": "other"}, None, **_OFFERED)
    with pytest.raises(InputError, match="is empty"):
        form_request({"text": "…"}, None, **_OFFERED)


def test_a_digest_tells_requests_apart() -> None:
    """The same request has the same digest, another one another, and no word of it is in it."""
    first, second, third = (
        digest_of(to_job(Submission(text=text), None, **_OFFERED)) for text in (TEXT, TEXT, f"{TEXT} More.")
    )
    assert first == second != third
    assert len(first) == 64


def test_names_of_files_are_shown_without_folders() -> None:
    """Folders of any system and control characters are left out."""
    assert Upload("../../etc/a.txt", b"").shown == "a.txt"
    assert Upload("C:\\news\\b\x1b[1m.pdf", b"").shown == "b[1m.pdf"
    assert Upload("", b"").shown == "the uploaded file"


def test_what_was_sent_is_not_repeated() -> None:
    """Neither the error nor its cause holds the value that was refused."""
    with pytest.raises(RequestValidationError) as caught:
        read_json(b'{"text": "a", "title": "very\\nprivate"}', "extract")
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    assert "private" not in str(caught.value)


def test_the_described_body_has_every_field(served: Served) -> None:
    """OpenAPI tells the fields of JSON and of forms, which have a file besides."""
    content = describe_body("summarize")["requestBody"]["content"]
    json, form = (content[kind]["schema"]["properties"] for kind in ("application/json", "multipart/form-data"))
    assert set(form) == {*json, "file"} == {*Submission.model_fields, "length", "file"}
    told = served.app.openapi()["paths"]["/v1/summaries"]["post"]["requestBody"]["content"]
    assert set(told["multipart/form-data"]["schema"]["properties"]) == set(form)


def test_fields_of_a_form_are_checked_like_json() -> None:
    """A day in a form is a day."""
    assert str(read_fields({"text": "a", "published": "2026-03-17"}, "extract").published) == "2026-03-17"


def test_settings_of_another_model_keep_what_was_given() -> None:
    """Only the model is another one; what was given as an argument stays."""
    settings = load_settings(model="builtin", chunk_size=500)
    other = settings_for(settings, "ollama:one")
    assert (other.model, other.chunk_size) == ("ollama:one", 500)
    assert settings_for(settings, "builtin") is settings


def test_a_key_of_openai_goes_to_no_other_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of each model find the key that belongs to it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-tests")
    settings = load_settings(model="openai:one")
    assert settings.api_key is not None
    assert settings_for(settings, "mistralai:one").api_key is None


def test_each_model_has_one_extractor() -> None:
    """It is made when it is first used, and kept."""
    from extractor.core import Extractor

    extractors = Extractors(load_settings(), lambda settings: Extractor(settings=settings, engine=FakeEngine()))
    assert extractors.get("openai:one") is extractors.get("openai:one")
    assert extractors.get("openai:one") is not extractors.get("openai:two")
    extractors.close()


def test_a_million_unknown_fields_are_told_in_one_line(client: httpx2.Client) -> None:
    """An answer does not grow with what is wrong."""
    answer = _post(client, {"text": TEXT, **{f"field{number}": 1 for number in range(1_000)}})
    assert answer.status_code == 422 and "1,000 things" in answer.json()["detail"]
    assert "errors" not in answer.json()


def test_a_stored_result_is_told_under_what_is_known_now(client: httpx2.Client) -> None:
    """The run is the stored one, its title what the client says this time; that is not what the article's page has."""
    first, second = (_post(client, {"text": TEXT, "title": title}) for title in ("Quays", "Harbours"))
    assert [answer.json()["article"]["title"] for answer in (first, second)] == ["Quays", "Harbours"]
    assert first.json()["provenance"] == second.json()["provenance"]
    assert "content-location" in first.headers and "content-location" not in second.headers


def test_what_a_client_says_of_a_page_is_told_too() -> None:
    """Of a fetched article what was read stays, but for what the client says."""
    read = Article(id=text_id(TEXT), text=TEXT, title="Quays", author="Tom Berg", inferred=("title", "author"))
    asked = JobRequest(task="extract", model="builtin", url="https://example.org/", title=" Harbours ", language="EN")
    told = under(read, asked)
    assert (told.title, told.author, told.language, told.inferred) == ("Harbours", "Tom Berg", "en", ("author",))
