"""Whatever goes wrong is told as RFC 9457 has it."""

from __future__ import annotations

import logging
import re
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, ConfigDict
from service_server import KEY, Serve, Served

import extractor.errors
from extractor.errors import (
    ClosedAddressError,
    ConfigurationError,
    ExtractorError,
    InputError,
    StoreError,
    UnavailableError,
)
from extractor.service.problems import KINDS, ProblemError, problem, problem_of, problem_with

SECRET = "the words of an article"


class Body(BaseModel):
    """A body with two fields and no others."""

    model_config = ConfigDict(extra="forbid")
    text: str
    times: int = 1


def add_routes(app: FastAPI) -> FastAPI:
    """Routes that fail in every way."""

    @app.post("/v1/try/body")
    def body(body: Body, limit: Annotated[int, Query(ge=1)] = 1, if_match: Annotated[int, Header()] = 0) -> None: ...

    @app.get("/v1/try/{name}")
    def fail(name: str) -> None:
        errors: dict[str, BaseException] = {
            "input": InputError("there is no 'x'"),
            "store": StoreError("the disk of 'db.internal' is full"),
            "config": ConfigurationError("the key in '/etc/secret' is missing"),
            "bug": ValueError(SECRET),
            "problem": ProblemError("job-over", "it is over", headers={"X-More": "1"}),
            "exit": ExceptionGroup(SECRET, [ValueError(SECRET)]),
        }
        raise errors[name]

    @app.delete("/v1/try/{name}")
    def remove(name: str) -> None: ...

    return app


@pytest.fixture
def trying(served: Served) -> Served:
    """A server with routes that fail."""
    add_routes(served.app)
    return served


def told(answer: httpx2.Response) -> dict[str, Any]:
    """The problem document of an answer, which has to be one."""
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "instance"} <= set(document)
    assert document["status"] == answer.status_code
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["instance"])
    assert document["instance"].endswith(answer.headers["x-request-id"])
    return document


def name_of(answer: httpx2.Response) -> str:
    """The last part of the problem's URI."""
    return str(told(answer)["type"]).removeprefix("urn:commentary-extractor:problem:")


def test_an_unknown_address(client: httpx2.Client) -> None:
    """404, for any method."""
    assert [name_of(client.request(method, "/v1/nothing")) for method in ("GET", "POST", "DELETE")] == ["not-found"] * 3


def test_a_method_that_is_not_possible(trying: Served) -> None:
    """405, with what is possible: of all routes of the path together."""
    answer = trying.client.put("/v1/try/input")
    assert name_of(answer) == "method-not-allowed"
    assert answer.headers["allow"] == "DELETE, GET, HEAD"
    assert trying.client.get("/v1/extractions").headers["allow"] == "POST"


def test_a_body_that_is_no_json(trying: Served) -> None:
    """400, with where it breaks off; nothing of the body."""
    sent = '{"text": "' + SECRET + '" "times"'
    answer = trying.client.post("/v1/try/body", content=sent, headers={"Content-Type": "application/json"})
    assert name_of(answer) == "bad-request"
    assert told(answer)["detail"] == "the body is no JSON: Expecting ',' delimiter at character 35"


@pytest.mark.parametrize("sent", [b"\xff\xfe{}", b"[" * 100_000, b'{"times": ' + b"9" * 5000 + b"}"])
def test_a_body_that_breaks_the_parser(trying: Served, sent: bytes) -> None:
    """400: not UTF-8, too deep, a number too long."""
    answer = trying.client.post("/v1/try/body", content=sent, headers={"Content-Type": "application/json"})
    assert name_of(answer) == "bad-request"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "x", None])
def test_a_body_of_another_type(trying: Served, kind: str | None) -> None:
    """415, with what is taken."""
    headers = {"Content-Type": kind} if kind else {}
    answer = trying.client.post("/v1/try/body", content=b'{"text": "x"}', headers=headers)
    assert name_of(answer) == "unsupported-media-type"
    assert answer.headers["accept"] == "application/json"


def test_no_body_at_all(trying: Served) -> None:
    """What is declared as JSON and is empty lacks something: 422."""
    answer = trying.client.post("/v1/try/body", headers={"Content-Type": "application/json"})
    assert name_of(answer) == "invalid"


def test_faults_are_named(trying: Served) -> None:
    """Fields of a body by JSON pointers, parameters by their names; no values."""
    sent = {"text": SECRET, "times": SECRET, "a/b~c": SECRET}
    answer = trying.client.post("/v1/try/body?limit=0", json=sent, headers={"If-Match": "x"})
    faults = told(answer)["errors"]
    assert [fault["pointer"] for fault in faults if "pointer" in fault] == ["#/times", "#/a~1b~0c"]
    named = [(fault["in"], fault["parameter"]) for fault in faults if "parameter" in fault]
    assert named == [("query", "limit"), ("header", "if-match")]
    assert name_of(answer) == "invalid" and SECRET not in answer.text
    assert "times: Input should be a valid integer" in told(answer)["detail"]


def test_a_problem_that_a_route_raises(trying: Served) -> None:
    """Its kind, detail and headers."""
    answer = trying.client.get("/v1/try/problem")
    assert (name_of(answer), answer.headers["x-more"], told(answer)["detail"]) == ("job-over", "1", "it is over")


def test_an_unknown_id(trying: Served) -> None:
    """An input that names nothing, where the path asks for it, is a 404."""
    answer = trying.client.get("/v1/try/input")
    assert (name_of(answer), told(answer)["detail"]) == ("not-found", "there is no 'x'")


def test_a_bug_tells_nothing(trying: Served) -> None:
    """500 without a word of what happened, but with the id under which it was logged."""
    answers = [trying.client.get(f"/v1/try/{name}") for name in ("bug", "exit")]
    assert [name_of(answer) for answer in answers] == ["internal", "internal"]
    assert not [word for word in (SECRET, "ValueError", "Traceback", "extractor/") if word in answers[0].text]


def test_a_bug_is_logged_without_what_it_says(trying: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Class and place: the message of an exception may quote an article."""
    from extractor.service.logs import make_formatter

    with caplog.at_level(logging.INFO):
        answer = trying.client.get("/v1/try/bug")
    lines = [
        make_formatter(pretty=False).format(record) for record in caplog.records if record.name.startswith("extractor")
    ]
    found = next(line for line in lines if '"request.failed"' in line)
    assert '"error": "ValueError"' in found and "in fail" not in found and " fail" in found
    assert answer.headers["x-request-id"] in found
    assert not [line for line in lines if SECRET in line]


def test_what_runs_the_service_is_told_to_its_owner(trying: Served) -> None:
    """Without keys the one who asks runs the service: errors of ours are told as they are."""
    answer = trying.client.get("/v1/try/store")
    assert (name_of(answer), told(answer)["detail"]) == ("store", "the disk of 'db.internal' is full")
    assert answer.headers["retry-after"] == "10"


def test_what_runs_the_service_is_not_told_to_clients(serve: Serve) -> None:
    """With keys, neither addresses nor paths."""
    served = serve(api_keys=KEY)
    add_routes(served.app)
    key = {"Authorization": f"Bearer {KEY}"}
    answers = {name: served.client.get(f"/v1/try/{name}", headers=key) for name in ("store", "config")}
    assert {name: name_of(answer) for name, answer in answers.items()} == {"store": "store", "config": "configuration"}
    assert not [answer.text for answer in answers.values() if "internal'" in answer.text or "/etc" in answer.text]


def test_a_browser_gets_a_page(served: Served) -> None:
    """For the same problem, with the same status; the API speaks JSON to browsers too."""
    html = {"Accept": "text/html,*/*;q=0.8"}
    page, document = (served.client.get(path, headers=html) for path in ("/nothing", "/v1/nothing"))
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert name_of(document) == "not-found"


def test_a_head_is_a_get_without_content(client: httpx2.Client) -> None:
    """Wherever there is a GET."""
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(client.get("/healthz").content))
    assert client.head("/v1/extractions").status_code == 405


def test_kinds_are_one_list() -> None:
    """Their names are their keys, their statuses those of errors."""
    assert all(name == kind.name and re.fullmatch(r"[a-z-]+", name) for name, kind in KINDS.items())
    assert {kind.status for kind in KINDS.values()} <= {
        400,
        401,
        403,
        404,
        405,
        406,
        409,
        413,
        415,
        421,
        422,
        429,
        500,
        502,
        503,
    }


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in vars(extractor.errors).values()
        if isinstance(kind, type) and kind is not ExtractorError and issubclass(kind, ExtractorError)
    ],
)
def test_every_error_is_a_problem(kind: type[ExtractorError]) -> None:
    """With a status by what the caller would do; inside matters are told in general words unless trusted."""
    error = kind("the server at http://10.0.0.1 said no")
    found = problem_of(error)
    assert found.detail and problem_of(error, trusted=True).detail == str(error)
    assert ("10.0.0.1" in found.detail) == (found.status < 500 and kind is not ClosedAddressError)
    assert (found.status == 422) == isinstance(error, InputError)
    if isinstance(error, UnavailableError):
        assert found.status in (429, 503)


def test_statuses_of_the_framework() -> None:
    """Known ones have a kind, a server's own faults tell nothing, others have no type."""
    assert problem_with(404, "x") == problem("not-found", "x")
    assert problem_with(500, SECRET).detail is None
    assert (problem_with(418, "a teapot").type, problem_with(418, "a teapot").status) == ("about:blank", 418)


def test_where_a_closed_network_is_stays_inside() -> None:
    """Who runs the service is told to which address a name leads, those who only have a key are not."""
    error = ClosedAddressError("'http://intranet/' is at 10.1.2.3, which is not on the public internet")
    told = problem_of(error)
    assert told.status == 422 and "10.1.2.3" not in str(told) and "not on the public internet" in str(told.detail)
    assert "10.1.2.3" in str(problem_of(error, trusted=True))
